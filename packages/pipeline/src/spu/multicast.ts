import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_WORDS } from '@midplane/flow';
import type { MulticastRoutes } from '../configuration/multicast-routes.ts';
import type { PathBatch } from '../path-batch.ts';
import type { Spu } from './spu.ts';

/** Set in the protocol word of the key of a leaf session, with its number and, in the lowest bit above, the IP version. */
const LEAF = 0x8000;
/** Interfaces that a template session can have leaves for. */
export const MAX_LEAVES = 64;

/** Whether the destination of a key is a multicast group: 224.0.0.0/4, ff00::/8. */
export function isGroup(key: Int32Array, at: number): boolean {
  const first = key[at + FLOW_KEY_DESTINATION] >>> 24;
  return key[at + FLOW_KEY_PROTOCOL] >>> 8 === 4 ? first >>> 4 === 0xe : first === 0xff;
}

/** Which leaf of its template a session is, by its protocol word; -1 = it is none. */
export function leafOf(protocolWord: number): number {
  return protocolWord & LEAF ? (protocolWord >>> 9) & (MAX_LEAVES - 1) : -1;
}

/** The protocol word of a packet, also of the session of a leaf. */
export function protocolWordOf(protocolWord: number): number {
  if ((protocolWord & LEAF) === 0) return protocolWord;
  return ((protocolWord & 0x100 ? 6 : 4) << 8) | (protocolWord & 0xff);
}

/**
 * Multicast at an SPU: a template session that the packets of a group belong to, and a leaf session for every interface
 * out. A leaf has the key of the template, marked so that no packet finds it.
 *
 * Fidelity: assumed, but for the time of the sessions, which is documented.
 */
export class Multicast {
  private readonly routes: MulticastRoutes;
  private readonly key = new Int32Array(FLOW_KEY_WORDS);

  constructor(routes: MulticastRoutes) {
    this.routes = routes;
  }

  /** Route of a key; -1 = none. */
  find(key: Int32Array, at: number): number {
    return this.routes.find(key, at);
  }

  /** Makes the leaves of a template session: as many as there are interfaces, or as fit. */
  begin(spu: Spu, session: number, route: number, tick: number, timeout: number): void {
    const table = spu.table!;
    const leaves: number[] = [];
    table.keyInto(session << 1, this.key);
    const word = this.key[FLOW_KEY_PROTOCOL];
    const isIpv6 = word >>> 8 === 6 ? 0x100 : 0;
    for (let leaf = 0; leaf < Math.min(this.routes.interfaces[route].length, MAX_LEAVES); leaf++) {
      this.key[FLOW_KEY_PROTOCOL] = LEAF | (leaf << 9) | isIpv6 | (word & 0xff);
      const made = table.insertOneWing(this.key, 0, tick, timeout);
      if (made < 0) spu.failed++;
      else leaves.push(made);
    }
    spu.leaves.set(session, leaves);
    spu.leafCount += leaves.length;
  }
}

/** Counts the copies of a packet of a template session; how many there are. */
export function countCopies(batch: PathBatch, row: number, spu: Spu, session: number): number {
  const table = spu.table!;
  const leaves = spu.leaves.get(session)!;
  const length = batch.packets.records!.length[row];
  for (const leaf of leaves) table.count(leaf << 1, length, batch.tick[row]);
  return leaves.length;
}
