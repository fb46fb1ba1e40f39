/**
 * ns per packet of the generator alone: both shapes, one hot flow, and workloads of a description.
 *
 * Run: node --conditions=midplane-source packages/traffic/bench/traffic.bench.ts
 */
import { createTraffic, type TrafficRecords, type WorkloadDescription, WorkloadTraffic } from '../src/index.ts';

interface Source {
  readonly made: number;
  readonly liveFlows: number;
  createRecords(capacity: number): TrafficRecords;
  nextInto(records: TrafficRecords): number;
}

const workload = (description: WorkloadDescription) => (seed: number) => new WorkloadTraffic({ ...description, seed });
const ramp = [
  { atSeconds: 0, perSecond: 0 },
  { atSeconds: 10, perSecond: 10_000 },
];

const cases: readonly (readonly [name: string, make: (seed: number) => Source, packets?: number])[] = [
  ['shape small (1 M packets, 50,000 flows)', (seed) => createTraffic({ shape: 'small', seed })],
  ['shape many (4 M packets, 1 M flows)', (seed) => createTraffic({ shape: 'many', seed }), 1_000_000],
  ['shape, one flow (1 M packets)', (seed) => createTraffic({ shape: 'many', packets: 1_000_000, flows: 1, seed })],
  ['workload (1 M packets, 50,000 flows)', workload({ packets: 1_000_000 })],
  ['workload of 4 packets a flow (250,000 flows)', workload({ packets: 1_000_000, flows: { count: 250_000 } })],
  ['workload with a ramp and lives of 10 s', workload({ arrivals: ramp, flows: { lifeSeconds: 10 } })],
  ['workload, 30 % in fragments', workload({ packets: 800_000, fragments: { share: 0.3, reversedShare: 0.5 } })],
  [
    'workload, half elephants, half of all a flood',
    workload({
      packets: 500_000,
      elephants: { count: 4, share: 0.5 },
      floods: [{ kind: 'syn', perSecond: 50_000 }],
    }),
  ],
  ['first million of 2,000 million packets', workload({ packets: 2e9, durationSeconds: 20_000 }), 1_000_000],
];

let sink = 0;

function now(): number {
  return Number(process.hrtime.bigint());
}

for (const [name, make, most = Number.POSITIVE_INFINITY] of cases) {
  const samples: number[] = [];
  let setupMs = 0;
  let live = 0;
  for (let round = 0; round < 3; round++) {
    const start = now();
    const traffic = make(round);
    const records = traffic.createRecords(1024);
    const ready = now();
    while (traffic.made < most && traffic.nextInto(records) > 0) {
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
