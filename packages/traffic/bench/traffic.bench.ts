/**
 * ns per packet of the generator alone: both shapes, and one hot flow.
 *
 * Run: node --conditions=midplane-source packages/traffic/bench/traffic.bench.ts
 */
import { createTraffic, type TrafficOptions } from '../src/index.ts';

const cases: readonly (readonly [name: string, options: TrafficOptions])[] = [
  ['small (1 M packets, 50,000 flows)', { shape: 'small' }],
  ['many (4 M packets, 1 M flows)', { shape: 'many' }],
  ['one flow (1 M packets)', { shape: 'many', packets: 1_000_000, flows: 1 }],
];

let sink = 0;

function now(): number {
  return Number(process.hrtime.bigint());
}

for (const [name, options] of cases) {
  const samples: number[] = [];
  let setupMs = 0;
  let live = 0;
  for (let round = 0; round < 3; round++) {
    const start = now();
    const traffic = createTraffic({ ...options, seed: round });
    const records = traffic.createRecords(1024);
    const ready = now();
    while (traffic.nextInto(records) > 0) {
      sink ^= records.view.getInt32(26);
      live = Math.max(live, traffic.liveFlows);
    }
    samples.push((now() - ready) / traffic.made);
    setupMs = (ready - start) / 1e6;
  }
  samples.sort((a, b) => a - b);
  const figures = `min ${samples[0]!.toFixed(1)}, median ${samples[1]!.toFixed(1)} ns per packet`;
  console.log(`${name}: ${figures}; set up ${setupMs.toFixed(0)} ms; ${live} flows alive at most`);
}
console.log(`sink ${sink >>> 0}`);
