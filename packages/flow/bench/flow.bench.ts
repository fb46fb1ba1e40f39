/**
 * ns per flow of the functions that run per packet or per session.
 *
 *   node --conditions=midplane-source packages/flow/bench/flow.bench.ts [rounds]
 */
import { communityId, formatFlow, normalizeFlowInto, parseFlow, reverseFlowInto } from '@midplane/flow';

const rounds = Number(process.argv[2] ?? 5);
const FLOWS = 4096;
let sink = 0;
let state = 1;

/** A seeded generator of signed words (mulberry32). */
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return t ^ (t >>> 14);
}

/** Keys of TCP flows of one IP version. */
function keysOf(family: 4 | 6): Int32Array {
  return Int32Array.from({ length: FLOWS * 10 }, (_, i) => {
    const word = i % 10;
    if (word === 9) return (family << 8) | 6;
    return family === 6 || word % 4 === 0 ? random() : 0;
  });
}

/** Prints the median of the rounds in ns per flow. */
function measure(name: string, repeat: number, run: (at: number) => void): void {
  const samples: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < repeat; i++) for (let at = 0; at < FLOWS * 10; at += 10) run(at);
    if (round > 0) samples.push(((performance.now() - start) * 1e6) / (repeat * FLOWS));
  }
  const ns = samples.sort((a, b) => a - b)[samples.length >> 1];
  console.log(`${name.padEnd(28)} ${ns.toFixed(1).padStart(8)} ns per flow`);
}

console.log(`node ${process.version}, ${rounds} rounds, median`);
const out = new Int32Array(10);
for (const family of [4, 6] as const) {
  const keys = keysOf(family);
  const texts = Array.from({ length: FLOWS }, (_, i) => formatFlow(keys, i * 10));
  measure(`normalizeFlowInto, IPv${family}`, 100, (at) => {
    sink ^= normalizeFlowInto(keys, at, out, 0);
  });
  measure(`reverseFlowInto, IPv${family}`, 100, (at) => {
    reverseFlowInto(keys, at, out, 0);
    sink ^= out[0];
  });
  measure(`communityId, IPv${family}`, 4, (at) => {
    sink ^= communityId(keys, at)?.length ?? 0;
  });
  measure(`formatFlow, IPv${family}`, 4, (at) => {
    sink ^= formatFlow(keys, at).length;
  });
  measure(`parseFlow, IPv${family}`, 4, (at) => {
    sink ^= parseFlow(texts[at / 10])[0];
  });
}
if (sink === 0.5) console.log(sink);
