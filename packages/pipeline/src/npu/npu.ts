import { SessionTable } from '@midplane/session-table';

/** Entries are taken out by their SPU, or when they are found idle. */
const NEVER = 2 ** 31 - 1;

/**
 * One network processing unit: how full its session table is, and what it counted.
 *
 * Where sessions are on the SPU of their hash (distributed regime):
 *
 * The key, owner and session of an entry are those of the SPU's session. So they are stored there, once: an entry is a bit
 * of the session, which this NPU sets (install) and clears (withdraw), and its idle time is that of the session.
 */
export class Npu {
  /** Slot of its card. */
  readonly slot: number;
  /** Most wings in its session table. */
  readonly capacity: number;
  /** Seconds without packets after which an entry is gone. */
  readonly idleTimeoutS: number;
  /** Its bit. */
  readonly bit: number;
  /** Its session table, where sessions can be on any SPU: tag = position of the owner, user word 0 = its session. */
  readonly table: SessionTable | undefined;
  /** Wings in its session table. */
  wings = 0;
  /** Packets received. */
  packets = 0;
  /** Look-ups in the session table. */
  lookups = 0;
  /** Look-ups that found an entry. */
  hits = 0;
  /** Sessions installed. */
  installs = 0;
  /** Sessions that did not fit; they work, by the miss path. */
  refusals = 0;
  /** Sessions withdrawn by their SPU. */
  withdrawals = 0;
  /** Sessions that were idle for too long. */
  agedOut = 0;

  /** @param position 0 to 11: a chassis has at most 11 IOCs, and a session 12 bits for them. */
  constructor(slot: number, position: number, wings: number, idleTimeoutS: number, hasTable: boolean) {
    this.table = hasTable
      ? new SessionTable({ capacity: wings, unit: 'wings', compact: { timeout: NEVER } })
      : undefined;
    this.slot = slot;
    this.bit = 1 << position;
    this.capacity = wings;
    this.idleTimeoutS = idleTimeoutS;
  }

  /** Takes a session in; returns the session's bits with that of this NPU, if there is room. */
  install(bits: number, wings: number): number {
    if (bits & this.bit) return bits;
    if (this.wings + wings > this.capacity) {
      this.refusals++;
      return bits;
    }
    this.wings += wings;
    this.installs++;
    return bits | this.bit;
  }
}

/** Wings of a session: ESP and AH have one, for each direction has its own SPI. */
export function wingsOf(protocol: number): number {
  return protocol === 50 || protocol === 51 ? 1 : 2;
}
