import { FLOW_KEY_WORDS } from '@midplane/flow';

/** Fragmented packets that an NPU remembers. */
const SLOTS = 256;
/** Words of a slot: addresses (8), version and protocol, identification, tick it ends, owner. */
const SLOT_WORDS = 12;
const PROTOCOL = 8;
const ID = 9;
const ENDS = 10;
const OWNER = 11;

/**
 * What an NPU learns of fragmented packets: the SPU to which the first fragment belongs, by addresses, protocol and
 * identification (`set chassis fpc N np-cache`).
 *
 * A place for each hash of those: what comes later takes the place of what was there.
 *
 * Fidelity: documented, that the owner is learnt from the first fragment. Size and time are assumed.
 */
export class NpCache {
  private readonly slots = new Int32Array(SLOTS * SLOT_WORDS);
  private readonly timeout: number;

  /** @param timeout Ticks that a fragmented packet is remembered from its first fragment. */
  constructor(timeout: number) {
    this.timeout = timeout;
  }

  /** Remembers the owner of a fragmented packet. */
  learn(key: Int32Array, at: number, id: number, tick: number, owner: number): void {
    const { slots } = this;
    const slot = slotOf(key, at, id);
    for (let word = 0; word < 8; word++) slots[slot + word] = key[at + word];
    slots[slot + PROTOCOL] = key[at + FLOW_KEY_WORDS - 1];
    slots[slot + ID] = id;
    slots[slot + ENDS] = tick + this.timeout;
    slots[slot + OWNER] = owner;
  }

  /** Forgets everything. */
  clear(): void {
    this.slots.fill(0);
  }

  /** Position of the owner of a fragmented packet; -1 = not known, or too long ago. */
  find(key: Int32Array, at: number, id: number, tick: number): number {
    const { slots } = this;
    const slot = slotOf(key, at, id);
    if (slots[slot + ID] !== id || slots[slot + ENDS] < tick) return -1;
    if (slots[slot + PROTOCOL] !== key[at + FLOW_KEY_WORDS - 1]) return -1;
    for (let word = 0; word < 8; word++) if (slots[slot + word] !== key[at + word]) return -1;
    return slots[slot + OWNER];
  }
}

function slotOf(key: Int32Array, at: number, id: number): number {
  let hash = id;
  for (let word = 0; word < 8; word++) hash = Math.imul(hash ^ key[at + word], 0x9e3779b1);
  return ((hash >>> 24) & (SLOTS - 1)) * SLOT_WORDS;
}
