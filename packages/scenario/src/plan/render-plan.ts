import { formatCount, renderTable, type TextStyle } from '@midplane/pipeline';
import { assumptionLines, formatPercent, PLAIN, wrap } from '../compare/_text.ts';
import type { Plan, PlanCandidate } from './plan.ts';

/** Sets that are listed; of many the smallest ones before the last say nothing. */
const MOST_LISTED = 12;

/**
 * Renders a plan as text for a person, at most 100 columns wide.
 *
 * @param plan From `planCards`.
 * @param options `style` to colour headings and warnings.
 * @returns Lines joined by line feeds, one at the end.
 */
export function renderPlan(plan: Plan, options: { readonly style?: TextStyle } = {}): string {
  const { style = PLAIN } = options;
  const { chosen, candidates, growth, cpuTargetPercent, model, release, order, inputError } = plan;
  const shown = candidates.slice(-MOST_LISTED);
  const hidden = candidates.length - shown.length;
  const lines = [
    ...wrap(
      `${chosen === null ? 'No set of cards' : chosen.cards} holds this traffic ${growth} times in an ${model} of release ${release}.`,
    ).map(chosen === null ? style.warning : style.heading),
    ...wrap(`smallest: ${order}; CPU counts as full at ${cpuTargetPercent} % in the busiest second`),
    ...(inputError === undefined ? [] : [style.warning(`The input ended early: ${inputError}`)]),
    '',
    style.heading('Traffic'),
    ...demandLines(plan),
    '',
    style.heading('Sets of cards, smallest first'),
    ...(hidden > 0 ? [`${hidden} smaller sets, too small, are left out here`] : []),
    ...shown.flatMap(candidateLines),
    '',
    style.heading('Assumed, since nothing is published about it'),
    'Growth is linear: twice the traffic takes twice of everything, and falls on the SPUs as now.',
    ...assumptionLines(plan.assumptions).map(style.faint),
  ];
  return `${lines.join('\n')}\n`;
}

function demandLines({ demand, types }: Plan): string[] {
  const { packets, bytes, durationNs, sessions, sessionsPerSecond, busySpus, largest } = demand;
  const busy = types.map((type) => [type, formatBusy(busySpus[type] ?? 0)]);
  return [
    `${formatCount(packets)} packets, ${formatCount(bytes)} bytes in ${(durationNs / 1e9).toFixed(1)} s`,
    `${formatCount(sessions)} sessions at a time, ${formatCount(sessionsPerSecond)} new ones in the busiest second`,
    ...(largest === null
      ? []
      : wrap(`largest session: ${formatPercent(100 * largest.packetShare)} of the packets, ${largest.flow}`, '  ')),
    'SPUs that its busiest second keeps busy, if spread perfectly:',
    ...renderTable(
      [
        { title: 'card', align: 'left' },
        { title: 'SPUs', align: 'right' },
      ],
      busy,
    ).slice(1),
  ];
}

/** As many digits as say something. */
function formatBusy(spus: number): string {
  return spus.toFixed(spus >= 0.1 || spus === 0 ? 2 : 5);
}

function candidateLines({ cards, verdict, reason }: PlanCandidate): string[] {
  const word = verdict === 'holds' ? 'holds' : 'too small';
  return wrap(`${cards} ${word}: ${reason}`, '  ');
}
