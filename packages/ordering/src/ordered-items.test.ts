import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OrderedItems } from './ordered-items.ts';

it('items of a key leave in the order in which they came, whenever they are finished', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.nat()), { maxLength: 40, size: 'max' }),
      (packets) => {
        const ordered = new OrderedItems<{ key: number; order: number }>({ capacity: Math.max(1, packets.length) });
        const sent: { key: number; order: number }[] = [];
        const tickets = packets.map(([key], order) => ordered.enqueue(key, { key, order }, 0)!);
        const byFinish = packets.map((_, i) => i).sort((a, b) => packets[a][2] - packets[b][2]);
        for (const i of byFinish) ordered.complete(tickets[i], packets[i][1] ? 'drop' : 'send', 1, (x) => sent.push(x));
        for (const key of [0, 1, 2, 3]) {
          const wanted = packets.flatMap(([of, drop], order) => (of === key && !drop ? [order] : []));
          expect(sent.filter((item) => item.key === key).map((item) => item.order)).toEqual(wanted);
        }
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

it('an item that was given up is sent when it is finished, or dropped', () => {
  const ordered = new OrderedItems<string>({ capacity: 3, timeoutNs: 10 });
  const sent: string[] = [];
  const send = (item: string) => sent.push(item);
  const [a, b, c] = ['a', 'b', 'c'].map((item) => ordered.enqueue(1, item, 0)!);
  expect(ordered.complete(c, 'send', 5, send)).toBe(0);
  expect(ordered.nextTimeoutNs()).toBe(10);
  expect(ordered.expire(10, send)).toBe(1);
  expect(ordered.complete(b, 'send', 11, send)).toBe(1);
  expect(ordered.complete(a, 'drop', 12, send)).toBe(0);
  expect(sent).toEqual(['c', 'b']);
  expect(ordered.statistics()).toMatchObject({ stalls: 2, late: 2, sent: 1, depth: 0 });
});

it('enqueue() returns undefined when full, and works again after a drop', () => {
  const ordered = new OrderedItems<string>({ capacity: 1 });
  const first = ordered.enqueue(1, 'a', 0)!;
  expect(ordered.enqueue(1, 'b', 0)).toBeUndefined();
  ordered.complete(first, 'drop', 0, () => {});
  const second = ordered.enqueue(1, 'c', 0)!;
  const sent: string[] = [];
  expect(ordered.complete(second, 'send', 0, (item) => sent.push(item))).toBe(1);
  expect(sent).toEqual(['c']);
});

it('complete() refuses a ticket before it is given out, and nothing changes', () => {
  const ordered = new OrderedItems<string>({ capacity: 4 });
  const sent: string[] = [];
  const send = (item: string) => sent.push(item);
  expect(() => ordered.complete(0, 'drop', 0, send)).toThrow(RangeError);
  const [a, b] = ['a', 'b'].map((item) => ordered.enqueue(1, item, 0)!);
  ordered.complete(a, 'send', 1, send);
  ordered.complete(b, 'send', 1, send);
  expect(sent).toEqual(['a', 'b']);
});
