import { FIDELITY_MARKS } from '@midplane/chassis';
import type { TextStyle } from '../report/render-text.ts';
import { formatCount, formatShare, renderTable } from '../report/text-table.ts';
import { wrapText } from '../report/wrap-text.ts';
import type { Where } from './where.ts';

/** Columns of the text. */
const WIDTH = 100;
/** Before everything that belongs to a step. */
const INDENT = '   ';

const UNSTYLED = (text: string): string => text;

/**
 * Renders where a flow lands as text for a person: the steps one by one, each with its reason, and what would change it.
 *
 * @param answer From `where`.
 * @param options `style` to colour headings and reasons; the default adds nothing.
 * @returns Lines of at most 100 columns (a longer flow is not broken), joined by line feeds, one at the end.
 * @example
 * ```ts
 * import { renderWhereText, where } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { crc32c } from '@midplane/hash';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const answer = where(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'), 0, { chassis: resolveChassis(), hash: crc32c });
 * assert.match(renderWhereText(answer), /^   destination port +443 +TCP, UDP, SCTP; not in fragments$/m);
 * ```
 */
export function renderWhereText(answer: Where, options: { readonly style?: TextStyle } = {}): string {
  const heading = options.style?.heading ?? UNSTYLED;
  const faint = options.style?.faint ?? UNSTYLED;
  const reason = (text: string): string[] => wrapText(text, WIDTH, INDENT).map(faint);
  const { hashKey, hash, hashIndex, changes } = answer;
  const { value, tableLength } = hashIndex;
  const of = `${formatCount(answer.rows)} of the ${formatCount(tableLength)} rows`;
  const lines = [
    ...wrapText(answer.honest, WIDTH),
    '',
    heading(`Flow ${answer.flow}`),
    '',
    `${heading('1. key')}: layer ${hashKey.layer.slice(1)}, as for ${hashKey.packets}`,
    ...fieldLines(hashKey.fields).map((line) => INDENT + line),
    ...(hashKey.swapped
      ? reason('source and destination are exchanged, so that both directions hash alike (inferred)')
      : []),
    ...reason(`${FIDELITY_MARKS[hashKey.mark]}: ${hashKey.why}`),
    '',
    `${heading('2. hash')}: ${hash.name} of the key is 0x${hash.value.toString(16).padStart(8, '0')}`,
    ...reason('assumed: the function is not published'),
    '',
    `${heading('3. hash index')}: ${formatCount(value)}, the remainder of the hash divided by the ${formatCount(tableLength)} rows`,
    ...reason('documented: a table maps each hash index to an SPU; assumed: its length, and the remainder'),
    '',
    `${heading(`4. SPU ${answer.spuId}`)}: FPC ${answer.fpc}, PIC ${answer.pic} (${answer.spu}) on an ${answer.card}; SPU ID = FPC x 4 + PIC`,
    `${INDENT}it has ${of}, ${formatShare(answer.rows / tableLength)}; ${replyText(answer)}`,
    ...reason('documented: the SPU ID, and that rows are in proportion to the weight'),
    '',
    heading('What would change it'),
    ...renderTable(
      [
        { title: 'if', align: 'left' },
        { title: 'then', align: 'left' },
      ],
      changes.map(({ change, spuId, spu, moves }) => [change, moves ? `SPU ${spuId} (${spu})` : 'the same SPU']),
    )
      .slice(1)
      .map((line) => INDENT + line),
  ];
  return `${lines.join('\n')}\n`;
}

function fieldLines(fields: Where['hashKey']['fields']): string[] {
  const columns = [
    { title: '', align: 'left' },
    { title: '', align: 'left' },
    { title: '', align: 'left' },
  ] as const;
  const rows = fields.map(({ field, text, why }) => [nameOf(field), text, why]);
  return renderTable(columns, rows).slice(1);
}

/** `source-address` as `source address`. */
function nameOf(field: string): string {
  return field === 'spi' ? 'SPI' : field.replaceAll('-', ' ');
}

function replyText({ spuId, replySpuId }: Where): string {
  return `the reply goes to ${spuId === replySpuId ? 'the same SPU' : `SPU ${replySpuId}`}`;
}
