import { KeySlots } from './_key-slots.ts';

/** Bits of a ticket that name the entry; the 10 above tell one use of the entry from the next. */
const ENTRY_BITS = 20;
const ENTRY_MASK = 2 ** ENTRY_BITS - 1;
const GENERATION_MASK = 0x3ff;
const MAX_ENTRIES = 2 ** ENTRY_BITS;

// States of an entry
const FREE = 0;
const WAITING = 1;
const TO_SEND = 2;
const TO_DROP = 3;
const ABANDONED = 4;

/** No entry, no list. */
const NONE = -1;
/** `readyNext` of a list that does not stand in the queue of ready lists. */
const NOT_QUEUED = -2;

// Places in `sums`
const ENQUEUED = 0;
const REFUSED = 1;
const SENT = 2;
const DROPPED = 3;
const STALLS = 4;
const LATE = 5;
const WAIT = 6;
const WAIT_MAX = 7;
const HELD = 8;
const HELD_MAX = 9;
const HELD_PACKETS = 10;
const SUMS = 11;

/** `complete()`: a packet before it in its list is not finished; it leaves after that one. */
export const COMPLETED_HELD = 0;
/** `complete()`: its list has something to dequeue. */
export const COMPLETED_READY = 1;
/** `complete()`: its list had timed out and gone on without it; it is out of the lists, and the caller's to send or drop. */
export const COMPLETED_LATE = 2;

/** How ordering lists are made. */
export interface OrderingListsOptions {
  /** Packets in all lists together, 1 to 1,048,576. */
  readonly capacity: number;
  /**
   * Number of lists, 1 to 1,048,576; a key (the hash of a flow, 32 bits) belongs to the list of its range. Without it
   * every key (the number of a session) has a list of its own for as long as packets of it are in.
   */
  readonly lists?: number;
  /** Packets in one list, at most; default the capacity. */
  readonly listCapacity?: number;
  /** Nanoseconds after which a list goes on without a packet that is not finished; default Infinity: it waits. */
  readonly timeoutNs?: number;
}

/** Figures of ordering lists since creation. `enqueued` = `sent` + `dropped` + `late` + `depth` + `abandoned`. */
export interface OrderingStatistics {
  /** Packets taken in. */
  readonly enqueued: number;
  /** Packets not taken in, because the lists or the list were full. */
  readonly refused: number;
  /** Packets that left in order, to be sent. */
  readonly sent: number;
  /** Packets that left in order, dropped. */
  readonly dropped: number;
  /** Packets that a list did not wait for. */
  readonly stalls: number;
  /** Those of them that were finished later. */
  readonly late: number;
  /** Those of them that are not finished yet. */
  readonly abandoned: number;
  /** Packets in lists now, and at most. */
  readonly depth: number;
  readonly depthMax: number;
  /** Packets in one list, at most. */
  readonly listDepthMax: number;
  /** Time from enqueue to dequeue, of packets that left in order: sum and longest. */
  readonly waitNs: number;
  readonly waitMaxNs: number;
  /** Head-of-line time, from complete to dequeue: sum and longest, and how many packets had any. */
  readonly heldNs: number;
  readonly heldMaxNs: number;
  readonly heldPackets: number;
}

/**
 * Ordering lists: packets are finished in any order and leave each list in the order in which they entered it.
 *
 * An item is an integer of the caller's, 0 to 2^31 - 1 (a row, a buffer number). `enqueue` gives a ticket; whoever
 * works on the packet finishes it with `complete`, to be sent or dropped; `dequeue` gives the items to send that no
 * unfinished packet stands before. A dropped packet leaves its list like any other, it only is not given. Every call is
 * O(1) (`dequeue`: plus the dropped packets that it passes, each once) and allocates nothing.
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
 * import { COMPLETED_HELD, COMPLETED_READY, OrderingLists } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const lists = new OrderingLists({ capacity: 1024, lists: 64 });
 * const flowHash = 0xdeadbeef;
 * const first = lists.enqueue(flowHash, 100, 0);
 * const second = lists.enqueue(flowHash, 101, 10);
 * const list = lists.listOf(first);
 *
 * assert.equal(lists.complete(second, false, 20), COMPLETED_HELD);
 * assert.equal(lists.dequeue(list, 20), -1);
 * assert.equal(lists.complete(first, false, 50), COMPLETED_READY);
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
  /** Packets in lists now. */
  depth = 0;

  private readonly lists: number;
  private readonly slots: KeySlots | undefined;
  private depthMax = 0;
  private listDepthMax = 0;
  private readonly sums = new Float64Array(SUMS);

  // By entry
  private readonly state: Uint8Array;
  private readonly generation: Uint16Array;
  private readonly item: Int32Array;
  private readonly list: Int32Array;
  /** The next entry of the list, or of the stack of free entries. */
  private readonly next: Int32Array;
  private readonly enqueuedNs: Float64Array;
  private readonly completedNs: Float64Array;
  /** Neighbours among all unfinished entries, oldest first; kept only if lists time out. */
  private readonly older: Int32Array;
  private readonly younger: Int32Array;
  private free = 0;
  private oldest = NONE;
  private youngest = NONE;

  // By list
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private readonly depths: Int32Array;
  /** The next list in the queue of ready lists, or NOT_QUEUED. */
  private readonly readyNext: Int32Array;
  private readyHead = NONE;
  private readyTail = NONE;

  /** @throws {RangeError} If an option is outside its range. */
  constructor(options: OrderingListsOptions) {
    const { capacity, lists, listCapacity = capacity, timeoutNs = Number.POSITIVE_INFINITY } = options;
    check('capacity', capacity, MAX_ENTRIES);
    if (lists !== undefined) check('lists', lists, MAX_ENTRIES);
    check('listCapacity', listCapacity, capacity);
    if (!(timeoutNs > 0)) {
      throw new RangeError(`Cannot create ordering lists: timeoutNs must be above 0: got ${String(timeoutNs)}`);
    }
    this.capacity = capacity;
    this.listCapacity = listCapacity;
    this.timeoutNs = timeoutNs;
    this.lists = lists ?? capacity;
    this.slots = lists === undefined ? new KeySlots(capacity) : undefined;
    const timed = timeoutNs < Number.POSITIVE_INFINITY ? capacity : 0;
    this.state = new Uint8Array(capacity);
    this.generation = new Uint16Array(capacity);
    this.item = new Int32Array(capacity);
    this.list = new Int32Array(capacity);
    this.next = Int32Array.from({ length: capacity }, (_, i) => (i + 1 < capacity ? i + 1 : NONE));
    this.enqueuedNs = new Float64Array(capacity);
    this.completedNs = new Float64Array(capacity);
    this.older = new Int32Array(timed);
    this.younger = new Int32Array(timed);
    this.head = new Int32Array(this.lists).fill(NONE);
    this.tail = new Int32Array(this.lists).fill(NONE);
    this.depths = new Int32Array(this.lists);
    this.readyNext = new Int32Array(this.lists).fill(NOT_QUEUED);
  }

  /**
   * Puts a packet at the end of its list.
   *
   * @param key Hash of the flow, or number of the session: an integer of 32 bits, signed or unsigned.
   * @param item The caller's own, 0 to 2^31 - 1; `dequeue` gives it back.
   * @returns A ticket for `complete`, 0 or above; -1 if the list or all lists are full.
   */
  enqueue(key: number, item: number, nowNs: number): number {
    // hot: once per packet, allocates nothing
    const entry = this.free;
    if (entry === NONE) return this.refuse();
    const { slots, next, tail, depths } = this;
    // 2^32 keys in equal ranges; exact, since both factors are below 2^32 and the list is below 2^20
    const list = slots === undefined ? Math.floor(((key >>> 0) * this.lists) / 4_294_967_296) : slots.take(key | 0);
    const depth = depths[list] + 1;
    if (depth > this.listCapacity) return this.refuse();
    this.free = next[entry];
    this.state[entry] = WAITING;
    this.item[entry] = item;
    this.list[entry] = list;
    this.enqueuedNs[entry] = nowNs;
    next[entry] = NONE;
    const last = tail[list];
    if (last === NONE) this.head[list] = entry;
    else next[last] = entry;
    tail[list] = entry;
    depths[list] = depth;
    if (depth > this.listDepthMax) this.listDepthMax = depth;
    if (++this.depth > this.depthMax) this.depthMax = this.depth;
    if (this.older.length > 0) this.watch(entry);
    this.sums[ENQUEUED]++;
    return (this.generation[entry] << ENTRY_BITS) | entry;
  }

  /**
   * Says that the work on a packet is done.
   *
   * @param drop Whether the packet is to be dropped in its turn, instead of sent.
   * @returns {@link COMPLETED_HELD}, {@link COMPLETED_READY} or {@link COMPLETED_LATE}.
   * @throws {RangeError} If the ticket is not one of a packet that is being worked on.
   */
  complete(ticket: number, drop: boolean, nowNs: number): 0 | 1 | 2 {
    // hot: once per packet, allocates nothing
    const entry = this.entryOf(ticket);
    const state = this.state[entry];
    if (state === ABANDONED) {
      this.sums[LATE]++;
      this.release(entry);
      return COMPLETED_LATE;
    }
    if (state !== WAITING) throw unknownTicket(ticket);
    this.state[entry] = drop ? TO_DROP : TO_SEND;
    this.completedNs[entry] = nowNs;
    if (this.older.length > 0) this.unwatch(entry);
    const list = this.list[entry];
    if (this.head[list] !== entry) return COMPLETED_HELD;
    this.markReady(list);
    return COMPLETED_READY;
  }

  /**
   * Takes the next packet of a list that is to be sent.
   *
   * @returns Its item; -1 if the list is empty or waits for a packet that is not finished.
   */
  dequeue(list: number, nowNs: number): number {
    // hot: once per packet, allocates nothing
    const { head, next, state, sums } = this;
    for (let entry = head[list]; entry !== NONE; ) {
      const done = state[entry];
      if (done === WAITING) return NONE;
      const following = next[entry];
      head[list] = following;
      if (following === NONE) this.tail[list] = NONE;
      if (--this.depths[list] === 0) this.slots?.release(list);
      this.depth--;
      const wait = nowNs - this.enqueuedNs[entry];
      const held = nowNs - this.completedNs[entry];
      sums[WAIT] += wait;
      if (wait > sums[WAIT_MAX]) sums[WAIT_MAX] = wait;
      if (held > 0) {
        sums[HELD] += held;
        sums[HELD_PACKETS]++;
        if (held > sums[HELD_MAX]) sums[HELD_MAX] = held;
      }
      const item = this.item[entry];
      this.release(entry);
      if (done === TO_SEND) {
        sums[SENT]++;
        return item;
      }
      sums[DROPPED]++;
      entry = following;
    }
    return NONE;
  }

  /**
   * Takes the next list, of those that became ready, in the order in which they did.
   *
   * @returns A list that has something to dequeue, dropped packets included; -1 if there is none.
   */
  nextReady(): number {
    while (this.readyHead !== NONE) {
      const list = this.readyHead;
      this.readyHead = this.readyNext[list];
      if (this.readyHead === NONE) this.readyTail = NONE;
      this.readyNext[list] = NOT_QUEUED;
      const first = this.head[list];
      if (first !== NONE && this.state[first] !== WAITING) return list;
    }
    return NONE;
  }

  /**
   * Lets lists go on without packets that have been in for the time-out and are not finished.
   *
   * Lists that have something to dequeue now come out of `nextReady`.
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
    this.sums[STALLS] += stalls;
    return stalls;
  }

  /** Time at which `expire` has something to do next; Infinity if no packet is being worked on. */
  nextTimeoutNs(): number {
    return this.oldest === NONE ? Number.POSITIVE_INFINITY : this.enqueuedNs[this.oldest] + this.timeoutNs;
  }

  /**
   * List of a packet.
   *
   * @throws {RangeError} If the ticket is not one of a packet that is in, or was given up and not finished.
   */
  listOf(ticket: number): number {
    return this.list[this.entryOf(ticket)];
  }

  /**
   * Item of a packet.
   *
   * @throws {RangeError} If the ticket is not one of a packet that is in, or was given up and not finished.
   */
  itemOf(ticket: number): number {
    return this.item[this.entryOf(ticket)];
  }

  /** Packets in a list now. */
  listDepth(list: number): number {
    return this.depths[list];
  }

  /** Figures since creation. */
  statistics(): OrderingStatistics {
    const { sums, depth, depthMax, listDepthMax } = this;
    return {
      enqueued: sums[ENQUEUED],
      refused: sums[REFUSED],
      sent: sums[SENT],
      dropped: sums[DROPPED],
      stalls: sums[STALLS],
      late: sums[LATE],
      abandoned: sums[STALLS] - sums[LATE],
      depth,
      depthMax,
      listDepthMax,
      waitNs: sums[WAIT],
      waitMaxNs: sums[WAIT_MAX],
      heldNs: sums[HELD],
      heldMaxNs: sums[HELD_MAX],
      heldPackets: sums[HELD_PACKETS],
    };
  }

  private refuse(): number {
    this.sums[REFUSED]++;
    return NONE;
  }

  private entryOf(ticket: number): number {
    const entry = ticket & ENTRY_MASK;
    if (ticket < 0 || this.state[entry] === FREE || this.generation[entry] !== ticket >>> ENTRY_BITS) {
      throw unknownTicket(ticket);
    }
    return entry;
  }

  private release(entry: number): void {
    this.state[entry] = FREE;
    this.generation[entry] = (this.generation[entry] + 1) & GENERATION_MASK;
    this.next[entry] = this.free;
    this.free = entry;
  }

  private markReady(list: number): void {
    if (this.readyNext[list] !== NOT_QUEUED) return;
    this.readyNext[list] = NONE;
    if (this.readyTail === NONE) this.readyHead = list;
    else this.readyNext[this.readyTail] = list;
    this.readyTail = list;
  }

  private watch(entry: number): void {
    this.older[entry] = this.youngest;
    this.younger[entry] = NONE;
    if (this.youngest === NONE) this.oldest = entry;
    else this.younger[this.youngest] = entry;
    this.youngest = entry;
  }

  private unwatch(entry: number): void {
    const before = this.older[entry];
    const after = this.younger[entry];
    if (before === NONE) this.oldest = after;
    else this.younger[before] = after;
    if (after === NONE) this.youngest = before;
    else this.older[after] = before;
  }

  /** Takes an unfinished entry out of its list; what stands before it there is finished, or it would be older. */
  private abandon(entry: number): void {
    const { head, next, tail, state } = this;
    const list = this.list[entry];
    let before = NONE;
    for (let each = head[list]; each !== entry; each = next[each]) before = each;
    const following = next[entry];
    if (before === NONE) head[list] = following;
    else next[before] = following;
    if (following === NONE) tail[list] = before;
    if (--this.depths[list] === 0) this.slots?.release(list);
    this.depth--;
    state[entry] = ABANDONED;
    const first = head[list];
    if (first !== NONE && state[first] !== WAITING) this.markReady(list);
  }
}

function check(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(
    `Cannot create ordering lists: ${name} must be an integer from 1 to ${max}: got ${String(value)}`,
  );
}

function unknownTicket(ticket: number): RangeError {
  return new RangeError(
    `Cannot find packet: ticket must be one of a packet that is being worked on: got ${String(ticket)}`,
  );
}
