import { FLOW_KEY_WORDS } from '@midplane/flow';
import type { HeldPackets } from '../engine/held-packets.ts';
import type { PathBatch } from '../path-batch.ts';

/** Words of a chain: a flow key, identification, tick it ends, state, held rows: first, last, number; pieces seen. */
const CHAIN_WORDS = FLOW_KEY_WORDS + 7;
const ID = FLOW_KEY_WORDS;
const ENDS = FLOW_KEY_WORDS + 1;
const STATE = FLOW_KEY_WORDS + 2;
const FIRST = FLOW_KEY_WORDS + 3;
const LAST = FLOW_KEY_WORDS + 4;
const COUNT = FLOW_KEY_WORDS + 5;
const PIECES = FLOW_KEY_WORDS + 6;
const WAITING = 0;
const KNOWN = 1;

/** How a fragment lies to those of its packet that came before it. */
export const PIECE_NEW = 0;
export const PIECE_REPEATED = 1;
export const PIECE_OVERLAPPING = 2;

/** What becomes of held fragments whose first one does not come. */
export type LoseFragments = (firstRow: number, isForRoom: boolean) => void;

/**
 * Fragmented packets at the SPU of their addresses: the flow key that the first fragment named, or the fragments that wait
 * for it. By addresses, protocol and identification.
 *
 * Bounded: so many chains, so many fragments each, so long. A new chain takes the place of an ended one, else of the one
 * that ends first.
 */
export class FragmentMemory {
  private readonly chains: Int32Array;
  private readonly timeout: number;
  private readonly most: number;
  private readonly held: HeldPackets;
  private readonly lose: LoseFragments;
  private used = 0;
  /** From and to of the pieces of each chain, once there are any. */
  private pieces: Int32Array | undefined;

  /**
   * @param chains Chains that fit.
   * @param timeout Ticks that a chain is remembered from its first packet.
   * @param most Fragments that a chain holds.
   * @param lose Called with the first row of a list whose time is over, or that gives way to another chain.
   */
  constructor(chains: number, timeout: number, most: number, held: HeldPackets, lose: LoseFragments) {
    this.chains = new Int32Array(chains * CHAIN_WORDS);
    this.timeout = timeout;
    this.most = most;
    this.held = held;
    this.lose = lose;
  }

  /** Remembers the key that a first fragment names; returns the first row of those that waited for it, -1 = none. */
  learn(key: Int32Array, at: number, id: number, tick: number): number {
    const { chains } = this;
    const known = this.slotOf(key, at, id);
    const slot = known >= 0 ? known : this.room(tick);
    const waiting = known >= 0 && chains[slot + STATE] === WAITING ? chains[slot + FIRST] : -1;
    const pieces = known >= 0 && chains[slot + ENDS] >= tick ? chains[slot + PIECES] : 0;
    for (let word = 0; word < FLOW_KEY_WORDS; word++) chains[slot + word] = key[at + word];
    this.begin(slot, id, tick, KNOWN);
    chains[slot + PIECES] = pieces;
    return waiting;
  }

  /** Writes the key that a later fragment belongs to; false if its first fragment was not seen in time. */
  recallInto(key: Int32Array, at: number, id: number, tick: number, out: Int32Array): boolean {
    const slot = this.slotOf(key, at, id);
    const { chains } = this;
    if (slot < 0 || chains[slot + STATE] !== KNOWN || chains[slot + ENDS] < tick) return false;
    for (let word = 0; word < FLOW_KEY_WORDS; word++) out[word] = chains[slot + word];
    return true;
  }

  /** Keeps a fragment until its first one comes; false if its chain is full. */
  hold(batch: PathBatch, row: number): boolean {
    const { chains, held } = this;
    const { key, fragmentId } = batch.packets;
    const at = row * FLOW_KEY_WORDS;
    const tick = batch.tick[row];
    let slot = this.slotOf(key, at, fragmentId[row]);
    if (slot >= 0 && chains[slot + ENDS] < tick) this.end(slot, false);
    if (slot < 0 || chains[slot + ENDS] < tick) {
      if (slot < 0) slot = this.room(tick);
      for (let word = 0; word < FLOW_KEY_WORDS; word++) chains[slot + word] = key[at + word];
      this.begin(slot, fragmentId[row], tick, WAITING);
    }
    if (chains[slot + COUNT] >= this.most) return false;
    const kept = held.keep(batch, row);
    if (chains[slot + COUNT]++ === 0) chains[slot + FIRST] = kept;
    else held.link(chains[slot + LAST], kept);
    chains[slot + LAST] = kept;
    return true;
  }

  /**
   * Notes which bytes of its packet a fragment has, if its chain is remembered.
   *
   * @returns A PIECE_ value. Of a chain so many pieces are noted as it holds fragments.
   */
  note(key: Int32Array, at: number, id: number, from: number, to: number): number {
    const { chains, most } = this;
    const slot = this.slotOf(key, at, id);
    if (slot < 0) return PIECE_NEW;
    this.pieces ??= new Int32Array((chains.length / CHAIN_WORDS) * most * 2);
    const { pieces } = this;
    const first = (slot / CHAIN_WORDS) * most * 2;
    const count = chains[slot + PIECES];
    for (let piece = first; piece < first + count * 2; piece += 2) {
      if (pieces[piece] === from && pieces[piece + 1] === to) return PIECE_REPEATED;
      if (pieces[piece] < to && from < pieces[piece + 1]) return PIECE_OVERLAPPING;
    }
    if (count < most) {
      pieces[first + count * 2] = from;
      pieces[first + count * 2 + 1] = to;
      chains[slot + PIECES]++;
    }
    return PIECE_NEW;
  }

  /** Lets time pass: fragments that waited for too long are lost. */
  age(tick: number): void {
    const { chains } = this;
    for (let slot = 0; slot < this.used; slot += CHAIN_WORDS) if (chains[slot + ENDS] < tick) this.end(slot, false);
  }

  private begin(slot: number, id: number, tick: number, state: number): void {
    const { chains } = this;
    chains[slot + ID] = id;
    chains[slot + ENDS] = tick + this.timeout;
    chains[slot + STATE] = state;
    chains[slot + FIRST] = -1;
    chains[slot + COUNT] = 0;
    chains[slot + PIECES] = 0;
  }

  /** Gives up what a chain holds. */
  private end(slot: number, isForRoom: boolean): void {
    const { chains } = this;
    const first = chains[slot + COUNT] > 0 ? chains[slot + FIRST] : -1;
    chains[slot + COUNT] = 0;
    chains[slot + FIRST] = -1;
    if (first >= 0) this.lose(first, isForRoom);
  }

  private room(tick: number): number {
    const { chains } = this;
    if (this.used < chains.length) {
      this.used += CHAIN_WORDS;
      return this.used - CHAIN_WORDS;
    }
    let slot = 0;
    for (let each = CHAIN_WORDS; each < this.used; each += CHAIN_WORDS) {
      if (chains[each + ENDS] < chains[slot + ENDS]) slot = each;
    }
    this.end(slot, chains[slot + ENDS] >= tick);
    return slot;
  }

  private slotOf(key: Int32Array, at: number, id: number): number {
    const { chains } = this;
    for (let slot = 0; slot < this.used; slot += CHAIN_WORDS) {
      if (chains[slot + ID] !== id || chains[slot + 9] !== key[at + 9]) continue;
      let word = 0;
      while (word < 8 && chains[slot + word] === key[at + word]) word++;
      if (word === 8) return slot;
    }
    return -1;
  }
}
