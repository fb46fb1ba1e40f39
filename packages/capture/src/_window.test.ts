import { describe, expect, it } from 'vitest';
import type { FormatReader } from './_format-reader.ts';
import { PCAP_MAGIC_US, PcapReader } from './_pcap-reader.ts';
import { PcapngReader } from './_pcapng-reader.ts';
import { Window } from './_window.ts';
import { RecordBatch } from './index.ts';
import { counting, formatRow, read, smallCaptures } from './samples.suite.ts';

function linesOf(window: Window, reader: FormatReader): string[] {
  const batch = new RecordBatch(2);
  const lines: string[] = [];
  for (;;) {
    const rows = reader.readInto(window, batch);
    batch.bytes = window.bytes;
    for (let row = 0; row < rows; row++) lines.push(formatRow(batch, row));
    if (rows === 0 && !window.slide()) return lines;
  }
}

// Bytes in memory of more than 1 GiB are looked at part by part; here the parts are short.
describe('a window that slides over bytes in memory', () => {
  const captures = new Map(smallCaptures());

  it.each([150, 151, 200, 1_000])('shows all packets with a view of %i bytes', (viewLength) => {
    const pcap = new Window(captures.get('pcap'), viewLength);
    expect(linesOf(pcap, PcapReader.open(pcap, PCAP_MAGIC_US, true)!)).toEqual(read(captures.get('pcap')!).lines);
    const pcapng = new Window(captures.get('pcapng'), viewLength);
    expect(linesOf(pcapng, new PcapngReader())).toEqual(read(captures.get('pcapng')!).lines);
    expect(pcapng.base + pcapng.position).toBe(captures.get('pcapng')!.length);
    expect([pcap.error, pcapng.error]).toEqual([undefined, undefined]);
  });

  it('gives offsets from the start of all bytes', () => {
    const bytes = captures.get('pcap')!;
    const window = new Window(bytes.subarray(0, bytes.length - 1), 100);
    linesOf(window, PcapReader.open(window, PCAP_MAGIC_US, true)!);
    expect([window.error?.code, window.error?.offset]).toEqual(['truncated-record', bytes.length - 36]);
  });

  it('respects where the bytes begin in their buffer', () => {
    const bytes = captures.get('pcap')!;
    const shifted = Uint8Array.from([...counting(13), ...bytes, ...counting(5)]).subarray(13, 13 + bytes.length);
    expect(read(shifted).lines).toEqual(read(bytes).lines);
  });
});
