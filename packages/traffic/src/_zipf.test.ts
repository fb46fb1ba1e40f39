import { describe, expect, it } from 'vitest';
import { inversePower } from './_power.ts';
import { Random } from './_random.ts';
import { coprimeStep, TuplePlan } from './_tuple.ts';
import { zipfQuotas } from './_zipf.ts';

describe('inversePower()', () => {
  it('agrees with Math.pow to 15 digits', () => {
    for (const rank of [1, 2, 3, 7, 10, 999, 65_535, 65_536, 65_537, 1e6, 123_456_789]) {
      for (const exponent of [0, 0.1, 0.5, 0.8, 1, 1.2, 2, 3.7, 4]) {
        const expected = rank ** -exponent;
        expect(Math.abs(inversePower(rank, exponent) / expected - 1), `${rank}^-${exponent}`).toBeLessThan(2e-14);
      }
    }
  });
});

describe('zipfQuotas()', () => {
  it.each([
    [1, 1, 1],
    [1, 77, 0.8],
    [10, 10, 1],
    [1000, 1001, 1],
    [1000, 40_000, 0],
    [1000, 40_000, 0.8],
    [5000, 12_345, 2.5],
  ])('gives %d flows %d packets in sum, at least 1 each, exponent %d', (flows, packets, exponent) => {
    const quotas = [...zipfQuotas(flows, packets, exponent)];
    expect(quotas.reduce((a, b) => a + b)).toBe(packets);
    expect(Math.min(...quotas)).toBeGreaterThanOrEqual(1);
    expect(quotas[0]).toBeGreaterThanOrEqual(quotas.at(-1)!);
  });
});

describe('Random', () => {
  // sfc32 by its definition in BigInt
  it('next() agrees with the definition of sfc32', () => {
    const random = new Random(42);
    const mask = 0xffff_ffffn;
    const mix = (value: bigint): bigint => {
      let x = value & mask;
      x = ((x ^ (x >> 16n)) * 0x85ebca6bn) & mask;
      x = ((x ^ (x >> 13n)) * 0xc2b2ae35n) & mask;
      return x ^ (x >> 16n);
    };
    let [a, b, c] = [1n, 2n, 3n].map((i) => mix(42n + i * 0x9e3779b9n)) as [bigint, bigint, bigint];
    let counter = 1n;
    for (let i = 0; i < 1012; i++) {
      const out: bigint = (a + b + counter++) & mask;
      a = b ^ (b >> 9n);
      b = (c + (c << 3n)) & mask;
      c = ((((c << 21n) | (c >> 11n)) & mask) + out) & mask;
      if (i >= 12) expect(BigInt(random.next() >>> 0)).toBe(out);
    }
  });

  it('unit() is spread evenly over 0 to 1', () => {
    const random = new Random(7);
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 64_000; i++) counts[Math.floor(random.unit() * 16)]!++;
    const chi = counts.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0);
    expect(chi).toBeLessThan(37.7); // 15 degrees of freedom, p = 0.001
  });
});

describe('TuplePlan', () => {
  it('coprimeStep() visits every number', () => {
    for (let size = 1; size < 300; size++) {
      const step = coprimeStep(size);
      expect(new Set(Array.from({ length: size }, (_, i) => (i * step) % size)).size).toBe(size);
    }
  });

  it('choose() gives a client all 64,512 ports once, the ephemeral ones first', () => {
    const tuples = new TuplePlan({ seed: 5, clients: 3, servers: 1, ipv6Share: 0, udpShare: 0, icmpShare: 0 });
    const tuple = { ipv6: false, transport: 0, client: 0, server: 0, clientPort: 0, serverPort: 0, bits: 0 };
    const ports = new Map<number, Set<number>>();
    const early: number[] = [];
    for (let number = 0; number < 3 * 64_512; number++) {
      tuples.choose(number, tuple);
      const own = ports.get(tuple.client) ?? new Set();
      ports.set(tuple.client, own.add(tuple.clientPort));
      if (number < 3 * 28_232 && (tuple.clientPort < 32_768 || tuple.clientPort >= 61_000)) early.push(number);
    }
    expect(early).toEqual([]);
    expect([...ports.values()].map((own) => [own.size, Math.min(...own), Math.max(...own)])).toEqual(
      new Array(3).fill([64_512, 1024, 65_535]),
    );
  });
});
