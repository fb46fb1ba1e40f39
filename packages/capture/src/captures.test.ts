import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CaptureError, type RecordBatch, readCaptureSync } from './index.ts';

// Captures that others made, each with a reference: `X.packets.tsv` (time, lengths per packet) and `X.json` (counts).
const directory = process.env['MIDPLANE_CAPTURES'];
if (directory === undefined) {
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1')
    throw new Error('MIDPLANE_CAPTURES must name the folder of captures');
  console.warn('SKIPPED: reference captures (set MIDPLANE_CAPTURES to their folder)');
}

interface Reference {
  readonly format: { variant: string; container: string; interfaces: number; linktypes: number[] };
  readonly counts?: {
    packets_total: number;
    bytes_captured: number;
    bytes_wire: number;
    truncated_by_snaplen: number;
    no_timestamp: number;
    timestamps_backwards: number;
  };
  readonly accept_status?: string[];
  readonly accept_packets_total?: number[];
}

function filesOf(folder: string): string[] {
  if (directory === undefined) return [];
  return readdirSync(join(directory, folder)).filter((name) => /\.(pcap|pcapng|snoop)$/.test(name));
}

function referenceOf(...path: string[]): Reference {
  return JSON.parse(readFileSync(`${join(directory!, ...path)}.json`, 'utf8'));
}

function timeOf(batch: RecordBatch, row: number): bigint | undefined {
  if (batch.nanoseconds[row] === -1) return undefined;
  return BigInt(batch.seconds[row]!) * 1_000_000_000n + BigInt(batch.nanoseconds[row]!);
}

describe('regular captures', () => {
  it.skipIf(directory === undefined)('are there', () => {
    expect(filesOf('.').length).toBeGreaterThan(50);
  });

  it.each(filesOf('.'))('%s gives the counts of its reference', (name) => {
    const { counts, format } = referenceOf(name);
    const linkTypes = new Set<number>();
    const got = { packets: 0, captured: 0, wire: 0, truncated: 0, timeless: 0, backwards: 0 };
    let previous: bigint | undefined;
    for (const batch of readCaptureSync(readFileSync(join(directory!, name)))) {
      got.packets += batch.count;
      for (let row = 0; row < batch.count; row++) {
        linkTypes.add(batch.linkType[row]!);
        got.captured += batch.capturedLength[row]!;
        got.wire += batch.length[row]!;
        if (batch.capturedLength[row]! < batch.length[row]!) got.truncated++;
        const time = timeOf(batch, row);
        if (time === undefined) got.timeless++;
        else {
          if (previous !== undefined && time < previous) got.backwards++;
          previous = time;
        }
      }
    }
    expect(got).toEqual({
      packets: counts!.packets_total,
      captured: counts!.bytes_captured,
      wire: counts!.bytes_wire,
      truncated: counts!.truncated_by_snaplen,
      timeless: counts!.no_timestamp,
      backwards: counts!.timestamps_backwards,
    });
    for (const linkType of linkTypes) expect(format.linktypes).toContain(linkType);
  });

  it.each(filesOf('.'))('%s gives every packet of its reference', (name) => {
    let table: string;
    try {
      table = readFileSync(`${join(directory!, name)}.packets.tsv`, 'utf8');
    } catch {
      return; // captures of more than 5,000 packets have no table
    }
    const expected = table
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t').slice(1, 4).join(' '));
    const got: string[] = [];
    for (const batch of readCaptureSync(readFileSync(join(directory!, name)), { batchSize: 7 })) {
      for (let row = 0; row < batch.count; row++) {
        got.push(`${timeOf(batch, row) ?? '-'} ${batch.capturedLength[row]} ${batch.length[row]}`);
      }
    }
    expect(got).toEqual(expected);
  });
});

describe('hostile captures', () => {
  it.skipIf(directory === undefined)('are there', () => {
    expect(filesOf('hostile').length).toBeGreaterThan(10);
  });

  it.each(filesOf('hostile'))('%s ends as its reference accepts', (name) => {
    const reference = referenceOf('hostile', name);
    let packets = 0;
    let status = 'ok';
    try {
      for (const batch of readCaptureSync(readFileSync(join(directory!, 'hostile', name)))) packets += batch.count;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      status = 'error';
    }
    expect(reference.accept_status).toContain(status);
    expect(reference.accept_packets_total).toContain(packets);
  });
});
