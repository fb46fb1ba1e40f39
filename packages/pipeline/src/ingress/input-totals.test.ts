import { FRAGMENT_KINDS, PACKET_KINDS, PacketBatch, type PacketRecords } from '@midplane/packet';
import { expect, it } from 'vitest';
import { InputTotals } from './input-totals.ts';

it('counts rows of every kind and every kind of fragment', () => {
  const rows = PACKET_KINDS.flatMap((kind, i) =>
    FRAGMENT_KINDS.flatMap((fragment) => Array(i + 1).fill({ kind, fragment })),
  );
  const batch = new PacketBatch(rows.length);
  batch.count = rows.length;
  batch.records = {
    length: new Uint32Array(rows.length).fill(1500),
    capturedLength: new Int32Array(rows.length).fill(20),
  } as Partial<PacketRecords> as PacketRecords;
  rows.forEach(({ kind, fragment }, row) => {
    batch.kind[row] = PACKET_KINDS.indexOf(kind);
    batch.fragment[row] = FRAGMENT_KINDS.indexOf(fragment);
  });
  const totals = new InputTotals();
  totals.count(batch);
  totals.count(batch);
  const ofKind = (name: string): number => 2 * rows.filter(({ kind }) => kind === name).length;
  expect(totals).toEqual({
    packets: 2 * rows.length,
    bytes: 3000 * rows.length,
    capturedBytes: 40 * rows.length,
    ipv4: ofKind('ipv4'),
    ipv6: ofKind('ipv6'),
    nonIp: ofKind('non-ip'),
    malformed: ofKind('malformed'),
    fragments: rows.length, // two of the four kinds, twice
  });
});
