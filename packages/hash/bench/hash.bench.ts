/**
 * ns per packet of `hashBatch` (key selection, endpoints in order, hash) and of the bare functions by tuple length.
 *
 * Each function is measured in a process of its own, since several in one process make the call site polymorphic; the
 * slow reference runs in the same process, so that its ratio stands on equal ground.
 *
 *   node --conditions=midplane-source packages/hash/bench/hash.bench.ts [rounds] [function]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { flowKey } from '@midplane/flow';
import { crc32c, FLOW_HASHES, type FlowHash, findFlowHash, hashBatch, selectHashKey } from '@midplane/hash';
import { KIND_IPV4, KIND_IPV6, PacketBatch } from '@midplane/packet';

const ROWS = 256;
const BATCHES = 64;
const rounds = Number(process.argv[2] ?? 7);
const only = process.argv[3];
let sink = 0;

/** A seeded generator of unsigned 32-bit numbers. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** Batches of TCP flows of one IP version. */
function tcpBatches(family: 4 | 6, seed: number): PacketBatch[] {
  const random = mulberry32(seed);
  const address = () => ({
    family,
    words: Int32Array.from({ length: 4 }, (_, i) => (i === 0 || family === 6 ? random() : 0)),
  });
  return Array.from({ length: BATCHES }, () => {
    const batch = new PacketBatch(ROWS);
    batch.count = ROWS;
    for (let row = 0; row < ROWS; row++) {
      const ports = random();
      const fields = { protocol: 6, sourcePort: ports >>> 16, destinationPort: ports & 0xffff };
      batch.key.set(flowKey({ source: address(), destination: address(), ...fields }), row * 10);
      batch.kind[row] = family === 4 ? KIND_IPV4 : KIND_IPV6;
      batch.protocol[row] = 6;
    }
    return batch;
  });
}

/** Median over the rounds of ns per operation; one round more before, to warm up. */
function measure(operations: number, run: () => void): number {
  const samples: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    run();
    if (round > 0) samples.push(((performance.now() - start) * 1e6) / operations);
  }
  return samples.sort((a, b) => a - b)[samples.length >> 1];
}

/** `hashBatch` over all batches, `repeat` times. */
function measureBatches(batches: readonly PacketBatch[], hash: FlowHash, repeat: number): number {
  const out = new Uint32Array(ROWS);
  return measure(repeat * BATCHES * ROWS, () => {
    for (let i = 0; i < repeat; i++) {
      for (const batch of batches) {
        hashBatch(batch, { hash }, out);
        sink ^= out[ROWS - 1];
      }
    }
  });
}

/** The bare function over tuples of some words. */
function measureTuples(hash: FlowHash, count: number, repeat: number): number {
  const random = mulberry32(count);
  const words = Int32Array.from({ length: 4096 }, () => random());
  const perPass = Math.floor(words.length / count);
  return measure(repeat * perPass, () => {
    for (let i = 0; i < repeat; i++) {
      for (let tuple = 0; tuple < perPass; tuple++) sink ^= hash.hash(words, tuple * count, count);
    }
  });
}

/** The slow reference: the plain key selection and a CRC-32C bit by bit. */
function measureReference(batches: readonly PacketBatch[]): number {
  return measure(ROWS, () => {
    for (let row = 0; row < ROWS; row++) {
      const { words } = selectHashKey(batches[0].key, row * 10);
      let crc = -1;
      for (const word of words) {
        for (let bit = 0; bit < 32; bit++) {
          const input = (word >>> (24 - (bit & 24) + (bit & 7))) & 1;
          crc = (crc >>> 1) ^ ((crc ^ input) & 1 ? 0x82f63b78 : 0);
        }
      }
      sink ^= ~crc;
    }
  });
}

/** Bytes of heap per packet over ten million packets. */
function measureHeap(batches: readonly PacketBatch[], hash: FlowHash): number {
  const out = new Uint32Array(ROWS);
  const options = { hash };
  const passes = 610;
  const before = process.memoryUsage().heapUsed;
  for (let pass = 0; pass < passes; pass++) {
    for (const batch of batches) hashBatch(batch, options, out);
  }
  return Math.max(0, process.memoryUsage().heapUsed - before) / (passes * BATCHES * ROWS);
}

if (only === undefined) {
  console.log(`node ${process.version}, ${rounds} rounds, median, ns per packet`);
  console.log(
    'function            | hashBatch ipv4 | hashBatch ipv6 |   8 B |  12 B |  16 B |  36 B |  40 B | heap B/packet',
  );
  for (const name of FLOW_HASHES.keys()) {
    const self = fileURLToPath(import.meta.url);
    const args = [...process.execArgv, self, String(rounds), name];
    process.stdout.write(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  }
} else {
  const hash = findFlowHash(only);
  const ipv4 = tcpBatches(4, 1);
  const ipv6 = tcpBatches(6, 2);
  const repeat = 60;
  const batch4 = measureBatches(ipv4, hash, repeat);
  const heap = measureHeap(ipv4, hash);
  const batch6 = measureBatches(ipv6, hash, repeat);
  const tuples = [2, 3, 4, 9, 10].map((count) => measureTuples(hash, count, 100));
  const cells = tuples.map((ns) => ns.toFixed(1).padStart(5)).join(' | ');
  const batches = `${batch4.toFixed(1).padStart(14)} | ${batch6.toFixed(1).padStart(14)}`;
  console.log(`${only.padEnd(19)} | ${batches} | ${cells} | ${heap.toFixed(3).padStart(13)}`);
  if (hash === crc32c) {
    const slow = measureReference(ipv4);
    console.log(
      `  bit by bit        | ${slow.toFixed(1).padStart(14)} | ratio to crc32c: ${(slow / batch4).toFixed(0)}`,
    );
  }
  if (sink === 0.5) console.log(sink);
}
