import type { SpcType } from '@midplane/chassis';
import { orderingWorkNs, type PipelineOptions, resolveSpuSpeeds } from '@midplane/pipeline';

/** What decides how much work a packet is: speeds of SPUs, and who keeps packets in order. */
export type WorkOptions = Pick<PipelineOptions, 'spuSpeeds' | 'ordering'>;

/** What a packet costs an SPU of a card, ordering included. */
export interface Work {
  readonly threads: number;
  /** A packet that makes a session. */
  readonly firstPathNs: number;
  readonly fastPathNs: number;
  /** New sessions a second that take all its time. */
  readonly sessionsPerSecond: number;
}

/** Returns what packets cost the SPUs of each card. */
export function workOf({ spuSpeeds, ordering }: WorkOptions): Readonly<Record<SpcType, Work>> {
  const speeds = resolveSpuSpeeds(spuSpeeds);
  const mode = ordering?.mode ?? 'hardware';
  const of = (card: SpcType): Work => {
    const { threads, firstPathNs, setUpNs, fastPathNs } = speeds[card];
    const addedNs = orderingWorkNs(mode, card, speeds[card]);
    return {
      threads,
      firstPathNs: firstPathNs + setUpNs + addedNs,
      fastPathNs: fastPathNs + addedNs,
      sessionsPerSecond: Math.floor((threads * 1e9) / (firstPathNs + setUpNs + addedNs)),
    };
  };
  return { SPC1: of('SPC1'), SPC2: of('SPC2'), SPC3: of('SPC3') };
}
