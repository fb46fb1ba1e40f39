import type { Spu as SpuSpec } from '@midplane/chassis';
import type { SourceNatShare } from './source-nat.ts';

/**
 * Who shares the ports of source NAT: the SPUs that take sessions, each an equal part.
 *
 * Not all that there may be at some time: an event that never happens would keep ports back.
 */
export class NatShares {
  private takers: readonly number[];

  /** @param spus SPUs of the chassis at the start. */
  constructor(spus: readonly SpuSpec[]) {
    this.takers = takersOf(spus);
  }

  /** The part of an SPU; undefined = it takes no sessions, and has none. */
  of(spuId: number): SourceNatShare | undefined {
    const share = this.takers.indexOf(spuId);
    return share < 0 ? undefined : { share, of: this.takers.length };
  }

  /** Other SPUs are in force; returns whether others take sessions than before. */
  install(spus: readonly SpuSpec[]): boolean {
    const takers = takersOf(spus);
    if (takers.length === this.takers.length && takers.every((spuId) => this.takers.includes(spuId))) return false;
    this.takers = takers;
    return true;
  }
}

function takersOf(spus: readonly SpuSpec[]): number[] {
  const ids = spus.filter(({ maxSessions }) => maxSessions > 0).map(({ spuId }): number => spuId);
  return ids.sort((a, b) => a - b);
}
