// Reading: what one packet costs, for a capture in memory (in place) and through the window (pieces of 64 KiB).
// node --expose-gc --conditions=midplane-source packages/capture/bench/decode.bench.ts [megabytes, 300]
// Check `uptime` first: only ratios of one run are evidence. The input is made once per format, from a seed.
import { CaptureDecoder, PcapngWriter, PcapWriter, RecordBatch } from '@midplane/capture';

const megabytes = Number(process.argv[2] ?? 300);
const ROUNDS = 5;

interface Writer {
  add(
    bytes: Uint8Array,
    offset: number,
    captured: number,
    length: number,
    seconds: number,
    nanoseconds: number,
  ): number;
  take(): Uint8Array;
}

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function generate(writer: Writer, byteLength: number): Uint8Array {
  const file = new Uint8Array(byteLength);
  const random = mulberry32(1);
  const frames = new Uint8Array(4096).map(() => random() * 256);
  let filled = 0;
  let nanoseconds = 0;
  let seconds = 1_700_000_000;
  for (;;) {
    // headers of 54 to 74 bytes, as of a capture with a small snaplen
    const captured = 54 + Math.floor(random() * 21);
    nanoseconds += Math.floor(random() * 2_000);
    if (nanoseconds > 999_999_999) {
      nanoseconds -= 1_000_000_000;
      seconds++;
    }
    const pending = writer.add(frames, Math.floor(random() * 4000), captured, 1500, seconds, nanoseconds);
    if (pending < 65_536) continue;
    const chunk = writer.take();
    if (filled + chunk.length > byteLength) return file.subarray(0, filled);
    file.set(chunk, filled);
    filled += chunk.length;
  }
}

let sink = 0;

function drain(decoder: CaptureDecoder, batch: RecordBatch): number {
  let packets = 0;
  for (let rows = decoder.readInto(batch); rows > 0; rows = decoder.readInto(batch)) {
    packets += rows;
    sink += batch.offset[rows - 1]! + batch.nanoseconds[0]!;
  }
  return packets;
}

function inPlace(file: Uint8Array): number {
  const packets = drain(CaptureDecoder.of(file), new RecordBatch());
  return packets;
}

function throughWindow(file: Uint8Array): number {
  const decoder = new CaptureDecoder();
  const batch = new RecordBatch();
  let packets = 0;
  for (let at = 0; at < file.length; ) {
    at += decoder.push(file.subarray(at, at + 65_536));
    packets += drain(decoder, batch);
  }
  decoder.end();
  return packets + drain(decoder, batch);
}

function median(samples: number[]): number {
  return samples.toSorted((a, b) => a - b)[samples.length >> 1]!;
}

function pcapng(options: { timeBase?: 2 | 10; timeExponent: number }): Writer {
  const writer = new PcapngWriter();
  writer.addInterface(options);
  return writer;
}

const inputs: [string, () => Writer][] = [
  ['pcap us', () => new PcapWriter()],
  ['pcap ns big-endian', () => new PcapWriter({ resolution: 'ns', littleEndian: false })],
  ['pcapng us', () => pcapng({ timeExponent: 6 })],
  ['pcapng ns', () => pcapng({ timeExponent: 9 })],
  ['pcapng 2^-20 s', () => pcapng({ timeBase: 2, timeExponent: 20 })],
];

console.log(
  `${megabytes} MB, 54 to 74 bytes a packet, node ${process.version}, ns per packet, median (min) of ${ROUNDS}`,
);
for (const [name, make] of inputs) {
  const file = generate(make(), megabytes * 1_000_000);
  const samples: Record<string, number[]> = { 'in place': [], 'through the window': [] };
  let packets = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [way, read] of [
      ['in place', inPlace],
      ['through the window', throughWindow],
    ] as const) {
      const start = process.hrtime.bigint();
      packets = read(file);
      samples[way]!.push(Number(process.hrtime.bigint() - start) / packets);
    }
  }
  const columns = Object.entries(samples).map(
    ([way, list]) => `${way} ${median(list).toFixed(1)} (${Math.min(...list).toFixed(1)})`,
  );
  console.log(`${name.padEnd(20)} ${(packets / 1e6).toFixed(1)} M packets  ${columns.join('  ')}`);
}
if (sink === 0) throw new Error('nothing was read');
