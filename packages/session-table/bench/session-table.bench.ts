// ns per operation of the session table, against a Map with string keys. Plain Node; see the README of the package.
// Goal P11: batched look-up at 1 M and, with --full, 10 M sessions 25 x a Map with string keys (10 M take a minute and 4 GB).
// node --conditions=midplane-source packages/session-table/bench/session-table.bench.ts [--full] [sessions ...]
import { SessionTable } from '../src/session-table.ts';
import { hashWing, hashWingsInto } from '../src/wing-hash.ts';

const BATCH = 256;
const TCP = (4 << 8) | 6;
const GOAL = 25;
const isFull = process.argv.includes('--full');
const counts = process.argv
  .slice(2)
  .filter((argument) => argument !== '--full')
  .map(Number);
if (counts.length === 0) counts.push(1_000, 50_000, 1_000_000, ...(isFull ? [10_000_000] : []));
let sink = 0;
/** Column of the comparison with a `Map`; undefined until the warm-up is over. */
let map: string | undefined;

/** The key of session n: a bijection of n, spread over addresses and ports. */
function writeKey(n: number, keys: Int32Array, at: number): void {
  keys[at] = 0x0a000000 | (Math.imul(n, 0x9e3779b1) >>> 10);
  keys[at + 4] = 0xc6336400 | (n & 0xff);
  keys[at + 8] = ((n >>> 8) << 16) | ((n >>> 16) ^ 443);
  keys[at + 9] = TCP;
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

function nsPer(count: number, run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / count;
}

// everything once before it is measured: small tables would measure the compiler
for (const sessions of [200_000, ...counts]) {
  const isWarmUp = map === undefined;
  const rounds = Math.ceil(200_000 / sessions);
  const lookups = Math.max(4_000_000, Math.min(sessions, 40_000_000));
  const keys = new Int32Array(BATCH * 10);
  const hashes = new Int32Array(BATCH);
  const tables = Array.from({ length: rounds }, () => new SessionTable({ capacity: sessions }));
  const table = tables[0];
  const insert = nsPer(sessions * rounds, () => {
    for (const each of tables) {
      for (let n = 0; n < sessions; n++) {
        writeKey(n, keys, 0);
        each.insert(keys, 0, 0, 1800, hashWing(keys, 0));
      }
    }
  });
  const next = random(1);
  const find = nsPer(lookups, () => {
    for (let done = 0; done < lookups; done += BATCH) {
      for (let row = 0; row < BATCH; row++) writeKey(next() % sessions, keys, row * 10);
      hashWingsInto(keys, BATCH, hashes);
      sink ^= table.touchSlots(hashes, BATCH) ^ table.touchEntries(hashes, BATCH);
      for (let row = 0; row < BATCH; row++) {
        const flow = table.find(keys, row * 10, hashes[row]);
        if (flow < 0) throw new Error('lost a session');
        table.count(flow, 64, 1);
      }
    }
  });
  map = '';
  let ratio = 0;
  if (sessions <= 10_000_000) {
    const plain = new Map<string, { packets: number }>();
    for (let n = 0; n < sessions; n++) {
      writeKey(n, keys, 0);
      plain.set(`${keys[0]},${keys[4]},${keys[8]},${keys[9]}`, { packets: 0 });
    }
    const finds = Math.min(lookups, 1_000_000);
    const ns = nsPer(finds, () => {
      for (let done = 0; done < finds; done++) {
        writeKey(next() % sessions, keys, 0);
        plain.get(`${keys[0]},${keys[4]},${keys[8]},${keys[9]}`)!.packets++;
      }
    });
    ratio = ns / find;
    map = `  Map ${ns.toFixed(0).padStart(5)} ns (${ratio.toFixed(1)} x)`;
  }
  const age = nsPer(sessions * rounds, () => {
    for (const each of tables) each.age(1801);
  });
  if (tables.some(({ size }) => size !== 0)) throw new Error('sessions were left');
  if (isWarmUp) continue;
  const bytes = (table.byteLength / sessions).toFixed(0);
  console.log(
    `${String(sessions).padStart(11)} sessions  insert ${insert.toFixed(0).padStart(4)} ns  find+count ${find.toFixed(0).padStart(4)} ns` +
      `  age ${age.toFixed(0).padStart(4)} ns  ${bytes.padStart(4)} B a session${map}`,
  );
  if (sessions >= 1_000_000 && ratio > 0) {
    console.log(`  P11 look-up ${ratio.toFixed(1)} x a Map, goal ${GOAL} x: ${ratio >= GOAL ? 'PASS' : 'FAIL'}`);
    if (ratio < GOAL) process.exitCode = 1;
  }
}
if (sink === 0x7fffffff) console.log(sink);
