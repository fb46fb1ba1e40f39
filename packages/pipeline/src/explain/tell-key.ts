import { type HashKeySelection, selectFrameHashKey, selectHashKey } from '@midplane/hash';
import { FRAGMENT_FIRST, FRAGMENT_LATER, KIND_NON_IP } from '@midplane/packet';
import type { ExplainRuleId } from './rules.ts';
import type { Sighting } from './sighting.ts';
import type { TellContext, Told } from './tell.ts';

const HASH_RULES: Readonly<Record<string, readonly ExplainRuleId[]>> = {
  'ipv4-ports': ['R-hash-1'],
  'ipv4-spi': ['R-hash-2'],
  'ipv4-icmp': ['R-hash-3'],
  'ipv4-other': ['R-hash-4'],
  'ipv4-fragment': ['R-hash-5'],
  'ipv6-ports': ['R-hash-6', 'R-hash-1'],
  'ipv6-spi': ['R-hash-6', 'R-hash-2'],
  'ipv6-icmp6': ['R-hash-6', 'R-hash-3'],
  'ipv6-other': ['R-hash-6', 'R-hash-4'],
  'ipv6-fragment': ['R-hash-6', 'R-hash-5', 'R-hash-7'],
  'non-ip': ['R-hash-8'],
};

/** What of a packet is hashed, and in which order. */
export function tellKey(seen: Sighting, { symmetric }: TellContext): Told {
  const { rule, fields, swapped } = selectionOf(seen, symmetric);
  const list = fields.map(({ field, text }) => `${field === 'spi' ? 'SPI' : field.replaceAll('-', ' ')} ${text}`);
  const exchanged = swapped ? '; source and destination are exchanged, so that both directions hash alike' : '';
  const order = symmetric
    ? exchanged
    : '; source and destination stay as they are, and the reply may hash to another SPU';
  const text = `layer ${rule.layer.slice(1)}, as for ${rule.packets}: ${list.join(', ')}${order}`;
  return [text, ...HASH_RULES[rule.id], symmetric ? 'R-hash-10' : 'R-hash-11'];
}

function selectionOf(seen: Sighting, symmetric: boolean): HashKeySelection {
  const { kind, key, macs, etherType } = seen;
  if (kind === KIND_NON_IP) {
    const frame = { source: macs.subarray(0, 6), destination: macs.subarray(6), etherType };
    return selectFrameHashKey(frame, { symmetric });
  }
  const fragment = seen.fragment === FRAGMENT_FIRST || seen.fragment === FRAGMENT_LATER;
  return selectHashKey(key, 0, { fragment, symmetric });
}
