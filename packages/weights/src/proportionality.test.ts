/*
 * Do sessions per SPU follow the rows that each SPU has in the table? Every hash function, on flows as networks have them.
 *
 * One-sided chi-square test, level 1 % divided by the number of tests (Bonferroni). Flows and seeds are fixed, so is the
 * outcome: bad cases stand in a list, each with its cause, and the list must be complete and without a word too much.
 * A p close to 1 is no fault: linear functions spread a run of numbers more evenly than chance does.
 */
import { FLOW_HASHES, hashKey } from '@midplane/hash';
import type { SpuId } from '@midplane/spu-id';
import { describe, expect, it } from 'vitest';
import { buildDistributionTable, type DistributionTable, evenness, selectSpu } from './index.ts';

const FLOWS = 20_000;
const TCP = 6;
const GRE = 47;

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

/** Source, destination, source port, destination port, protocol of flow number `n`; addresses as numbers. */
type Flow = (n: number, random: () => number) => readonly [number, number, number, number, number];

const CLIENTS = 0x0a010000; // 10.1.0.0
const SERVERS = 0x0a020000; // 10.2.0.0
const SERVER = 0xc0000201; // 192.0.2.1

const INPUTS: readonly [string, Flow][] = [
  ['random, seed 1', (_, random) => [random(), random(), random() & 0xffff, random() & 0xffff, TCP]],
  ['random, seed 2', (_, random) => [random(), random(), random() & 0xffff, random() & 0xffff, TCP]],
  ['clients in turn, random ports', (n, random) => [CLIENTS + n, SERVER, 1024 + (random() % 64_512), 443, TCP]],
  ['clients in turn, one port', (n) => [CLIENTS + n, SERVER, 5000, 443, TCP]],
  ['one client, ports in turn', (n) => [CLIENTS, SERVER, 1024 + n, 443, TCP]],
  ['client n to server n', (n) => [CLIENTS + n, SERVERS + n, 5000, 443, TCP]],
  ['port n to port n', (n) => [CLIENTS, SERVERS, 1024 + n, 1024 + n, TCP]],
  ['100 clients to 200 servers', (n) => [CLIENTS + (n % 100), SERVERS + Math.floor(n / 100), 5060, 5060, TCP]],
  ['142 tunnel ends to 141', (n) => [CLIENTS + (n % 142), SERVERS + Math.floor(n / 142), 0, 0, GRE]],
];

const equal = (spus: number, length: number): DistributionTable =>
  buildDistributionTable(
    Array.from({ length: spus }, (_, spuId) => ({ spuId: spuId as SpuId, weight: 1 })),
    length,
  );
const TABLES: readonly [string, DistributionTable][] = [
  ['7 SPUs, 65,536 rows', equal(7, 65_536)],
  ['43 SPUs, 65,536 rows', equal(43, 65_536)],
  ['43 SPUs, 256 rows', equal(43, 256)],
  [
    'SPC1 + SPC2, 65,536 rows',
    buildDistributionTable(
      [1, 6, 6, 6, 6].map((weight, spuId) => ({ spuId: spuId as SpuId, weight })),
      65_536,
    ),
  ],
];

const LEVEL = 0.01 / (INPUTS.length * FLOW_HASHES.size * TABLES.length);

/** p of every table for one hash function over one input. */
function pValues(hashName: string, write: Flow, seed: number): number[] {
  const random = mulberry32(seed);
  const hash = FLOW_HASHES.get(hashName);
  if (hash === undefined) throw new Error(hashName);
  const key = new Int32Array(10);
  const hashes = Array.from({ length: FLOWS }, (_, n) => {
    const [source, destination, sourcePort, destinationPort, protocol] = write(n, random);
    key[0] = source;
    key[4] = destination;
    key[8] = (sourcePort << 16) | destinationPort;
    key[9] = (4 << 8) | protocol;
    return hashKey(key, 0, { hash });
  });
  return TABLES.map(([, table]) => {
    const rows = new Array<number>(44).fill(0);
    for (const spuId of table) rows[spuId]++;
    const sessions = rows.map(() => 0);
    for (const value of hashes) sessions[selectSpu(table, value)]++;
    return evenness(sessions, rows).pValue as number;
  });
}

/** Hash function, input, tables by number, cause. */
const BAD: readonly (readonly [string, string, readonly number[], string])[] = [
  [
    'crc32c',
    'one client, ports in turn',
    [1],
    'linear: the run of ports reaches 15,360 rows in a regular pattern, which the rows of 43 SPUs dealt in turn meet unevenly',
  ],
  [
    'toeplitz-symmetric',
    'client n to server n',
    [0, 1, 2, 3],
    'its key repeats every 16 bits: equal numbers in source and destination cancel out, all flows have one hash',
  ],
  ['toeplitz-symmetric', 'port n to port n', [0, 1, 2, 3], 'as before, in the ports'],
  [
    'toeplitz-symmetric',
    '100 clients to 200 servers',
    [0, 1, 2, 3],
    'its key repeats every 16 bits: it sees the exclusive or of the last octets, 256 values for 20,000 flows',
  ],
  ['toeplitz-symmetric', '142 tunnel ends to 141', [0, 1, 2, 3], 'as before'],
  [
    'fnv1a',
    'client n to server n',
    [2],
    'its low 8 bits depend on the low 8 bits of each step only: pairs of equal octets reach 64 of 256 rows',
  ],
  ['fnv1a', 'port n to port n', [2], 'as before'],
];

describe('R-w-2, R-hash-12: sessions per SPU follow the rows of the table', () => {
  it.each([...FLOW_HASHES.keys()])('%s, but for the listed cases', (name) => {
    const found: string[] = [];
    for (const [i, [input, write]] of INPUTS.entries()) {
      for (const [t, p] of pValues(name, write, i + 1).entries()) {
        if (p < LEVEL) found.push(`${input}; ${TABLES[t][0]}`);
      }
    }
    const listed = BAD.filter(([hash]) => hash === name).flatMap(([, input, tables]) =>
      tables.map((t) => `${input}; ${TABLES[t][0]}`),
    );
    expect(found).toEqual(listed);
  });
});
