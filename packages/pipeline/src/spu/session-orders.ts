import { FLOW_KEY_WORDS } from '@midplane/flow';
import type { SessionTable } from '@midplane/session-table';

/** Sessions with most reordered packets that are kept per SPU. */
const WORST = 10;

/** A session with reordered packets. */
export interface SessionOrder {
  readonly key: Int32Array;
  readonly session: number;
  /** Number of its first packet, as the table has it. */
  readonly generation: number;
  packets: number;
  reordered: number;
  maxExtent: number;
}

/** What is known of the order of each session of an SPU, and a bounded list of the worst. */
export class SessionOrders {
  private readonly list: SessionOrder[] = [];
  private lastNumbers = new Float64Array(64);
  private packets = new Uint32Array(64);
  private reordered = new Uint32Array(64);
  private maxExtents = new Uint32Array(64);

  /** A session begins: its number may have been another one's. */
  begin(session: number): void {
    this.makeRoom(session);
    for (const worst of this.list) if (worst.session === session) worst.packets = this.packets[session];
    this.lastNumbers[session] = 0;
    this.packets[session] = 0;
    this.reordered[session] = 0;
    this.maxExtents[session] = 0;
  }

  /** A packet comes to the SPU; whether it does so after one that an NPU received later. */
  arrive(session: number, number: number): boolean {
    this.makeRoom(session);
    this.packets[session]++;
    if (number < this.lastNumbers[session]) return true;
    this.lastNumbers[session] = number;
    return false;
  }

  /** A packet of a session leaves after a later one. */
  reorder(session: number, extent: number, table: SessionTable): void {
    const reordered = ++this.reordered[session];
    if (extent > this.maxExtents[session]) this.maxExtents[session] = extent;
    if (!table.has(session)) return;
    const { list } = this;
    const generation = table.user(session, 1);
    let place = list.findIndex((each) => each.session === session && each.generation === generation);
    if (place < 0) {
      const last = list.at(-1);
      if (list.length === WORST && !isWorse(reordered, generation, last!)) return;
      const key = new Int32Array(FLOW_KEY_WORDS);
      table.keyInto(session << 1, key);
      place = list.length === WORST ? WORST - 1 : list.length;
      list[place] = { key, session, generation, packets: 0, reordered: 0, maxExtent: 0 };
    }
    const entry = list[place];
    entry.packets = this.packets[session];
    entry.reordered = reordered;
    entry.maxExtent = this.maxExtents[session];
    for (; place > 0 && isWorse(entry.reordered, generation, list[place - 1]); place--) list[place] = list[place - 1];
    list[place] = entry;
  }

  /** The worst, most reordered packets first, ties by the earlier first packet. */
  worst(table: SessionTable | undefined): readonly SessionOrder[] {
    for (const each of this.list) {
      const isThere = table?.has(each.session) && table.user(each.session, 1) === each.generation;
      if (isThere) each.packets = this.packets[each.session];
    }
    return this.list;
  }

  private makeRoom(session: number): void {
    const size = this.packets.length;
    if (session < size) return;
    const length = Math.max(size * 2, session + 1);
    const longer = <T extends Float64Array | Uint32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.lastNumbers = longer(new Float64Array(length), this.lastNumbers);
    this.packets = longer(new Uint32Array(length), this.packets);
    this.reordered = longer(new Uint32Array(length), this.reordered);
    this.maxExtents = longer(new Uint32Array(length), this.maxExtents);
  }
}

function isWorse(reordered: number, generation: number, than: SessionOrder): boolean {
  return reordered !== than.reordered ? reordered > than.reordered : generation >>> 0 < than.generation >>> 0;
}
