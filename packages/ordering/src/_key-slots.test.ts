import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeySlots } from './_key-slots.ts';

it('a key keeps its slot until it is released, and no two keys share one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.tuple(fc.boolean(), fc.oneof(fc.integer({ min: -30, max: 30 }), fc.integer())), {
        maxLength: 400,
        size: 'max',
      }),
      (capacity, steps) => {
        const slots = new KeySlots(capacity);
        const model = new Map<number, number>();
        for (const [take, key] of steps) {
          if (take && (model.has(key) || model.size < capacity)) {
            const slot = slots.take(key);
            expect(slot).toBe(model.get(key) ?? slot);
            model.set(key, slot);
            expect(new Set(model.values()).size).toBe(model.size);
          } else if (!take && model.has(key)) {
            slots.release(model.get(key)!);
            model.delete(key);
          }
        }
      },
    ),
    { seed: 2, numRuns: 200 },
  );
});
