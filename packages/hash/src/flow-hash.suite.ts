import { flowsEqual, normalizeFlow, reverseFlow } from '@midplane/flow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowHash } from './flow-hash.ts';
import { hashKey } from './hash-batch.ts';
import { arbitraryFlow, randomWords } from './test-data.suite.ts';

/** Tests of the suite that a function may be excused from; it then has to fail them, so that no excuse outlives its reason. */
export type SuiteTest = 'every input bit matters alike' | 'avalanche per bit';

/** What {@link runFlowHashSuite} runs over. */
export interface FlowHashSuite {
  readonly make: () => FlowHash;
  /** The same function over bytes, given independently of the words. */
  readonly bytes?: (bytes: Uint8Array) => number;
  /** Whether both directions have one value without normalising. */
  readonly symmetricByItself: boolean;
  readonly skip: readonly { readonly reason: string; readonly tests: readonly SuiteTest[] }[];
}

/** Bits that differ between two numbers. */
function distance(a: number, b: number): number {
  let bits = a ^ b;
  let count = 0;
  for (; bits !== 0; bits &= bits - 1) count++;
  return count;
}

const SAMPLES = 400;

/** Mean number of output bits that flip, per input bit of a key of four words. */
function flipsPerInputBit(hash: FlowHash): number[] {
  const data = randomWords(SAMPLES * 4, 7);
  return Array.from({ length: 128 }, (_, bit) => {
    let flips = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const words = data.slice(sample * 4, sample * 4 + 4);
      const before = hash.hash(words, 0, 4);
      words[bit >> 5] ^= 1 << (31 - (bit & 31));
      flips += distance(before, hash.hash(words, 0, 4));
    }
    return flips / SAMPLES;
  });
}

/** Runs what every hash function has to hold. */
export function runFlowHashSuite({ make, bytes, symmetricByItself, skip }: FlowHashSuite): void {
  const hash = make();
  const skipped = new Map(skip.flatMap(({ reason, tests }) => tests.map((test) => [test, reason] as const)));
  const run = (test: SuiteTest, body: () => void): void => {
    const reason = skipped.get(test);
    if (reason === undefined) it(test, body);
    else it.fails(`not: ${test} (${reason})`, body);
  };

  describe(`${hash.name}: a flow hash`, () => {
    it('gives the same words the same value, wherever they stand, and leaves them as they are', () => {
      fc.assert(
        fc.property(fc.array(fc.integer(), { maxLength: 24 }), fc.nat(5), (list, at) => {
          const words = Int32Array.of(...new Array<number>(at).fill(-1), ...list, -1);
          const before = words.slice();
          const value = hash.hash(words, at, list.length);
          expect(make().hash(Int32Array.from(list), 0, list.length)).toBe(value);
          expect(words).toEqual(before);
        }),
        { seed: 1 },
      );
    });

    it('gives an integer from 0 to 2^32 - 1', () => {
      fc.assert(
        fc.property(fc.array(fc.integer(), { maxLength: 24 }), (list) => {
          const value = hash.hash(Int32Array.from(list), 0, list.length);
          expect(Number.isInteger(value) && value >= 0 && value <= 0xffffffff, String(value)).toBe(true);
        }),
        { seed: 2 },
      );
    });

    it.skipIf(bytes === undefined)('agrees over words and over the bytes that they make', () => {
      fc.assert(
        fc.property(fc.array(fc.integer(), { maxLength: 24 }), (list) => {
          const view = new DataView(new ArrayBuffer(list.length * 4));
          list.forEach((word, i) => {
            view.setInt32(i * 4, word);
          });
          expect(hash.hash(Int32Array.from(list), 0, list.length)).toBe(bytes?.(new Uint8Array(view.buffer)));
        }),
        { seed: 3 },
      );
    });

    it('R-hash-10: gives both wings one value when symmetric, that of the normalized key', () => {
      fc.assert(
        fc.property(arbitraryFlow, fc.boolean(), (key, fragment) => {
          const options = { hash, fragment };
          expect(hashKey(reverseFlow(key), 0, options)).toBe(hashKey(key, 0, options));
          if (!fragment)
            expect(hashKey(key, 0, options)).toBe(hashKey(normalizeFlow(key), 0, { hash, symmetric: false }));
        }),
        { seed: 4 },
      );
    });

    it(`${symmetricByItself ? 'has' : 'does not have'} one value for both wings without normalising`, () => {
      const keys = fc.sample(arbitraryFlow, { numRuns: 200, seed: 5 });
      const options = { hash, symmetric: false };
      const turned = keys.filter((key) => !flowsEqual(key, reverseFlow(key)));
      const differing = turned.filter((key) => hashKey(key, 0, options) !== hashKey(reverseFlow(key), 0, options));
      if (symmetricByItself) expect(differing).toEqual([]);
      else expect(differing.length).toBeGreaterThan(turned.length * 0.99);
    });

    it('flips about half of the output bits for one input bit: 14 to 18 of 32 on average', () => {
      const flips = flipsPerInputBit(hash);
      const mean = flips.reduce((sum, value) => sum + value, 0) / flips.length;
      expect(mean).toBeGreaterThan(14);
      expect(mean).toBeLessThan(18.01);
    });

    run('every input bit matters alike', () => {
      // 8 to 24 of 32 output bits for each of the 128 input bits
      const flips = flipsPerInputBit(hash);
      expect(flips.map((value, bit) => ({ bit, value })).filter(({ value }) => value < 8 || value > 24)).toEqual([]);
    });

    run('avalanche per bit', () => {
      // each input bit flips 15.2 to 16.8 bits on average over the samples: 5.6 standard deviations (2.83 / sqrt(400))
      const flips = flipsPerInputBit(hash);
      expect(flips.map((value, bit) => ({ bit, value })).filter(({ value }) => Math.abs(value - 16) > 0.8)).toEqual([]);
    });
  });
}
