import { describe, expect, it } from 'vitest';
import { planTraffic, TRAFFIC_SHAPES, type TrafficOptions } from './shape.ts';

describe('planTraffic() fills in', () => {
  it('the shape small without options', () => {
    expect(planTraffic()).toEqual({
      ...TRAFFIC_SHAPES.small,
      seed: 1,
      startSeconds: Date.parse('2026-01-01T00:00:00Z') / 1000,
      clients: 3125,
      servers: 782,
      interfaces: 1,
    });
  });

  it.each<[TrafficOptions, number, number]>([
    [{ shape: 'many' }, 4_000_000, 1_000_000],
    [{ shape: 'many', packets: 400 }, 400, 100],
    [{ shape: 'many', packets: 3 }, 3, 1],
    [{ shape: 'small', flows: 7 }, 140, 7],
    [{ shape: 'small', packets: 50, flows: 50 }, 50, 50],
  ])('%j: %d packets of %d flows', (options, packets, flows) => {
    expect(planTraffic(options)).toMatchObject({ packets, flows });
  });

  it('the rate from the duration', () => {
    expect(planTraffic({ packets: 1000, durationSeconds: 4 }).packetsPerSecond).toBe(250);
  });
});

describe('planTraffic() throws', () => {
  it.each<[TrafficOptions, string]>([
    [{ shape: 'huge' as 'small' }, "shape must be one of small, many: got 'huge'"],
    [{ shape: 'toString' as 'small' }, "shape must be one of small, many: got 'toString'"],
    [{ seed: -1 }, 'seed must be an integer from 0 to 4294967295: got -1'],
    [{ packets: 0 }, 'packets must be an integer from 1 to 100000000000: got 0'],
    [{ packets: 2.5, flows: 1 }, 'packets must be an integer from 1 to 100000000000: got 2.5'],
    [{ flows: 0 }, 'flows must be an integer from 1 to 100000000: got 0'],
    [{ packets: 10, flows: 20 }, 'packets must be at least flows (20): got 10'],
    [{ packetsPerSecond: 0 }, 'packetsPerSecond must be a number from 0.001 to 1000000000: got 0'],
    [{ packetsPerSecond: Number.NaN }, 'packetsPerSecond must be a number from 0.001 to 1000000000: got NaN'],
    [
      { packetsPerSecond: 5, durationSeconds: 5 },
      'packetsPerSecond must be absent where durationSeconds is given: got 5',
    ],
    [{ durationSeconds: 0 }, 'durationSeconds must be a number from 0.000001 to 1000000000: got 0'],
    [{ startSeconds: -1 }, 'startSeconds must be an integer from 0 to 4294967295: got -1'],
    [{ ipv6Share: 1.1 }, 'ipv6Share must be a number from 0 to 1: got 1.1'],
    [{ udpShare: 0.75, icmpShare: 0.5 }, 'udpShare and icmpShare must be at most 1 in sum: got 1.25'],
    [{ zipfExponent: -1 }, 'zipfExponent must be a number from 0 to 4: got -1'],
    [{ clients: 0 }, 'clients must be an integer from 1 to 65000: got 0'],
    [{ servers: 65_001 }, 'servers must be an integer from 1 to 65000: got 65001'],
    [{ flows: 64_513, clients: 1 }, 'flows must be at most 64512, which is 64512 for each client: got 64513'],
    [{ snaplen: 79 }, 'snaplen must be an integer from 80 to 65535: got 79'],
    [{ interfaces: 3 as 2 }, 'interfaces must be 1 or 2: got 3'],
    [{ frames: [] }, 'frames must be a list of 1 to 16 sizes: got 0 sizes'],
    [{ frames: [{ bytes: 59, weight: 1 }] }, 'bytes of a frame must be an integer from 60 to 9014: got 59'],
    [{ frames: [{ bytes: 60, weight: -1 }] }, 'weight of a frame must be a number from 0 to 1000000000: got -1'],
    [{ frames: [{ bytes: 60, weight: 0 }] }, 'weights of frames must be above 0 in sum: got 0'],
    [
      {
        frames: [
          { bytes: 90, weight: 1 },
          { bytes: 60, weight: 1 },
        ],
      },
      'frames must be in ascending order: got 60',
    ],
  ])('for %j', (options, message) => {
    expect(() => planTraffic(options)).toThrow(new RangeError(`Cannot plan traffic: ${message}`));
  });
});
