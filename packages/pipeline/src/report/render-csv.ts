import type { Report } from './report.ts';

const HEADER =
  'spu_id,name,card,role,weight,weight_share,rows,packets,bytes,delivered,handed_over,first_path,fast_path,' +
  'sessions_created,session_share,sessions_peak,sessions_current,sessions_failed,dropped,waited_for_order,reordered,memory_peak_bytes,stalls';

/**
 * Renders the table per SPU of a report as CSV (RFC 4180): a header line, then one line per SPU, ascending by SPU ID.
 *
 * @returns Lines joined by CR LF, one at the end. Shares are numbers from 0 to 1; what was not measured, or has no limit, is
 * empty.
 */
export function renderReportCsv(report: Report): string {
  const lines = report.spus.map((spu) =>
    [
      spu.spuId,
      spu.name,
      spu.card,
      spu.role,
      spu.weight,
      spu.weightShare,
      spu.rows,
      spu.packets,
      spu.bytes,
      spu.delivered,
      spu.handedOver,
      spu.firstPath,
      spu.fastPath,
      spu.sessions.created,
      spu.sessionShare,
      spu.sessions.peak,
      spu.sessions.current,
      spu.sessions.failed,
      spu.drops.reduce((sum, drop) => sum + drop.packets, 0),
      spu.ordering.held,
      spu.ordering.measured?.reordered ?? '',
      spu.memory?.peakBytes ?? '',
      spu.ordering.stalls,
    ].join(','),
  );
  return `${[HEADER, ...lines].join('\r\n')}\r\n`;
}
