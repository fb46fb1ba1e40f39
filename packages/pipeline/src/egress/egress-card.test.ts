import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EgressCard } from './egress-card.ts';

const packets = fc.array(fc.record({ gapNs: fc.nat(300), bytes: fc.integer({ min: 1, max: 2000 }) }), {
  maxLength: 200,
});

/** One server and a list of what has not left, as slow as it can be. */
function byList(list: readonly { gapNs: number; bytes: number }[], rate: number, most: number) {
  const sentNs: number[] = [];
  let inQueue: number[] = [];
  let nowNs = 0;
  let freeNs = 0;
  let peak = 0;
  for (const { gapNs, bytes } of list) {
    nowNs += gapNs;
    inQueue = inQueue.filter((ns) => ns > nowNs);
    if (inQueue.length === most) {
      sentNs.push(-1);
      continue;
    }
    freeNs = Math.max(freeNs, nowNs) + (8 * bytes) / rate;
    sentNs.push(Math.ceil(freeNs));
    inQueue.push(Math.ceil(freeNs));
    peak = Math.max(peak, inQueue.length);
  }
  return { sentNs, peak };
}

it('R-egr-3: packets leave one after the other at the rate, and are dropped when the queue is full', () => {
  fc.assert(
    fc.property(packets, fc.constantFrom(0.7, 10, 64), fc.integer({ min: 1, max: 100 }), (list, rate, most) => {
      const card = new EgressCard(7, rate, most);
      const sent: number[] = [];
      let nowNs = 0;
      const sentNs = list.map(({ gapNs, bytes }, id) => {
        nowNs += gapNs;
        return card.offer(nowNs, bytes, id, (each) => sent.push(each));
      });
      const expected = byList(list, rate, most);
      expect(sentNs).toEqual(expected.sentNs);
      expect(card.queuePeak).toBe(expected.peak);
      card.serve(Number.POSITIVE_INFINITY, (each) => sent.push(each));
      const taken = list.flatMap((_, id) => (sentNs[id] < 0 ? [] : [id]));
      expect(sent).toEqual(taken);
      expect(card.packets + card.dropped).toBe(list.length);
    }),
  );
});

it('R-egr-3: keeps up with its rate to the last bit, whatever the packets', () => {
  const card = new EgressCard(7, 100, 100_000);
  let lastNs = 0;
  for (let id = 0; id < 100_000; id++) lastNs = card.offer(0, 64, id, () => undefined);
  expect(lastNs).toBe((100_000 * 64 * 8) / 100); // 5.12 ns each
});

it('without a rate nothing waits and nothing is dropped', () => {
  const card = new EgressCard(7, 0, 1);
  expect([1, 2, 3].map((id) => card.offer(5, 9000, id, () => undefined))).toEqual([5, 5, 5]);
  card.serve(5, () => undefined);
  expect([card.packets, card.dropped, card.waited, card.queuePeak, card.latency.max]).toEqual([3, 0, 0, 0, 0]);
});
