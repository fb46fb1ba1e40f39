import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPLETED_HELD, COMPLETED_LATE, OrderingLists } from './ordering-lists.ts';

const MAX_TICKET = 2 ** 30 - 1;

/** Takes everything that a list has to give. */
function take(lists: OrderingLists, list: number, nowNs: number, sent: number[] = []): number[] {
  for (let item = lists.dequeue(list, nowNs); item >= 0; item = lists.dequeue(list, nowNs)) sent.push(item);
  return sent;
}

/** Finishes a packet, and takes what leaves because of that. */
function finish(lists: OrderingLists, ticket: number, drop: boolean, nowNs: number): number[] {
  const out = new Int32Array(lists.listCapacity);
  return [...out.subarray(0, Math.max(0, lists.completeInto(ticket, drop, nowNs, out)))];
}

/** Takes everything from lists that timed out. */
function drain(lists: OrderingLists, nowNs: number): number[] {
  const sent: number[] = [];
  for (let list = lists.nextReady(); list >= 0; list = lists.nextReady()) take(lists, list, nowNs, sent);
  return sent;
}

function threeInOneList(options: { timeoutNs?: number } = {}): { lists: OrderingLists; tickets: number[] } {
  const lists = new OrderingLists({ capacity: 3, ...options });
  return { lists, tickets: [10, 11, 12].map((item, i) => lists.enqueue(7, item, i * 100)) };
}

describe('a list whose first packet is not finished', () => {
  it('holds what is finished behind it', () => {
    const { lists, tickets } = threeInOneList();
    expect(lists.complete(tickets[1], false, 200)).toBe(COMPLETED_HELD);
    expect(lists.dequeue(lists.listOf(tickets[0]), 200)).toBe(-1);
    expect([lists.nextReady(), lists.depth]).toEqual([-1, 3]);
  });

  it('gives all in order once the first is finished, and tells how long they waited', () => {
    const { lists, tickets } = threeInOneList();
    const list = lists.listOf(tickets[0]);
    lists.complete(tickets[2], false, 300);
    lists.complete(tickets[1], false, 400);
    expect(lists.complete(tickets[0], false, 1000)).toBeGreaterThanOrEqual(0);
    expect([0, 0, 0, 0].map(() => lists.dequeue(list, 1000))).toEqual([10, 11, 12, -1]);
    expect(lists.statistics()).toEqual({
      enqueued: 3,
      refused: 0,
      sent: 3,
      dropped: 0,
      stalls: 0,
      late: 0,
      abandoned: 0,
      depth: 0,
      depthMax: 3,
      listDepthMax: 3,
      waitNs: 1000 + 900 + 800,
      waitMaxNs: 1000,
      heldNs: 600 + 700,
      heldMaxNs: 700,
      heldPackets: 2,
    });
  });
});

describe('drops', () => {
  it('leave their list in their turn, and are not given', () => {
    const { lists, tickets } = threeInOneList();
    expect(lists.complete(tickets[1], true, 0)).toBe(COMPLETED_HELD);
    expect(finish(lists, tickets[0], true, 0)).toEqual([]);
    expect(finish(lists, tickets[2], false, 0)).toEqual([12]);
    expect(lists.statistics()).toMatchObject({ sent: 1, dropped: 2, depth: 0 });
  });

  it('make room', () => {
    const { lists, tickets } = threeInOneList();
    expect(lists.enqueue(7, 13, 0)).toBe(-1);
    expect(finish(lists, tickets[0], true, 0)).toEqual([]);
    expect(lists.enqueue(7, 13, 0)).toBeGreaterThanOrEqual(0);
    expect(lists.statistics().refused).toBe(1);
  });
});

describe('dequeueInto()', () => {
  it('completeInto() wants room for a whole list', () => {
    const { lists, tickets } = threeInOneList();
    expect(() => lists.completeInto(tickets[0], false, 0, new Int32Array(2))).toThrow(
      /^Cannot complete packet: out must/,
    );
    expect(lists.completeInto(tickets[0], false, 0, new Int32Array(3))).toBe(1);
  });

  it('takes as many as fit', () => {
    const { lists, tickets } = threeInOneList();
    const [list] = tickets.map((ticket) => lists.complete(ticket, ticket === tickets[1], 0));
    const out = new Int32Array(1);
    expect([lists.dequeueInto(list, 0, out), out[0]]).toEqual([1, 10]);
    expect([lists.dequeueInto(list, 0, out), out[0]]).toEqual([1, 12]);
    expect(lists.dequeueInto(list, 0, out)).toBe(0);
  });
});

describe('full lists', () => {
  it('refuse, and nothing changes', () => {
    const lists = new OrderingLists({ capacity: 4, listCapacity: 1 });
    const first = lists.enqueue(1, 1, 0);
    expect(lists.enqueue(1, 2, 0)).toBe(-1);
    const other = lists.enqueue(2, 3, 0);
    expect([finish(lists, first, false, 0), finish(lists, other, false, 0)]).toEqual([[1], [3]]);
    expect(lists.statistics()).toMatchObject({ enqueued: 2, refused: 1, listDepthMax: 1, depthMax: 2 });
  });

  it('refuse, and what was refused is not counted in the depth', () => {
    const lists = new OrderingLists({ capacity: 10, lists: 1, listCapacity: 1 });
    expect([lists.enqueue(0, 1, 0), lists.enqueue(0, 2, 0)]).toEqual([0, -1]);
    expect(lists.statistics()).toMatchObject({ depth: 1, depthMax: 1, refused: 1 });
    expect(finish(lists, 0, false, 0)).toEqual([1]);
    expect(lists.enqueue(0, 3, 0)).toBeGreaterThanOrEqual(0);
    expect(lists.statistics()).toMatchObject({ depth: 1, depthMax: 1 });
  });

  it('work at capacity 1, again and again', () => {
    const lists = new OrderingLists({ capacity: 1, lists: 1, timeoutNs: 5 });
    for (let item = 0; item < 3000; item++) {
      const ticket = lists.enqueue(item * 977, item, item);
      expect(lists.enqueue(0, 9999, item)).toBe(-1);
      expect(finish(lists, ticket, false, item)).toEqual([item]);
    }
  });
});

describe('time-outs', () => {
  it('let a list go on without the packet that it waits for', () => {
    const { lists, tickets } = threeInOneList({ timeoutNs: 1000 });
    lists.complete(tickets[1], false, 500);
    expect(lists.nextTimeoutNs()).toBe(1000);
    expect(lists.expire(999)).toBe(0);
    expect(lists.expire(1000)).toBe(1);
    expect(drain(lists, 1000)).toEqual([11]);
    expect(lists.nextTimeoutNs()).toBe(1200);
    expect(lists.complete(tickets[0], false, 1100)).toBe(COMPLETED_LATE);
    expect(lists.statistics()).toMatchObject({ stalls: 1, late: 1, abandoned: 0, depth: 1, sent: 1 });
  });

  it('keep the place of a packet that was given up until it is finished', () => {
    const { lists, tickets } = threeInOneList({ timeoutNs: 10 });
    expect(lists.expire(1000)).toBe(3);
    expect([lists.depth, lists.statistics().abandoned, lists.enqueue(7, 13, 1000)]).toEqual([0, 3, -1]);
    expect(lists.itemOf(tickets[0])).toBe(10);
    lists.complete(tickets[0], true, 1000);
    expect(lists.enqueue(7, 13, 1000)).toBeGreaterThanOrEqual(0);
  });

  it('give up the last packet of a list, and the next one comes behind what is left', () => {
    const lists = new OrderingLists({ capacity: 4, timeoutNs: 10 });
    const [first, second] = [10, 11].map((item) => lists.enqueue(7, item, 0));
    const list = lists.complete(first, false, 5);
    expect([lists.expire(10), lists.listDepth(list)]).toEqual([1, 1]);
    const third = lists.enqueue(7, 12, 15);
    expect(lists.complete(third, false, 16)).toBe(COMPLETED_HELD);
    expect(take(lists, list, 17)).toEqual([10, 12]);
    expect(lists.complete(second, false, 18)).toBe(COMPLETED_LATE);
  });

  it('give up a packet behind finished ones that nobody has taken yet', () => {
    const { lists, tickets } = threeInOneList({ timeoutNs: 1000 });
    lists.complete(tickets[0], false, 10);
    lists.complete(tickets[2], false, 10);
    expect(lists.expire(5000)).toBe(1);
    expect(drain(lists, 5000)).toEqual([10, 12]);
  });
});

describe('tickets', () => {
  it.each([
    ['was dequeued', (lists: OrderingLists, ticket: number) => take(lists, 0, 0) && lists.complete(ticket, false, 0)],
    ['is complete', (lists: OrderingLists, ticket: number) => lists.complete(ticket, false, 0)],
    ['left at once', (lists: OrderingLists, ticket: number) => lists.completeInto(ticket, true, 0, new Int32Array(8))],
    ['never was', (lists: OrderingLists) => lists.listOf(2)],
    ['is -1', (lists: OrderingLists) => lists.itemOf(-1)],
  ])('of a packet that %s are refused', (_, misuse) => {
    const lists = new OrderingLists({ capacity: 8 });
    const ticket = lists.enqueue(1, 1, 0);
    lists.complete(ticket, false, 0);
    expect(() => misuse(lists, ticket)).toThrow(RangeError);
  });

  it.each([1, 2, 700_000, 2 ** 20 - 1, 2 ** 20])('that were not given out are refused, capacity %i', (capacity) => {
    const lists = new OrderingLists({ capacity, timeoutNs: 10 });
    const misuses = [-2, -1, 0, 1, capacity, capacity - 1, MAX_TICKET].flatMap((ticket) => [
      () => lists.complete(ticket, false, 0),
      () => lists.completeInto(ticket, true, 0, new Int32Array(capacity)),
      () => lists.itemOf(ticket),
      () => lists.listOf(ticket),
    ]);
    for (const misuse of misuses) expect(misuse).toThrow(/^Cannot find packet: ticket must be one of /);
    const ticket = lists.enqueue(0, 1, 0);
    lists.expire(10);
    lists.complete(ticket, false, 10);
    for (const misuse of misuses) expect(misuse).toThrow(/^Cannot find packet: ticket must be one of /);
    expect(lists.statistics()).toMatchObject({ enqueued: 1, depth: 0, late: 1 });
  });
});

it.each([
  [{ capacity: 0 }],
  [{ capacity: 2 ** 20 + 1 }],
  [{ capacity: 1.5 }],
  [{ capacity: 4, lists: 0 }],
  [{ capacity: 4, lists: 65_537 }],
  [{ capacity: 4, listCapacity: 5 }],
  [{ capacity: 4, timeoutNs: 0 }],
  [{ capacity: 4, timeoutNs: Number.NaN }],
])('constructor throws for %o', (options) => {
  expect(() => new OrderingLists(options)).toThrow(/^Cannot create ordering lists: \w+ must be /);
});

describe('against a reference that sorts', () => {
  /** A step of a run: offer a packet, finish one of those in work (drop or send), or let time pass. */
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('offer' as const), key: fc.oneof(fc.nat(5), fc.nat(1000)) }) },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(1000), drop: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ns: fc.nat(50) }) },
  );
  const setup = fc.record({
    capacity: fc.integer({ min: 1, max: 12 }),
    lists: fc.option(fc.constantFrom(1, 2, 3), { nil: undefined }),
    timeoutNs: fc.option(fc.constantFrom(10, 100), { nil: undefined }),
    spread: fc.constantFrom(1, 0x2aaaaaab, -1),
    taking: fc.constantFrom('at once' as const, 'in two steps' as const, 'now and then' as const),
  });

  interface Entry {
    order: number;
    key: number;
    ticket: number;
    since: number;
    state: 'work' | 'send' | 'drop' | 'given-up';
  }

  it('the order of each list is that of its arrivals, nothing is lost, nothing comes twice, drops stall nothing', () => {
    fc.assert(
      fc.property(setup, fc.array(step, { maxLength: 120, size: 'max' }), (options, steps) => {
        const { capacity, lists: count, timeoutNs, spread, taking } = options;
        const lists = new OrderingLists({
          capacity,
          ...(count !== undefined && { lists: count }),
          ...(timeoutNs !== undefined && { timeoutNs }),
        });
        /** Everything that stands in lists or was given up, in order of arrival. */
        let inside: Entry[] = [];
        const listOf = (key: number) =>
          count === undefined ? key : Math.floor(((Math.imul(key, spread) >>> 16) * count) / 2 ** 16);
        /** Sorted by arrival, each list gives what stands before its first unfinished packet. */
        const expected = (): Map<number, number[]> => {
          const given = new Map<number, number[]>();
          const closed = new Set<number>();
          inside = inside.filter((entry) => {
            if (entry.state === 'given-up') return true;
            const list = listOf(entry.key);
            if (entry.state === 'work') closed.add(list);
            if (closed.has(list)) return true;
            if (entry.state === 'send') given.set(list, [...(given.get(list) ?? []), entry.order]);
            return false;
          });
          return given;
        };
        /** What left at the last step, list by list. */
        let left: number[] = [];
        /** Lists that nobody has taken from yet. */
        const ready = new Set<number>();
        const got = (): Map<number, number[]> => {
          const given = new Map<number, number[]>();
          for (const item of left.splice(0)) {
            const list = listOf(keys[item]);
            given.set(list, [...(given.get(list) ?? []), item]);
          }
          return given;
        };
        const keys: number[] = [];
        const statistics = { enqueued: 0, refused: 0, sent: 0, dropped: 0, stalls: 0, late: 0 };
        let now = 0;
        const act = (each: (typeof steps)[number]): void => {
          if (each.do === 'offer') {
            const ticket = lists.enqueue(Math.imul(each.key, spread), keys.length, now);
            expect(ticket >= 0).toBe(inside.length < capacity);
            if (ticket < 0) {
              statistics.refused++;
              return;
            }
            statistics.enqueued++;
            inside.push({ order: keys.length, key: each.key, ticket, since: now, state: 'work' });
            keys.push(each.key);
          } else if (each.do === 'finish') {
            const open = inside.filter((entry) => entry.state === 'work' || entry.state === 'given-up');
            if (open.length === 0) return;
            const entry = open[each.which % open.length];
            const out = new Int32Array(capacity);
            const outcome =
              taking === 'at once'
                ? lists.completeInto(entry.ticket, each.drop, now, out)
                : lists.complete(entry.ticket, each.drop, now);
            if (taking === 'at once') left.push(...out.subarray(0, Math.max(0, outcome)));
            else if (outcome >= 0 && taking === 'in two steps') left = take(lists, outcome, now);
            else if (outcome >= 0) ready.add(outcome);
            expect(outcome === COMPLETED_LATE).toBe(entry.state === 'given-up');
            if (outcome === COMPLETED_LATE) {
              statistics.late++;
              inside = inside.filter((other) => other !== entry);
              return;
            }
            entry.state = each.drop ? 'drop' : 'send';
            statistics[each.drop ? 'dropped' : 'sent']++;
          } else {
            now += each.ns;
            const due = inside.filter((entry) => entry.state === 'work' && entry.since + (timeoutNs ?? 1e9) <= now);
            for (const entry of due) entry.state = 'given-up';
            statistics.stalls += due.length;
            expect(lists.expire(now)).toBe(due.length);
            for (const list of ready) take(lists, list, now, left);
            ready.clear();
            left.push(...drain(lists, now));
          }
        };
        for (const each of steps) {
          act(each);
          if (taking === 'now and then' && each.do !== 'pass') continue;
          expect(got()).toEqual(expected());
          expect(lists.depth).toBe(inside.filter((entry) => entry.state !== 'given-up').length);
        }
        for (const list of ready) take(lists, list, now, left);
        // every packet that is still in work is finished: then nothing remains
        for (const entry of inside.filter((other) => other.state === 'work')) {
          left.push(...finish(lists, entry.ticket, false, now));
          entry.state = 'send';
          statistics.sent++;
        }
        expect(got()).toEqual(expected());
        expect(lists.statistics()).toMatchObject({ ...statistics, depth: 0 });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('a list starts over when its numbers of use do', () => {
    // 1,024 uses of an entry wrap its generation around
    const lists = new OrderingLists({ capacity: 2 });
    const tickets = new Set<number>();
    for (let i = 0; i < 5000; i++) {
      const ticket = lists.enqueue(i | 0, i, 0);
      tickets.add(ticket);
      expect(finish(lists, ticket, false, 0)).toEqual([i]);
    }
    expect(tickets.size).toBe(1024);
  });
});
