// More than 300 lines, for it is one class: its lists, their entries, the order by age and the lists that may go on lie in
// one array, and calls between objects, or constants of another file, would cost time for each packet.
import { KeySlots } from './_key-slots.ts';
import { shortOutput, unknownTicket } from './_ordering-errors.ts';
import { type OrderingListsOptions, readOrderingListsOptions } from './ordering-lists-options.ts';
import type { OrderingStatistics } from './ordering-statistics.ts';

/** Bits of a ticket that name the entry; the 10 above tell one use of the entry from the next. */
const ENTRY_BITS = 20;
const MAX_ENTRIES = 2 ** ENTRY_BITS;
const ENTRY_MASK = MAX_ENTRIES - 1;
/** Tickets are below this: small integers on every engine. */
const TICKET_MASK = 2 ** 30 - 1;

// Words of an entry, together half a cache line
const ENTRY_WORDS_LOG2 = 3;
/** The ticket of a packet that is being worked on; otherwise the next ticket of the entry, complemented. */
const ENTRY_TICKET = 0;
/** NONE when it is to be dropped. */
const ENTRY_ITEM = 1;
/** NONE when the list has gone on without it. */
const ENTRY_LIST = 2;
/** The next entry of its list, or of the stack of free entries. */
const ENTRY_NEXT = 3;
/** Neighbours among all unfinished entries by age; kept only if lists time out. */
const ENTRY_OLDER = 4;
const ENTRY_YOUNGER = 5;

// Words of a list
const LIST_WORDS_LOG2 = 2;
/**
 * Holds nothing while the list is empty, but always an entry. It is the first word, since that is what is compared with a
 * ticket whose entry lies behind the last one: no such ticket is the number of an entry.
 */
const LIST_TAIL = 0;
const LIST_HEAD = 1;
const LIST_DEPTH = 2;
/** The next list in the queue of ready lists, or NOT_QUEUED. */
const LIST_READY_NEXT = 3;

/** No entry, no list. */
const NONE = -1;
const NOT_QUEUED = -2;

// Places in `sums`
const ENQUEUED = 11;
const REFUSED = 0;
const SENT = 1;
const DROPPED = 2;
const STALLS = 3;
const LATE = 4;
const WAIT = 5;
const WAIT_MAX = 6;
const HELD = 7;
const HELD_MAX = 8;
const HELD_PACKETS = 9;
/** The time of the call: a fraction that is passed to a function that is not inlined would be allocated. */
const NOW = 10;
/** Where the times of entries begin in the same array; even. */
const TIMES = 12;

/** `complete()`: a packet before it in its list is not finished; it leaves after that one. */
export const COMPLETED_HELD = -1;
/** `complete()`: its list had timed out and gone on without it; it is out of the lists, and the caller's to send or drop. */
export const COMPLETED_LATE = -2;

/**
 * Ordering lists: packets are finished in any order and leave each list in the order in which they entered it.
 *
 * An item is an integer of the caller's, 0 to 2^31 - 1 (a row, a buffer number). `enqueue` gives a ticket; whoever
 * works on the packet finishes it with `complete`, to be sent or dropped; `dequeue` gives the items to send that no
 * unfinished packet stands before. A dropped packet leaves its list like any other, it only is not given. Every call is
 * O(1) for each packet that it concerns and allocates nothing.
 *
 * A full list refuses: `enqueue` changes nothing and returns -1. To drop the packet, or to hold it back and offer it
 * again, is the caller's choice.
 *
 * With `timeoutNs`, `expire` lets a list go on without the packet that it waits for: it counts as a stall, its ticket
 * stays valid, and `complete` then tells that the packet is late.
 *
 * Time is an argument: integer nanoseconds that never run backwards.
 *
 * Fidelity: documented for the ordering list (Junos, "Flow Distribution and Packet-Ordering": a packet that needs
 * ordering is dequeued from the ordering list and sent or dropped in order); assumed for capacity, time-out and what a
 * full list does.
 *
 * @example The second packet is ready first, and waits
 * ```ts
 * import { COMPLETED_HELD, OrderingLists } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const lists = new OrderingLists({ capacity: 1024, lists: 64 });
 * const flowHash = 0xdeadbeef;
 * const first = lists.enqueue(flowHash, 100, 0);
 * const second = lists.enqueue(flowHash, 101, 10);
 *
 * assert.equal(lists.complete(second, false, 20), COMPLETED_HELD);
 * const list = lists.complete(first, false, 50);
 * assert.equal(lists.dequeue(list, 50), 100);
 * assert.equal(lists.dequeue(list, 50), 101);
 * assert.equal(lists.statistics().heldMaxNs, 30);
 * ```
 */
export class OrderingLists {
  /** Packets in all lists together, at most. */
  readonly capacity: number;
  /** Packets in one list, at most. */
  readonly listCapacity: number;
  /** Nanoseconds that a list waits for a packet. */
  readonly timeoutNs: number;

  private readonly lists: number;
  private readonly slots: KeySlots | undefined;
  private readonly isTimed: boolean;
  /** Entries that have been in use: the others are given out first where no entry is free. */
  private used = 0;
  private listDepthMax = 0;
  private readonly one: Int32Array = new Int32Array(1);
  /** The last `out` that was found long enough: mostly it is the same. */
  private knownOut: Int32Array | undefined = undefined;
  /** Entries, then lists: one array is faster than two. */
  private readonly words: Int32Array;
  /** Where the lists begin in `words`. */
  private readonly listBase: number;
  /** The sums, then by entry: when it came, and when it was finished. */
  private readonly doubles: Float64Array;
  private free = NONE;
  private oldest = NONE;
  private youngest = NONE;
  private readyHead = NONE;
  private readyTail = NONE;

  /** @throws {RangeError} If an option is outside its range. */
  constructor(options: OrderingListsOptions) {
    const { capacity, lists, listCapacity, timeoutNs } = readOrderingListsOptions(options, MAX_ENTRIES);
    this.capacity = capacity;
    this.listCapacity = listCapacity;
    this.timeoutNs = timeoutNs;
    this.lists = lists ?? capacity;
    this.slots = lists === undefined ? new KeySlots(capacity) : undefined;
    this.isTimed = timeoutNs < Number.POSITIVE_INFINITY;
    this.listBase = capacity << ENTRY_WORDS_LOG2;
    this.words = new Int32Array(this.listBase + (this.lists << LIST_WORDS_LOG2));
    this.words[ENTRY_TICKET] = ~0; // of entry 0: as it is made, the word is 0, which would be a ticket of this entry alone
    this.doubles = new Float64Array(TIMES + 2 * capacity);
    for (let list = 0; list < this.lists; list++) {
      const at = (this.listBase + (list << LIST_WORDS_LOG2)) | 0;
      this.words[at | LIST_HEAD] = NONE;
      this.words[at | LIST_READY_NEXT] = NOT_QUEUED;
    }
  }

  /**
   * Puts a packet at the end of its list.
   *
   * @param key Hash of the flow, or number of the session: an integer of 32 bits, signed or unsigned.
   * @param item The caller's own, 0 to 2^31 - 1; `dequeue` gives it back.
   * @returns A ticket for `complete`, 0 or above; -1 if the list or all lists are full.
   */
  enqueue(key: number, item: number, nowNs: number): number {
    const ticket = this.put(key | 0, item | 0);
    // out here, since a fraction that is passed to a function that is not inlined would be allocated
    if (ticket >= 0) this.doubles[(TIMES + ((ticket & ENTRY_MASK) << 1)) | 0] = nowNs;
    return ticket;
  }

  private put(key: number, item: number): number {
    // hot: once per packet, allocates nothing
    const isUnused = this.free === NONE;
    const entry = isUnused ? this.takeUnused() : this.free;
    if (entry === NONE) return this.refuse();
    const { slots, words, doubles, listBase } = this;
    // equal ranges of the keys, by their upper half: all in 32 bits
    const list = slots === undefined ? Math.imul(key >>> 16, this.lists | 0) >>> 16 : slots.take(key);
    const at = entry << ENTRY_WORDS_LOG2;
    const listAt = (listBase + (list << LIST_WORDS_LOG2)) | 0;
    const depth = (words[listAt | LIST_DEPTH] + 1) | 0;
    if (depth === 1) {
      words[listAt | LIST_HEAD] = entry;
    } else {
      if (depth > this.listCapacity) {
        if (isUnused) this.giveBackUnused();
        return this.refuse();
      }
      if (depth > this.listDepthMax) this.listDepthMax = depth;
      words[(words[listAt | LIST_TAIL] << ENTRY_WORDS_LOG2) | ENTRY_NEXT] = entry;
    }
    const ticket = ~words[at | ENTRY_TICKET];
    this.free = words[at | ENTRY_NEXT];
    words[at | ENTRY_TICKET] = ticket;
    words[at | ENTRY_ITEM] = item | 0; // a known integer: stored without a detour over a fraction
    words[at | ENTRY_LIST] = list;
    words[at | ENTRY_NEXT] = NONE;
    words[listAt | LIST_TAIL] = entry;
    words[listAt | LIST_DEPTH] = depth;
    doubles[ENQUEUED]++;
    if (this.isTimed) this.watch(entry);
    return ticket;
  }

  /**
   * Says that the work on a packet is done.
   *
   * @param drop Whether the packet is to be dropped in its turn, instead of sent.
   * @returns The list, 0 or above, if it has something to dequeue now; otherwise {@link COMPLETED_HELD} or
   * {@link COMPLETED_LATE}.
   * @throws {RangeError} If the ticket is not one of a packet that is being worked on.
   */
  complete(ticket: number, drop: boolean, nowNs: number): number {
    this.doubles[NOW] = nowNs;
    return this.finish(ticket, drop);
  }

  private finish(ticket: number, drop: boolean): number {
    // hot: once per packet, allocates nothing
    const { words, doubles } = this;
    const entry = ticket & ENTRY_MASK;
    const at = entry << ENTRY_WORDS_LOG2;
    if (words[at | ENTRY_TICKET] !== ticket) throw unknownTicket(ticket);
    words[at | ENTRY_TICKET] = ~((ticket + MAX_ENTRIES) & TICKET_MASK);
    const list = words[at | ENTRY_LIST];
    if (list === NONE) return this.completeAbandoned(entry);
    if (drop) words[at | ENTRY_ITEM] = NONE;
    doubles[(TIMES + (entry << 1)) | 1] = doubles[NOW];
    if (this.isTimed) this.unwatch(entry);
    return words[this.listBase + (list << LIST_WORDS_LOG2) + LIST_HEAD] === entry ? list : COMPLETED_HELD;
  }

  /**
   * Says that the work on a packet is done, and takes all packets of its list that are to be sent because of it.
   *
   * The same as `complete` and `dequeueInto`, in one step: faster where packets are sent at once.
   *
   * @param out Receives their items, in order; as long as `listCapacity`, or longer.
   * @returns How many there are, 0 if the packet waits; {@link COMPLETED_LATE}.
   * @throws {RangeError} If the ticket is not one of a packet that is being worked on, or `out` is too short.
   */
  completeInto(ticket: number, drop: boolean, nowNs: number, out: Int32Array): number {
    this.doubles[NOW] = nowNs;
    return this.finishInto(ticket, drop, out);
  }

  private finishInto(ticket: number, drop: boolean, out: Int32Array): number {
    // hot: once per packet, allocates nothing
    const { words, doubles } = this;
    if (out !== this.knownOut) this.checkOut(out);
    const entry = ticket & ENTRY_MASK;
    const at = entry << ENTRY_WORDS_LOG2;
    if (words[at | ENTRY_TICKET] !== ticket) throw unknownTicket(ticket);
    words[at | ENTRY_TICKET] = ~((ticket + MAX_ENTRIES) & TICKET_MASK);
    const list = words[at | ENTRY_LIST];
    if (list === NONE) return this.completeAbandoned(entry);
    if (this.isTimed) this.unwatch(entry);
    const listAt = (this.listBase + (list << LIST_WORDS_LOG2)) | 0;
    if (words[listAt | LIST_HEAD] !== entry) {
      if (drop) words[at | ENTRY_ITEM] = NONE;
      doubles[(TIMES + (entry << 1)) | 1] = doubles[NOW];
      return 0;
    }
    // the first of its list leaves without having waited
    const wait = doubles[NOW] - doubles[(TIMES + (entry << 1)) | 0];
    doubles[WAIT] += wait;
    if (wait > doubles[WAIT_MAX]) doubles[WAIT_MAX] = wait;
    if (drop) {
      doubles[DROPPED]++;
    } else {
      out[0] = words[at | ENTRY_ITEM];
      doubles[SENT]++;
    }
    const following = words[at | ENTRY_NEXT];
    words[at | ENTRY_NEXT] = this.free;
    this.free = entry;
    words[listAt | LIST_HEAD] = following;
    words[listAt | LIST_DEPTH]--;
    if (following === NONE) this.slots?.release(list);
    else if (words[(following << ENTRY_WORDS_LOG2) | ENTRY_TICKET] < 0) {
      return this.take(list, out, drop ? 0 : 1);
    }
    return drop ? 0 : 1;
  }

  /**
   * Takes the next packet of a list that is to be sent. Take from a ready list until there is none.
   *
   * @returns Its item; -1 if the list is empty or waits for a packet that is not finished.
   */
  dequeue(list: number, nowNs: number): number {
    this.doubles[NOW] = nowNs;
    return this.take(list, this.one, 0) === 0 ? NONE : this.one[0];
  }

  /**
   * Takes all packets of a list that are to be sent now.
   *
   * @param out Receives their items, in order.
   * @returns How many there were; `out.length` if there may be more.
   */
  dequeueInto(list: number, nowNs: number, out: Int32Array): number {
    this.doubles[NOW] = nowNs;
    return this.take(list, out, 0);
  }

  /** Fills `out` from a place on. */
  private take(list: number, out: Int32Array, from: number): number {
    // hot: once per packet, allocates nothing
    const { words, doubles, listBase } = this;
    const nowNs = doubles[NOW];
    const listAt = (listBase + (list << LIST_WORDS_LOG2)) | 0;
    const room = out.length;
    let entry = words[listAt | LIST_HEAD];
    let sent = from;
    let left = 0;
    let waited = 0;
    while (entry !== NONE && sent < room) {
      const at = entry << ENTRY_WORDS_LOG2;
      if (words[at | ENTRY_TICKET] >= 0) break;
      const following = words[at | ENTRY_NEXT];
      const wait = nowNs - doubles[(TIMES + (entry << 1)) | 0];
      const held = nowNs - doubles[(TIMES + (entry << 1)) | 1];
      waited += wait;
      if (wait > doubles[WAIT_MAX]) doubles[WAIT_MAX] = wait;
      if (held > 0) {
        doubles[HELD] += held;
        doubles[HELD_PACKETS]++;
        if (held > doubles[HELD_MAX]) doubles[HELD_MAX] = held;
      }
      const item = words[at | ENTRY_ITEM];
      if (item !== NONE) out[sent++] = item;
      left++;
      this.release(entry);
      entry = following;
    }
    if (left === 0) return sent;
    doubles[WAIT] += waited;
    words[listAt | LIST_HEAD] = entry;
    words[listAt | LIST_DEPTH] -= left;
    if (entry === NONE) this.slots?.release(list);
    doubles[SENT] += sent - from;
    doubles[DROPPED] += left - (sent - from);
    return sent;
  }

  /**
   * Takes the next of the lists that `expire` let go on.
   *
   * @returns A list that has something to dequeue; -1 if there is none.
   */
  nextReady(): number {
    const { words, listBase } = this;
    while (this.readyHead !== NONE) {
      const list = this.readyHead;
      const listAt = (listBase + (list << LIST_WORDS_LOG2)) | 0;
      this.readyHead = words[listAt | LIST_READY_NEXT];
      if (this.readyHead === NONE) this.readyTail = NONE;
      words[listAt | LIST_READY_NEXT] = NOT_QUEUED;
      const first = words[listAt | LIST_HEAD];
      if (first !== NONE && words[(first << ENTRY_WORDS_LOG2) | ENTRY_TICKET] < 0) return list;
    }
    return NONE;
  }

  /**
   * Lets lists go on without packets that have been in for the time-out and are not finished.
   *
   * Those that have something to dequeue now come out of `nextReady`.
   *
   * @returns How many packets were given up.
   */
  expire(nowNs: number): number {
    let stalls = 0;
    while (this.nextTimeoutNs() <= nowNs) {
      const entry = this.oldest;
      this.unwatch(entry);
      this.abandon(entry);
      stalls++;
    }
    this.doubles[STALLS] += stalls;
    return stalls;
  }

  /** Time at which `expire` has something to do next; Infinity if no packet is being worked on. */
  nextTimeoutNs(): number {
    return this.oldest === NONE ? Number.POSITIVE_INFINITY : this.doubles[TIMES + 2 * this.oldest] + this.timeoutNs;
  }

  /**
   * List of a packet; -1 if it was given up.
   *
   * @throws {RangeError} If the ticket is not one of a packet that is being worked on.
   */
  listOf(ticket: number): number {
    return this.words[this.entryAt(ticket) + ENTRY_LIST];
  }

  /**
   * Item of a packet.
   *
   * @throws {RangeError} If the ticket is not one of a packet that is being worked on.
   */
  itemOf(ticket: number): number {
    return this.words[this.entryAt(ticket) + ENTRY_ITEM];
  }

  /** Packets in a list now. */
  listDepth(list: number): number {
    return this.words[this.listBase + (list << LIST_WORDS_LOG2) + LIST_DEPTH];
  }

  /** Packets in lists now. */
  get depth(): number {
    const { doubles } = this;
    return doubles[ENQUEUED] - doubles[SENT] - doubles[DROPPED] - doubles[STALLS];
  }

  /** Figures since creation. */
  statistics(): OrderingStatistics {
    const { doubles, depth, used, listDepthMax } = this;
    return {
      enqueued: doubles[ENQUEUED],
      refused: doubles[REFUSED],
      sent: doubles[SENT],
      dropped: doubles[DROPPED],
      stalls: doubles[STALLS],
      late: doubles[LATE],
      abandoned: doubles[STALLS] - doubles[LATE],
      depth,
      depthMax: used,
      listDepthMax: Math.max(listDepthMax, Math.min(used, 1)), // the first packet of a list is not compared
      waitNs: doubles[WAIT],
      waitMaxNs: doubles[WAIT_MAX],
      heldNs: doubles[HELD],
      heldMaxNs: doubles[HELD_MAX],
      heldPackets: doubles[HELD_PACKETS],
    };
  }

  /** Makes an entry free that never was in use; NONE if there is none. */
  private takeUnused(): number {
    if (this.used === this.capacity) return NONE;
    const entry = this.used++;
    const at = entry << ENTRY_WORDS_LOG2;
    this.words[at | ENTRY_TICKET] = ~entry;
    this.words[at | ENTRY_NEXT] = NONE;
    this.free = entry;
    return entry;
  }

  /** The entry that was made free last remains unused. */
  private giveBackUnused(): void {
    this.used--;
    this.free = NONE;
  }

  private refuse(): number {
    this.doubles[REFUSED]++;
    return NONE;
  }

  private entryAt(ticket: number): number {
    const at = (ticket & ENTRY_MASK) << ENTRY_WORDS_LOG2;
    if (this.words[at | ENTRY_TICKET] !== ticket) throw unknownTicket(ticket);
    return at;
  }

  private checkOut(out: Int32Array): void {
    if (out.length < this.listCapacity) throw shortOutput(this.listCapacity, out.length);
    this.knownOut = out;
  }

  private completeAbandoned(entry: number): number {
    this.doubles[LATE]++;
    this.release(entry);
    return COMPLETED_LATE;
  }

  private release(entry: number): void {
    this.words[(entry << ENTRY_WORDS_LOG2) | ENTRY_NEXT] = this.free;
    this.free = entry;
  }

  private markReady(list: number): void {
    const { words, listBase } = this;
    const at = listBase + (list << LIST_WORDS_LOG2) + LIST_READY_NEXT;
    if (words[at] !== NOT_QUEUED) return;
    words[at] = NONE;
    if (this.readyTail === NONE) this.readyHead = list;
    else words[listBase + (this.readyTail << LIST_WORDS_LOG2) + LIST_READY_NEXT] = list;
    this.readyTail = list;
  }

  private watch(entry: number): void {
    const { words, youngest } = this;
    const at = entry << ENTRY_WORDS_LOG2;
    words[at | ENTRY_OLDER] = youngest;
    words[at | ENTRY_YOUNGER] = NONE;
    if (youngest === NONE) this.oldest = entry;
    else words[(youngest << ENTRY_WORDS_LOG2) | ENTRY_YOUNGER] = entry;
    this.youngest = entry;
  }

  private unwatch(entry: number): void {
    const { words } = this;
    const at = entry << ENTRY_WORDS_LOG2;
    const older = words[at | ENTRY_OLDER];
    const younger = words[at | ENTRY_YOUNGER];
    if (older === NONE) this.oldest = younger;
    else words[(older << ENTRY_WORDS_LOG2) | ENTRY_YOUNGER] = younger;
    if (younger === NONE) this.youngest = older;
    else words[(younger << ENTRY_WORDS_LOG2) | ENTRY_OLDER] = older;
  }

  /** Takes an unfinished entry out of its list; what stands before it there is finished, or it would be older. */
  private abandon(entry: number): void {
    const { words, listBase } = this;
    const at = entry << ENTRY_WORDS_LOG2;
    const list = words[at | ENTRY_LIST];
    const listAt = (listBase + (list << LIST_WORDS_LOG2)) | 0;
    let before = NONE;
    for (let each = words[listAt | LIST_HEAD]; each !== entry; ) {
      before = each;
      each = words[(each << ENTRY_WORDS_LOG2) | ENTRY_NEXT];
    }
    const following = words[at | ENTRY_NEXT];
    if (before === NONE) words[listAt | LIST_HEAD] = following;
    else words[(before << ENTRY_WORDS_LOG2) | ENTRY_NEXT] = following;
    if (following === NONE && before !== NONE) words[listAt | LIST_TAIL] = before;
    if (--words[listAt | LIST_DEPTH] === 0) this.slots?.release(list);
    words[at | ENTRY_LIST] = NONE;
    const first = words[listAt | LIST_HEAD];
    if (first !== NONE && words[(first << ENTRY_WORDS_LOG2) | ENTRY_TICKET] < 0) this.markReady(list);
  }
}
