import { ChassisState } from '@midplane/chassis';
import { unitsOf } from '../control/units.ts';
import { resolveParameters } from '../parameters.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { formatCount } from '../report/text-table.ts';
import { resolveSpuSpeeds } from '../spu/spu-speed.ts';
import { nodeThreads } from './node-threads.ts';
import { MOST_GROUPS } from './ring-memory.ts';
import type { SpuHosting, SpuHostPlan } from './spu-host.ts';

/** What is known of a run and of the machine. */
export interface HostPlanning {
  /** What is wanted. */
  readonly hosting: SpuHosting;
  /** Workers at most, 1 to 8; default: as many as there are processors, less one, and at least 2. */
  readonly workers?: number;
  /** Processors; default those that the runtime names, or 1. */
  readonly processors?: number;
  /** Packets that are expected; undefined: nobody knows. */
  readonly packets?: number | undefined;
  /** Whether the input can be read once more, should it turn out that groups of SPUs do not do. Default false. */
  readonly isRepeatable?: boolean;
  /** Whether there are workers and memory that they share; default: looks. */
  readonly hasWorkers?: boolean;
}

/** From so many packets on `auto` starts workers: fewer are over before workers have started. */
const MANY_PACKETS = 3_000_000;
/** Longest that what an SPU begins may take, ns: groups agree on seconds because it is over by the end of the next one. */
const LONGEST_NS = 500_000_000;

/**
 * Decides where the SPUs of a run are hosted.
 *
 * Every run can be hosted by one worker. Several are exact where SPUs share nothing but packets that they hand over; `why`
 * says what else they share.
 */
export function planHost(options: PipelineOptions, planning: HostPlanning): SpuHostPlan {
  const { hosting, packets, isRepeatable = false, hasWorkers = supportsWorkers() } = planning;
  const { processors = processorsOf() } = planning;
  if (hosting === 'inline') return { workers: 0, why: 'as asked for' };
  if (!hasWorkers) return { workers: 0, why: 'this runtime has no workers that share memory' };
  const foreign = cloneProblem(options);
  if (foreign !== undefined) return { workers: 0, why: foreign };
  const most = Math.max(1, Math.min(MOST_GROUPS, planning.workers ?? Math.max(2, processors - 1)));
  const problem = groupsProblem(options, isRepeatable);
  const groups = Math.min(most, spusInForce(options));
  if (hosting === 'workers') {
    if (problem !== undefined && groups > 1) return { workers: 1, why: problem };
    return { workers: groups, why: 'as asked for' };
  }
  if (processors < 2) return { workers: 0, why: 'there is one processor' };
  if (packets === undefined) return { workers: 0, why: 'nobody knows how many packets come' };
  if (packets < MANY_PACKETS)
    return { workers: 0, why: `some ${formatCount(packets)} packets are over before workers have started` };
  if (problem !== undefined) return { workers: 0, why: problem };
  return { workers: groups, why: `some ${formatCount(packets)} packets` };
}

/** Whether this runtime has workers, and memory that they share. */
export function supportsWorkers(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  // workerd names the module, and throws when a worker is made
  const agent = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent;
  return agent !== 'Cloudflare-Workers' && (typeof Worker !== 'undefined' || nodeThreads() !== undefined);
}

function processorsOf(): number {
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
}

/** Why a run cannot be given to another thread; undefined if it can. */
function cloneProblem({ stages, hash, chassisState }: PipelineOptions): string | undefined {
  if (stages !== undefined) return 'stages of your own are functions, which do not go to a worker';
  if (typeof hash === 'object') return 'a hash function of your own does not go to a worker';
  if (chassisState === undefined) return undefined;
  const fresh = new ChassisState(chassisState.options);
  const isFresh = chassisState.nowNs === 0 && chassisState.events.length === fresh.events.length;
  return isFresh ? undefined : 'something was done to the chassis before the run';
}

/** Keys whose meaning for groups is known; with any other one all SPUs stay together. */
const KNOWN_OPTIONS = [
  'chassis',
  'hash',
  'symmetric',
  'configuration',
  'ordering',
  'spuSpeeds',
  'events',
  'parameters',
  'warnings',
];
const KNOWN_CONFIGURATION = [
  'sides',
  'zones',
  'interfaces',
  'applications',
  'policies',
  'defaultPolicy',
  'multicast',
  'flow',
  'forwarding',
];
const KNOWN_EVENTS = ['atNs', 'afterPackets', 'clearSessions', 'ordering', 'set'];
/** What those keys are called that do not read well in a sentence. */
const NAMES: Readonly<Record<string, string>> = {
  chassisState: 'a chassis that boots and fails',
  chassis: 'a command to the chassis',
  sourceNat: 'source NAT',
  destinationNat: 'destination NAT',
  npCache: 'np-cache',
  faults: 'loss of messages',
  packetMemory: 'packet memory',
};

/** Why SPUs of a run cannot be hosted in several groups; undefined if they can. */
function groupsProblem(options: PipelineOptions, isRepeatable: boolean): string | undefined {
  const { chassis, symmetric = true, configuration = {}, events = [] } = options;
  if (chassis.regime !== 'distributed') return `in the ${chassis.regime} regime all SPUs wait for the central point`;
  if (!symmetric) return 'asymmetric hashing ties SPUs together by pointer records';
  if (options.ordering?.measure) return 'packets are measured where they leave, whatever SPU they come from';
  const foreign =
    foreignKey(options, KNOWN_OPTIONS) ??
    foreignKey(configuration, KNOWN_CONFIGURATION) ??
    events.map((event) => foreignKey(event, KNOWN_EVENTS)).find((key) => key !== undefined);
  if (foreign !== undefined) return `${NAMES[foreign] ?? foreign} ties SPUs together`;
  if (longestNs(options) > LONGEST_NS) return 'what SPUs begin takes long, by the parameters';
  const sessions = chassis.spus.reduce((sum, { maxSessions }) => sum + maxSessions, 0);
  const isRoomy = chassis.iocs.every(({ maxWings }) => maxWings >= 2 * sessions);
  if (!isRoomy && !isRepeatable) return 'NPU tables could become full, and the input cannot be read again';
  return undefined;
}

/** A key that is given and not among the known ones. */
function foreignKey(given: object, known: readonly string[]): string | undefined {
  return Object.entries(given).find(([key, value]) => value !== undefined && !known.includes(key))?.[0];
}

/** How long what a packet begins can take at most, ns: its way, two SPUs with full queues, and their messages. */
export function longestNs(options: PipelineOptions): number {
  const { npuToSpuDelayNs, spuToSpuDelayNs, spuToNpuDelayNs } = resolveParameters(options.parameters);
  const works = Object.values(resolveSpuSpeeds(options.spuSpeeds)).map(
    (speed) =>
      speed.queueNs + speed.firstPathNs + speed.setUpNs + speed.redirectNs + speed.fragmentNs + speed.orderingNs,
  );
  return 2 * Math.max(...works) + npuToSpuDelayNs + spuToSpuDelayNs + spuToNpuDelayNs;
}

function spusInForce({ chassis }: PipelineOptions): number {
  return chassis.spus.filter(({ weight }) => weight > 0).length;
}

/**
 * Spreads the SPUs of a run over groups, so that the weights of each add up to about as much.
 *
 * @returns By group and SPU position: 1 = the SPU is in the group. An SPU that takes no sessions is in the first one.
 */
export function groupSpus({ chassis, events = [] }: PipelineOptions, groups: number): Uint8Array[] {
  const { spus } = unitsOf(chassis, events);
  const shares = Array.from({ length: groups }, () => new Uint8Array(spus.length));
  const loads = new Array<number>(groups).fill(0);
  const order = spus
    .map(({ weight }, position) => ({ position, weight }))
    .sort((a, b) => b.weight - a.weight || a.position - b.position);
  for (const { position, weight } of order) {
    const group = weight === 0 ? 0 : loads.indexOf(Math.min(...loads));
    shares[group][position] = 1;
    loads[group] += weight;
  }
  return shares;
}
