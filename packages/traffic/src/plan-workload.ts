import { countArrivals } from './_arrival-curve.ts';
import { readChoice, readInteger, readList, readNumber, readObject, readText, refuse } from './_check.ts';
import { countHosts, firstHost, type Prefix, parseHost, parsePrefix } from './_prefix.ts';
import { CLIENT_PORTS, TRAFFIC_START_SECONDS } from './shape.ts';
import {
  type ArrivalPoint,
  type FloodKind,
  type FlowPopularity,
  IMIX_PACKETS,
  type PacketSize,
  type WorkloadDescription,
  type WorkloadPlan,
} from './workload.ts';

const KEYS: readonly (keyof WorkloadDescription)[] = [
  'seed',
  'startSeconds',
  'durationSeconds',
  'packets',
  'flows',
  'arrivals',
  'elephants',
  'protocols',
  'ipv6Share',
  'sizes',
  'resetShare',
  'fragments',
  'floods',
  'clients',
  'servers',
  'snaplen',
  'interfaces',
];
const POPULARITIES: readonly FlowPopularity[] = ['zipf', 'uniform'];
const FLOOD_KINDS: readonly FloodKind[] = ['syn', 'udp'];
const PACKETS_PER_FLOW = 20;
const SECONDS_MAX = 1e6;
const PACKETS_MAX = 2_000_000_000;
const FLOWS_MAX = 500_000_000;
const HOSTS_MAX = 1_000_000;

/**
 * Fills in what a description leaves open, and checks all.
 *
 * @param description Plain data, as read from JSON or YAML; see {@link WorkloadDescription} for every key.
 * @param path What errors call the description.
 * @returns Every parameter of the workload; itself a description of the same workload.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see {@link WorkloadError}.
 * @throws {RangeError} If a value is outside its range, a key is unknown or two keys contradict each other; with `path`.
 * @example
 * ```ts
 * import { planWorkload } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * const ramp = [{ atSeconds: 0, perSecond: 0 }, { atSeconds: 4, perSecond: 500 }];
 * const plan = planWorkload({ arrivals: ramp, flows: { popularity: 'uniform' } });
 * assert.equal(plan.flows.count, 1000); // the area under the ramp
 * assert.equal(plan.packets, 20_000);
 * assert.throws(
 *   () => planWorkload({ flows: { popularity: 'zpf' } } as never),
 *   /traffic.flows.popularity must be one of zipf, uniform: got "zpf"/,
 * );
 * ```
 */
export function planWorkload(description: WorkloadDescription = {}, path = 'traffic'): WorkloadPlan {
  const given = readObject(description, path, KEYS);
  const arrivals = readArrivals(given['arrivals'], `${path}.arrivals`);
  const lastPoint = arrivals.at(-1)?.atSeconds;
  const durationSeconds = readNumber(
    given['durationSeconds'],
    `${path}.durationSeconds`,
    Math.max(1e-6, lastPoint ?? 0),
    SECONDS_MAX,
    lastPoint ?? 10,
  );
  const packetsGiven =
    given['packets'] === undefined ? undefined : readInteger(given['packets'], `${path}.packets`, 0, PACKETS_MAX);
  const flows = readFlows(given['flows'], `${path}.flows`, arrivals, packetsGiven);
  const elephants = readElephants(given['elephants'], `${path}.elephants`);
  const all = flows.count + elephants.count;
  const packets = packetsGiven ?? Math.min(PACKETS_MAX, all * PACKETS_PER_FLOW);
  const servers = readHosts(given['servers'], `${path}.servers`, '198.19.0.0/16', '2001:2:0:2::/64', all / 64);
  const plan: WorkloadPlan = {
    seed: readInteger(given['seed'], `${path}.seed`, 0, 0xffff_ffff, 1),
    startSeconds: readInteger(given['startSeconds'], `${path}.startSeconds`, 0, 0xffff_ffff, TRAFFIC_START_SECONDS),
    durationSeconds,
    packets,
    flows,
    arrivals,
    elephants,
    protocols: readProtocols(given['protocols'], `${path}.protocols`),
    ipv6Share: readNumber(given['ipv6Share'], `${path}.ipv6Share`, 0, 1, 0.1),
    sizes: readSizes(given['sizes'], `${path}.sizes`),
    resetShare: readNumber(given['resetShare'], `${path}.resetShare`, 0, 1, 0.05),
    fragments: readFragments(given['fragments'], `${path}.fragments`),
    floods: readList(given['floods'] ?? [], `${path}.floods`, 0, 16, (item, at) =>
      readFlood(item, at, durationSeconds, servers.ipv4),
    ),
    clients: readHosts(given['clients'], `${path}.clients`, '198.18.0.0/16', '2001:2:0:1::/64', all / 16),
    servers,
    snaplen: readInteger(given['snaplen'], `${path}.snaplen`, 96, 65_535, 96),
    interfaces: readInteger(given['interfaces'], `${path}.interfaces`, 1, 2, 1) as 1 | 2,
  };
  checkTotals(plan, given, path);
  return plan;
}

/** Checks what the parts are together; what was not `given` is not told as wrong, but what it comes from. */
function checkTotals(plan: WorkloadPlan, given: Readonly<Record<string, unknown>>, path: string): void {
  const { packets, flows, elephants, floods } = plan;
  const all = flows.count + elephants.count;
  if (all === 0 && packets > 0) refuse('value', `${path}.packets`, 'be 0 where there are no flows', packets);
  if (packets < all) refuse('value', `${path}.packets`, `be at least the number of flows (${all})`, packets);
  if (all === 0 && floods.length === 0) {
    const where = 'where there are no elephants and no floods';
    if ((given['flows'] as WorkloadDescription['flows'])?.count !== undefined) {
      refuse('value', `${path}.flows.count`, `be at least 1 ${where}`, flows.count);
    }
    if (plan.arrivals.length > 0) refuse('value', `${path}.arrivals`, `come to at least 1 flow ${where}`, 0);
    refuse('value', `${path}.packets`, `be at least 1 ${where}`, packets);
  }
  const theirs = elephantPackets(plan);
  const must = `leave each elephant (${elephants.count}) and each other flow (${flows.count}) a packet`;
  if (theirs < elephants.count || packets - theirs < flows.count) {
    refuse('value', `${path}.elephants.share`, must, elephants.share);
  }
  if (flows.count === 0 && packets > theirs)
    refuse('value', `${path}.elephants.share`, 'be 1 without flows', elephants.share);
  checkClients(plan.clients, given['clients'], all, `${path}.clients`);
}

/** Checks that there is a client with a port of its own for every flow. */
function checkClients(clients: WorkloadPlan['clients'], given: unknown, flows: number, path: string): void {
  if (flows <= clients.count * CLIENT_PORTS) return;
  const least = Math.ceil(flows / CLIENT_PORTS);
  if ((given as WorkloadDescription['clients'])?.count !== undefined) {
    refuse('value', `${path}.count`, `be at least ${least} for ${flows} flows`, clients.count);
  }
  const family = countHosts(parsePrefix(clients.ipv4)!) < least ? 'ipv4' : 'ipv6';
  refuse('value', `${path}.${family}`, `have at least ${least} hosts for ${flows} flows`, clients[family]);
}

/** Returns the packets of all elephants together. */
export function elephantPackets(plan: WorkloadPlan): number {
  return plan.elephants.count === 0 ? 0 : Math.round(plan.packets * plan.elephants.share);
}

function readArrivals(value: unknown, path: string): ArrivalPoint[] {
  let last = 0;
  const points = readList(value ?? [], path, 0, 64, (item, at) => {
    const given = readObject(item, at, ['atSeconds', 'perSecond']);
    const atSeconds = readNumber(given['atSeconds'], `${at}.atSeconds`, last, SECONDS_MAX);
    last = atSeconds;
    return { atSeconds, perSecond: readNumber(given['perSecond'], `${at}.perSecond`, 0, 1e8) };
  });
  if (points.length === 1) refuse('value', path, 'have 2 to 64 points', value);
  if (points.length > 0 && countArrivals(points) > FLOWS_MAX) {
    refuse('value', path, `come to at most ${FLOWS_MAX} flows`, countArrivals(points));
  }
  return points;
}

function readFlows(
  value: unknown,
  path: string,
  arrivals: readonly ArrivalPoint[],
  packets: number | undefined,
): WorkloadPlan['flows'] {
  const given = readObject(value ?? {}, path, ['count', 'popularity', 'zipfExponent', 'lifeSeconds']);
  const popularity = readChoice(given['popularity'], `${path}.popularity`, POPULARITIES);
  const zipfExponent = readNumber(given['zipfExponent'], `${path}.zipfExponent`, 0, 4, 1);
  const lifeSeconds = readNumber(given['lifeSeconds'], `${path}.lifeSeconds`, 0, SECONDS_MAX, 0);
  const share = packets === undefined ? 1000 : Math.ceil(packets / PACKETS_PER_FLOW);
  const arrived = arrivals.length === 0 ? undefined : countArrivals(arrivals);
  const count = readInteger(given['count'], `${path}.count`, 0, FLOWS_MAX, arrived ?? share);
  if (arrived !== undefined && count !== arrived) {
    refuse('value', `${path}.count`, `be absent or ${arrived}, the flows that arrivals come to`, count);
  }
  return { count, popularity, zipfExponent, lifeSeconds };
}

function readElephants(value: unknown, path: string): WorkloadPlan['elephants'] {
  if (value === undefined) return { count: 0, share: 0 };
  const given = readObject(value, path, ['count', 'share']);
  return {
    count: readInteger(given['count'], `${path}.count`, 0, 10_000),
    share: readNumber(given['share'], `${path}.share`, 0, 1),
  };
}

function readProtocols(value: unknown, path: string): WorkloadPlan['protocols'] {
  const given = readObject(value ?? { tcp: 84, udp: 15, icmp: 1 }, path, ['tcp', 'udp', 'icmp']);
  const tcp = readNumber(given['tcp'], `${path}.tcp`, 0, 1e9, 0);
  const udp = readNumber(given['udp'], `${path}.udp`, 0, 1e9, 0);
  const icmp = readNumber(given['icmp'], `${path}.icmp`, 0, 1e9, 0);
  if (tcp + udp + icmp <= 0) refuse('value', path, 'have weights above 0 in sum', tcp + udp + icmp);
  return { tcp, udp, icmp };
}

function readSizes(value: unknown, path: string): PacketSize[] {
  if (value === undefined || value === 'imix') return [...IMIX_PACKETS];
  if (typeof value === 'number') return [{ bytes: readInteger(value, path, 40, 9_000), weight: 1 }];
  if (!Array.isArray(value)) {
    refuse(
      typeof value === 'string' ? 'value' : 'shape',
      path,
      `be "imix", a number of bytes or a list of sizes`,
      value,
    );
  }
  const sizes = readList(value, path, 1, 16, (item, at) => {
    const given = readObject(item, at, ['bytes', 'weight']);
    return {
      bytes: readInteger(given['bytes'], `${at}.bytes`, 40, 9_000),
      weight: readNumber(given['weight'], `${at}.weight`, 0, 1e9),
    };
  });
  const sum = sizes.reduce((total, { weight }) => total + weight, 0);
  if (sum <= 0) refuse('value', path, 'have weights above 0 in sum', sum);
  return sizes.sort((a, b) => a.bytes - b.bytes);
}

function readFragments(value: unknown, path: string): WorkloadPlan['fragments'] {
  const given = readObject(value ?? {}, path, ['share', 'reversedShare', 'mtuBytes']);
  return {
    share: readNumber(given['share'], `${path}.share`, 0, 1, 0),
    reversedShare: readNumber(given['reversedShare'], `${path}.reversedShare`, 0, 1, 0),
    mtuBytes: readInteger(given['mtuBytes'], `${path}.mtuBytes`, 128, 9_000, 576),
  };
}

function readFlood(
  value: unknown,
  path: string,
  durationSeconds: number,
  servers: string,
): WorkloadPlan['floods'][number] {
  const keys = ['kind', 'perSecond', 'fromSeconds', 'untilSeconds', 'target', 'port', 'sources'];
  const given = readObject(value, path, keys);
  if (given['kind'] === undefined) refuse('shape', `${path}.kind`, `be one of ${FLOOD_KINDS.join(', ')}`, undefined);
  const kind = readChoice(given['kind'], `${path}.kind`, FLOOD_KINDS);
  const perSecond = readNumber(given['perSecond'], `${path}.perSecond`, 1e-3, 1e9);
  const fromSeconds = readNumber(given['fromSeconds'], `${path}.fromSeconds`, 0, SECONDS_MAX, 0);
  const end = `${path}.untilSeconds`;
  const untilSeconds = readNumber(given['untilSeconds'], end, fromSeconds, SECONDS_MAX, durationSeconds);
  if (untilSeconds <= fromSeconds) {
    if (given['untilSeconds'] !== undefined)
      refuse('value', end, `be above fromSeconds (${fromSeconds})`, untilSeconds);
    refuse('value', `${path}.fromSeconds`, `be below the end of the workload (${durationSeconds})`, fromSeconds);
  }
  const target = given['target'] ?? hostText(parsePrefix(servers)!);
  const { family } = readText(target, `${path}.target`, 'be an IPv4 or IPv6 address', parseHost);
  const sources = given['sources'] ?? (family === 4 ? '10.0.0.0/8' : '2001:db8::/32');
  const example = family === 4 ? '10.0.0.0/8' : '2001:db8::/32';
  readText(sources, `${path}.sources`, `be an IPv${family} prefix such as ${example}`, prefixOf(family));
  const port = readInteger(given['port'], `${path}.port`, 0, 65_535, kind === 'syn' ? 443 : 53);
  return {
    kind,
    perSecond,
    fromSeconds,
    untilSeconds,
    target: target as string,
    port,
    sources: sources as string,
  };
}

function prefixOf(family: 4 | 6): (text: string) => Prefix | undefined {
  return (text) => {
    const prefix = parsePrefix(text);
    return prefix?.family === family ? prefix : undefined;
  };
}

/** Returns the first host of an IPv4 prefix as text. */
function hostText(prefix: Prefix): string {
  const word = firstHost(prefix);
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
}

function readHosts(value: unknown, path: string, ipv4: string, ipv6: string, wanted: number): WorkloadPlan['clients'] {
  const given = readObject(value ?? {}, path, ['ipv4', 'ipv6', 'count']);
  const four = given['ipv4'] ?? ipv4;
  const six = given['ipv6'] ?? ipv6;
  const hosts = Math.min(
    HOSTS_MAX,
    countHosts(readText(four, `${path}.ipv4`, `be an IPv4 prefix such as ${ipv4}`, prefixOf(4))),
    countHosts(readText(six, `${path}.ipv6`, `be an IPv6 prefix such as ${ipv6}`, prefixOf(6))),
  );
  const count = readInteger(given['count'], `${path}.count`, 1, hosts, Math.max(1, Math.min(hosts, Math.ceil(wanted))));
  return { ipv4: four as string, ipv6: six as string, count };
}
