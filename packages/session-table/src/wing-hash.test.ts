import { FLOW_KEY_WORDS, flowKey, reverseFlow } from '@midplane/flow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashWing, hashWingsInto } from './index.ts';

const PROTOCOLS = [6, 17, 132, 50, 51, 1, 58, 47];
const word = fc.oneof(fc.constantFrom(0, -1, 1, 0x7fffffff, -0x80000000), fc.integer());

/** Keys of every kind of selector, with equal endpoints among them. */
const arbitraryKey = fc
  .record({
    family: fc.constantFrom<4 | 6>(4, 6),
    a: fc.array(word, { minLength: 4, maxLength: 4 }),
    b: fc.array(word, { minLength: 4, maxLength: 4 }),
    isSame: fc.boolean(),
    protocol: fc.constantFrom(...PROTOCOLS),
    selector: fc.tuple(fc.nat(0xffff), fc.nat(0xffff)),
  })
  .map(({ family, a, b, isSame, protocol, selector: [sourcePort, destinationPort] }) => {
    const words = (list: number[]): Int32Array =>
      Int32Array.from(list, (value, i) => (family === 6 || i === 0 ? value : 0));
    const fields = {
      source: { family, words: words(a) },
      destination: { family, words: words(isSame ? a : b) },
      protocol,
    };
    if (protocol === 6 || protocol === 17 || protocol === 132)
      return flowKey({ ...fields, sourcePort, destinationPort });
    if (protocol === 50 || protocol === 51) return flowKey({ ...fields, spi: sourcePort * 0x10000 + destinationPort });
    if (protocol === 1 || protocol === 58) return flowKey({ ...fields, identifier: sourcePort });
    return flowKey(fields);
  });

/** TCP keys of clients with consecutive addresses and ports that talk to one server: what a scan or a benchmark sends. */
function consecutiveKeys(count: number, family: 4 | 6): Int32Array {
  const keys = new Int32Array(count * FLOW_KEY_WORDS);
  for (let n = 0; n < count; n++) {
    const at = n * FLOW_KEY_WORDS;
    keys[at] = family === 4 ? 0x0a000000 + (n >>> 8) : 0x20010db8;
    keys[at + 3] = family === 4 ? 0 : n >>> 8;
    keys[at + 4] = family === 4 ? 0xc6336401 : 0x20010db8;
    keys[at + 7] = family === 4 ? 0 : 1;
    keys[at + 8] = ((1024 + (n & 0xff)) << 16) | 443;
    keys[at + 9] = (family << 8) | 6;
  }
  return keys;
}

describe('hashWing()', () => {
  it('is the same for both wings, whatever the seed', () => {
    fc.assert(
      fc.property(arbitraryKey, fc.integer(), (key, seed) => {
        expect(hashWing(reverseFlow(key), 0, seed)).toBe(hashWing(key, 0, seed));
      }),
      { numRuns: 2000, seed: 5 },
    );
  });

  it('is a signed 32-bit integer that depends on the key alone', () => {
    fc.assert(
      fc.property(arbitraryKey, fc.integer(), fc.nat(7), (key, seed, at) => {
        const hash = hashWing(key, 0, seed);
        expect(hash).toBe(hash | 0);
        const moved = new Int32Array(at + FLOW_KEY_WORDS + 1).fill(-1);
        moved.set(key, at);
        expect(hashWing(moved, at, seed)).toBe(hash);
      }),
      { numRuns: 500, seed: 6 },
    );
  });

  it('changes with the seed', () => {
    const key = consecutiveKeys(1, 4);
    const hashes = new Set(Array.from({ length: 1000 }, (_, seed) => hashWing(key, 0, seed)));
    expect(hashes.size).toBeGreaterThan(998);
  });

  it.each([4, 6] as const)('flips about half of its bits when one bit of an IPv%i key flips', (family) => {
    const words = family === 4 ? [0, 4, 8] : [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const [key] = fc.sample(
      fc
        .array(fc.integer(), { minLength: 10 * 400, maxLength: 10 * 400, size: 'max' })
        .map((all) => Int32Array.from(all)),
      { numRuns: 1, seed: 11 },
    );
    for (let at = 0; at < key.length; at += FLOW_KEY_WORDS) key[at + 9] = (family << 8) | 6;
    for (const offset of words) {
      for (let bit = 0; bit < 32; bit++) {
        let flipped = 0;
        for (let at = 0; at < key.length; at += FLOW_KEY_WORDS) {
          const before = hashWing(key, at);
          key[at + offset] ^= 1 << bit;
          for (let bits = before ^ hashWing(key, at); bits !== 0; bits &= bits - 1) flipped++;
        }
        const share = flipped / 400 / 32;
        if (share < 0.45 || share > 0.55)
          expect.fail(`word ${offset}, bit ${bit}: ${share.toFixed(3)} of the bits flip`);
      }
    }
  });

  it.each([4, 6] as const)('spreads consecutive IPv%i clients over the slots as chance would', (family) => {
    const count = 2 ** 17;
    const hashes = new Int32Array(count);
    hashWingsInto(consecutiveKeys(count, family), count, hashes);
    const used = new Set(hashes.map((hash) => hash & (count - 1))).size;
    expect(used / count).toBeCloseTo(1 - Math.exp(-1), 2);
    expect(new Set(hashes).size).toBeGreaterThan(count - 12); // chance: 2 equal pairs
  });
});

describe('hashWingsInto()', () => {
  it('hashes row by row like hashWing()', () => {
    const keys = consecutiveKeys(300, 6);
    const out = new Int32Array(301).fill(-7);
    hashWingsInto(keys, 300, out, 42);
    expect([...out]).toEqual([
      ...Array.from({ length: 300 }, (_, row) => hashWing(keys, row * FLOW_KEY_WORDS, 42)),
      -7,
    ]);
  });

  it('hashes more rows than one block holds', () => {
    for (const family of [4, 6] as const) {
      const keys = consecutiveKeys(2500, family);
      const out = new Int32Array(2500);
      hashWingsInto(keys, 2500, out);
      expect([...out]).toEqual(Array.from({ length: 2500 }, (_, row) => hashWing(keys, row * FLOW_KEY_WORDS)));
    }
  });

  it('hashes rows of any kinds side by side like hashWing()', () => {
    fc.assert(
      fc.property(fc.array(arbitraryKey, { maxLength: 12 }), fc.integer(), (rows, seed) => {
        const keys = Int32Array.from(rows.flatMap((key) => [...key]));
        const out = new Int32Array(rows.length);
        hashWingsInto(keys, rows.length, out, seed);
        expect([...out]).toEqual(rows.map((key) => hashWing(key, 0, seed)));
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
