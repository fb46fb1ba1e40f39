import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashIndex } from './hash-index.ts';

/** References found under a hash, read the way the table reads them. */
function referencesOf(index: HashIndex, hash: number): Set<number> {
  const found = new Set<number>();
  for (const slots of index.old === undefined ? [index.slots] : [index.slots, index.old]) {
    const mask = slots.length - 1;
    for (let slot = (hash << 1) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] === hash && slots[slot + 1] > 0) found.add(slots[slot + 1]);
    }
  }
  return found;
}

class Model {
  readonly references = new Map<number, Set<number>>();
  size = 0;

  insert(hash: number, reference: number): void {
    const set = this.references.get(hash) ?? new Set();
    this.references.set(hash, set.add(reference));
    this.size++;
  }

  remove(hash: number, reference: number): boolean {
    const there = this.references.get(hash)?.delete(reference) ?? false;
    if (there) this.size--;
    return there;
  }
}

function expectSame(model: Model, index: HashIndex): void {
  expect(index.size).toBe(model.size);
  for (const [hash, set] of model.references) {
    const found = referencesOf(index, hash);
    if (found.size !== set.size || ![...set].every((reference) => found.has(reference))) {
      expect([...found].toSorted(), `hash ${hash}`).toEqual([...set].toSorted());
    }
  }
}

/** Hash functions of a reference that an index has to survive. */
const hashes: [string, (reference: number) => number][] = [
  ['spread', (reference) => Math.imul(reference, 0x9e3779b1)],
  ['all of 8 values', (reference) => reference & 7],
  ['differ in the bits that choose no slot', (reference) => reference << 24],
  ['clusters that wrap round the end', (reference) => -1 - (reference % 3)],
  ['one after the other', (reference) => reference],
  ['0 and the bit that the slot drops', (reference) => (reference & 1) << 31],
];

/** The index grows at 512 and 1,024 references, or at 768: sizes just before, at and in the middle of it. */
const SIZES = [511, 512, 513, 520, 540, 767, 768, 769, 780, 800, 1025, 1040, 1500];
/** An index that may grow on and one that expects 768 references only, but takes more. */
const LIMITS = [2 ** 28, 768];

describe('HashIndex that grows', () => {
  it.each(hashes)('keeps every reference while it does, hashes: %s', (_, hash) => {
    for (const limit of LIMITS) {
      const index = new HashIndex(limit);
      const model = new Model();
      for (let reference = 1; reference <= 1600; reference++) {
        index.insert(hash(reference), reference);
        model.insert(hash(reference), reference);
        if (SIZES.includes(reference)) expectSame(model, index);
        expect(index.size * 8).toBeLessThanOrEqual(index.slots.length * 3);
      }
      expectSame(model, index);
    }
  });

  it.each(hashes)('removes from both arrays when a reference is in both, hashes: %s', (_, hash) => {
    for (const size of SIZES) {
      const index = new HashIndex(size % 2 === 0 ? 768 : undefined);
      for (let reference = 1; reference <= size; reference++) index.insert(hash(reference), reference);
      for (let reference = 1; reference <= size; reference++) {
        expect(index.remove(hash(reference), reference)).toBe(true);
        expect(index.remove(hash(reference), reference)).toBe(false);
        expect(referencesOf(index, hash(reference)).has(reference)).toBe(false);
      }
      expect(index.size).toBe(0);
    }
  });

  it('frees the old slots after an eighth as many insertions at most', () => {
    const index = new HashIndex();
    let reference = 0;
    while (index.old?.byteLength !== 8192) index.insert(++reference, reference); // 1,024 slots
    expect(index.byteLength).toBe(3 * 8192);
    for (let n = 0; n < 1024 / 8; n++) index.insert(++reference, reference);
    expect([index.old, index.byteLength]).toEqual([undefined, 2 * 8192]);
  });

  it.each([
    [768, 1024],
    [769, 2048],
    [6_291_456, 2 ** 23],
  ])('for %i references takes %i slots at most', (limit, slots) => {
    const index = new HashIndex(limit);
    for (let reference = 1; reference <= Math.min(limit, 2000); reference++) index.insert(reference, reference);
    if (limit < 2000) expect(index.slots.length / 2).toBe(slots);
    else expect((index as unknown as { mostSlots: number }).mostSlots).toBe(slots);
  });
});

describe('HashIndex under random insertions and removals', () => {
  const steps = fc.array(
    fc.record({
      insert: fc.integer({ min: 0, max: 120 }),
      remove: fc.integer({ min: 0, max: 100 }),
      stride: fc.integer({ min: 1, max: 97 }),
    }),
    { minLength: 5, maxLength: 40, size: 'max' },
  );

  it.each(hashes)('agrees with a Map of sets, hashes: %s', (_, hash) => {
    fc.assert(
      fc.property(steps, fc.boolean(), (list, reuses) => {
        const index = new HashIndex();
        const model = new Model();
        const live: number[] = [];
        const free: number[] = [];
        let high = 0;
        for (const { insert, remove, stride } of list) {
          for (let n = 0; n < insert; n++) {
            const reference = (reuses ? free.pop() : undefined) ?? ++high;
            live.push(reference);
            index.insert(hash(reference), reference);
            model.insert(hash(reference), reference);
          }
          for (let n = 0; n < remove && live.length > 0; n++) {
            const [reference] = live.splice((n * stride) % live.length, 1);
            free.push(reference);
            expect(index.remove(hash(reference), reference)).toBe(model.remove(hash(reference), reference));
          }
          expect(index.remove(hash(high + 1), high + 1)).toBe(false);
          expectSame(model, index);
        }
      }),
      { numRuns: 5, seed: 31 },
    );
  });
});
