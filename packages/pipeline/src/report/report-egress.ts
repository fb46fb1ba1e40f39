import type { Egress } from '../egress/egress.ts';
import type { ReportEgressCard } from './report.ts';
import { reorderingOf } from './report-order.ts';
import { latencyOf } from './report-spus.ts';

/** How packets left by each I/O card. */
export function reportEgress({ cards }: Egress, isMeasured: boolean): ReportEgressCard[] {
  return cards.map(({ slot, packets, bytes, waited, queuePeak, latency, dropped, droppedBytes, order }) => ({
    slot,
    packets,
    bytes,
    waited,
    queuePeak,
    latencyNs: latencyOf(latency),
    dropped,
    droppedBytes,
    measured: isMeasured ? reorderingOf(order) : null,
  }));
}
