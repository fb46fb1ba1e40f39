import type { Scenario } from '@midplane/scenario';
import { planTraffic, planWorkload } from '@midplane/traffic';
import { RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';

/** When something is generated, seconds since 1970. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * Refuses generated traffic that lasts too long as a whole, because much time lies between its sources: a scenario says itself
 * how long a pause is simulated. Where nothing is said it is a day, which is short enough here.
 */
export function checkSpan({ traffic, parameters }: Pick<Scenario, 'traffic' | 'parameters'>, limits: Limits): void {
  const maxGapNs = parameters?.maxGapNs;
  if (maxGapNs === undefined) return;
  const seconds = secondsOf(traffic.flatMap(spanOf), maxGapNs / 1e9);
  if (seconds <= limits.simulatedSeconds) return;
  const rule = `traffic must last at most ${limits.simulatedSeconds} s here, with pauses of parameters.maxGapNs`;
  throw new RequestError('too-long-simulated', `Cannot run scenario: ${rule}: got ${seconds}`, { pointer: '/traffic' });
}

function spanOf(item: Scenario['traffic'][number]): Span[] {
  if ('capture' in item) return [];
  if ('workload' in item) {
    const { startSeconds, durationSeconds } = planWorkload(item.workload);
    return [{ from: startSeconds, until: startSeconds + durationSeconds }];
  }
  const { startSeconds, packets, packetsPerSecond } = planTraffic(item);
  return [{ from: startSeconds, until: startSeconds + packets / packetsPerSecond }];
}

/** Time of all of them together, with pauses cut. */
function secondsOf(spans: readonly Span[], maxGapSeconds: number): number {
  const sorted = spans.toSorted((a, b) => a.from - b.from);
  let seconds = 0;
  let now = sorted[0]?.from ?? 0;
  for (const { from, until } of sorted) {
    seconds += Math.min(Math.max(0, from - now), maxGapSeconds) + Math.max(0, until - Math.max(from, now));
    now = Math.max(now, until);
  }
  return seconds;
}
