import type { Evenness } from '@midplane/weights';
import type { Report, ReportSpu } from './report.ts';
import { type Column, formatCount, formatSeconds, formatShare, renderTable } from './text-table.ts';

/** How the text is styled; the default adds nothing. */
export interface TextStyle {
  /** A heading. */
  readonly heading: (text: string) => string;
  /** Something that wants attention. */
  readonly warning: (text: string) => string;
  /** Something that may be passed over. */
  readonly faint: (text: string) => string;
}

const PLAIN: TextStyle = { heading: (text) => text, warning: (text) => text, faint: (text) => text };

const SPU_COLUMNS: readonly Column[] = [
  { title: 'SPU', align: 'right' },
  { title: 'name', align: 'left' },
  { title: 'card', align: 'left' },
  { title: 'role', align: 'left' },
  { title: 'packets', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'sessions', align: 'right' },
  { title: 'peak', align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'weight', align: 'right' },
  { title: 'share/weight', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'dropped', align: 'right' },
];

/**
 * Renders a report as text for a person.
 *
 * @param report From `Pipeline.finish`.
 * @param options `topSessions` per SPU, default 3; `style` to colour headings and warnings.
 * @returns Lines joined by line feeds, one at the end.
 */
export function renderReportText(
  report: Report,
  options: { readonly topSessions?: number; readonly style?: TextStyle } = {},
): string {
  const { topSessions = 3, style = PLAIN } = options;
  const lines = [
    ...chassisLines(report, style),
    '',
    ...inputLines(report, style),
    '',
    style.heading('Sessions and packets per SPU'),
    ...renderTable(SPU_COLUMNS, report.spus.map(spuRow)),
    '',
    style.heading('Evenness, against the weights'),
    evennessLine('sessions', report.evenness.sessions),
    evennessLine('packets', report.evenness.packets),
    evennessLine('bytes', report.evenness.bytes),
    '',
    ...topLines(report, topSessions, style),
    ...dropLines(report, style),
    '',
    ...report.warnings.map(({ message }) => style.warning(`Warning: ${message}`)),
    ...assumptionLines(report, style),
  ];
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

function chassisLines({ chassis, spus }: Report, style: TextStyle): string[] {
  const cards = Object.entries(chassis.cards).map(([slot, card]) => `${slot}=${card}`);
  const central = spus.find((spu) => spu.spuId === chassis.centralPoint);
  return [
    style.heading(`Chassis ${chassis.model}, release ${chassis.release}: ${cards.join(', ')}`),
    `${chassis.regime} regime, ${chassis.distributionMode}, hash ${chassis.hash}, ${formatCount(chassis.tableLength)} rows, ` +
      `central point on SPU ${chassis.centralPoint}${central?.role === 'cp' ? ' (takes no sessions)' : ''}`,
  ];
}

function inputLines({ input, totals }: Report, style: TextStyle): string[] {
  const kinds = [
    `IPv4 ${formatCount(input.ipv4)}`,
    `IPv6 ${formatCount(input.ipv6)}`,
    `not IP ${formatCount(input.nonIp)}`,
    ...(input.malformed > 0 ? [`malformed ${formatCount(input.malformed)}`] : []),
    ...(input.fragments > 0 ? [`fragments ${formatCount(input.fragments)}`] : []),
  ];
  const notes = [
    ...(input.timeBackwards > 0 ? [`${formatCount(input.timeBackwards)} time stamps run backwards`] : []),
    ...(input.withoutTimestamp > 0 ? [`${formatCount(input.withoutTimestamp)} packets without time stamp`] : []),
    ...(input.gaps.count > 0 ? [`${formatCount(input.gaps.count)} pauses cut to one day`] : []),
  ];
  return [
    `${formatCount(input.packets)} packets, ${formatCount(input.bytes)} bytes in ${formatSeconds(input.durationNs)}: ${kinds.join(', ')}`,
    `delivered ${formatCount(totals.delivered)}, to the Routing Engine ${formatCount(totals.toRe)}, dropped ${formatCount(totals.dropped)}`,
    ...(notes.length > 0 ? [style.warning(`Note: ${notes.join('; ')}`)] : []),
    ...(input.error === undefined ? [] : [style.warning(`The input ended early: ${input.error}`)]),
  ];
}

function spuRow(spu: ReportSpu): string[] {
  const dropped = spu.drops.reduce((sum, drop) => sum + drop.packets, 0);
  return [
    String(spu.spuId),
    spu.name,
    spu.card,
    spu.role,
    formatCount(spu.packets),
    formatCount(spu.bytes),
    formatCount(spu.sessions.created),
    formatCount(spu.sessions.peak),
    formatShare(spu.sessionShare),
    formatShare(spu.weightShare),
    spu.weight === 0 ? '-' : (spu.sessionShare / spu.weightShare).toFixed(2),
    formatCount(spu.sessions.failed),
    formatCount(dropped),
  ];
}

function evennessLine(name: string, figures: Evenness): string {
  const { maxOverMean, coefficientOfVariation, jain, pValue } = figures;
  if (maxOverMean === null || coefficientOfVariation === null || jain === null)
    return `${name.padEnd(9)} nothing to measure`;
  const chance = pValue === null ? '' : `, chi-square p ${formatP(pValue)}`;
  return (
    `${name.padEnd(9)} max/mean ${maxOverMean.toFixed(3)}, coefficient of variation ${coefficientOfVariation.toFixed(3)}, ` +
    `Jain ${jain.toFixed(4)}${name === 'sessions' ? chance : ''}`
  );
}

function formatP(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

function topLines({ spus }: Report, limit: number, style: TextStyle): string[] {
  const rows = spus.flatMap((spu) =>
    spu.top
      .slice(0, limit)
      .map((session) => [
        String(spu.spuId),
        session.sessionId,
        formatCount(session.packets),
        formatCount(session.bytes),
        spu.bytes === 0 ? '-' : formatShare(session.bytes / spu.bytes),
        session.flow,
      ]),
  );
  if (rows.length === 0) return [];
  const columns: readonly Column[] = [
    { title: 'SPU', align: 'right' },
    { title: 'session', align: 'right' },
    { title: 'packets', align: 'right' },
    { title: 'bytes', align: 'right' },
    { title: 'of its SPU', align: 'right' },
    { title: 'flow (in wing)', align: 'left' },
  ];
  return [style.heading('Largest sessions per SPU'), ...renderTable(columns, rows), ''];
}

function dropLines({ drops }: Report, style: TextStyle): string[] {
  if (drops.length === 0) return ['Nothing was dropped.'];
  const columns: readonly Column[] = [
    { title: 'reason', align: 'left' },
    { title: 'packets', align: 'right' },
    { title: 'bytes', align: 'right' },
  ];
  return [
    style.heading('Dropped'),
    ...renderTable(
      columns,
      drops.map((drop) => [drop.reason, formatCount(drop.packets), formatCount(drop.bytes)]),
    ),
  ];
}

function assumptionLines({ assumptions }: Report, style: TextStyle): string[] {
  const names = assumptions.filter(({ mark }) => mark === 'A').map(({ parameter, value }) => `${parameter} ${value}`);
  return wrap(`Rests on assumptions (nothing is published): ${names.join(', ')}.`, 120).map(style.faint);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
