import type { ReorderingMetricsFigures, Spread } from '@midplane/ordering';
import { type Column, formatCount, renderTable } from '../report/text-table.ts';
import { wrapText } from '../report/wrap-text.ts';
import type { IpIdOrderResult } from './ip-id-order.ts';
import type { CaptureOrder, CapturesOrder } from './measure-capture.ts';
import type { NumbersOrder } from './measure-numbers.ts';
import type { FlowOrder, OrderResult } from './order-measure.ts';
import { type PathOrderResult, REMEMBERED } from './path-order.ts';
import type { TcpOrderResult } from './tcp-order.ts';

const TOP_COLUMNS: readonly Column[] = [
  { title: 'reordered', align: 'right' },
  { title: 'of', align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'extent', align: 'right' },
  { title: 'flow', align: 'left' },
];

/** Columns of what a line tells. */
const LABEL = 13;

type Heading = (text: string) => string;

/** TCP takes so many duplicate acknowledgments for loss. */
const DUPLICATE_ACKS = 3;
/** Displacements that are listed, largest shares first. */
const LISTED = 9;

/** No colours. */
const plain: Heading = (text) => text;

/** Figures with or without times. */
type Figures = NumbersOrder['figures'] & Partial<Pick<ReorderingMetricsFigures, 'lateNs'>>;

/**
 * Renders the order in one capture as text for a person.
 *
 * @param heading Colours a heading.
 */
export function renderCaptureOrder({ packets, tcp, ipId }: CaptureOrder, heading: Heading = plain): string {
  return joined([
    `${formatCount(packets)} packets`,
    '',
    heading('By TCP sequence number, per flow and direction'),
    ...tcpLines(tcp),
    '',
    heading('By IP ID (IPv4), per source, destination and protocol (TCP: per flow), where IDs increase'),
    ...ipIdLines(ipId),
  ]);
}

/**
 * Renders the order from one capture to another as text for a person.
 *
 * @param heading Colours a heading.
 */
export function renderCapturesOrder({ packets, path }: CapturesOrder, heading: Heading = plain): string {
  return joined([
    `${formatCount(packets[0])} packets at ingress, ${formatCount(packets[1])} at egress`,
    '',
    heading('By place at ingress, per flow'),
    ...pathLines(path),
    ...orderLines(path.figures, 'lost or not passed', false),
    ...topLines(path.top),
    '',
    heading('By place at ingress, over all flows'),
    ...orderLines(path.acrossFlows, 'lost or not passed', false),
  ]);
}

/** Renders the order of a list of numbers as text for a person. */
export function renderNumbersOrder({ packets, figures }: NumbersOrder): string {
  const lines = orderLines(figures, 'sent again', false);
  return joined([`${formatCount(packets)} ${packets === 1 ? 'number' : 'numbers'}`, '', ...lines]);
}

function tcpLines(tcp: TcpOrderResult): string[] {
  const also = named([
    ['without data', tcp.withoutData],
    ['unreadable', tcp.unreadable],
  ]);
  return [
    ...told(
      `measured     ${formatCount(tcp.packets)} segments with data in ${flowsOf(tcp)}${also === '' ? '' : `; not measured: ${also}`}`,
    ),
    ...orderLines(tcp.figures, 'sent again', true),
    ...topLines(tcp.top),
  ];
}

function ipIdLines(ipId: IpIdOrderResult): string[] {
  const { packets, unmeasured, jumps } = ipId;
  const measured = packets - unmeasured;
  const also = [
    `${formatCount(unmeasured)} of flows whose IDs do not increase, or with fewer than 4 packets`,
    ...(jumps > 0 ? [`IDs jumped ${times(jumps)}`] : []),
  ];
  return [
    ...told(
      `measured     ${formatCount(measured)} of ${formatCount(packets)} packets; not measured: ${also.join(', ')}`,
    ),
    ...(measured === 0 ? [] : [...orderLines(ipId.figures, 'sent again', true), ...topLines(ipId.top)]),
  ];
}

function pathLines(path: PathOrderResult): string[] {
  const { ingress, egress, matched, onlyIngress, onlyEgress, flowForgotten } = path;
  const rest = named([
    ['only at ingress', onlyIngress],
    ['only at egress', onlyEgress],
    ['of a flow that was forgotten', flowForgotten],
  ]);
  return [
    ...told(
      `matched      ${formatCount(matched)} of ${formatCount(ingress)} IP packets at ingress and ${formatCount(egress)} at egress, in ${flowsOf(path)}${rest === '' ? '' : `; ${rest}`}`,
    ),
    ...(onlyIngress + onlyEgress > 0 ? [`             ${formatCount(REMEMBERED)} packets are remembered at once`] : []),
  ];
}

function orderLines(figures: Figures, resent: string, byRank: boolean): string[] {
  const { received, reordered, ratio, extent, lateNs, nReordered, gaps, runs, rd, rbd } = figures;
  const also = named([
    [resent, figures.resent],
    ['duplicates', figures.duplicates],
    ['too late to tell', figures.tooLate],
  ]);
  const lines = [
    `reordered    ${formatCount(reordered)} of ${formatCount(received)}, ${percent(ratio)}${also === '' ? '' : `; not counted: ${also}`}`,
  ];
  if (reordered === 0) return lines.flatMap(told);
  const dup = nReordered[DUPLICATE_ACKS - 1] ?? 0;
  lines.push(
    `extent       ${spread(extent, (value) => round(value))} packets`,
    ...(lateNs === undefined ? [] : [`late         ${spread(lateNs, duration)}`]),
    `n-reordered  ${nReordered
      .slice(0, 5)
      .map((count, i) => `${i + 1}: ${formatCount(count)}`)
      .join(
        ', ',
      )}${nReordered.length > 5 ? `, ... ${nReordered.length}: ${formatCount(nReordered.at(-1)!)}` : ''}${nReordered.length === 0 ? 'none' : ''}; ${percent(received === 0 ? 0 : dup / received)} look lost to TCP (n = ${DUPLICATE_ACKS})`,
    `runs         ${round(runs.mean)} packets in order before a reordered one, longest ${formatCount(runs.longest)}`,
  );
  if (gaps.count > 0) {
    const time = 'meanNs' in gaps ? `, ${duration(gaps.meanNs as number)}` : '';
    lines.push(`gaps         ${round(gaps.mean)} packets${time} between reorderings`);
  }
  const shares = [...rd.density]
    .sort((a, b) => b.share - a.share || a.displacement - b.displacement)
    .slice(0, LISTED)
    .sort((a, b) => a.displacement - b.displacement);
  lines.push(
    `displaced    ${shares.map((each) => `${sign(each.displacement)} ${percent(each.share)}`).join(', ')}; mean ${round(rd.meanDisplacement)} ${byRank ? 'packets' : 'numbers'}, threshold ${rd.threshold}${rd.discarded > 0 ? `, beyond it ${formatCount(rd.discarded)}` : ''}`,
    `waiting      ${rbd.density
      .flatMap((share, k) => (share > 0 ? [`${k}: ${percent(share)}`] : []))
      .slice(0, LISTED)
      .join(', ')}; mean ${round(rbd.meanOccupancy)} in a buffer that restores order`,
  );
  return lines.flatMap(told);
}

/** A line that begins with what it tells; its parts, between commas, are not broken. */
function told(line: string): string[] {
  const wrapped = wrapText(line.slice(LABEL).split(/(?<=[,;]) /), 100, ' '.repeat(LABEL));
  return wrapped.map((each, i) => (i === 0 ? line.slice(0, LABEL) + each.slice(LABEL) : each));
}

function topLines(top: readonly FlowOrder[]): string[] {
  if (top.length === 0) return [];
  return renderTable(
    TOP_COLUMNS,
    top.map((each) => [
      formatCount(each.reordered),
      formatCount(each.received),
      percent(each.reordered / each.received),
      formatCount(each.maxExtent),
      each.flow,
    ]),
  );
}

function flowsOf({ flows }: OrderResult): string {
  const forgotten =
    flows.forgotten > 0
      ? `, ${formatCount(flows.forgotten)} of them forgotten for others, and counted again if they came back`
      : '';
  return `${formatCount(flows.measured)} ${flows.measured === 1 ? 'flow' : 'flows'}${forgotten}`;
}

function named(parts: readonly (readonly [string, number])[]): string {
  return parts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(', ');
}

function spread(values: Spread, format: (value: number) => string): string {
  return `mean ${format(values.mean)}, median ${format(values.p50)}, 99 % within ${format(values.p99)}, most ${format(values.max)}`;
}

function round(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : value.toFixed(value < 10 ? 2 : 1);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.01 ? 3 : 1)} %`;
}

function duration(ns: number): string {
  if (ns < 1e6) return `${round(Math.round(ns / 100) / 10)} us`;
  return ns < 1e9 ? `${round(Math.round(ns / 1e4) / 100)} ms` : `${round(Math.round(ns / 1e7) / 100)} s`;
}

function sign(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
