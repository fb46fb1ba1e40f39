// Goal P10: what the whole path leaves on the heap and throws away, per packet of sessions that live, over 10 M packets.
// node --conditions=midplane-source --expose-gc packages/pipeline/bench/allocation.bench.ts
import { PerformanceObserver } from 'node:perf_hooks';
import { resolveChassis } from '@midplane/chassis';
import { type PacketRecords, packet, recordsOf } from '@midplane/packet';
import { createPipeline } from '../src/create-pipeline.ts';

const FLOWS = 4096;
const ROWS = 1024;
const PACKETS = 10_000_000;
const GOAL_BYTES = 1e6;

const gc = (globalThis as { gc?: () => void }).gc;
if (gc === undefined) {
  console.error('Cannot measure allocation: Node must run with --expose-gc: got none');
  process.exit(2);
}

let collections = 0;
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length;
});
observer.observe({ entryTypes: ['gc'] });

/** One packet of each of many UDP flows, in both directions. */
function load(): PacketRecords[] {
  const frames = Array.from({ length: FLOWS }, (_, flow) => {
    const ends = { source: `10.0.${flow >> 8}.${flow & 255}`, destination: '198.51.100.2' };
    return packet().ethernet().ipv4(ends).udp({ sourcePort: 1000, destinationPort: 53 }).build();
  });
  return Array.from({ length: FLOWS / ROWS }, (_, n) =>
    recordsOf(frames.slice(n * ROWS, (n + 1) * ROWS), { intervalNs: 1000 }),
  );
}

const batches = load();
const pipeline = createPipeline({ chassis: resolveChassis() });
let second = 0;

/** Offers all batches again, a second later. */
function turn(): void {
  second++;
  for (const records of batches) {
    records.seconds.fill(second);
    pipeline.offer(records);
  }
}

for (let packets = 0; packets < PACKETS / 5; packets += FLOWS) turn(); // until everything is compiled
gc();
const before = process.memoryUsage().heapUsed;
collections = 0;
let packets = 0;
for (; packets < PACKETS; packets += FLOWS) turn();
const during = collections;
gc();
const growth = process.memoryUsage().heapUsed - before;
await new Promise((resolve) => setTimeout(resolve, 10)); // the observer tells later
const report = pipeline.finish();
console.log(`${packets.toLocaleString('en')} packets, ${report.npus[0]!.hits.toLocaleString('en')} NPU hits`);
console.log(
  `heap growth ${(growth / 1e3).toFixed(0)} kB, collections told meanwhile ${Math.max(during, collections - 1)}`,
);
const holds = growth <= GOAL_BYTES;
console.log(`  P10 heap growth over 10 M packets under 1 MB: ${holds ? 'PASS' : 'FAIL'}`);
process.exitCode = holds ? 0 : 1;
