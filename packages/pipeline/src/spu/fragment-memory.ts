import { FLOW_KEY_WORDS } from '@midplane/flow';

/** Words of a chain: the flow key of its first fragment, the identification, the tick it ends. */
const CHAIN_WORDS = FLOW_KEY_WORDS + 2;
const ID = FLOW_KEY_WORDS;
const ENDS = FLOW_KEY_WORDS + 1;

/**
 * What an SPU remembers of fragmented packets: the flow key that the first fragment named, by addresses, protocol and
 * identification. Bounded: a new chain takes the place of an ended one, else of the one that ends first.
 */
export class FragmentMemory {
  private readonly chains: Int32Array;
  private readonly timeout: number;
  private used = 0;

  /**
   * @param chains Chains that fit.
   * @param timeout Ticks that a chain is remembered from its first fragment.
   */
  constructor(chains: number, timeout: number) {
    this.chains = new Int32Array(chains * CHAIN_WORDS);
    this.timeout = timeout;
  }

  /** Remembers the key that a first fragment names. */
  learn(key: Int32Array, at: number, id: number, tick: number): void {
    const { chains } = this;
    let slot = this.slotOf(key, at, id);
    if (slot < 0) {
      if (this.used < chains.length) {
        slot = this.used;
        this.used += CHAIN_WORDS;
      } else {
        slot = 0;
        for (let each = CHAIN_WORDS; each < this.used; each += CHAIN_WORDS) {
          if (chains[each + ENDS] < chains[slot + ENDS]) slot = each;
        }
      }
    }
    for (let word = 0; word < FLOW_KEY_WORDS; word++) chains[slot + word] = key[at + word];
    chains[slot + ID] = id;
    chains[slot + ENDS] = tick + this.timeout;
  }

  /** Writes the key that a later fragment belongs to; false if its first fragment was not seen in time. */
  recallInto(key: Int32Array, at: number, id: number, tick: number, out: Int32Array): boolean {
    const slot = this.slotOf(key, at, id);
    if (slot < 0 || this.chains[slot + ENDS] < tick) return false;
    for (let word = 0; word < FLOW_KEY_WORDS; word++) out[word] = this.chains[slot + word];
    return true;
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
