import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCaptureSync } from '@midplane/capture';
import { formatAddress, parseAddress } from '@midplane/flow';
import { describe, expect, it } from 'vitest';
import * as b from './batch.ts';
import { decodePackets } from './decode.ts';

// Captures that others made, each with a reference: `X.json` (counts), `X.packets.tsv` (one line per packet).
const directory = process.env['MIDPLANE_CAPTURES'] || undefined;
if (directory === undefined) {
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1')
    throw new Error('MIDPLANE_CAPTURES must name the folder of captures');
  console.warn('SKIPPED: packets of reference captures (set MIDPLANE_CAPTURES to their folder)');
}

const FLAG_COUNTS: [string, number][] = [
  ['vlan_single', b.FLAG_VLAN],
  ['vlan_stacked', b.FLAG_VLAN_STACKED],
  ['mpls', b.FLAG_MPLS],
  ['pppoe_session', b.FLAG_PPPOE_SESSION],
  ['pppoe_discovery', b.FLAG_PPPOE_DISCOVERY],
  ['ip_behind_l2_tunnel', b.FLAG_IP_BEHIND_L2_TUNNEL],
  ['truncated_by_snaplen', b.FLAG_TRUNCATED],
];
const EXTENSION_COUNTS: [string, number][] = [
  ['hopopts', b.FLAG_HOP_BY_HOP],
  ['routing', b.FLAG_ROUTING],
  ['fragment', b.FLAG_FRAGMENT_HEADER],
  ['dstopts', b.FLAG_DESTINATION_OPTIONS],
];
const PORT_PROTOCOLS = [6, 17, 132];

/** Counts as the references have them. */
class Counts {
  readonly kinds: Record<b.PacketKind, number> = { 'non-ip': 0, malformed: 0, ipv4: 0, ipv6: 0 };
  readonly ipv4Fragments = { total: 0, first: 0, later: 0 };
  readonly ipv6Fragments = { total: 0, first: 0, later: 0, atomic: 0 };
  readonly l4: Record<string, number> = {};
  readonly flags = new Map<number, number>();

  add(batch: b.PacketBatch, row: number): void {
    const kind = b.PACKET_KINDS[batch.kind[row]];
    this.kinds[kind]++;
    for (const [, flag] of [...FLAG_COUNTS, ...EXTENSION_COUNTS]) {
      if ((batch.flags[row] & flag) !== 0) this.flags.set(flag, (this.flags.get(flag) ?? 0) + 1);
    }
    if (kind !== 'ipv4' && kind !== 'ipv6') return;
    const protocol = batch.protocol[row];
    const name = protocol === b.PROTOCOL_UNKNOWN ? 'unknown' : String(protocol);
    this.l4[name] = (this.l4[name] ?? 0) + 1;
    const fragment = b.FRAGMENT_KINDS[batch.fragment[row]];
    const fragments = kind === 'ipv4' ? this.ipv4Fragments : this.ipv6Fragments;
    if (fragment === 'atomic') this.ipv6Fragments.atomic++;
    else if (fragment !== 'none') {
      fragments[fragment]++;
      fragments.total++;
    }
  }

  toReference(): Record<string, unknown> {
    return {
      ipv4: this.kinds.ipv4,
      ipv6: this.kinds.ipv6,
      non_ip: this.kinds['non-ip'],
      ip_malformed: this.kinds.malformed,
      ipv4_fragments: this.ipv4Fragments,
      ipv6_fragments: this.ipv6Fragments,
      l4: this.l4,
      ipv6_extension_headers: Object.fromEntries(EXTENSION_COUNTS.map(([k, flag]) => [k, this.flags.get(flag) ?? 0])),
      ...Object.fromEntries(FLAG_COUNTS.map(([k, flag]) => [k, this.flags.get(flag) ?? 0])),
    };
  }
}

/** One row in the columns of `.packets.tsv` from `l3` on, VLAN tags counted up to 2. */
function lineOf(batch: b.PacketBatch, row: number): string {
  const kind = b.PACKET_KINDS[batch.kind[row]];
  const flags = batch.flags[row];
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const tags = [has(b.FLAG_VLAN_STACKED) ? 2 : has(b.FLAG_VLAN) ? 1 : 0, +has(b.FLAG_MPLS), +has(b.FLAG_PPPOE_SESSION)];
  if (kind !== 'ipv4' && kind !== 'ipv6') return [kind.replace('-', '_'), ...Array(8).fill('-'), ...tags].join(' ');
  const family = kind === 'ipv4' ? 4 : 6;
  const key = batch.key.subarray(row * 10, row * 10 + 10);
  const ports = has(b.FLAG_SELECTOR) && PORT_PROTOCOLS.includes(batch.protocol[row]);
  const icmp = has(b.FLAG_ICMP);
  return [
    kind,
    b.FRAGMENT_KINDS[batch.fragment[row]],
    batch.protocol[row],
    formatAddress(key, 0, family),
    formatAddress(key, 4, family),
    ports ? key[8] >>> 16 : '-',
    ports ? key[8] & 0xffff : '-',
    icmp ? batch.icmp[row] >> 8 : '-',
    icmp ? batch.icmp[row] & 0xff : '-',
    ...tags,
  ].join(' ');
}

/** A line of `.packets.tsv` in the form of {@link lineOf}. */
function referenceLine(line: string): string {
  const columns = line.split('\t').slice(4, 16);
  const canonical = (text: string): string => {
    if (text === '-') return text;
    const { words, family } = parseAddress(text);
    return formatAddress(words, 0, family);
  };
  columns[3] = canonical(columns[3]);
  columns[4] = canonical(columns[4]);
  columns[9] = String(Math.min(2, Number(columns[9])));
  return columns.join(' ');
}

const filesOf = (folder: string): string[] =>
  directory === undefined ? [] : readdirSync(join(directory, folder)).filter((n) => /\.(pcap|pcapng|snoop)$/.test(n));

describe.skipIf(directory === undefined)('captures of others', () => {
  it('are there', () => {
    expect(filesOf('.').length).toBeGreaterThan(50);
  });

  it.each(filesOf('.'))('%s decodes to its reference, packet by packet', (name) => {
    const path = join(directory!, name);
    const reference = readFileSync(`${path}.packets.tsv`, 'utf8').trimEnd().split('\n').slice(1).map(referenceLine);
    const { counts } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
    const batch = new b.PacketBatch(256);
    const got = new Counts();
    const lines: string[] = [];
    for (const records of readCaptureSync(readFileSync(path))) {
      decodePackets(records, batch);
      for (let row = 0; row < batch.count; row++) {
        got.add(batch, row);
        lines.push(lineOf(batch, row));
      }
    }
    const different = lines.findIndex((line, i) => line !== reference[i]);
    expect([different + 1, lines[different]]).toEqual([0, reference[different]]);
    expect(lines.length).toBe(reference.length);
    expect(counts).toMatchObject(got.toReference());
  });

  it.each(filesOf('hostile'))('hostile/%s decodes as far as it is read', (name) => {
    const path = join(directory!, 'hostile', name);
    const { counts } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
    const batch = new b.PacketBatch(256);
    const got = new Counts();
    let packets = 0;
    try {
      for (const records of readCaptureSync(readFileSync(path))) {
        packets += decodePackets(records, batch);
        for (let row = 0; row < batch.count; row++) got.add(batch, row);
      }
    } catch (error) {
      expect(error).toHaveProperty('name', 'CaptureError');
    }
    if (counts?.packets_total !== packets) return;
    const mine = got.toReference();
    const shared = Object.keys(counts).filter((key) => key in mine);
    expect(Object.fromEntries(shared.map((key) => [key, mine[key]]))).toMatchObject(
      Object.fromEntries(shared.map((key) => [key, counts[key]])),
    );
  });
});
