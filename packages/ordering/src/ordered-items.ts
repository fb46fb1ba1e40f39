import { COMPLETED_LATE, OrderingLists } from './ordering-lists.ts';
import type { OrderingListsOptions } from './ordering-lists-options.ts';
import type { OrderingStatistics } from './ordering-statistics.ts';

/**
 * Ordering lists of objects: {@link OrderingLists} for callers that do not number their packets.
 *
 * A key (a flow's hash or a session's number) has a list; what was enqueued with one key is sent in that order,
 * whenever it is completed.
 *
 * @example Replies leave in the order of their requests
 * ```ts
 * import { OrderedItems } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const ordered = new OrderedItems<string>({ capacity: 100 });
 * const a = ordered.enqueue(7, 'a', 0);
 * const b = ordered.enqueue(7, 'b', 0);
 * const c = ordered.enqueue(8, 'c', 0);
 *
 * const sent: string[] = [];
 * const send = (item: string) => sent.push(item);
 * ordered.complete(c!, 'send', 10, send); // another list: waits for nobody
 * ordered.complete(b!, 'send', 20, send); // waits for a
 * ordered.complete(a!, 'drop', 30, send); // leaves its list, is not sent
 * assert.deepEqual(sent, ['c', 'b']);
 * ```
 */
export class OrderedItems<Item> {
  private readonly core: OrderingLists;
  private readonly items: (Item | undefined)[];
  private readonly free: number[];

  /** @throws {RangeError} If an option is outside its range. */
  constructor(options: OrderingListsOptions) {
    this.core = new OrderingLists(options);
    this.items = new Array(options.capacity).fill(undefined);
    this.free = Array.from({ length: options.capacity }, (_, i) => options.capacity - 1 - i);
  }

  /**
   * Puts an item at the end of its key's list.
   *
   * @param key 32-bit integer.
   * @returns A ticket for `complete`; undefined if the list or all lists are full, and then nothing has changed.
   */
  enqueue(key: number, item: Item, nowNs: number): number | undefined {
    const place = this.free[this.free.length - 1];
    const ticket = this.core.enqueue(key, place, nowNs);
    if (ticket < 0) return undefined;
    this.free.pop();
    this.items[place] = item;
    return ticket;
  }

  /**
   * Says that the work on an item is done, and sends all that waited for it.
   *
   * An item that its list had given up is sent at once, out of order.
   *
   * @param send Called for each item that leaves, in order.
   * @returns How many items were sent.
   * @throws {RangeError} If the ticket is not one of an item that is being worked on.
   */
  complete(ticket: number, verdict: 'send' | 'drop', nowNs: number, send: (item: Item) => void): number {
    const place = this.core.itemOf(ticket);
    const list = this.core.complete(ticket, verdict === 'drop', nowNs);
    if (verdict === 'drop') this.forget(place);
    else if (list === COMPLETED_LATE) {
      send(this.forget(place));
      return 1;
    }
    return list < 0 ? 0 : this.drain(list, nowNs, send);
  }

  /**
   * Lets lists go on without items that have been in for the time-out.
   *
   * @param send Called for each item that leaves because of that, in order.
   * @returns How many items were sent.
   */
  expire(nowNs: number, send: (item: Item) => void): number {
    const { core } = this;
    core.expire(nowNs);
    let sent = 0;
    for (let list = core.nextReady(); list >= 0; list = core.nextReady()) sent += this.drain(list, nowNs, send);
    return sent;
  }

  /** Time at which `expire` has something to do next; Infinity if no item is being worked on. */
  nextTimeoutNs(): number {
    return this.core.nextTimeoutNs();
  }

  /** Figures since creation. */
  statistics(): OrderingStatistics {
    return this.core.statistics();
  }

  private drain(list: number, nowNs: number, send: (item: Item) => void): number {
    let sent = 0;
    for (let place = this.core.dequeue(list, nowNs); place >= 0; place = this.core.dequeue(list, nowNs)) {
      sent++;
      send(this.forget(place));
    }
    return sent;
  }

  private forget(place: number): Item {
    const item = this.items[place] as Item;
    this.items[place] = undefined;
    this.free.push(place);
    return item;
  }
}
