import { decodePackets, PacketBatch, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock } from '../ingress/clock.ts';
import { ArrivalTimes } from './arrival-times.ts';
import { RecordsUntil } from './records-until.ts';

const NS = 1_000_000_000;
const frame = packet().ethernet().ipv4().udp().build();

/** Time stamps that mostly go on, sometimes back, and now and then leap. */
const stamps = fc.array(
  fc.record({
    seconds: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) }, fc.constant(10_000_000)),
    nanoseconds: fc.integer({ min: -1, max: NS - 1 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 60 });

/** Cuts a list into pieces of the given lengths, repeated as long as it lasts. */
function pieces<T>(items: readonly T[], lengths: readonly number[]): T[][] {
  const cut: T[][] = [];
  for (let at = 0, i = 0; at < items.length; at += lengths[i++ % lengths.length]) {
    cut.push(items.slice(at, at + lengths[i % lengths.length]));
  }
  return cut;
}

/** Times of all packets, one by one. */
function timesOf(list: readonly { seconds: number; nanoseconds: number }[], maxGapNs: number): number[] {
  const clock = new Clock(maxGapNs);
  return list.map(({ seconds, nanoseconds }) => clock.advance(seconds, nanoseconds));
}

describe('RecordsUntil', () => {
  it('lets through what comes up to the moment, however the input is cut (R-run-1, R-run-3, R-run-5)', () => {
    fc.assert(
      fc.property(
        stamps,
        cuts,
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom(5 * NS, undefined),
        (list, lengths, second, maxGapNs) => {
          const untilNs = second * NS;
          const until = new RecordsUntil(untilNs, maxGapNs);
          let taken = 0;
          for (const piece of pieces(list, lengths)) {
            const records = recordsOf(piece.map(() => frame));
            records.seconds.set(piece.map((stamp) => stamp.seconds));
            records.nanoseconds.set(piece.map((stamp) => stamp.nanoseconds));
            const some = until.take(records);
            taken += some.count;
            expect(decodePackets(some, new PacketBatch(64))).toBe(some.count);
          }
          const expected = timesOf(list, maxGapNs ?? 86_400 * NS).filter((nowNs) => nowNs <= untilNs).length;
          expect([taken, until.reached]).toEqual([expected, expected < list.length]);
        },
      ),
      { seed: 20_261_121 },
    );
  });

  it('takes the moment itself, and any size of batch', () => {
    const frames = Array.from({ length: 600 }, () => frame);
    const records = recordsOf(frames, { seconds: 7, intervalNs: NS });
    const until = new RecordsUntil(299 * NS);
    expect([until.take(records).count, until.reached, until.take(records).count]).toEqual([300, true, 0]);
    expect(new RecordsUntil(599 * NS).take(records)).toBe(records);
  });

  it.each([[-1], [Number.NaN]])('refuses %s', (untilNs) => {
    expect(() => new RecordsUntil(untilNs)).toThrow(
      new RangeError(`Cannot cut input: time must be 0 ns or more: got ${untilNs}`),
    );
  });
});

describe('ArrivalTimes', () => {
  it('tells the second of every packet, however the input is cut (R-run-5)', () => {
    fc.assert(
      fc.property(stamps, cuts, (list, lengths) => {
        const times = timesOf(list, 86_400 * NS);
        const arrivals = new ArrivalTimes();
        let first = 1;
        for (const piece of pieces(times, lengths)) {
          arrivals.note(first, Float64Array.from(piece), piece.length);
          first += piece.length;
        }
        expect(times.map((_, i) => arrivals.secondOf(i + 1))).toEqual(times.map((nowNs) => Math.floor(nowNs / NS)));
      }),
      { seed: 20_261_121 },
    );
  });

  it('knows nothing of packets before the first', () => {
    const arrivals = new ArrivalTimes();
    arrivals.note(1, new Float64Array(0), 0);
    expect(arrivals.secondOf(1)).toBeUndefined();
  });
});
