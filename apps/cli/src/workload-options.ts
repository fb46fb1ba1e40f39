import { readFileSync } from 'node:fs';
import {
  type ArrivalPoint,
  type ElephantsDescription,
  type FloodDescription,
  type PacketSize,
  planWorkload,
  type WorkloadDescription,
  type WorkloadError,
  type WorkloadPlan,
} from '@midplane/traffic';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';
import { parseNumber } from './parse-number.ts';

/** Options that make a workload of a description, instead of a shape. */
export interface WorkloadArguments {
  readonly workload?: string;
  readonly duration?: number;
  readonly arrivals?: readonly ArrivalPoint[];
  readonly sizes?: 'imix' | number | readonly PacketSize[];
  readonly elephants?: ElephantsDescription;
  readonly fragments?: number;
  readonly flood?: readonly FloodDescription[];
}

/** Options that shapes have too, as far as they were given. */
export interface SharedArguments {
  readonly packets?: number | undefined;
  readonly flows?: number | undefined;
  readonly seed?: number | undefined;
  readonly ipv6Share?: number | undefined;
  readonly udpShare?: number | undefined;
  readonly zipf?: number | undefined;
  readonly rate?: number | undefined;
}

const NUMBER = String.raw`\d+(?:\.\d+)?(?:e\d+)?`;
/** ICMP's share of the flows where only that of UDP is given. */
const ICMP_SHARE = 0.01;
/** Which option says what stands at a path of the description. */
const FLAGS: readonly (readonly [path: string, flag: string, name: keyof WorkloadArguments | keyof SharedArguments])[] =
  [
    ['packets', '--packets', 'packets'],
    ['flows.count', '--flows', 'flows'],
    ['seed', '--seed', 'seed'],
    ['ipv6Share', '--ipv6-share', 'ipv6Share'],
    ['flows.zipfExponent', '--zipf', 'zipf'],
    ['durationSeconds', '--duration', 'duration'],
    ['arrivals', '--arrivals', 'arrivals'],
    ['sizes', '--sizes', 'sizes'],
    ['elephants', '--elephants', 'elephants'],
    ['fragments.share', '--fragments', 'fragments'],
    ['floods', '--flood', 'flood'],
  ];

/** Adds the options that make a workload of a description. */
export function addWorkloadOptions(command: Command): Command {
  return command
    .option('--workload <file>', 'workload as JSON, see the README of @midplane/traffic; other options change it')
    .option('--duration <seconds>', 'time in which flows start (default: 10)', parseNumber)
    .option('--arrivals <points>', 'flows that start per second, as a ramp 0:0,10:5000 (second:rate)', parseArrivals)
    .option('--sizes <mix>', 'sizes of IP packets: imix, one as 1500, or weights as 64:7,1500:1', parseSizes)
    .option('--elephants <n:share>', 'so many flows with that share of the packets, as 4:0.5', parseElephants)
    .option('--fragments <share>', 'share of packets with data that come in fragments, 0 to 1', parseNumber)
    .option(
      '--flood <flood>',
      'syn or udp, packets per second, from-until, as syn:50000@2-8; again for more',
      addFlood,
    );
}

/** Whether the options ask for a workload of a description. */
export function asksForWorkload(options: WorkloadArguments): boolean {
  const { workload, duration, arrivals, sizes, elephants, fragments, flood } = options;
  return [workload, duration, arrivals, sizes, elephants, fragments, flood].some((value) => value !== undefined);
}

/**
 * Makes the workload of the options: the file, and what other options change in it.
 *
 * @throws {CommandError} If the file cannot be read, a value is outside its range or two options contradict each other.
 */
export function readWorkloadOptions(options: WorkloadArguments, shared: SharedArguments): WorkloadPlan {
  const base = options.workload === undefined ? {} : readDescription(options.workload);
  if (shared.rate !== undefined) {
    const other = options.duration !== undefined ? '--duration' : options.arrivals !== undefined ? '--arrivals' : '';
    if (other !== '') {
      const rule = `--rate must be absent where ${other} is given`;
      throw new CommandError('usage-conflict', `Cannot read command line: ${rule}: got ${shared.rate}`);
    }
    if (!(shared.rate > 0)) refuse('--rate', 'be above 0', shared.rate);
  }
  const description = merge(base, options, shared);
  try {
    const plan = planWorkload(description);
    const { rate } = shared;
    return rate === undefined ? plan : planWorkload({ ...description, durationSeconds: plan.packets / rate });
  } catch (error) {
    if (error instanceof Error && 'path' in error) throw inTermsOfOptions(error as WorkloadError, options, shared);
    throw error;
  }
}

function merge(base: WorkloadDescription, options: WorkloadArguments, shared: SharedArguments): WorkloadDescription {
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return base; // planWorkload says what is wrong
  const { duration, arrivals, sizes, elephants, fragments, flood } = options;
  const { packets, flows, seed, ipv6Share, udpShare, zipf } = shared;
  if (udpShare !== undefined && !(udpShare >= 0 && udpShare <= 1)) {
    refuse('--udp-share', 'be a number from 0 to 1', udpShare);
  }
  const icmp = Math.min(ICMP_SHARE, 1 - (udpShare ?? 0));
  const given: { -readonly [Name in keyof WorkloadDescription]: WorkloadDescription[Name] } = { ...base };
  if (packets !== undefined) given.packets = packets;
  if (seed !== undefined) given.seed = seed;
  if (ipv6Share !== undefined) given.ipv6Share = ipv6Share;
  if (udpShare !== undefined) given.protocols = { tcp: 1 - udpShare - icmp, udp: udpShare, icmp };
  if (flows !== undefined) given.flows = { ...given.flows, count: flows };
  if (zipf !== undefined) given.flows = { ...given.flows, popularity: 'zipf', zipfExponent: zipf };
  if (duration !== undefined) given.durationSeconds = duration;
  if (arrivals !== undefined) given.arrivals = arrivals;
  if (sizes !== undefined) given.sizes = sizes;
  if (elephants !== undefined) given.elephants = elephants;
  if (fragments !== undefined) given.fragments = { ...given.fragments, share: fragments };
  if (flood !== undefined) given.floods = flood;
  return given;
}

function readDescription(path: string): WorkloadDescription {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new CommandError('no-such-file', `Cannot read workload: the file must exist: got "${path}"`);
    }
    throw new CommandError(
      'not-readable',
      `Cannot read workload: the file must be readable: got ${code} for "${path}"`,
    );
  }
  try {
    return JSON.parse(text) as WorkloadDescription;
  } catch (error) {
    const got = (error as SyntaxError).message;
    throw new CommandError('bad-workload', `Cannot read workload: "${path}" must be JSON: got an error, ${got}`);
  }
}

function refuse(flag: string, must: string, got: number): never {
  throw new CommandError('out-of-range', `Cannot plan traffic: ${flag} must ${must}: got ${got}`);
}

/** Says where the fault is: in an option that was given, or in the file. */
function inTermsOfOptions(error: WorkloadError, options: WorkloadArguments, shared: SharedArguments): CommandError {
  const all = { ...options, ...shared };
  const path = error.path.replace(/^traffic\.?/, '');
  const found = FLAGS.find(([place, , name]) => path.startsWith(place) && all[name] !== undefined);
  const last = /\w+$/.exec(path)?.[0];
  let where = options.workload === undefined ? path : `${path} in "${options.workload}"`;
  if (path === '') where = `"${options.workload}"`;
  if (found !== undefined) where = path === found[0] || last === undefined ? found[1] : `${last} of ${found[1]}`;
  return new CommandError(
    'bad-workload',
    error.message.replace(`: ${error.path} must`, () => `: ${where} must`),
  );
}

function parseArrivals(text: string): ArrivalPoint[] {
  const points = splitPairs(text);
  if (points === undefined || points.length < 2) {
    throw new InvalidArgumentError('It must be two points or more, as 0:0,10:5000.');
  }
  return points.map(([atSeconds, perSecond]) => ({ atSeconds, perSecond }));
}

function parseSizes(text: string): WorkloadArguments['sizes'] {
  if (text === 'imix') return text;
  if (/^\d+$/.test(text)) return Number(text);
  const sizes = splitPairs(text);
  if (sizes === undefined)
    throw new InvalidArgumentError('It must be imix, one size as 1500, or weights as 64:7,1500:1.');
  return sizes.map(([bytes, weight]) => ({ bytes, weight }));
}

function parseElephants(text: string): ElephantsDescription {
  const pairs = splitPairs(text);
  if (pairs?.length !== 1) throw new InvalidArgumentError('It must be a number of flows and their share, as 4:0.5.');
  return { count: pairs[0]![0], share: pairs[0]![1] };
}

function addFlood(text: string, before: readonly FloodDescription[] = []): FloodDescription[] {
  const match = new RegExp(`^(syn|udp):(${NUMBER})(?:@(${NUMBER})-(${NUMBER}))?$`).exec(text);
  if (match === null) throw new InvalidArgumentError('It must be as syn:50000 or udp:50000@2-8.');
  const flood: FloodDescription = { kind: match[1] as 'syn' | 'udp', perSecond: Number(match[2]) };
  if (match[3] === undefined) return [...before, flood];
  return [...before, { ...flood, fromSeconds: Number(match[3]), untilSeconds: Number(match[4]) }];
}

/** `a:b,c:d` as pairs of numbers; undefined if the text is something else. */
function splitPairs(text: string): [number, number][] | undefined {
  const pair = new RegExp(`^(${NUMBER}):(${NUMBER})$`);
  const matches = text.split(',').map((part) => pair.exec(part));
  return matches.includes(null) ? undefined : matches.map((match) => [Number(match![1]), Number(match![2])]);
}
