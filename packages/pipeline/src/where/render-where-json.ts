import type { Where, WhereChange } from './where.ts';

/** Texts of what many answers share. */
const changeTexts = new WeakMap<WhereChange, string>();
const ruleTexts = new Map<string, readonly [before: string, after: string]>();
const fieldTexts = new Map<string, readonly [before: string, after: string]>();

/**
 * Renders where a flow lands as JSON, as `JSON.stringify` does with an indent of two, and a line feed: a third of the
 * time, as most of it is the same in every answer and is rendered once.
 *
 * @param answer From `where` or `prepareWhere`.
 * @example
 * ```ts
 * import { renderWhereJson, where } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { crc32c } from '@midplane/hash';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const answer = where(parseFlow('192.0.2.1 > 198.51.100.2/gre'), 0, { chassis: resolveChassis(), hash: crc32c });
 * assert.equal(renderWhereJson(answer), `${JSON.stringify(answer, null, 2)}\n`);
 * ```
 */
export function renderWhereJson(answer: Where): string {
  const { honest, flow, hashKey, hash, hashIndex, spuId, fpc, pic, spu, card, rows, replySpuId, changes } = answer;
  // texts of flows, addresses, names of SPUs and cards have no character that JSON escapes
  let text = `{\n  "honest": ${JSON.stringify(honest)},\n  "flow": "${flow}",\n  "hashKey": ${keyText(hashKey)},\n`;
  text += `  "hash": {\n    "name": ${JSON.stringify(hash.name)},\n    "value": ${hash.value}\n  },\n`;
  text += `  "hashIndex": {\n    "value": ${hashIndex.value},\n    "tableLength": ${hashIndex.tableLength}\n  },\n`;
  text += `  "spuId": ${spuId},\n  "fpc": ${fpc},\n  "pic": ${pic},\n  "spu": "${spu}",\n  "card": "${card}",\n`;
  text += `  "rows": ${rows},\n  "replySpuId": ${replySpuId},\n  "changes": [`;
  for (let i = 0; i < changes.length; i++) text += (i === 0 ? '\n    ' : ',\n    ') + changeText(changes[i]);
  return `${text}\n  ]\n}\n`;
}

function keyText(key: Where['hashKey']): string {
  const { fields, swapped } = key;
  const [before, after] = ruleText(key);
  let text = before;
  for (let i = 0; i < fields.length; i++) {
    const [head, tail] = fieldText(fields[i]);
    text += `${i === 0 ? '\n      ' : ',\n      '}${head}${fields[i].text}${tail}`;
  }
  return `${text}\n    ],\n    "swapped": ${swapped},${after}`;
}

/** What stands before the fields of a key and behind whether they are swapped. */
function ruleText({ rule, packets, layer, mark, why }: Where['hashKey']): readonly [string, string] {
  const known = ruleTexts.get(rule);
  if (known !== undefined) return known;
  const before = indented({ rule, packets, layer }, '  ').slice(0, -'\n  }'.length);
  const made = [`${before},\n    "fields": [`, indented({ mark, why }, '  ').slice(1)] as const;
  ruleTexts.set(rule, made);
  return made;
}

/** What stands before and behind the text of a field. */
function fieldText({ field, why }: Where['hashKey']['fields'][number]): readonly [string, string] {
  const known = fieldTexts.get(field);
  if (known !== undefined) return known;
  const [before, after] = indented({ field, text: '', why }, '      ').split('""');
  const made = [`${before}"`, `"${after}`] as const;
  fieldTexts.set(field, made);
  return made;
}

function changeText(change: WhereChange): string {
  const known = changeTexts.get(change);
  if (known !== undefined) return known;
  const made = indented(change, '    ');
  changeTexts.set(change, made);
  return made;
}

function indented(value: object, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}
