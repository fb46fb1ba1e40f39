import { describe, expect, it } from 'vitest';
import { IMIX_PACKETS, planWorkload, TRAFFIC_START_SECONDS, type WorkloadDescription } from './index.ts';

const RAMP = [
  { atSeconds: 0, perSecond: 0 },
  { atSeconds: 10, perSecond: 200 },
];

describe('planWorkload() fills in', () => {
  it('everything, without a description', () => {
    expect(planWorkload()).toEqual({
      seed: 1,
      startSeconds: TRAFFIC_START_SECONDS,
      durationSeconds: 10,
      packets: 20_000,
      flows: { count: 1000, popularity: 'zipf', zipfExponent: 1, lifeSeconds: 0 },
      arrivals: [],
      elephants: { count: 0, share: 0 },
      protocols: { tcp: 84, udp: 15, icmp: 1 },
      ipv6Share: 0.1,
      sizes: IMIX_PACKETS,
      resetShare: 0.05,
      fragments: { share: 0, reversedShare: 0, mtuBytes: 576 },
      floods: [],
      clients: { ipv4: '198.18.0.0/16', ipv6: '2001:2:0:1::/64', count: 63 },
      servers: { ipv4: '198.19.0.0/16', ipv6: '2001:2:0:2::/64', count: 16 },
      snaplen: 96,
      interfaces: 1,
    });
  });

  it.each<[string, WorkloadDescription, object]>([
    ['flows from packets', { packets: 4_001 }, { flows: { count: 201 } }],
    [
      'packets from flows and elephants',
      { flows: { count: 10 }, elephants: { count: 5, share: 0.5 } },
      { packets: 300 },
    ],
    [
      'flows, packets and duration from arrivals',
      { arrivals: RAMP },
      { packets: 20_000, durationSeconds: 10, flows: { count: 1000 } },
    ],
    ['one size', { sizes: 900 }, { sizes: [{ bytes: 900, weight: 1 }] }],
    [
      'hosts as far as they fit',
      { flows: { count: 1e6 }, clients: { ipv4: '192.0.2.0/24' } },
      { clients: { count: 254 }, servers: { count: 15_625 } },
    ],
    [
      'a flood',
      { durationSeconds: 3, floods: [{ kind: 'udp', perSecond: 5 }] },
      {
        floods: [
          {
            kind: 'udp',
            perSecond: 5,
            fromSeconds: 0,
            untilSeconds: 3,
            target: '198.19.0.1',
            port: 53,
            sources: '10.0.0.0/8',
          },
        ],
      },
    ],
    [
      'no flows, only a flood',
      { flows: { count: 0 }, floods: [{ kind: 'syn', perSecond: 5, target: '::1' }] },
      { packets: 0, floods: [{ sources: '2001:db8::/32', port: 443 }] },
    ],
  ])('%s', (_, description, expected) => {
    expect(planWorkload(description)).toMatchObject(expected);
  });

  it('nothing in a plan', () => {
    const plan = planWorkload({
      arrivals: RAMP,
      floods: [{ kind: 'syn', perSecond: 1 }],
      sizes: [{ bytes: 99, weight: 2 }],
    });
    expect(planWorkload(plan)).toEqual(plan);
    expect(planWorkload(JSON.parse(JSON.stringify(plan)) as WorkloadDescription)).toEqual(plan);
  });
});

describe('planWorkload() throws', () => {
  it.each<[unknown, 'TypeError' | 'RangeError', string, string]>([
    [null, 'TypeError', '', ' must be an object with the keys seed, startSeconds'],
    [[], 'TypeError', '', ' must be an object with the keys'],
    [{ flow: {} }, 'RangeError', '.flow', ' must be one of the keys seed, startSeconds'],
    [
      { flows: 7 },
      'TypeError',
      '.flows',
      ' must be an object with the keys count, popularity, zipfExponent, lifeSeconds: got 7',
    ],
    [{ flows: { popularity: 'zpf' } }, 'RangeError', '.flows.popularity', ' must be one of zipf, uniform: got "zpf"'],
    [{ flows: { popularity: 1 } }, 'TypeError', '.flows.popularity', ' must be one of zipf, uniform: got 1'],
    [{ flows: { count: '7' } }, 'TypeError', '.flows.count', ' must be an integer from 0 to 500000000: got "7"'],
    [{ flows: { count: 1.5 } }, 'RangeError', '.flows.count', ' must be an integer from 0 to 500000000: got 1.5'],
    [{ flows: { zipfExponent: 5 } }, 'RangeError', '.flows.zipfExponent', ' must be a number from 0 to 4: got 5'],
    [
      { flows: { zipfExponent: Number.NaN } },
      'RangeError',
      '.flows.zipfExponent',
      ' must be a number from 0 to 4: got NaN',
    ],
    [{ flows: { lifeSeconds: -1 } }, 'RangeError', '.flows.lifeSeconds', ' must be a number from 0 to 1000000: got -1'],
    [
      { flows: { count: 0 } },
      'RangeError',
      '.flows.count',
      ' must be at least 1 where there are no elephants and no floods: got 0',
    ],
    [{ packets: 0 }, 'RangeError', '.packets', ' must be at least 1 where there are no elephants and no floods: got 0'],
    [
      { packets: 0, flows: { popularity: 'uniform' } },
      'RangeError',
      '.packets',
      ' must be at least 1 where there are no elephants and no floods: got 0',
    ],
    [
      { arrivals: RAMP.map((point) => ({ ...point, perSecond: 0 })), packets: 0 },
      'RangeError',
      '.arrivals',
      ' must come to at least 1 flow where there are no elephants and no floods: got 0',
    ],
    [{ flows: { count: 0 }, packets: 5 }, 'RangeError', '.packets', ' must be 0 where there are no flows: got 5'],
    [{ packets: 5, flows: { count: 9 } }, 'RangeError', '.packets', ' must be at least the number of flows (9): got 5'],
    [{ seed: -1 }, 'RangeError', '.seed', ' must be an integer from 0 to 4294967295: got -1'],
    [{ durationSeconds: 0 }, 'RangeError', '.durationSeconds', ' must be a number from 0.000001 to 1000000: got 0'],
    [
      { durationSeconds: 5, arrivals: RAMP },
      'RangeError',
      '.durationSeconds',
      ' must be a number from 10 to 1000000: got 5',
    ],
    [{ arrivals: RAMP.slice(1) }, 'RangeError', '.arrivals', ' must have 2 to 64 points: got a list of 1'],
    [
      { arrivals: RAMP.toReversed() },
      'RangeError',
      '.arrivals[1].atSeconds',
      ' must be a number from 10 to 1000000: got 0',
    ],
    [
      { arrivals: [{ atSeconds: 0 }] },
      'TypeError',
      '.arrivals[0].perSecond',
      ' must be a number from 0 to 100000000: got nothing',
    ],
    [
      { arrivals: [{ atSeconds: 0, perSecond: 1, x: 1 }] },
      'RangeError',
      '.arrivals[0].x',
      ' must be one of the keys atSeconds, perSecond: got "x"',
    ],
    [
      { arrivals: RAMP.map((p) => ({ ...p, perSecond: 1e8 })) },
      'RangeError',
      '.arrivals',
      ' must come to at most 500000000 flows: got 1000000000',
    ],
    [
      { arrivals: RAMP, flows: { count: 3 } },
      'RangeError',
      '.flows.count',
      ' must be absent or 1000, the flows that arrivals come to: got 3',
    ],
    [{ elephants: { count: 2 } }, 'TypeError', '.elephants.share', ' must be a number from 0 to 1: got nothing'],
    [
      { elephants: { count: 2, share: 1 } },
      'RangeError',
      '.elephants.share',
      ' must leave each elephant (2) and each other flow (1000) a packet: got 1',
    ],
    [
      { flows: { count: 0 }, elephants: { count: 2, share: 0.5 } },
      'RangeError',
      '.elephants.share',
      ' must be 1 without flows: got 0.5',
    ],
    [{ protocols: {} }, 'RangeError', '.protocols', ' must have weights above 0 in sum: got 0'],
    [
      { protocols: { sctp: 1 } },
      'RangeError',
      '.protocols.sctp',
      ' must be one of the keys tcp, udp, icmp: got "sctp"',
    ],
    [{ ipv6Share: 2 }, 'RangeError', '.ipv6Share', ' must be a number from 0 to 1: got 2'],
    [{ sizes: 'amix' }, 'RangeError', '.sizes', ' must be "imix", a number of bytes or a list of sizes: got "amix"'],
    [{ sizes: {} }, 'TypeError', '.sizes', ' must be "imix", a number of bytes or a list of sizes: got an object'],
    [{ sizes: 39 }, 'RangeError', '.sizes', ' must be an integer from 40 to 9000: got 39'],
    [{ sizes: [] }, 'RangeError', '.sizes', ' must have 1 to 16 items: got a list of 0'],
    [{ sizes: [{ bytes: 64, weight: 0 }] }, 'RangeError', '.sizes', ' must have weights above 0 in sum: got 0'],
    [
      { sizes: [{ bytes: 64, weight: -1 }] },
      'RangeError',
      '.sizes[0].weight',
      ' must be a number from 0 to 1000000000: got -1',
    ],
    [
      { fragments: { mtuBytes: 100 } },
      'RangeError',
      '.fragments.mtuBytes',
      ' must be an integer from 128 to 9000: got 100',
    ],
    [{ fragments: { share: true } }, 'TypeError', '.fragments.share', ' must be a number from 0 to 1: got true'],
    [{ floods: {} }, 'TypeError', '.floods', ' must be a list: got an object'],
    [{ floods: [{ perSecond: 1 }] }, 'TypeError', '.floods[0].kind', ' must be one of syn, udp: got nothing'],
    [
      { floods: [{ kind: 'syn', perSecond: 1, target: '1.2.3' }] },
      'RangeError',
      '.floods[0].target',
      ' must be an IPv4 or IPv6 address: got "1.2.3"',
    ],
    [
      { floods: [{ kind: 'syn', perSecond: 1, sources: '2001:db8::/32' }] },
      'RangeError',
      '.floods[0].sources',
      ' must be an IPv4 prefix such as 10.0.0.0/8: got "2001:db8::/32"',
    ],
    [
      { floods: [{ kind: 'syn', perSecond: 1, fromSeconds: 4, untilSeconds: 4 }] },
      'RangeError',
      '.floods[0].untilSeconds',
      ' must be above fromSeconds (4): got 4',
    ],
    [
      { clients: { ipv4: '10.0.0.1/8' } },
      'RangeError',
      '.clients.ipv4',
      ' must be an IPv4 prefix such as 198.18.0.0/16: got "10.0.0.1/8"',
    ],
    [
      { clients: { ipv6: '2001::/129' } },
      'RangeError',
      '.clients.ipv6',
      ' must be an IPv6 prefix such as 2001:2:0:1::/64: got "2001::/129"',
    ],
    [
      { servers: { ipv4: '192.0.2.0/30', count: 3 } },
      'RangeError',
      '.servers.count',
      ' must be an integer from 1 to 2: got 3',
    ],
    [
      { flows: { count: 2e5 }, clients: { count: 3 } },
      'RangeError',
      '.clients.count',
      ' must be at least 4 for 200000 flows: got 3',
    ],
    [
      { flows: { count: 2e5 }, clients: { ipv4: '192.0.2.0/30' } },
      'RangeError',
      '.clients.ipv4',
      ' must have at least 4 hosts for 200000 flows: got "192.0.2.0/30"',
    ],
    [
      { flows: { count: 2e5 }, clients: { ipv6: '2001:db8::/127' } },
      'RangeError',
      '.clients.ipv6',
      ' must have at least 4 hosts for 200000 flows: got "2001:db8::/127"',
    ],
    [
      { floods: [{ kind: 'syn', perSecond: 1, fromSeconds: 20 }] },
      'RangeError',
      '.floods[0].fromSeconds',
      ' must be below the end of the workload (10): got 20',
    ],
    [{ snaplen: 64 }, 'RangeError', '.snaplen', ' must be an integer from 96 to 65535: got 64'],
    [{ interfaces: 3 }, 'RangeError', '.interfaces', ' must be an integer from 1 to 2: got 3'],
  ])('for %j', (description, name, path, rest) => {
    let error: unknown;
    try {
      planWorkload(description as WorkloadDescription);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name, path: `traffic${path}` });
    expect(
      (error as Error).message.startsWith(`Cannot plan traffic: traffic${path}${rest}`),
      (error as Error).message,
    ).toBe(true);
  });

  it('with the path that the caller names', () => {
    expect(() => planWorkload({ seed: 0.5 }, 'mix.json')).toThrow(
      'Cannot plan traffic: mix.json.seed must be an integer',
    );
  });
});
