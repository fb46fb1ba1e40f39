// What ordering costs a packet: the same path with ordering lists and without. Goal: 25 ns a packet at most, no heap growth.
// node --expose-gc --conditions=midplane-source packages/ordering/bench/ordering-lists.bench.ts [million packets, 4]
// Check `uptime` first: only differences within one run are evidence. Inputs are made before the clock starts, from a seed.
import { OrderingLists, type OrderingListsOptions, ReorderingMeter, ReorderingMetrics } from '@midplane/ordering';

const PACKETS = Number(process.argv[2] ?? 4) * 1_000_000;
const ROUNDS = 5;
/** Packets that flow threads work on at once; they finish in any order within it. */
const IN_WORK = 32;
const KEYS = 1 << 16;

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = mulberry32(1);
/** Which of the packets in work finishes next. */
const finish = Uint8Array.from({ length: KEYS }, () => Math.floor(random() * IN_WORK));
let sink = 0;

/** The path without: packets in work, finished in any order, sent as they finish. */
function plainPath(keys: Int32Array): void {
  const work = new Int32Array(IN_WORK).fill(-1);
  for (let i = 0; i < PACKETS; i++) {
    const at = finish[i & (KEYS - 1)];
    if (work[at] >= 0) sink = (sink + work[at]) | 0;
    work[at] = (keys[i & (KEYS - 1)] ^ i) & 0x7fff_ffff;
  }
}

/** The same, with every packet in a list. */
function orderedPath(keys: Int32Array, lists: OrderingLists): void {
  const work = new Int32Array(IN_WORK).fill(-1);
  const out = new Int32Array(4096);
  for (let i = 0; i < PACKETS; i++) {
    const at = finish[i & (KEYS - 1)];
    const ticket = work[at];
    if (ticket >= 0) {
      const list = lists.complete(ticket, false, i);
      if (list >= 0) {
        const count = lists.dequeueInto(list, i, out);
        for (let k = 0; k < count; k++) sink = (sink + out[k]) | 0;
      }
    }
    const key = keys[i & (KEYS - 1)];
    work[at] = lists.enqueue(key, (key ^ i) & 0x7fff_ffff, i);
  }
  if (lists.statistics().refused > 0) throw new Error('the lists were full');
}

function nsPerPacket(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / PACKETS;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

const keysOf = (flows: number) => {
  const hashes = Int32Array.from({ length: flows }, () => (random() * 2 ** 32) | 0);
  return Int32Array.from({ length: KEYS }, () => hashes[Math.floor(random() * flows)]);
};
const CASES: [string, Int32Array, OrderingListsOptions][] = [
  ['1 flow, 1,024 lists', keysOf(1), { capacity: 4096, lists: 1024 }],
  ['1,000 flows, 1,024 lists', keysOf(1000), { capacity: 4096, lists: 1024 }],
  ['60,000 flows, 1,024 lists', keysOf(60_000), { capacity: 4096, lists: 1024 }],
  ['60,000 flows, time-out', keysOf(60_000), { capacity: 4096, lists: 1024, timeoutNs: 1_000_000 }],
  ['60,000 sessions, a list each', keysOf(60_000), { capacity: 4096 }],
];

console.log('ordering lists                   without    with     cost   ns per packet, medians; heap growth');
for (const [name, keys, options] of CASES) {
  const without: number[] = [];
  const with_: number[] = [];
  const lists = new OrderingLists(options);
  // what the last round leaves in work is finished nowhere: a new set of lists for each round, made before the clock
  const sets = Array.from({ length: ROUNDS + 1 }, () => new OrderingLists(options));
  plainPath(keys);
  orderedPath(keys, lists);
  let grown = 0;
  for (let round = 0; round < ROUNDS; round++) {
    without.push(nsPerPacket(() => plainPath(keys)));
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    with_.push(nsPerPacket(() => orderedPath(keys, sets[round])));
    grown = Math.max(grown, process.memoryUsage().heapUsed - before);
  }
  const [a, b] = [median(without), median(with_)];
  const heap = globalThis.gc ? `${grown} bytes in ${PACKETS} packets` : 'run with --expose-gc';
  console.log(
    `${name.padEnd(31)}${a.toFixed(1).padStart(9)}${b.toFixed(1).padStart(8)}${(b - a).toFixed(1).padStart(9)}   ${heap}`,
  );
}

/** Numbers 0 and up, those of one place in `every` a few places late. */
function arrivalsOf(every: number): Int32Array {
  const arrivals = Int32Array.from({ length: KEYS }, (_, i) => i);
  for (let i = 0; i + 4 < KEYS; i += every) arrivals.copyWithin(i, i + 1, i + 4).fill(i, i + 3, i + 4);
  return arrivals;
}

console.log('\nreordering metrics, ns per packet');
for (const [name, every] of [
  ['in order', KEYS],
  ['1 of 1,000 reordered', 1000],
  ['1 of 10 reordered', 10],
] as const) {
  const arrivals = arrivalsOf(every);
  const costs = [() => new ReorderingMeter(), () => new ReorderingMetrics()].map((make) => {
    const times = Array.from({ length: ROUNDS + 1 }, () => {
      const metrics = make();
      return nsPerPacket(() => {
        for (let i = 0; i < PACKETS; i++) sink ^= metrics.offer((arrivals[i & (KEYS - 1)] + (i & ~(KEYS - 1))) | 0, i);
      });
    });
    return median(times.slice(1)).toFixed(1).padStart(7);
  });
  console.log(`${name.padEnd(24)}RFC 4737 ${costs[0]}   with RFC 5236 ${costs[1]}`);
}
if (sink === 0.5) console.log(sink);
