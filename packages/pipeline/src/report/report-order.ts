import { formatFlow } from '@midplane/flow';
import { formatSessionId, sessionIdOf } from '@midplane/spu-id';
import { ORDER_CLASSES, OrderCounts } from '../spu/order-class.ts';
import type { ReportSources } from './build-report.ts';
import type { ReportOrder, ReportReordering } from './report.ts';

/** Sessions that the report lists. */
const WORST = 10;

/** The order of packets by class and by session, where it was measured; lets everything leave that is measured. */
export function reportOrder({ spus, sessionIdStride }: ReportSources): ReportOrder | null {
  const classes = ORDER_CLASSES.map(() => new OrderCounts());
  const sessions: (ReportOrder['sessions'][number] & { readonly first: number })[] = [];
  let isMeasured = false;
  for (const { orderMeter, spuId } of spus) {
    if (orderMeter === undefined) continue;
    isMeasured = true;
    for (const { session, key, generation, packets, reordered, maxExtent } of orderMeter.finish()) {
      const sessionId = formatSessionId(sessionIdOf(spuId, session, sessionIdStride));
      sessions.push({ sessionId, flow: formatFlow(key), packets, reordered, maxExtent, first: generation >>> 0 });
    }
    for (const [index, counts] of orderMeter.classes.entries()) classes[index].add(counts);
  }
  if (!isMeasured) return null;
  sessions.sort((a, b) => b.reordered - a.reordered || a.first - b.first);
  return {
    classes: ORDER_CLASSES.flatMap((name, index) =>
      classes[index].packets === 0 ? [] : [{ class: name, ...reorderingOf(classes[index]) }],
    ),
    sessions: sessions.slice(0, WORST).map(({ first: _, ...session }) => session),
  };
}

/** Counts as the report has them. */
export function reorderingOf({ packets, reordered, extents, maxExtent }: OrderCounts): ReportReordering {
  return {
    packets,
    reordered,
    ratio: packets === 0 ? 0 : reordered / packets,
    meanExtent: reordered === 0 ? 0 : extents / reordered,
    maxExtent,
  };
}
