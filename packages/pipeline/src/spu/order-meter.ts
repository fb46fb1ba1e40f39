import type { SessionTable } from '@midplane/session-table';
import { ORDER_CLASSES, OrderCounts } from './order-class.ts';
import { OrderLine } from './order-line.ts';
import { type SessionOrder, SessionOrders } from './session-orders.ts';

/** Sessions with packets under way that are measured side by side; a power of two. */
const PLACES = 4096;
/** Places that a session may have. */
const PROBES = 8;

/** Why packets of a session reached their owner in another order than they came in. */
export type LostOrderCause = 'fragments' | 'central point' | 'redirected' | 'other';

/**
 * Measures, at one SPU, the order of the packets of its sessions (RFC 4737) against the order of their arrival: session by
 * session where they leave the SPU, direction by direction where they leave the chassis. And whether they had arrived in
 * the order in which the NPUs received them.
 *
 * Only what is under way can be overtaken. So a session needs a place for as long as packets of it are, and the memory
 * does not depend on the number of sessions; a packet that finds no place is not measured.
 */
export class OrderMeter {
  /** Packets that arrived after a later one of their session, by what had delayed them. */
  readonly lostBefore: Record<LostOrderCause, number> = { fragments: 0, 'central point': 0, redirected: 0, other: 0 };
  /** Packets that left the SPU, in total and by class. */
  readonly all: OrderCounts = new OrderCounts();
  readonly classes: readonly OrderCounts[] = ORDER_CLASSES.map(() => new OrderCounts());
  /** Packets for which there was no place, or whose session was gone before they had left. */
  unmeasured = 0;
  /** Where the last packet was put: what `leave` and `abandon` take. */
  place = -1;
  tag = 0;
  wingSequence = 0;

  private readonly sessionOf = new Int32Array(PLACES).fill(-1);
  private readonly tags = new Int32Array(PLACES);
  /** Ends of ways that are still to come, two of a packet: it leaves the SPU, and the chassis. */
  private readonly underWay = new Int32Array(PLACES);
  /** Packets that are still to leave the SPU. */
  private readonly atWork = new Int32Array(PLACES);
  private readonly sequences = new Int32Array(PLACES * 3);
  private readonly sessions = new SessionOrders();
  private readonly atSpu: OrderLine;
  private readonly atEgress: OrderLine;
  private readonly table: () => SessionTable | undefined;

  /**
   * @param table The sessions of the SPU.
   * @param left Counts a packet that has left by an I/O card.
   */
  constructor(
    table: () => SessionTable | undefined,
    left: (card: number, isReordered: boolean, extent: number) => void,
  ) {
    this.table = table;
    const isCurrent = (place: number, tag: number): boolean => this.tags[place] === tag;
    this.atSpu = new OrderLine(PLACES, isCurrent, ({ kind, place, isReordered, extent }) => {
      this.underWay[place]--;
      this.atWork[place]--;
      this.all.count(isReordered, extent);
      this.classes[kind].count(isReordered, extent);
      const sessions = this.table();
      if (isReordered && sessions !== undefined) this.sessions.reorder(this.sessionOf[place], extent, sessions);
    });
    this.atEgress = new OrderLine(PLACES * 2, isCurrent, ({ kind, place, isReordered, extent }) => {
      this.underWay[place]--;
      left(kind, isReordered, extent);
    });
  }

  /** A session begins at a time: its number may have been another one's. */
  begin(session: number, nowNs: number): void {
    this.drain(nowNs);
    this.sessions.begin(session);
    for (let probe = 0; probe < PROBES; probe++) {
      const place = (session + probe) & (PLACES - 1);
      if (this.sessionOf[place] !== session) continue;
      this.unmeasured += this.atWork[place];
      this.forget(place);
    }
  }

  /**
   * A packet of a session that is going to leave.
   *
   * @param flow `session << 1 | wing`.
   * @param number Its number among all packets offered.
   * @param nowNs Time at the SPU; never runs backwards.
   * @param orderClass Index of its class.
   */
  add(flow: number, number: number, nowNs: number, leaveNs: number, orderClass: number, cause: LostOrderCause): void {
    this.drain(nowNs);
    const session = flow >>> 1;
    if (this.sessions.arrive(session, number)) this.lostBefore[cause]++;
    const place = this.find(session);
    this.place = place;
    if (place < 0) {
      this.unmeasured++;
      return;
    }
    this.tag = this.tags[place];
    this.underWay[place] += 2;
    this.atWork[place]++;
    this.wingSequence = ++this.sequences[place * 3 + 1 + (flow & 1)];
    this.atSpu.add(leaveNs, orderClass, place, this.tag, place, ++this.sequences[place * 3]);
  }

  /** A packet leaves the chassis by an I/O card at a time. */
  leave(place: number, tag: number, wing: number, wingSequence: number, card: number, atNs: number): void {
    if (this.tags[place] === tag) this.atEgress.add(atNs, card, place, tag, place * 2 + wing, wingSequence);
  }

  /** A packet does not leave the chassis. */
  abandon(place: number, tag: number): void {
    if (this.tags[place] === tag) this.underWay[place]--;
  }

  /** Its SPU is reset at a time: what is under way is lost. */
  reset(nowNs: number): void {
    this.drain(nowNs);
    for (let place = 0; place < PLACES; place++) if (this.sessionOf[place] >= 0) this.forget(place);
  }

  /** Lets everything leave; returns the sessions with most reordered packets. */
  finish(): readonly SessionOrder[] {
    this.drain(Number.POSITIVE_INFINITY);
    return this.sessions.worst(this.table());
  }

  private drain(untilNs: number): void {
    this.atSpu.drain(untilNs);
    this.atEgress.drain(untilNs);
  }

  /** The place of a session, its own or a free one; -1 = there is none. */
  private find(session: number): number {
    let free = -1;
    for (let probe = 0; probe < PROBES; probe++) {
      const place = (session + probe) & (PLACES - 1);
      if (this.sessionOf[place] === session) return place;
      if (free < 0 && this.underWay[place] === 0) free = place;
    }
    if (free >= 0) {
      this.forget(free);
      this.sessionOf[free] = session;
    }
    return free;
  }

  private forget(place: number): void {
    this.sessionOf[place] = -1;
    this.tags[place]++;
    this.underWay[place] = 0;
    this.atWork[place] = 0;
    this.sequences.fill(0, place * 3, place * 3 + 3);
    this.atSpu.start(place);
    this.atEgress.start(place * 2);
    this.atEgress.start(place * 2 + 1);
  }
}
