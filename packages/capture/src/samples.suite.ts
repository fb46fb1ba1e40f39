// Captures that tests make by hand, field by field, with no code in common with the writers.
import { CaptureDecoder, type CaptureError, RecordBatch } from './index.ts';

/** Writes fields in one byte order. */
export class Fields {
  readonly bytes: number[] = [];
  readonly littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  /** Appends an unsigned integer of some bytes. */
  uint(byteLength: number, value: number | bigint): this {
    const digits = Array.from({ length: byteLength }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
    this.bytes.push(...(this.littleEndian ? digits : digits.reverse()));
    return this;
  }

  /** Appends bytes as they are, then zeros up to a multiple of `align`. */
  raw(bytes: Iterable<number>, align = 1): this {
    for (const byte of bytes) this.bytes.push(byte);
    while (this.bytes.length % align !== 0) this.bytes.push(0);
    return this;
  }
}

/** Bytes 0, 1, 2 and so on. */
export function counting(length: number): number[] {
  return Array.from({ length }, (_, i) => i & 0xff);
}

export interface PcapRecordSample {
  readonly second: number;
  readonly fraction: number;
  readonly data: number[];
  readonly wire?: number;
  readonly captured?: number;
}

export function pcapSample(
  records: readonly PcapRecordSample[],
  { magic = 0xa1b2c3d4, littleEndian = true, major = 2, minor = 4, snaplen = 65_535, linkType = 1 } = {},
): Uint8Array {
  const file = new Fields(littleEndian);
  file.uint(4, magic).uint(2, major).uint(2, minor).uint(8, 0).uint(4, snaplen).uint(4, linkType);
  for (const { second, fraction, data, wire = data.length, captured = data.length } of records) {
    const lengths = minor < 3 ? [wire, captured] : [captured, wire];
    file.uint(4, second).uint(4, fraction).uint(4, lengths[0]!).uint(4, lengths[1]!);
    if (magic === 0xa1b2cd34) file.uint(8, 0x1122334455667788n);
    file.raw(data);
  }
  return Uint8Array.from(file.bytes);
}

/** Makes the blocks of a pcapng section, one after the other. */
export class SectionSample {
  readonly #bytes: number[] = [];
  readonly #littleEndian: boolean;

  constructor(littleEndian = true, options: [number, number[]][] = []) {
    this.#littleEndian = littleEndian;
    this.block(0x0a0d0d0a, (body) =>
      this.#options(body.uint(4, 0x1a2b3c4d).uint(2, 1).uint(2, 0).uint(8, 0xffff_ffff_ffff_ffffn), options),
    );
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #options(body: Fields, options: [number, number[]][]): void {
    for (const [code, value] of options) body.uint(2, code).uint(2, value.length).raw(value, 4);
    if (options.length > 0) body.uint(4, 0);
  }

  block(type: number, fill: (body: Fields) => void): this {
    const body = new Fields(this.#littleEndian);
    fill(body);
    const total = body.bytes.length + 12;
    const block = new Fields(this.#littleEndian).uint(4, type).uint(4, total).raw(body.bytes).uint(4, total);
    for (const byte of block.bytes) this.#bytes.push(byte);
    return this;
  }

  idb(linkType = 1, snaplen = 0, options: [number, number[]][] = []): this {
    return this.block(1, (body) => this.#options(body.uint(2, linkType).uint(2, 0).uint(4, snaplen), options));
  }

  epb(id: number, units: bigint, data: number[], { wire = data.length, captured = data.length, extra = 0 } = {}): this {
    return this.block(6, (body) =>
      body
        .uint(4, id)
        .uint(4, units >> 32n)
        .uint(4, units & 0xffff_ffffn)
        .uint(4, captured)
        .uint(4, wire)
        .raw(data, 4)
        .raw(new Uint8Array(extra)),
    );
  }

  /** Obsolete Packet Block. */
  pb(id: number, units: bigint, data: number[]): this {
    return this.block(2, (body) =>
      body
        .uint(2, id)
        .uint(2, 7)
        .uint(4, units >> 32n)
        .uint(4, units & 0xffff_ffffn)
        .uint(4, data.length)
        .uint(4, data.length)
        .raw(data, 4),
    );
  }

  spb(wire: number, data: number[]): this {
    return this.block(3, (body) => body.uint(4, wire).raw(data, 4));
  }
}

export function snoopSample(
  records: readonly (PcapRecordSample & { readonly padding?: number; readonly recordLength?: number })[],
  { version = 2, datalink = 4 } = {},
): Uint8Array {
  const file = new Fields(false).raw(
    [...'snoop'].map((letter) => letter.charCodeAt(0)),
    8,
  );
  file.uint(4, version).uint(4, datalink);
  for (const {
    second,
    fraction,
    data,
    wire = data.length,
    captured = data.length,
    padding = 0,
    recordLength,
  } of records) {
    file
      .uint(4, wire)
      .uint(4, captured)
      .uint(4, recordLength ?? 24 + data.length + padding)
      .uint(4, 9);
    file.uint(4, second).uint(4, fraction).raw(data).raw(new Uint8Array(padding));
  }
  return Uint8Array.from(file.bytes);
}

/** A file of each kind with a few packets, for tests that cut and damage. */
export function smallCaptures(): [string, Uint8Array][] {
  const records = [3, 0, 61, 20].map((length, i) => ({
    second: 100 + i,
    fraction: 900_000 * i,
    data: counting(length),
  }));
  const name: [number, number[]] = [2, counting(5)];
  const mixed = new SectionSample(true, [[4, counting(9)]])
    .idb(1, 64, [name, [9, [6]]])
    .epb(0, 1_700_000_000_123_456n, counting(10))
    .block(0xbad, (body) => body.raw(counting(40)))
    .idb(101, 0, [
      [9, [0x80 | 20]],
      [14, [255, 255, 255, 255, 255, 255, 255, 255]],
    ])
    .epb(1, 99n << 33n, counting(33), { extra: 8 })
    .spb(100, counting(64))
    .pb(0, 5n, counting(1)).bytes;
  const other = new SectionSample(false).idb(113, 0, [[9, [9]]]).epb(0, 1_700_000_000_000_000_001n, counting(7)).bytes;
  return [
    ['pcap', pcapSample(records)],
    ['pcap-be-ns', pcapSample(records, { magic: 0xa1b23c4d, littleEndian: false })],
    ['pcap-modified', pcapSample(records, { magic: 0xa1b2cd34 })],
    ['pcap-2.2', pcapSample(records, { minor: 2 })],
    ['pcapng', Uint8Array.from([...mixed, ...other])],
    ['snoop', snoopSample(records.map((record, i) => ({ ...record, padding: i * 3 })))],
  ];
}

/** A packet as one line: time, lengths, link type, interface, bytes. */
export type Line = string;

export interface Reading {
  readonly lines: Line[];
  readonly error: CaptureError | undefined;
  readonly decoder: CaptureDecoder;
}

/** Reads a capture in pieces of the given lengths (the last one repeated); in place if there are none. */
export function read(bytes: Uint8Array, pieces: readonly number[] = [], batchSize = 3): Reading {
  const batch = new RecordBatch(batchSize);
  const lines: Line[] = [];
  const decoder = pieces.length === 0 ? CaptureDecoder.of(bytes) : new CaptureDecoder();
  const drain = (): void => {
    while (decoder.readInto(batch) > 0) {
      for (let row = 0; row < batch.count; row++) lines.push(formatRow(batch, row));
    }
  };
  for (let at = 0, i = 0; pieces.length > 0 && at < bytes.length; i++) {
    const piece = pieces[Math.min(i, pieces.length - 1)]!;
    at += decoder.push(bytes.subarray(at, at + piece));
    drain();
  }
  decoder.end();
  drain();
  return { lines, error: decoder.error, decoder };
}

/** One row of a batch as a line. */
export function formatRow(batch: RecordBatch, row: number): Line {
  const from = batch.offset[row]!;
  let hash = 0;
  for (let i = 0; i < batch.capturedLength[row]!; i++) hash = (Math.imul(hash, 31) + batch.bytes[from + i]! + 1) | 0;
  const time =
    batch.nanoseconds[row] === -1 ? '-' : `${batch.seconds[row]}.${`${batch.nanoseconds[row]}`.padStart(9, '0')}`;
  const lengths = `${batch.capturedLength[row]}/${batch.length[row]}`;
  return `${time} ${lengths} link ${batch.linkType[row]} if ${batch.interfaceIndex[row]} #${(hash >>> 0).toString(16)}`;
}
