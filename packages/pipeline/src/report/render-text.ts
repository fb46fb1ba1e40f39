import { CARDS } from '@midplane/chassis';
import type { Evenness } from '@midplane/weights';
import { formatAssumption } from './assumption.ts';
import { formatDuration } from './duration.ts';
import { egressLines, orderLines } from './order-lines.ts';
import { pathLines } from './path-lines.ts';
import type { Report, ReportSpu } from './report.ts';
import { type Column, formatCount, formatSeconds, formatShare, renderTable } from './text-table.ts';
import { unevennessLines } from './unevenness-lines.ts';
import { warningLines } from './warning-lines.ts';
import { wrapText } from './wrap-text.ts';

/** How the text is styled; the default adds nothing. */
export interface TextStyle {
  /** A heading. */
  readonly heading: (text: string) => string;
  /** Something that wants attention. */
  readonly warning: (text: string) => string;
  /** Something that may be passed over. */
  readonly faint: (text: string) => string;
}

/** Columns of running text. */
const TEXT_WIDTH = 100;

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
    ...pathLines(report, style),
    ...egressLines(report, style),
    ...orderLines(report, style),
    style.heading('Evenness, against the weights (even is max/mean 1, coefficient of variation 0, Jain 1)'),
    evennessLine('sessions', report.evenness.sessions),
    ...chanceLines(report.evenness.sessions),
    evennessLine('packets', report.evenness.packets),
    evennessLine('bytes', report.evenness.bytes),
    ...unevennessLines(report),
    '',
    ...centralPointLines(report, style),
    ...natLines(report, style),
    ...eventLines(report, style),
    ...topLines(report, topSessions, style),
    ...dropLines(report, style),
    '',
    ...warningLines(
      report.warnings.map(({ message }) => message),
      style,
    ),
    ...assumptionLines(report, style),
  ];
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

/** The global session table, where there is one. */
function centralPointLines({ centralPoint }: Report, style: TextStyle): string[] {
  if (centralPoint === null) return [];
  const { lookups, known, installs, refused, sessions, peak, capacity, alarm } = centralPoint;
  return [
    style.heading('Central point'),
    `packets asked about ${formatCount(lookups)}, of known sessions ${formatCount(known)}; sessions installed ` +
      `${formatCount(installs)}, refused ${formatCount(refused)}`,
    `sessions at the end ${formatCount(sessions)}, at most ${formatCount(peak)}, capacity ${formatCount(capacity)}`,
    ...(alarm === undefined ? [] : [style.warning(`Alarm: ${alarm.text}`)]),
    '',
  ];
}

/** What source NAT gave away. */
function natLines({ natPools }: Report, style: TextStyle): string[] {
  if (natPools.length === 0) return [];
  const columns: readonly Column[] = [
    { title: 'pool', align: 'left' },
    { title: 'addresses', align: 'right' },
    { title: 'ports', align: 'right' },
    { title: 'in use', align: 'right' },
    { title: 'given', align: 'right' },
    { title: 'refused', align: 'right' },
  ];
  const rows = natPools.map(({ name, addresses, ports, inUse, allocations, failures }) => [
    name,
    ...[addresses, ports, inUse, allocations, failures].map(formatCount),
  ]);
  return [style.heading('Source NAT'), ...renderTable(columns, rows), ''];
}

/** What happened to the device. */
function eventLines({ events, faults, device }: Report, style: TextStyle): string[] {
  const outages = (device?.outages ?? []).map(({ fromNs, untilNs, cause }) => {
    const end = untilNs === null ? 'to the end' : `to ${formatSeconds(untilNs)}`;
    return `${''.padStart(10)}  no traffic from ${formatSeconds(fromNs)} ${end}: ${cause}`;
  });
  const alarms = (device?.alarms ?? []).map(({ severity, text }) => style.warning(`Alarm (${severity}): ${text}`));
  const lines = events.map(({ atNs, event, result, sessionsEnded }) => {
    const ended = sessionsEnded === 0 ? '' : `, ${formatCount(sessionsEnded)} sessions ended`;
    return `${(atNs === null ? 'never' : formatSeconds(atNs)).padStart(10)}  ${event}: ${result}${ended}`;
  });
  return [
    ...(lines.length + outages.length > 0 ? [style.heading('Events'), ...lines, ...outages, ''] : []),
    ...(alarms.length > 0 ? [...alarms, ''] : []),
    ...(faults === null
      ? []
      : [
          `messages between units: ${formatCount(faults.lost)} lost and sent again, ${formatCount(faults.duplicates)} arrived once more`,
          '',
        ]),
  ];
}

function chassisLines({ chassis, spus }: Report, style: TextStyle): string[] {
  const types = Object.entries(chassis.cards).map(([slot, model]) => ({ slot, model, type: typeOf(model) }));
  const cards = types.map(({ slot, type }) => `${slot}=${type}`);
  const models = new Set(
    types.filter(({ type, model }) => type !== model).map(({ type, model }) => `${type} is ${model}`),
  );
  const central = spus.find((spu) => spu.spuId === chassis.centralPoint);
  return [
    style.heading(`Chassis ${chassis.model}, release ${chassis.release}: ${cards.join(', ')}`),
    ...(models.size > 0 ? [style.faint([...models].join(', '))] : []),
    `${chassis.regime} regime, ${distributionOf(chassis)}, ` +
      `central point on SPU ${chassis.centralPoint}${central?.role === 'cp' ? ' (takes no sessions)' : ''}`,
  ];
}

/** How sessions are spread: by hash, or as the central point chooses (then fragments alone go by hash). */
function distributionOf({ distributionMode, hash, tableLength }: Report['chassis']): string {
  const isHash = distributionMode === 'hash-based';
  return isHash ? `${distributionMode}, hash ${hash}, ${formatCount(tableLength)} rows` : distributionMode;
}

/** Short name of a card, by its order number. */
function typeOf(model: string): string {
  return CARDS.find((card) => card.model.value === model)?.type ?? model;
}

function inputLines({ input, totals, assumptions }: Report, style: TextStyle): string[] {
  const kinds = [
    `IPv4 ${formatCount(input.ipv4)}`,
    `IPv6 ${formatCount(input.ipv6)}`,
    `not IP ${formatCount(input.nonIp)}`,
    ...(input.malformed > 0 ? [`malformed ${formatCount(input.malformed)}`] : []),
    ...(input.fragments > 0 ? [`fragments ${formatCount(input.fragments)}`] : []),
  ];
  const maxGap = assumptions.find(({ parameter }) => parameter === 'maxGapNs')?.value;
  const notes = [
    ...(input.timeBackwards > 0 ? [`${formatCount(input.timeBackwards)} time stamps run backwards`] : []),
    ...(input.withoutTimestamp > 0 ? [`${formatCount(input.withoutTimestamp)} packets without time stamp`] : []),
    ...(input.gaps.count > 0
      ? [
          `${formatCount(input.gaps.count)} ${input.gaps.count === 1 ? 'pause' : 'pauses'} cut to ${formatDuration(Number(maxGap))}`,
        ]
      : []),
  ];
  return [
    `${formatCount(input.packets)} packets, ${formatCount(input.bytes)} bytes in ${formatSeconds(input.durationNs)}: ${kinds.join(', ')}`,
    ...(totals.generated + totals.replicated > 0
      ? [
          `${formatCount(totals.generated)} packets made by SPUs (answers to rejected ones), ${formatCount(totals.replicated)} copies of multicast packets`,
        ]
      : []),
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
  const { maxOverMean, coefficientOfVariation, jain } = figures;
  if (maxOverMean === null || coefficientOfVariation === null || jain === null)
    return `${name.padEnd(9)} nothing to measure`;
  return (
    `${name.padEnd(9)} max/mean ${maxOverMean.toFixed(3)}, coefficient of variation ${coefficientOfVariation.toFixed(3)}, ` +
    `Jain ${jain.toFixed(4)}`
  );
}

/** What chance alone would do; for sessions only, since packets and bytes come in sessions, not one by one. */
function chanceLines({ pValue }: Evenness): string[] {
  if (pValue === null) return [];
  const [p, percent] = pValue < 0.0001 ? ['< 0.0001', 'fewer than 0.01 %'] : [pValue.toFixed(4), formatPercent(pValue)];
  return [`${''.padEnd(9)} chi-square p ${p}: by chance alone, ${percent} of runs are as uneven or more`];
}

function formatPercent(p: number): string {
  return `${(p * 100).toFixed(p < 0.01 ? 2 : 1)} %`;
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
  const assumed = assumptions.filter(({ mark }) => mark === 'A').map(formatAssumption);
  const items = assumed.map((item, i) => (i < assumed.length - 1 ? `${item};` : item));
  return [
    style.heading('Assumed, since nothing is published about it'),
    ...wrapText(items, TEXT_WIDTH).map(style.faint),
  ];
}
