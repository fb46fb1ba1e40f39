import type { ChassisCommand, ResolvedChassis, Spu } from '@midplane/chassis';
import { compileConfiguration } from '../configuration/compile-configuration.ts';
import { PARAMETERS, type ParameterName, type ParameterValues, resolveParameters } from '../parameters.ts';
import type { PipelineCommit } from './commit.ts';

/** What happens to the device at a time of the run, or after a number of packets. Plain data. */
export interface PipelineEvent {
  /** When: integer nanoseconds since the first packet. */
  readonly atNs?: number;
  /** When: before the packet after so many. In place of `atNs`. */
  readonly afterPackets?: number;
  /** Ends sessions, as `clear security flow session` does: of one SPU, those of some IDs (decimal), or all. */
  readonly clearSessions?: { readonly spuId?: number; readonly sessionIds?: readonly string[] };
  /** Something is done to the chassis; what that starts from must be given as `chassisState`. */
  readonly chassis?: ChassisCommand;
  /** Another mode of packet ordering is configured; it counts from the next reboot on. */
  readonly ordering?: 'hardware' | 'software';
  /** Parameters that change; see {@link LIVE_PARAMETERS}. */
  readonly set?: Readonly<Partial<Record<ParameterName, number>>>;
  /** Another configuration is committed. */
  readonly commit?: PipelineCommit;
}

/** What became of an event. */
export interface EventResult {
  /** When it happened, or was to happen; `null` if so many packets never came. */
  readonly atNs: number | null;
  /** What it was, such as `clear sessions` or `failSpu fpc1.pic1`. */
  readonly event: string;
  /** What came of it, as a sentence without a full stop. */
  readonly result: string;
  /** Sessions that it ended. */
  readonly sessionsEnded: number;
}

/** Parameters that an event can set: those that are read whenever they are needed. */
export const LIVE_PARAMETERS: readonly ParameterName[] = [
  'tcpEstablishedTimeoutS',
  'telnetTimeoutS',
  'tcpInitialTimeoutS',
  'tcpTimeWaitS',
  'tcpResetTimeoutS',
  'udpTimeoutS',
  'icmpTimeoutS',
  'icmpAnsweredTimeoutS',
  'otherTimeoutS',
  'multicastTimeoutS',
  'lingerS',
  'pendingQueuePackets',
  'earlyAgeoutS',
  'highWatermarkPercent',
  'lowWatermarkPercent',
];

/** What an event is called. */
export function nameOfEvent({ clearSessions, chassis, ordering, set, commit }: PipelineEvent): string {
  if (commit !== undefined) return commit.name;
  if (ordering !== undefined) return `set packet-ordering-mode ${ordering}`;
  if (clearSessions !== undefined) {
    const { spuId, sessionIds } = clearSessions;
    if (sessionIds !== undefined) return `clear ${sessionIds.length} session${sessionIds.length === 1 ? '' : 's'}`;
    return spuId === undefined ? 'clear sessions' : `clear sessions of SPU ${spuId}`;
  }
  if (chassis !== undefined) {
    const { command, permanent, ...arguments_ } = chassis as typeof chassis & { readonly permanent?: boolean };
    return [command, ...Object.values(arguments_), ...(permanent ? ['for good'] : [])].join(' ');
  }
  return `set ${Object.entries(set!)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`;
}

/**
 * Checks the events of a run.
 *
 * @param spus All that there are at some time.
 * @throws {RangeError} If a time lies before the start, an SPU is none of the chassis, or a parameter cannot be set.
 */
export function checkEvents(
  events: readonly PipelineEvent[],
  chassis: ResolvedChassis,
  spus: readonly Spu[],
  values: ParameterValues,
): void {
  for (const [i, event] of events.entries()) {
    const refuse = (must: string, got: unknown): never => {
      throw new RangeError(`Cannot schedule event ${i}: ${must}: got ${String(got)}`);
    };
    const { atNs, afterPackets, clearSessions, set, commit } = event;
    if ((atNs === undefined) === (afterPackets === undefined)) {
      refuse('atNs or afterPackets must be given, one of them', atNs === undefined ? 'neither' : 'both');
    }
    if (atNs !== undefined && (!Number.isSafeInteger(atNs) || atNs < 0)) {
      refuse('atNs must be a whole number of nanoseconds, 0 (the first packet) or later', atNs);
    }
    if (afterPackets !== undefined && (!Number.isSafeInteger(afterPackets) || afterPackets < 0)) {
      refuse('afterPackets must be a whole number, 0 or more', afterPackets);
    }
    const kinds = [clearSessions, event.chassis, event.ordering, set, commit].filter((kind) => kind !== undefined);
    if (kinds.length !== 1) {
      refuse('clearSessions, chassis, ordering, set or commit must be given, one of them', kinds.length);
    }
    for (const mode of [event.ordering, commit?.ordering]) {
      if (mode !== undefined && !['hardware', 'software'].includes(mode)) {
        refuse('ordering must be hardware or software', JSON.stringify(mode));
      }
    }
    const spuId = clearSessions?.spuId;
    const flow = chassis.spus.filter((spu) => spu.maxSessions > 0).map((spu) => spu.spuId as number);
    if (spuId !== undefined && !flow.includes(spuId)) {
      refuse(`spuId must be one of ${flow.join(', ')}, which take sessions`, spuId);
    }
    if (event.chassis?.command === 'failSpu') {
      const { spu } = event.chassis;
      if (!spus.some((each) => each.spuId === spu || each.name === spu)) {
        refuse(`spu must be one of ${spus.map(({ name }) => name).join(', ')}`, JSON.stringify(spu));
      }
    }
    const changes = { ...set, ...commit?.parameters };
    for (const name of Object.keys(changes)) {
      if (!Object.hasOwn(PARAMETERS, name) || !LIVE_PARAMETERS.includes(name as ParameterName)) {
        refuse(`set must name one of ${LIVE_PARAMETERS.join(', ')}`, name);
      }
    }
    resolveParameters({ ...values, ...changes });
    if (commit?.configuration !== undefined) compileConfiguration(commit.configuration);
  }
}
