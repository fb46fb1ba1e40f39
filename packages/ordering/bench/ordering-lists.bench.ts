// What ordering costs a packet: the same path with ordering lists and without. Goal: 25 ns a packet at most, no heap growth.
// node --expose-gc --conditions=midplane-source packages/ordering/bench/ordering-lists.bench.ts [packets a round, 300000]
// Check `uptime` first: only differences within one run are evidence. Inputs are made before the clock starts, from a seed.
import { OrderingLists, type OrderingListsOptions, ReorderingMeter, ReorderingMetrics } from '@midplane/ordering';

const PACKETS = Number(process.argv[2] ?? 300_000);
const ROUNDS = 41;
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
/** Which of the packets in work finishes next: any of them, or the oldest. */
const anyOrder = Uint8Array.from({ length: KEYS }, () => Math.floor(random() * IN_WORK));
const inOrder = Uint8Array.from({ length: KEYS }, (_, i) => i % IN_WORK);
let sink = 0;

/** Time of packet i: beyond 2^31 nanoseconds, as times are. */
const timeOf = (i: number) => 1e12 + i * 100;

/** The path without: packets in work, finished in any order, sent as they finish. */
function plainPath(keys: Int32Array, finish: Uint8Array): void {
  const work = new Int32Array(IN_WORK).fill(-1);
  for (let i = 0; i < PACKETS; i++) {
    const at = finish[i & (KEYS - 1)];
    if (work[at] >= 0) sink = (sink + work[at]) | 0;
    work[at] = (keys[i & (KEYS - 1)] ^ i) & 0x7fff_ffff;
  }
}

/** The same, with every packet in a list. */
function orderedPath(keys: Int32Array, finish: Uint8Array, lists: OrderingLists): void {
  const work = new Int32Array(IN_WORK).fill(-1);
  const out = new Int32Array(4096);
  for (let i = 0; i < PACKETS; i++) {
    const at = finish[i & (KEYS - 1)];
    const ticket = work[at];
    if (ticket >= 0) {
      const count = lists.completeInto(ticket, false, timeOf(i), out);
      for (let k = 0; k < count; k++) sink = (sink + out[k]) | 0;
    }
    const key = keys[i & (KEYS - 1)];
    work[at] = lists.enqueue(key, (key ^ i) & 0x7fff_ffff, timeOf(i));
  }
  if (lists.statistics().refused > 0) throw new Error('the lists were full');
}

function nsPerPacket(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / PACKETS;
}

/** Least and middle value. */
function summary(values: number[]): [number, number] {
  values.sort((a, b) => a - b);
  return [values[0], values[values.length >> 1]];
}

const keysOf = (flows: number) => {
  const hashes = Int32Array.from({ length: flows }, () => (random() * 2 ** 32) | 0);
  return Int32Array.from({ length: KEYS }, () => hashes[Math.floor(random() * flows)]);
};
const CASES: [string, Int32Array, OrderingListsOptions, Uint8Array][] = [
  ['1,000 flows, in order', keysOf(1000), { capacity: 4096, lists: 1024 }, inOrder],
  ['1 flow, 1,024 lists', keysOf(1), { capacity: 4096, lists: 1024 }, anyOrder],
  ['1,000 flows, 1,024 lists', keysOf(1000), { capacity: 4096, lists: 1024 }, anyOrder],
  ['60,000 flows, 1,024 lists', keysOf(60_000), { capacity: 4096, lists: 1024 }, anyOrder],
  ['60,000 flows, time-out', keysOf(60_000), { capacity: 4096, lists: 1024, timeoutNs: 10_000_000 }, anyOrder],
  ['60,000 sessions, a list each', keysOf(60_000), { capacity: 4096 }, anyOrder],
];

console.log('ns per packet, least and median         without         with           cost   heap growth');
for (const [name, keys, options, finish] of CASES) {
  const without: number[] = [];
  const with_: number[] = [];
  // what a round leaves in work is finished nowhere: new lists for each, made before the clock
  const sets = Array.from({ length: ROUNDS + 1 }, () => new OrderingLists(options));
  plainPath(keys, finish);
  orderedPath(keys, finish, sets[ROUNDS]);
  const grown: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    without.push(nsPerPacket(() => plainPath(keys, finish)));
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    with_.push(nsPerPacket(() => orderedPath(keys, finish, sets[round])));
    globalThis.gc?.();
    grown.push(process.memoryUsage().heapUsed - before);
  }
  const [a, b] = [summary(without), summary(with_)];
  const cells = [a, b, [b[0] - a[0], b[1] - a[1]]].map((pair) => pair.map((ns) => ns.toFixed(1).padStart(6)).join(' '));
  const heap = globalThis.gc ? `${summary(grown).join(' ')} bytes in ${PACKETS} packets` : 'run with --expose-gc';
  console.log(`${name.padEnd(32)} ${cells.join('  ')}   ${heap}`);
}

/** Numbers 0 and up, those of one place in `every` a few places late. */
function arrivalsOf(every: number): Int32Array {
  const arrivals = Int32Array.from({ length: KEYS }, (_, i) => i);
  for (let i = 0; i + 4 < KEYS; i += every) arrivals.copyWithin(i, i + 1, i + 4).fill(i, i + 3, i + 4);
  return arrivals;
}

console.log('\nreordering metrics, ns per packet, least and median');
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
        for (let i = 0; i < PACKETS; i++)
          sink ^= metrics.offer((arrivals[i & (KEYS - 1)] + (i & ~(KEYS - 1))) | 0, timeOf(i));
      });
    });
    return summary(times.slice(1))
      .map((ns) => ns.toFixed(1).padStart(6))
      .join(' ');
  });
  console.log(`${name.padEnd(24)}RFC 4737 ${costs[0]}   with RFC 5236 ${costs[1]}`);
}
if (sink === 0.5) console.log(sink);
