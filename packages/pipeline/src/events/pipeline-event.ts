import type { ResolvedChassis } from '@midplane/chassis';

/** What happens to the device at a time of the run. Plain data. */
export interface PipelineEvent {
  /** When: integer nanoseconds since the first packet. */
  readonly atNs: number;
  /** Ends sessions, as `clear security flow session` does: of one SPU, or of all. */
  readonly clearSessions: { readonly spuId?: number };
}

/** What became of an event. */
export interface EventResult {
  readonly atNs: number;
  /** What it was, such as `clear sessions`. */
  readonly event: string;
  /** SPU that it was for; `null` for all. */
  readonly spuId: number | null;
  /** Sessions that it ended; `null` if the input ended before. */
  readonly sessions: number | null;
}

/**
 * Checks the events of a run.
 *
 * @returns Those events in the order of time, ties in the order given.
 * @throws {RangeError} If a time lies before the start, or an SPU is none of the chassis.
 */
export function checkEvents(events: readonly PipelineEvent[], chassis: ResolvedChassis): readonly PipelineEvent[] {
  for (const [i, { atNs, clearSessions }] of events.entries()) {
    if (!Number.isSafeInteger(atNs) || atNs < 0) {
      const must = 'atNs must be a whole number of nanoseconds, 0 (the first packet) or later';
      throw new RangeError(`Cannot schedule event ${i}: ${must}: got ${String(atNs)}`);
    }
    const { spuId } = clearSessions;
    const flow = chassis.spus.filter((spu) => spu.maxSessions > 0).map((spu) => spu.spuId as number);
    if (spuId !== undefined && !flow.includes(spuId)) {
      throw new RangeError(
        `Cannot schedule event ${i}: spuId must be one of ${flow.join(', ')}, which take sessions: got ${String(spuId)}`,
      );
    }
  }
  return events.toSorted((a, b) => a.atNs - b.atNs);
}
