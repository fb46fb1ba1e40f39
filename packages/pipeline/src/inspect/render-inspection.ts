import { protocolName } from '@midplane/flow';
import type { TextStyle } from '../report/render-text.ts';
import { formatCount } from '../report/text-table.ts';
import type { InspectionResult } from './inspection.ts';

/** How the figures of a capture are shown. */
export interface InspectionTextOptions {
  /** Name of the capture above them, and an empty line below; for several captures. */
  readonly name?: string;
  /** Whether the capture is corrupt behind the packets that are counted. */
  readonly isCorrupt?: boolean;
  /** Colours headings; the default adds nothing. */
  readonly style?: TextStyle | undefined;
}

/** Counts that most captures have none of. */
const OTHER_COUNTS = [
  ['VLAN', 'vlan_single'],
  ['VLAN stacked', 'vlan_stacked'],
  ['MPLS', 'mpls'],
  ['PPPoE', 'pppoe_session'],
  ['cut by snaplen', 'truncated_by_snaplen'],
  ['time runs backwards', 'timestamps_backwards'],
  ['without time stamp', 'no_timestamp'],
] as const;

/**
 * Renders what a capture holds as text for a person: packets and bytes, protocols, fragments, flows, Community IDs.
 *
 * @param result From `Inspection.finish`.
 * @param options Name, and whether the capture is corrupt behind that.
 * @returns Lines, joined by line feeds, one at the end.
 * @example
 * ```ts
 * import { Inspection, renderInspectionText } from '@midplane/pipeline';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const inspection = new Inspection();
 * inspection.offer(recordsOf([packet('query').ethernet().ipv4().udp({ destinationPort: 53 }).build()]));
 * assert.match(renderInspectionText(inspection.finish()), /^packets    1: IPv4 1, IPv6 0, not IP 0, malformed 0$/m);
 * ```
 */
export function renderInspectionText(result: InspectionResult, options: InspectionTextOptions = {}): string {
  const { counts, flows, community_id: ids } = result;
  const { name, isCorrupt = false, style } = options;
  const heading = style?.heading ?? ((text: string) => text);
  const protocols = Object.entries(counts.l4).map(([number, packets]) => [nameOf(number), packets] as const);
  const others = OTHER_COUNTS.map(([what, field]) => [what, counts[field]] as const).filter(([, count]) => count > 0);
  const lines = [
    ...(name === undefined ? [] : [heading(name)]),
    `packets    ${formatCount(counts.packets_total)}${isCorrupt ? ' before the error' : ''}: ${many([
      ['IPv4', counts.ipv4],
      ['IPv6', counts.ipv6],
      ['not IP', counts.non_ip],
      ['malformed', counts.ip_malformed],
    ])}`,
    `bytes      ${formatCount(counts.bytes_wire)} on the wire, ${formatCount(counts.bytes_captured)} captured`,
    `protocols  ${protocols.length > 0 ? many(protocols) : 'none'}`,
    `fragments  ${many([
      ['IPv4', counts.ipv4_fragments.total],
      ['IPv6', counts.ipv6_fragments.total],
    ])}`,
    ...(others.length > 0 ? [`also       ${many(others)}`] : []),
    `flows      ${formatCount(flows.total)}: ${many([
      ['TCP', flows.tcp],
      ['UDP', flows.udp],
      ['SCTP', flows.sctp],
      ['ICMP', flows.icmp],
      ['ICMPv6', flows.icmpv6],
      ['other', flows.other],
    ])}`,
    ...(ids === undefined ? [] : ['', heading('Community ID                   packets')]),
    ...(ids === undefined
      ? []
      : Object.entries(ids.ids).map(([id, packets]) => `${id} ${formatCount(packets).padStart(7)}`)),
    ...(name === undefined ? [] : ['']),
  ];
  return `${lines.join('\n')}\n`;
}

function many(parts: readonly (readonly [string, number])[]): string {
  return parts.map(([name, count]) => `${name} ${formatCount(count)}`).join(', ');
}

function nameOf(protocol: string): string {
  return protocol === 'unknown' ? protocol : protocolName(Number(protocol));
}
