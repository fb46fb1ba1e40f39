import { expect, it } from 'vitest';
import { FlowSlots } from './flow-slots.ts';

it('FlowSlots keep the keys that were used last', () => {
  // against a Map in order of use
  const evicted: number[] = [];
  const slots = new FlowSlots(7, 2, (slot) => evicted.push(slot));
  const model = new Map<number, number>();
  const key = new Int32Array(2);
  let state = 1;
  for (let i = 0; i < 20_000; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const name = (state >>> 16) % 12;
    key.fill(name);
    const known = model.get(name);
    const slot = slots.find(key, 0);
    expect(slots.isNew).toBe(known === undefined);
    if (known !== undefined) expect(slot).toBe(known);
    else if (model.size === 7) {
      const [oldest, place] = model.entries().next().value!;
      expect([evicted.pop(), slot]).toEqual([place, place]);
      model.delete(oldest);
    }
    model.delete(name);
    model.set(name, slot);
  }
  expect(slots.size).toBe(7);
});
