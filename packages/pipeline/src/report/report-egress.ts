import type { Egress } from '../egress/egress.ts';
import type { DropCount, Report, ReportEgressCard } from './report.ts';
import { reorderingOf } from './report-order.ts';
import { latencyOf } from './report-spus.ts';
import { formatCount } from './text-table.ts';

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

/** Says so where something behind the SPUs was the limit: what is told of SPUs does not show it. */
export function egressWarnings(egress: Egress | undefined, drops: readonly DropCount[]): Report['warnings'] {
  const full = (egress?.cards ?? []).filter(({ dropped }) => dropped > 0);
  const memory = drops.find(({ reason }) => reason === 'packet-memory-full');
  return [
    ...full.map(({ slot, dropped }) => ({
      code: 'egress-queue-full',
      message: `The fabric to the I/O card in slot ${slot} was the limit for ${formatCount(dropped)} packets; SPUs cannot help that`,
    })),
    ...(memory === undefined
      ? []
      : [
          {
            code: 'packet-memory-full',
            message: `${formatCount(memory.packets)} packets found no packet memory at their SPU`,
          },
        ]),
  ];
}
