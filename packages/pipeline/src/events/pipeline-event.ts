import type { ChassisCommand, ResolvedChassis, Spu } from '@midplane/chassis';
import { PARAMETERS, type ParameterName, type ParameterValues, resolveParameters } from '../parameters.ts';

/** What happens to the device at a time of the run, or after a number of packets. Plain data. */
export interface PipelineEvent {
  /** When: integer nanoseconds since the first packet. */
  readonly atNs?: number;
  /** When: before the packet after so many. In place of `atNs`. */
  readonly afterPackets?: number;
  /** Ends sessions, as `clear security flow session` does: of one SPU, or of all. */
  readonly clearSessions?: { readonly spuId?: number };
  /** Something is done to the chassis; what that starts from must be given as `chassisState`. */
  readonly chassis?: ChassisCommand;
  /** Another mode of packet ordering is configured; it counts from the next reboot on. */
  readonly ordering?: 'hardware' | 'software';
  /** Parameters that change; see {@link LIVE_PARAMETERS}. */
  readonly set?: Readonly<Partial<Record<ParameterName, number>>>;
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
  'highWatermarkPercent',
  'lowWatermarkPercent',
];

/** What an event is called. */
export function nameOfEvent({ clearSessions, chassis, ordering, set }: PipelineEvent): string {
  if (ordering !== undefined) return `set packet-ordering-mode ${ordering}`;
  if (clearSessions !== undefined) {
    return clearSessions.spuId === undefined ? 'clear sessions' : `clear sessions of SPU ${clearSessions.spuId}`;
  }
  if (chassis !== undefined) {
    const { command, ...arguments_ } = chassis;
    return [command, ...Object.values(arguments_)].join(' ');
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
    const { atNs, afterPackets, clearSessions, set } = event;
    if ((atNs === undefined) === (afterPackets === undefined)) {
      refuse('atNs or afterPackets must be given, one of them', atNs === undefined ? 'neither' : 'both');
    }
    if (atNs !== undefined && (!Number.isSafeInteger(atNs) || atNs < 0)) {
      refuse('atNs must be a whole number of nanoseconds, 0 (the first packet) or later', atNs);
    }
    if (afterPackets !== undefined && (!Number.isSafeInteger(afterPackets) || afterPackets < 0)) {
      refuse('afterPackets must be a whole number, 0 or more', afterPackets);
    }
    const kinds = [clearSessions, event.chassis, event.ordering, set].filter((kind) => kind !== undefined).length;
    if (kinds !== 1) refuse('clearSessions, chassis, ordering or set must be given, one of them', kinds);
    if (event.ordering !== undefined && !['hardware', 'software'].includes(event.ordering)) {
      refuse('ordering must be hardware or software', JSON.stringify(event.ordering));
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
    for (const name of Object.keys(set ?? {})) {
      if (!Object.hasOwn(PARAMETERS, name) || !LIVE_PARAMETERS.includes(name as ParameterName)) {
        refuse(`set must name one of ${LIVE_PARAMETERS.join(', ')}`, name);
      }
    }
    if (set !== undefined) resolveParameters({ ...values, ...set });
  }
}
