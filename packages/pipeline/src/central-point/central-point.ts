import { SessionTable } from '@midplane/session-table';

/** Records do not age: their SPU removes them. */
const NEVER = 2 ** 31 - 1;
const PENDING = 0;
const ACTIVE = 1;

/** Who owns an unknown session: a way to choose. */
export type ChooseOwner = (requester: number) => number;

/**
 * The central point of the older regimes: the global session table, and who decides where a new session goes.
 *
 * A record is made *pending* when the first packet is sent to its SPU, and becomes *active* when that SPU has asked for it
 * to be installed. Packets of both kinds go to the owner.
 */
export class CentralPoint {
  /** Position of its SPU. */
  readonly position: number;
  /** Owner (tag) and state (user word 0) of every session. */
  readonly table: SessionTable;
  /** Packets that were looked up, and those of known sessions. */
  lookups = 0;
  known = 0;
  /** Sessions that found the table full. */
  refused = 0;
  /** Installed on the word of their SPU. */
  installs = 0;
  private readonly choose: ChooseOwner;

  /** @param choose Position of the SPU that gets an unknown session, given the SPU that asks (-1 = an NPU); -1 = none. */
  constructor(position: number, capacity: number, choose: ChooseOwner) {
    this.position = position;
    this.table = new SessionTable({ capacity, compact: { timeout: NEVER } });
    this.choose = choose;
  }

  /** Position of the SPU that owns the session of a key, which is recorded if it is new; -1 = no room. */
  route(key: Int32Array, at: number, wingHash: number, requester: number): number {
    this.lookups++;
    const flow = this.table.find(key, at, wingHash);
    if (flow >= 0) {
      this.known++;
      return this.table.tag(flow >>> 1);
    }
    const owner = this.table.size < this.table.capacity ? this.choose(requester) : -1;
    const record = owner < 0 ? -1 : this.table.insert(key, at, 0, 0, wingHash);
    if (record < 0) {
      this.refused++;
      return -1;
    }
    this.table.setTag(record, owner);
    this.table.setUser(record, 0, PENDING);
    return owner;
  }

  /** Position of the SPU that owns the session of a key; -1 = none. */
  ownerOf(key: Int32Array, at: number, wingHash: number): number {
    const flow = this.table.find(key, at, wingHash);
    return flow < 0 ? -1 : this.table.tag(flow >>> 1);
  }

  /** The owner asks for a pending record to become active. */
  install(key: Int32Array, at: number, wingHash: number, owner: number): void {
    const flow = this.table.find(key, at, wingHash);
    if (flow < 0 || this.table.tag(flow >>> 1) !== owner || this.table.user(flow >>> 1, 0) === ACTIVE) return;
    this.table.setUser(flow >>> 1, 0, ACTIVE);
    this.installs++;
  }

  /** The owner says that a session is over, or never came to be. */
  remove(key: Int32Array, at: number, wingHash: number, owner: number): void {
    const flow = this.table.find(key, at, wingHash);
    if (flow >= 0 && this.table.tag(flow >>> 1) === owner) this.table.remove(flow >>> 1);
  }
}
