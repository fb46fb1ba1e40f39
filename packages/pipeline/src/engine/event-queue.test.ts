import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';

interface Event {
  time: number;
  kind: number;
  source: number;
}

function drain(queue: EventQueue): number[] {
  const order: number[] = [];
  while (queue.size > 0) {
    expect(queue.nextNs).toBeLessThan(Number.POSITIVE_INFINITY);
    queue.take();
    order.push(queue.a);
  }
  expect(queue.nextNs).toBe(Number.POSITIVE_INFINITY);
  return order;
}

describe('EventQueue', () => {
  const event = fc.record({ time: fc.nat(20), kind: fc.nat(3), source: fc.constantFrom(0, 1, 4095) });

  it('gives events in the order of time, kind, source and sequence, however they were put in', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const queue = new EventQueue();
        events.forEach(({ time, kind, source }, n) => {
          queue.add(time, kind, source, n, n + 1, n + 2, n + 3);
        });
        const sorted = events
          .map((each: Event, n) => ({ ...each, n }))
          .sort((x, y) => x.time - y.time || x.kind - y.kind || x.source - y.source || x.n - y.n);
        expect(drain(queue)).toEqual(sorted.map(({ n }) => n));
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what an event carries while others come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(event), { maxLength: 400 }), (steps) => {
        const queue = new EventQueue();
        const held = new Map<number, Event>();
        steps.forEach((step, n) => {
          if (step) {
            queue.add(step.time, step.kind, step.source, n, n + 1, n * 3, step.kind);
            held.set(n, step);
          } else if (queue.size > 0) {
            const first = Math.min(...[...held.values()].map(({ time }) => time));
            queue.take();
            const { a, b, c, d, timeNs, kind } = queue;
            const expected = held.get(a)!;
            expect([timeNs, kind, b, c, d]).toEqual([first, expected.kind, a + 1, a * 3, expected.kind]);
            held.delete(a);
          }
          expect(queue.size).toBe(held.size);
        });
      }),
      { numRuns: 200 },
    );
  });
});
