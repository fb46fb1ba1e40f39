import type { TextStyle } from '../report/render-text.ts';
import { formatCount } from '../report/text-table.ts';
import { wrapText } from '../report/wrap-text.ts';
import type { ExplainedPacket, Explanation } from './explanation.ts';

/** Columns of the text. */
const WIDTH = 100;
/** Columns before what a stage decided. */
const INDENT = ' '.repeat(11);

const UNSTYLED = (text: string): string => text;

/**
 * Renders an explanation as text for a person: a paragraph per packet, a sentence per stage, under it its rules with
 * their marks.
 *
 * @param explanation From `Explainer`.
 * @param options `style` to colour headings and rules; the default adds nothing.
 * @returns Lines of at most 100 columns (a longer flow is not broken), joined by line feeds, one at the end.
 * @example
 * ```ts
 * import { Explainer, renderExplanationText } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const explainer = new Explainer({ chassis: resolveChassis(), packet: 1 });
 * explainer.offer(recordsOf([packet().ethernet().ipv4().udp().build()]));
 * assert.match(renderExplanationText(explainer.finish()), /R-hash-1 documented/);
 * ```
 */
export function renderExplanationText(explanation: Explanation, options: { readonly style?: TextStyle } = {}): string {
  const heading = options.style?.heading ?? UNSTYLED;
  const faint = options.style?.faint ?? UNSTYLED;
  const { packets, matched, release, regime, distributionMode } = explanation;
  const lines = [
    ...wrapText(explanation.honest, WIDTH),
    `Release ${release}: ${regime} regime, ${distributionMode} distribution. Rules stand in docs/rules.md.`,
  ];
  for (const packet of packets) {
    lines.push('', ...wrapText(titleOf(packet), WIDTH).map(heading));
    for (const { stage, text, rules } of packet.steps) {
      const [first, ...rest] = wrapText(text, WIDTH, INDENT);
      lines.push(`  ${stage.padEnd(INDENT.length - 2)}${first.slice(INDENT.length)}`, ...rest);
      const cited = rules.map(({ id, mark }, i) => `${id} ${mark}${i < rules.length - 1 ? ',' : ''}`);
      lines.push(...wrapText(cited, WIDTH, `${INDENT}  `).map(faint));
    }
  }
  const untold = matched - packets.length;
  if (untold > 0) lines.push('', `${formatCount(untold)} more of ${formatCount(matched)} packets are not told.`);
  return `${lines.join('\n')}\n`;
}

function titleOf({ packet, timeNs, flow, about, lengthBytes }: ExplainedPacket): string {
  const seconds = `${formatCount(Math.floor(timeNs / 1e9))}.${String(timeNs % 1e9).padStart(9, '0')}`;
  const what = about === '' ? flow : `${flow}, ${about}`;
  return `Packet ${formatCount(packet)} at ${seconds} s: ${what}, ${formatCount(lengthBytes)} bytes`;
}
