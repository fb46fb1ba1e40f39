// Goal P11: decode, + Toeplitz, + one session table, against the same steps in C (kernels.c, compiled with cc -O3), both
// sides by turns over the same packets; their sums must agree.
// node --conditions=midplane-source packages/pipeline/bench/kernels.bench.ts [small|many]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashBatch, toeplitz } from '@midplane/hash';
import { decodePackets, PacketBatch, type PacketRecords } from '@midplane/packet';
import { hashWingsInto, SessionTable } from '@midplane/session-table';
import { createTraffic, type TrafficShape } from '@midplane/traffic';

const ROWS = 1024;
const TURNS = 4;
const ROUNDS = 3;
const COMPILER = process.env.CC ?? 'cc';
const KERNELS = ['decode', '+ Toeplitz', '+ table'] as const;
const GOALS = [1.8, 2, 2];

interface Result {
  /** ns per packet of each kernel. */
  readonly ns: readonly number[];
  /** Of keys, of hashes, sessions. */
  readonly sums: readonly number[];
}

/** All packets over one buffer, in windows, and as the file that the C side reads. */
function load(shape: TrafficShape): { windows: PacketRecords[]; packets: number; file: Uint8Array[] } {
  const traffic = createTraffic({ shape, seed: 1 });
  const parts: { bytes: Uint8Array; offset: Int32Array; captured: Int32Array; length: Uint32Array; count: number }[] =
    [];
  const records = traffic.createRecords(ROWS);
  while (traffic.nextInto(records) > 0) {
    const { count } = records;
    let end = 0;
    for (let row = 0; row < count; row++) end = Math.max(end, records.offset[row] + records.capturedLength[row]);
    parts.push({
      bytes: records.bytes.slice(0, end),
      offset: records.offset.slice(0, count),
      captured: records.capturedLength.slice(0, count),
      length: records.length.slice(0, count),
      count,
    });
  }
  const packets = parts.reduce((sum, { count }) => sum + count, 0);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0));
  const view = new DataView(bytes.buffer);
  const offset = new Int32Array(packets);
  const captured = new Int32Array(packets);
  const length = new Uint32Array(packets);
  const windows: PacketRecords[] = [];
  let at = 0;
  let row = 0;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    offset.set(
      part.offset.map((value) => value + at),
      row,
    );
    captured.set(part.captured, row);
    length.set(part.length, row);
    windows.push({
      count: part.count,
      bytes,
      view,
      offset: offset.slice(row, row + part.count),
      capturedLength: part.captured,
      length: part.length,
      linkType: new Uint16Array(part.count).fill(1),
      interfaceIndex: new Int32Array(part.count),
      seconds: new Float64Array(part.count),
      nanoseconds: new Int32Array(part.count),
    });
    at += part.bytes.length;
    row += part.count;
  }
  const columns = [Int32Array.of(packets, bytes.length), offset, captured, length];
  return { windows, packets, file: [...columns.map(({ buffer }) => new Uint8Array(buffer)), bytes] };
}

const { windows, packets, file } = load((process.argv[2] ?? 'small') as TrafficShape);
const batch = new PacketBatch(ROWS);
const hashes = new Uint32Array(ROWS);
const wings = new Int32Array(ROWS);
let sink = 0;
let sessions = 0;

const runs = [
  () => {
    for (const records of windows) decodePackets(records, batch);
  },
  () => {
    for (const records of windows) {
      decodePackets(records, batch);
      hashBatch(batch, { hash: toeplitz }, hashes);
    }
  },
  () => {
    const table = new SessionTable({ capacity: 4_000_000 });
    for (const records of windows) lookUp(table, records);
    sessions = table.size;
  },
];

function lookUp(table: SessionTable, records: PacketRecords): void {
  const count = decodePackets(records, batch);
  hashBatch(batch, { hash: toeplitz }, hashes);
  hashWingsInto(batch.key, count, wings);
  sink ^= table.touchSlots(wings, count) ^ table.touchEntries(wings, count);
  for (let row = 0; row < count; row++) {
    let flow = table.find(batch.key, row * 10, wings[row]);
    if (flow < 0) flow = table.insert(batch.key, row * 10, 0, 1800, wings[row]) << 1;
    table.count(flow, records.length[row], 0);
  }
}

function here(): Result {
  const ns = runs.map((run) => {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      run();
      best = Math.min(best, ((performance.now() - start) * 1e6) / packets);
    }
    return best;
  });
  let keys = 0;
  let values = 0;
  for (const records of windows) {
    const count = decodePackets(records, batch);
    hashBatch(batch, { hash: toeplitz }, hashes);
    for (let row = 0; row < count; row++) {
      for (let word = 0; word < 10; word++) keys = (Math.imul(keys, 31) + batch.key[row * 10 + word]) >>> 0;
      keys = (Math.imul(keys, 31) + batch.tcpFlags[row]) >>> 0;
      values = (Math.imul(values, 31) + hashes[row]) >>> 0;
    }
  }
  return { ns, sums: [keys, values, sessions] };
}

/** The C side, compiled; undefined where there is no compiler. */
function compile(folder: string): (() => Result) | undefined {
  const program = join(folder, 'kernels');
  const input = join(folder, 'input');
  const compiled = spawnSync(COMPILER, ['-O3', '-o', program, fileURLToPath(new URL('kernels.c', import.meta.url))], {
    stdio: 'inherit',
  });
  if (compiled.error !== undefined) return undefined;
  if (compiled.status !== 0)
    throw new Error(`Cannot compile kernels.c: cc must accept it: got status ${compiled.status}`);
  writeFileSync(input, Buffer.concat(file));
  return () => JSON.parse(spawnSync(program, [input, String(ROUNDS)], { encoding: 'utf8' }).stdout) as Result;
}

const folder = mkdtempSync(join(tmpdir(), 'midplane-kernels-'));
try {
  const there = compile(folder);
  if (there === undefined) {
    console.warn('SKIPPED P11: the kernels are compared with C only where there is a C compiler, named cc or by CC');
    process.exitCode = process.env.MIDPLANE_REQUIRE_TOOLS === '1' ? 1 : 0;
  }
  const ours: Result[] = [];
  const theirs: Result[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(here());
    if (there !== undefined) theirs.push(there());
  }
  KERNELS.forEach((name, i) => {
    const best = Math.min(...ours.map(({ ns }) => ns[i]));
    const inC = Math.min(...theirs.map(({ ns }) => ns[i]));
    const ratio = best / inC;
    const figures = `${name.padEnd(10)} ${best.toFixed(1).padStart(6)} ns per packet`;
    if (there === undefined) {
      console.log(figures);
      return;
    }
    console.log(`${figures}, C ${inC.toFixed(1).padStart(6)}`);
    console.log(`  P11 ${name} ${ratio.toFixed(2)} x C, goal ${GOALS[i]} x: ${ratio <= GOALS[i] ? 'PASS' : 'FAIL'}`);
    if (ratio > GOALS[i]) process.exitCode = 1;
  });
  for (const { sums } of theirs) {
    if (sums.join() === ours[0].sums.join()) continue;
    console.log(`  P11 both sides compute the same: FAIL, ${ours[0].sums.join(' ')} here, ${sums.join(' ')} in C`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (sink === 0x7fffffff) console.log(sink);
