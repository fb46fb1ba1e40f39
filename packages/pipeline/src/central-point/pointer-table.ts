import { SessionTable } from '@midplane/session-table';

/** What a pointer record says. */
export interface Pointer {
  /** Position of the SPU that has the session. */
  readonly owner: number;
  /** Its number there. */
  readonly session: number;
  /** Number of the packet that made it. */
  readonly generation: number;
}

/**
 * Pointer records of one SPU: wings that hash to it, and the SPU that owns the session of each.
 *
 * Fidelity: observed, that such records have one wing. Capacity: 1.2 times the flow sessions of the SPU, observed.
 */
export class PointerTable {
  /** Tag = owner, user words = session and generation. Records do not age: their owner releases them. */
  table: SessionTable;
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.table = new SessionTable({ capacity });
  }

  /** Forgets all records. */
  clear(): void {
    if (this.table.size > 0) this.table = new SessionTable({ capacity: this.capacity });
  }

  /** Index of the record of a wing; -1 = none. */
  find(key: Int32Array, at: number, wingHash: number): number {
    const flow = this.table.find(key, at, wingHash);
    return flow < 0 ? -1 : flow >>> 1;
  }

  /** Position of the SPU that owns the session of a wing, `otherwise` if there is no record. */
  ownerOf(key: Int32Array, at: number, wingHash: number, otherwise: number): number {
    const record = this.find(key, at, wingHash);
    return record < 0 ? otherwise : this.table.tag(record);
  }

  /** Reads a record. */
  read(record: number): Pointer {
    const { table } = this;
    return { owner: table.tag(record), session: table.user(record, 0), generation: table.user(record, 1) };
  }

  /** Enters a wing, or has its record name another session; false if there is no room. */
  enter(key: Int32Array, at: number, wingHash: number, owner: number, session: number, generation: number): boolean {
    const { table } = this;
    const known = this.find(key, at, wingHash);
    const record = known >= 0 ? known : table.insertOneWing(key, at, 0, 0, wingHash);
    if (record < 0) return false;
    table.setTag(record, owner);
    table.setUser(record, 0, session);
    table.setUser(record, 1, generation);
    return true;
  }

  /** Takes the record of a wing out, if it is the one of that session. */
  release(key: Int32Array, at: number, wingHash: number, owner: number, generation: number): void {
    const { table } = this;
    const record = this.find(key, at, wingHash);
    if (record >= 0 && table.tag(record) === owner && table.user(record, 1) === generation) table.remove(record);
  }
}
