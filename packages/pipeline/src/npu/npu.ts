import { SessionTable } from '@midplane/session-table';

/** One network processing unit: its session table and what it counted. */
export class Npu {
  /** Slot of its card. */
  readonly slot: number;
  /** Wings of sessions that SPUs have installed; tag = position of the owner SPU, user word 0 = its session. */
  readonly table: SessionTable;
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

  constructor(slot: number, wings: number, idleTimeoutS: number) {
    this.slot = slot;
    this.table = new SessionTable({ capacity: wings, unit: 'wings', compact: { timeout: idleTimeoutS } });
  }

  /** Installs both wings of a session that is not in the table. */
  install(key: Int32Array, at: number, wingHash: number, owner: number, session: number, tick: number): void {
    const entry = this.table.insert(key, at, tick, 0, wingHash);
    if (entry < 0) {
      this.refusals++;
      return;
    }
    this.table.setTag(entry, owner);
    this.table.setUser(entry, 0, session);
    this.installs++;
  }

  /** Withdraws a session, if it is there. */
  withdraw(key: Int32Array, at: number, wingHash: number): void {
    const flow = this.table.find(key, at, wingHash);
    if (flow < 0) return;
    this.table.remove(flow >>> 1);
    this.withdrawals++;
  }
}
