import { FLOW_KEY_WORDS } from '@midplane/flow';
import { SessionTable } from '@midplane/session-table';
import { REFUSED_CONFLICT, REFUSED_FULL } from '../engine/messages.ts';

const PENDING = 0;
const ACTIVE = 1;

/** No place, or no SPU, for a session that nobody has. */
export const NO_ROOM = -1;
export const NO_SPU = -2;

/** Who owns an unknown session: a way to choose. */
export type ChooseOwner = (requester: number) => number;

/**
 * The central point of the older regimes: the global session table, and who decides where a new session goes.
 *
 * A record is made *pending* when the first packet is sent to its SPU, and becomes *active*, with both wings, when that SPU
 * has asked for it to be installed. Packets of both kinds go to the owner.
 */
export class CentralPoint {
  /** Position of its SPU. */
  position: number;
  /** Owner (tag), state (user word 0) and generation (user word 1) of every session. Records do not age. */
  table: SessionTable;
  /** Packets that were looked up, and those of known sessions. */
  lookups = 0;
  known = 0;
  /** Sessions that found the table full. */
  refused = 0;
  /** Installed on the word of their SPU. */
  installs = 0;
  private choose: ChooseOwner;

  /** @param choose Position of the SPU that gets an unknown session, given the SPU that asks (-1 = an NPU); -1 = none. */
  constructor(position: number, capacity: number, choose: ChooseOwner) {
    this.position = position;
    this.table = new SessionTable({ capacity });
    this.choose = choose;
  }

  /** Loses all records; counters go on. */
  lose(): void {
    const { capacity, peak } = this.table;
    this.table = new SessionTable({ capacity });
    this.table.peak = peak;
  }

  /** Takes up what another chassis says: records stay, more or fewer of them fit. */
  install(position: number, capacity: number, choose: ChooseOwner): void {
    this.position = position;
    this.choose = choose;
    const before = this.table;
    if (capacity === before.capacity) return;
    const table = new SessionTable({ capacity: Math.max(capacity, before.size) });
    const key = new Int32Array(FLOW_KEY_WORDS);
    for (let record = before.next(0); record >= 0; record = before.next(record + 1)) {
      before.keyInto(record << 1, key);
      const copy = table.insert(key, 0, 0, 0);
      if (before.hasOwnOutWing(record)) {
        before.keyInto((record << 1) | 1, key);
        table.setOutWing(copy, key, 0);
      }
      table.setTag(copy, before.tag(record));
      for (const word of [0, 1] as const) table.setUser(copy, word, before.user(record, word));
    }
    table.peak = before.peak;
    this.table = table;
  }

  /**
   * Position of the SPU that owns the session of a key, which is recorded if it is new;
   * NO_ROOM or NO_SPU if it cannot be.
   */
  route(key: Int32Array, at: number, wingHash: number, requester: number): number {
    this.lookups++;
    const flow = this.table.find(key, at, wingHash);
    if (flow >= 0) {
      this.known++;
      return this.table.tag(flow >>> 1);
    }
    const hasRoom = this.table.size < this.table.capacity;
    const owner = hasRoom ? this.choose(requester) : NO_ROOM;
    if (hasRoom && owner < 0) return NO_SPU;
    if (owner >= 0 && this.add(key, at, wingHash, owner) >= 0) return owner;
    this.refused++;
    return NO_ROOM;
  }

  /** Position of the SPU that owns the session of a key; -1 = none. */
  ownerOf(key: Int32Array, at: number, wingHash: number): number {
    const flow = this.table.find(key, at, wingHash);
    return flow < 0 ? -1 : this.table.tag(flow >>> 1);
  }

  /**
   * An SPU asks for a session to be installed.
   *
   * @param key Key of the in wing; its hash is `wingHash`.
   * @param out Key of the out wing; undefined = the session has one wing.
   * @param isOwnOut Whether the out wing is not the reverse of the in wing.
   * @returns The position of that SPU if it is done; that of the owner, or a REFUSED_ value, if not.
   */
  enter(
    key: Int32Array,
    wingHash: number,
    out: Int32Array | undefined,
    isOwnOut: boolean,
    owner: number,
    generation: number,
  ): number {
    const { table } = this;
    const flow = table.find(key, 0, wingHash);
    if (flow >= 0) {
      const known = flow >>> 1;
      if (table.tag(known) !== owner) return table.tag(known);
      if (table.user(known, 0) === ACTIVE && table.user(known, 1) === generation) return owner;
      table.remove(known); // pending, or of another session of the same key whose place this one has taken
    }
    const other = out === undefined ? -1 : table.find(out, 0);
    if (other >= 0) {
      if (table.tag(other >>> 1) !== owner || table.user(other >>> 1, 0) !== PENDING) return REFUSED_CONFLICT;
      table.remove(other >>> 1); // of a reply that came before, and was sent to the same SPU: it has this session
    }
    const record = this.add(key, 0, wingHash, owner);
    if (record < 0) return REFUSED_FULL;
    if (isOwnOut) table.setOutWing(record, out!, 0);
    table.setUser(record, 0, ACTIVE);
    table.setUser(record, 1, generation);
    this.installs++;
    return owner;
  }

  /** Record of a session that is installed, by the key of a wing; -1 = none. */
  recordOf(key: Int32Array, wingHash: number, owner: number, generation: number): number {
    const { table } = this;
    const flow = table.find(key, 0, wingHash);
    if (flow < 0 || table.tag(flow >>> 1) !== owner || table.user(flow >>> 1, 0) !== ACTIVE) return -1;
    return table.user(flow >>> 1, 1) === generation ? flow >>> 1 : -1;
  }

  /** The owner says that a session is over. */
  release(key: Int32Array, wingHash: number, owner: number, generation: number): void {
    const record = this.recordOf(key, wingHash, owner, generation);
    if (record >= 0) this.table.remove(record);
  }

  /** The chosen owner says that the session did not come to be. */
  abandon(key: Int32Array, at: number, wingHash: number, owner: number): void {
    const { table } = this;
    const flow = table.find(key, at, wingHash);
    if (flow < 0 || table.tag(flow >>> 1) !== owner || table.user(flow >>> 1, 0) !== PENDING) return;
    table.remove(flow >>> 1);
  }

  private add(key: Int32Array, at: number, wingHash: number, owner: number): number {
    const record = this.table.insert(key, at, 0, 0, wingHash);
    if (record >= 0) this.table.setTag(record, owner);
    return record; // pending: user words are 0
  }
}
