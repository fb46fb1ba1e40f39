import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivalCurve, countArrivals } from './_arrival-curve.ts';
import { EventHeap } from './_event-heap.ts';
import { Popularity } from './_popularity.ts';
import { countHosts, firstHost, parseHost, parsePrefix } from './_prefix.ts';

describe('EventHeap', () => {
  it('gives events in the order of a sorted list, through push, postpone and remove', () => {
    const command = fc.tuple(fc.constantFrom('push', 'postpone', 'remove'), fc.nat(50));
    fc.assert(
      fc.property(fc.array(command, { maxLength: 900 }), (commands) => {
        const heap = new EventHeap();
        const list: number[] = [];
        for (const [index, [what, time]] of commands.entries()) {
          if (what === 'push') {
            heap.push(time, index);
            list.push(time);
          } else if (list.length > 0) {
            expect(heap.times[0]).toBe(list.shift());
            if (what === 'remove') heap.remove();
            else {
              heap.postpone(time);
              list.push(time);
            }
          }
          list.sort((a, b) => a - b);
          expect(heap.size).toBe(list.length);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

describe('ArrivalCurve', () => {
  const point = fc.record({ atSeconds: fc.integer({ min: 0, max: 40 }), perSecond: fc.integer({ min: 0, max: 90 }) });

  it('secondOf() is where a sum over small steps reaches the area', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 7 }), (points) => {
        points.sort((a, b) => a.atSeconds - b.atSeconds);
        const curve = new ArrivalCurve(points);
        const total = countArrivals(points);
        let area = 0;
        let next = 0.5;
        for (let i = 1; i < points.length; i++) {
          const [a, b] = [points[i - 1]!, points[i]!];
          const width = b.atSeconds - a.atSeconds;
          for (let step = 0; step < width * 256; step++) {
            const middle = (step + 0.5) / (width * 256);
            area += (a.perSecond + (b.perSecond - a.perSecond) * middle) / 256;
            for (; next < total && next <= area; next++) {
              expect(Math.abs(curve.secondOf(next) - (a.atSeconds + (step + 0.5) / 256))).toBeLessThan(1 / 128);
            }
          }
        }
        expect(total - next).toBeLessThan(1.5);
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

describe('Popularity', () => {
  it.each([0, 0.3, 0.8, 0.999_999_9, 1, 1.000_000_1, 1.2, 2, 3.7, 4])(
    'sum() agrees with adding up, exponent %d',
    (exponent) => {
      const popularity = new Popularity(10, 10, exponent);
      let sum = 0;
      for (let rank = 1; rank <= 200_000; rank++) {
        sum += rank ** -exponent;
        if (rank % 7_919 === 0 || rank < 300)
          expect(Math.abs(popularity.sum(rank) / sum - 1), `rank ${rank}`).toBeLessThan(1e-11);
      }
    },
  );

  it.each([
    [1, 1, 1],
    [1, 77, 0.8],
    [1000, 1001, 1],
    [1000, 40_000, 0],
    [30_000, 600_000, 1],
    [50_000, 200_000, 0.8],
    [50_000, 2_000_000_000, 2.5],
    [50_000, 2_000_000_000, 4],
  ])('gives %d flows %d packets in sum, at least 1 each, exponent %d', (flows, packets, exponent) => {
    const popularity = new Popularity(flows, packets, exponent);
    let sum = 0;
    let least = packets;
    for (let rank = 0; rank < flows; rank++) {
      sum += popularity.quota(rank);
      least = Math.min(least, popularity.quota(rank));
    }
    expect(sum).toBe(packets);
    expect(least).toBeGreaterThanOrEqual(1);
    expect(popularity.quota(0)).toBeGreaterThanOrEqual(popularity.quota(flows - 1));
  });
});

describe('addresses', () => {
  it.each([
    ['192.0.2.1', [0xc0000201]],
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['2001:db8::', [0x20010db8, 0, 0, 0]],
    ['2001:db8:0:0:8:800:200c:417a', [0x20010db8, 0, 0x00080800, 0x200c417a]],
    ['2001:DB8::8:800:200C:417A', [0x20010db8, 0, 0x00080800, 0x200c417a]],
    ['1:2:3:4:5:6:7::', [0x10002, 0x30004, 0x50006, 0x70000]],
  ])('parseHost() reads %s', (text, words) => {
    expect([...parseHost(text)!.words].map((word) => word >>> 0)).toEqual(words);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
  ])('parseHost() refuses %j', (text) => {
    expect(parseHost(text)).toBeUndefined();
  });

  it.each<[string, number, number]>([
    ['10.0.0.0/8', 0x0a000001, 2 ** 24 - 2],
    ['192.0.2.0/30', 0xc0000201, 2],
    ['192.0.2.0/31', 0xc0000201, 1],
    ['192.0.2.7/32', 0xc0000207, 1],
    ['0.0.0.0/0', 1, 2 ** 32 - 2],
    ['2001:db8::/64', 1, 2 ** 32 - 2],
    ['2001:db8::ff00/120', 0xff01, 254],
    ['2001:db8::9/128', 9, 1],
  ])('parsePrefix() reads %s, its first host and their number', (text, first, hosts) => {
    const prefix = parsePrefix(text)!;
    expect([firstHost(prefix) >>> 0, countHosts(prefix)]).toEqual([first, hosts]);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '2001:db8::/129',
    '2001:db8::1/127',
    '/8',
  ])('parsePrefix() refuses %j', (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });
});
