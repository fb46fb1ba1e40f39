import {
  type Column,
  formatCount,
  type Report,
  renderTable,
  type TextStyle,
  type Unevenness,
  unevennessLines,
  warningLines,
} from '@midplane/pipeline';
import { assumptionLines, formatFactor, formatPercent, formatTimes, PLAIN, WIDTH, wrap } from './_text.ts';
import type { ComparedSide, ComparedSpu, Comparison } from './comparison.ts';
import type { Limit, LimitName } from './headroom.ts';

/** What limits are called. */
export const LIMIT_NAMES: Readonly<Record<LimitName, string>> = {
  sessions: 'sessions',
  cpu: 'CPU, busiest second',
  'session-rate': 'new sessions a second',
  'central-point': "central point's sessions",
};

/**
 * Renders a comparison as text for a person, at most 100 columns wide.
 *
 * @param comparison From `compareScenarios`.
 * @param options `style` to colour headings and warnings.
 * @returns Lines joined by line feeds, one at the end.
 */
export function renderComparison(comparison: Comparison, options: { readonly style?: TextStyle } = {}): string {
  const { style = PLAIN } = options;
  const { before, after, warnings, inputError, sameTraffic } = comparison;
  const lines = [
    ...wrap(`${before.name} -> ${after.name}`, '  ').map(style.heading),
    ...differenceLines(comparison),
    ...wrap(
      `${trafficOf(before)}${sameTraffic ? ', the same for both' : `; after: ${trafficOf(after)}`}; dropped ` +
        `${formatCount(before.dropped)} -> ${formatCount(after.dropped)}`,
    ),
    ...(inputError === undefined ? [] : [style.warning(`The input ended early: ${inputError}`)]),
    '',
    style.heading('Per SPU, before -> after (share/weight: of the sessions; CPU peak: of the busiest second)'),
    ...spuTable(before, after),
    '',
    style.heading('Evenness, against the weights (largest load / mean; even is 1)'),
    ...evennessTable(before, after),
    ...diagnosis('before', before),
    ...diagnosis('after', after),
    '',
    style.heading('Headroom: how many times the traffic fits, and which SPU is full first'),
    ...headroomTable(before, after),
    ...firstLimit('before', before),
    ...firstLimit('after', after),
    '',
    style.heading('What moves'),
    ...moveLines(comparison),
    '',
    style.heading('What the change costs'),
    ...outageLines(comparison),
    '',
    ...warningLines(warnings, style),
    style.heading('Assumed, since nothing is published about it'),
    ...assumptionLines(comparison.assumptions).map(style.faint),
  ];
  return `${lines.join('\n')}\n`;
}

/** What differs, as a table; below each other where that is too wide. */
function differenceLines({ differences }: Comparison): string[] {
  if (differences.length === 0) return ['nothing differs'];
  const table = renderTable(
    [left(''), left('before'), left('after')],
    differences.map((each) => [each.what, each.before, each.after]),
  );
  if (table.every(({ length }) => length <= WIDTH)) return table;
  return differences.flatMap((each) => [
    `${each.what}: ${each.before}`,
    `${' '.repeat(each.what.length)}  ${each.after}`,
  ]);
}

function trafficOf({ input }: ComparedSide): string {
  return `${formatCount(input.packets)} packets, ${formatCount(input.bytes)} bytes in ${(input.durationNs / 1e9).toFixed(1)} s`;
}

/** What is told of an SPU; each title stands over the figure before, an arrow over the one after. */
const SPU_FIGURES: readonly (readonly [title: string, of: (spu: ComparedSpu) => string])[] = [
  ['packets', ({ packets }) => formatCount(packets)],
  ['sessions', ({ sessions }) => formatCount(sessions.created)],
  [
    'share/weight',
    ({ sessionShare, weightShare }) => (weightShare === 0 ? '-' : (sessionShare / weightShare).toFixed(2)),
  ],
  ['CPU mean', ({ cpu }) => formatPercent(cpu.meanPercent)],
  ['peak', ({ cpu }) => `${cpu.peakPercent} %`],
];

/** One row per SPU ID; an SPU that one side does not have shows a dash there. In two parts where it is too wide for one. */
function spuTable(before: ComparedSide, after: ComparedSide): string[] {
  const ids = [...new Set([...before.spus, ...after.spus].map(({ spuId }) => spuId))].sort((a, b) => a - b);
  const tableOf = (figures: typeof SPU_FIGURES): string[] => {
    const columns = [right('SPU'), left('card'), ...figures.flatMap(([title]) => [right(title), right('->')])];
    const rows = ids.map((id) => {
      const sides = [before, after].map(({ spus }) => spus.find(({ spuId }) => spuId === id));
      const cards = [...new Set(sides.flatMap((spu) => (spu === undefined ? [] : [spu.card])))];
      const cells = figures.flatMap(([, of]) => sides.map((spu) => (spu === undefined ? '-' : of(spu))));
      return [String(id), cards.join(' -> '), ...cells];
    });
    return renderTable(columns, rows);
  };
  const whole = tableOf(SPU_FIGURES);
  if (whole.every(({ length }) => length <= WIDTH)) return whole;
  return [...tableOf(SPU_FIGURES.slice(0, 2)), '', ...tableOf(SPU_FIGURES.slice(2))];
}

function evennessTable(before: ComparedSide, after: ComparedSide): string[] {
  const figure = (side: ComparedSide, what: keyof Report['evenness']): string =>
    side.evenness[what].maxOverMean?.toFixed(3) ?? '-';
  const jain = (side: ComparedSide, what: keyof Report['evenness']): string =>
    side.evenness[what].jain?.toFixed(4) ?? '-';
  return renderTable(
    [left(''), right('before'), right('after'), right('Jain before'), right('Jain after')],
    (['sessions', 'packets', 'bytes'] as const).map((what) => [
      what,
      figure(before, what),
      figure(after, what),
      jain(before, what),
      jain(after, what),
    ]),
  );
}

function diagnosis(name: string, { chassis, spus, unevenness }: ComparedSide): string[] {
  return sentenceOf(name, { chassis, spus, unevenness });
}

/** What `unevennessLines` says, which looks at no more of a report than this. */
function sentenceOf(
  name: string,
  { chassis, spus, unevenness }: Pick<ComparedSide, 'chassis' | 'spus'> & { readonly unevenness: Unevenness },
): string[] {
  const seen = {
    chassis,
    spus: spus.map(({ spuId, rows, weightShare }) => ({ spuId, rows, weight: weightShare })),
  };
  return wrap(`${name}: ${unevennessLines(seen, unevenness).join(' ')}`, '  ');
}

function headroomTable(before: ComparedSide, after: ComparedSide): string[] {
  const names = [...new Set([...before.headroom.limits, ...after.headroom.limits].map(({ limit }) => limit))];
  const cells = (limit: Limit | undefined): string[] =>
    limit === undefined ? ['-', '-', '-'] : [formatFactor(limit), `${figureOf(limit)}`, `SPU ${limit.spuId}`];
  return renderTable(
    [left('limit'), right('before'), right('of'), left('at'), right('after'), right('of'), left('at')],
    names.map((name) => [
      LIMIT_NAMES[name],
      ...[before, after].flatMap(({ headroom }) => cells(headroom.limits.find(({ limit }) => limit === name))),
    ]),
  );
}

/** What is used of a limit, and what there is. */
export function figureOf({ limit, used, capacity }: Limit): string {
  return limit === 'cpu' ? `${formatPercent(used)} / ${capacity} %` : `${formatCount(used)} / ${formatCount(capacity)}`;
}

function firstLimit(name: string, { headroom }: ComparedSide): string[] {
  const { first } = headroom;
  if (first === null || first.factor === null) return [`${name}: the traffic takes nothing of any limit`];
  const times = first.reached
    ? 'is reached by this traffic'
    : `is reached first, at ${formatTimes(first.factor)} times the traffic`;
  return wrap(`${name}: ${LIMIT_NAMES[first.limit]} of SPU ${first.spuId} (${first.name}) ${times}`, '  ');
}

function moveLines({ sessions, rows }: Comparison): string[] {
  return [
    ...wrap(
      typeof sessions === 'string'
        ? `sessions: not counted, ${sessions}`
        : `sessions: ${formatCount(sessions.moved)} of ${formatCount(sessions.moved + sessions.stayed)} of this traffic ` +
            `get another SPU (${formatPercent(percentOf(sessions.moved, sessions.moved + sessions.stayed))})`,
      '  ',
    ),
    ...wrap(
      typeof rows === 'string'
        ? `table rows: not compared, ${rows}`
        : `table rows: ${formatCount(rows.moved)} of ${formatCount(rows.rows)} name another SPU ` +
            `(${formatPercent(percentOf(rows.moved, rows.rows))}); any tables of these sizes move ${formatCount(rows.minimum)} at least`,
      '  ',
    ),
  ];
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function outageLines({ outage }: Comparison): string[] {
  const { reboot, why, seconds, packets, newSessions, sessionsLost } = outage;
  if (!reboot && seconds === 0) return wrap(`no outage: ${why}`, '  ');
  const missed =
    `at the mean rate of this traffic ${formatCount(packets)} packets and ${formatCount(newSessions)} new sessions ` +
    'fall into it';
  return wrap(
    reboot
      ? `a reboot (${why}): ${seconds} s without traffic. All sessions are lost, up to ${formatCount(sessionsLost)}; ${missed}`
      : `an outage without a reboot (${why}): ${seconds} s without traffic; ${missed}`,
    '  ',
  );
}

function left(title: string): Column {
  return { title, align: 'left' };
}

function right(title: string): Column {
  return { title, align: 'right' };
}
