// Two worker-hosted SPU groups against one thread (goal P7), by turns, from records in memory.
// node --conditions=midplane-source packages/pipeline/bench/hosts.bench.ts [packets]
import { availableParallelism, loadavg } from 'node:os';
import { resolveChassis } from '@midplane/chassis';
import { crc32c, hashBatch } from '@midplane/hash';
import { decodePackets, PacketBatch, type PacketRecords } from '@midplane/packet';
import { createPipeline, type PipelineOptions } from '@midplane/pipeline';
import { createSpuHost, WorkerPool } from '@midplane/pipeline/host';
import { hashWingsInto } from '@midplane/session-table';
import { createTraffic, WorkloadTraffic } from '@midplane/traffic';

const ROWS = 1024;
const ROUNDS = 7;
/** So many as `auto` wants to see before it takes workers. */
const PACKETS = Number(process.argv[2] ?? 3_000_000);
/** Packets that come in a microsecond: a window of 25 us has 25 of them. */
const PACKETS_PER_SECOND = 1_000_000;

interface Source {
  createRecords(rows: number): PacketRecords;
  nextInto(records: PacketRecords): number;
}

function load(traffic: Source): PacketRecords[] {
  const batches: PacketRecords[] = [];
  for (;;) {
    const records = traffic.createRecords(ROWS);
    if (traffic.nextInto(records) === 0) return batches;
    batches.push(records);
  }
}

const small = load(createTraffic({ shape: 'small', packets: PACKETS, seed: 1 }));
const many = load(createTraffic({ shape: 'many', packets: PACKETS, seed: 1 }));
const withFragments = load(
  new WorkloadTraffic({
    seed: 1,
    packets: PACKETS,
    durationSeconds: PACKETS / PACKETS_PER_SECOND,
    flows: { count: Math.floor(PACKETS / 20) },
    fragments: { share: 0.01 },
  }),
);
const chassis = resolveChassis();
const pool = new WorkerPool();
let sink = 0;

/** What one thread does before SPUs: decode, hashes. */
function receive(batches: readonly PacketRecords[]): void {
  const batch = new PacketBatch(ROWS);
  const hashes = new Uint32Array(ROWS);
  const wings = new Int32Array(ROWS);
  for (const records of batches) {
    const count = decodePackets(records, batch);
    hashBatch(batch, { hash: crc32c }, hashes);
    hashWingsInto(batch.key, count, wings);
    sink ^= hashes[0] ^ wings[0];
  }
}

async function play(batches: readonly PacketRecords[], options: PipelineOptions, workers: number): Promise<string> {
  if (workers === 0) {
    const pipeline = createPipeline(options);
    for (const records of batches) pipeline.offer(records);
    return JSON.stringify(pipeline.finish());
  }
  const host = createSpuHost(options, { hosting: 'workers', workers, isRepeatable: true, pool });
  try {
    for (const records of batches) {
      const isFull = host.offer(records);
      if (isFull !== undefined) await isFull;
    }
    return JSON.stringify(await host.finish());
  } finally {
    await host.close();
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

const cpuNs = ({ user, system }: NodeJS.CpuUsage, packets: number): number => ((user + system) * 1000) / packets;

/** Plays by turns; returns the median of the ratios of the rounds. */
async function compare(name: string, batches: readonly PacketRecords[], options: PipelineOptions): Promise<number> {
  const packets = batches.reduce((sum, { count }) => sum + count, 0);
  const ns: number[][] = [[], [], [], []];
  const cpu = { inline: 0, main: 0, all: 0 };
  for (let round = -1; round < ROUNDS; round++) {
    const reports: string[] = [];
    for (const workers of round % 2 === 0 ? [0, 1, 2] : [2, 1, 0]) {
      const start = process.hrtime.bigint();
      const before = process.cpuUsage();
      const mainBefore = process.threadCpuUsage();
      reports.push(await play(batches, options, workers));
      if (round < 0) continue; // warm
      ns[workers].push(Number(process.hrtime.bigint() - start) / packets);
      if (workers === 0) cpu.inline += cpuNs(process.cpuUsage(before), packets);
      if (workers !== 2) continue;
      cpu.all += cpuNs(process.cpuUsage(before), packets);
      cpu.main += cpuNs(process.threadCpuUsage(mainBefore), packets);
    }
    if (new Set(reports).size !== 1) throw new Error(`${name}: reports differ`);
    const start = process.hrtime.bigint();
    receive(batches);
    if (round >= 0) ns[3].push(Number(process.hrtime.bigint() - start) / packets);
  }
  const ratios = [1, 2].map((workers) => ns[0].map((each, round) => each / ns[workers][round]));
  const text = (values: readonly number[], digits: number): string => values.map((v) => v.toFixed(digits)).join(' ');
  console.log(`${name}: ${packets} packets`);
  console.log(
    `  one thread ${median(ns[0]).toFixed(0)} ns a packet, of it ${median(ns[3]).toFixed(0)} before the SPUs`,
  );
  console.log(`  one worker   ${median(ratios[0]).toFixed(2)} x   rounds ${text(ratios[0], 2)}`);
  console.log(`  two workers  ${median(ratios[1]).toFixed(2)} x   rounds ${text(ratios[1], 2)}`);
  // on a machine that others use, too, this is the steadier figure
  const { inline, main, all } = cpu;
  const spent = [inline, main, (all - main) / 2].map((each) => (each / ROUNDS).toFixed(0));
  console.log(`  CPU ns a packet: one thread ${spent[0]}; two workers: receiving ${spent[1]}, each worker ${spent[2]}`);
  console.log(
    `  by CPU time, two free processors give ${Math.min(inline / main, (2 * inline) / all).toFixed(2)} x at most`,
  );
  return median(ratios[1]);
}

console.log(
  `Node ${process.versions.node}, ${availableParallelism()} processors, load ${loadavg()[0].toFixed(2)}; same bytes in all reports`,
);
/** A list of policies that new sessions go through to its end: work for the processor, where sessions are work for its memory. */
const policies = Array.from({ length: 300 }, (_, n) => ({
  name: `not-${n}`,
  from: 'inside',
  to: 'inside',
  source: `10.${n >> 8}.${n & 255}.0/24`,
  action: 'deny' as const,
}));
const configuration = {
  sides: { '198.18.0.0/16': 'xe-7/0/0', '0.0.0.0/0': 'xe-7/0/1', '::/0': 'xe-7/0/1' },
  zones: { inside: ['xe-7/0/0', 'xe-7/0/1'] },
  policies,
};
const ratios = [
  await compare('small, no windows', small, { chassis }),
  await compare('many, no windows', many, { chassis }),
  await compare('many through 300 policies, no windows', many, { chassis, configuration }),
];
for (const us of [25, 5]) {
  const options = { chassis, parameters: { spuToSpuDelayNs: us * 1000 } };
  await compare(`1 % of packets in fragments, windows of ${us} us`, withFragments, options);
}
pool.close();
const isMet = ratios.every((ratio) => ratio >= 1.5);
const said = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
console.log(`goal P7: two workers at least 1.5 x one thread, without windows: ${said} ${isMet ? 'PASS' : 'FAIL'}`);
if (!isMet) process.exitCode = 1;
if (sink === 0.5) console.log(sink);
