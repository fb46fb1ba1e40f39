import { z } from 'zod';
import { choice, decimal, list, object, text, whole } from './_must.ts';
import { time } from './_quantity.ts';

const seconds = (least = 0): z.ZodType<number | string> => time(least, 1e6, 's', false);
const share = decimal(0, 1);
const seed = whole(0, 0xffff_ffff);
const weight = decimal(0, 1e9);
const prefix = (family: 4 | 6): z.ZodType<string> =>
  text(`be an IPv${family} prefix such as ${family === 4 ? '198.18.0.0/16' : '2001:2:0:1::/64'}`);
const prefixOfAny = text('be an IPv4 or IPv6 prefix such as 10.0.0.0/8');
const SIZES =
  'be "imix", a whole number of bytes from 40 to 9,000, or a list of sizes such as [{ bytes: 64, weight: 1 }]';

const hosts = object({
  ipv4: prefix(4).exactOptional(),
  ipv6: prefix(6).exactOptional(),
  count: whole(1, 1_000_000).exactOptional(),
});

const flood = object({
  kind: choice(['syn', 'udp']),
  perSecond: decimal(1e-3, 1e9),
  fromSeconds: seconds().exactOptional(),
  untilSeconds: seconds().exactOptional(),
  target: text('be an IPv4 or IPv6 address').exactOptional(),
  port: whole(0, 65_535).exactOptional(),
  sources: prefixOfAny.exactOptional(),
});

/** A workload: the shape of a description, its bounds; what its parts must be together is checked by `planWorkload`. */
const workload = object({
  seed: seed.exactOptional(),
  startSeconds: whole(0, 0xffff_ffff).exactOptional(),
  durationSeconds: seconds(1e-6).exactOptional(),
  packets: whole(0, 2_000_000_000).exactOptional(),
  flows: object({
    count: whole(0, 500_000_000).exactOptional(),
    popularity: choice(['zipf', 'uniform']).exactOptional(),
    zipfExponent: decimal(0, 4).exactOptional(),
    lifeSeconds: seconds().exactOptional(),
  }).exactOptional(),
  arrivals: list(object({ atSeconds: seconds(), perSecond: decimal(0, 1e8) }), 0, 64).exactOptional(),
  elephants: object({ count: whole(0, 10_000), share }).exactOptional(),
  protocols: object({
    tcp: weight.exactOptional(),
    udp: weight.exactOptional(),
    icmp: weight.exactOptional(),
  }).exactOptional(),
  ipv6Share: share.exactOptional(),
  sizes: z
    .union(
      [
        z.literal('imix', SIZES),
        z.int(SIZES).min(40, SIZES).max(9_000, SIZES),
        list(object({ bytes: whole(40, 9_000), weight }), 1, 16),
      ],
      SIZES,
    )
    .exactOptional(),
  resetShare: share.exactOptional(),
  fragments: object({
    share: share.exactOptional(),
    reversedShare: share.exactOptional(),
    mtuBytes: whole(128, 9_000).exactOptional(),
  }).exactOptional(),
  floods: list(flood, 0, 16).exactOptional(),
  clients: hosts.exactOptional(),
  servers: hosts.exactOptional(),
  snaplen: whole(96, 65_535).exactOptional(),
  interfaces: whole(1, 2).exactOptional(),
});

const capture = object({ capture: text('be the path of a capture') });

/** A ready-made workload; how its parts fit together is checked by `planTraffic`. */
const shape = object({
  shape: choice(['small', 'many']),
  seed: seed.exactOptional(),
  packets: whole(1, 100_000_000_000).exactOptional(),
  flows: whole(1, 100_000_000).exactOptional(),
  packetsPerSecond: decimal(1e-3, 1e9).exactOptional(),
  durationSeconds: time(1e-6, 1e9, 's', false).exactOptional(),
  startSeconds: whole(0, 0xffff_ffff).exactOptional(),
  ipv6Share: share.exactOptional(),
  udpShare: share.exactOptional(),
  icmpShare: share.exactOptional(),
  zipfExponent: decimal(0, 4).exactOptional(),
  clients: whole(1, 65_000).exactOptional(),
  servers: whole(1, 65_000).exactOptional(),
  snaplen: whole(80, 65_535).exactOptional(),
  frames: list(object({ bytes: whole(60, 9_014), weight }), 1, 16).exactOptional(),
  interfaces: whole(1, 2).exactOptional(),
});

const KINDS =
  'be an object with one of the keys capture, workload, shape, such as { capture: office.pcapng } or { shape: small, packets: 1000 }';

/** The list of sources. */
export const trafficSchema: z.ZodType = list(z.union([capture, object({ workload }), shape], KINDS), 1, 64);
