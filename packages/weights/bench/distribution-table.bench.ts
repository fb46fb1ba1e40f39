/*
 * Time to build the distribution table, and per hash to read it.
 *
 *   node --conditions=midplane-source packages/weights/bench/distribution-table.bench.ts [rounds]
 *
 * Rounds alternate between the measurements; the figures are medians. Only ratios within one run are evidence.
 */
import type { SpuId } from '@midplane/spu-id';
import { buildDistributionTable, evenness, type SpuWeight, selectSpu } from '../src/index.ts';

const rounds = Number(process.argv[2] ?? 21);
const HASHES = 1 << 20;

/** Seeded generator of 32-bit numbers. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

function weightsOf(spus: number): SpuWeight[] {
  return Array.from({ length: spus }, (_, spuId) => ({
    spuId: spuId as SpuId,
    weight: spuId % 4 < 2 ? 6_291_456 : 12_582_912,
  }));
}

const random = mulberry32(1);
const hashes = Int32Array.from({ length: HASHES }, () => random() | 0);
const tables = {
  256: buildDistributionTable(weightsOf(44), 256),
  65536: buildDistributionTable(weightsOf(44), 65_536),
};
const odd = buildDistributionTable(weightsOf(44), 65_521);
let sink = 0;

function read(table: Uint16Array): number {
  let sum = 0;
  for (let i = 0; i < HASHES; i++) sum += selectSpu(table, hashes[i]);
  return sum;
}

const measurements: [string, number, string, () => number][] = [
  ['build 65,536 rows x 44 SPUs', 1e-6, 'ms', () => buildDistributionTable(weightsOf(44), 65_536)[7]],
  ['build 65,536 rows x 7 SPUs', 1e-6, 'ms', () => buildDistributionTable(weightsOf(7), 65_536)[7]],
  ['build 256 rows x 44 SPUs', 1e-6, 'ms', () => buildDistributionTable(weightsOf(44), 256)[7]],
  ['select, 256 rows', 1 / HASHES, 'ns per packet', () => read(tables[256])],
  ['select, 65,536 rows', 1 / HASHES, 'ns per packet', () => read(tables[65_536])],
  ['select, 65,521 rows (not a power of two)', 1 / HASHES, 'ns per packet', () => read(odd)],
  [
    'evenness of 44 SPUs',
    1e-3,
    'us',
    () =>
      evenness(
        Array(44).fill(1000),
        weightsOf(44).map(({ weight }) => weight),
      ).jain ?? 0,
  ],
];

const samples = measurements.map((): number[] => []);
for (let round = -3; round < rounds; round++) {
  for (const [i, [, factor, , run]] of measurements.entries()) {
    const started = process.hrtime.bigint();
    sink += run();
    const taken = Number(process.hrtime.bigint() - started) * factor;
    if (round >= 0) samples[i].push(taken);
  }
}
for (const [i, [name, , unit]] of measurements.entries()) {
  const sorted = samples[i].sort((a, b) => a - b);
  const [min, median] = [sorted[0], sorted[sorted.length >> 1]];
  console.log(`${name.padEnd(44)} ${median.toFixed(2).padStart(8)} ${unit} (min ${min.toFixed(2)})`);
}
if (sink === 0) throw new Error('results were not used');
