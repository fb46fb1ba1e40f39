import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeWheel } from './age-wheel.ts';
import { ENTRY_NEXT } from './layout.ts';
import { RowPool } from './row-pool.ts';

const SESSIONS = 12;

function wheelOf(sessions: number): { wheel: AgeWheel; pool: RowPool } {
  const pool = new RowPool(4, ENTRY_NEXT, sessions);
  for (let n = 0; n < sessions; n++) pool.allocate();
  return { wheel: new AgeWheel(pool), pool };
}

/** Numbers in a list that the wheel handed over. */
function listOf(pool: RowPool, head: number): number[] {
  const list: number[] = [];
  for (let at = head; at >= 0; at = pool.chunkOf(at)[pool.offsetOf(at) + ENTRY_NEXT]) list.push(at);
  return list.sort((a, b) => a - b);
}

describe('AgeWheel', () => {
  it.each([
    ['in the past', -5, 101],
    ['now', 100, 101],
    ['next tick', 101, 101],
    ['last bucket of the wheel', 100 + 2047, 100 + 2047],
    ['one bucket too far', 100 + 2048, 100 + 2047],
    ['far', 2 ** 31 + 50, 100 + 2047],
  ])('arms a deadline that is %s', (_, deadline, due) => {
    const { wheel, pool } = wheelOf(1);
    wheel.tick = 100;
    wheel.arm(0, deadline);
    expect(wheel.takeDue(due - 1)).toBe(-1);
    expect(wheel.tick).toBe(due - 1);
    expect(listOf(pool, wheel.takeDue(due))).toEqual([0]);
    expect(wheel.tick).toBe(due);
  });

  it.each([0, 31, 32, 2015, 2016, 2046, 2047, 2048, 4095])('finds every bucket from tick %i on', (tick) => {
    for (let ahead = 1; ahead <= 2047; ahead++) {
      const { wheel } = wheelAt(tick);
      wheel.arm(0, tick + ahead);
      if (wheel.takeDue(1e9) !== 0 || wheel.tick !== tick + ahead) expect(wheel.tick).toBe(tick + ahead);
      expect(wheel.takeDue(1e9)).toBe(-1);
    }
  });

  it('takeDue() goes nowhere when the tick has passed already', () => {
    const { wheel } = wheelOf(1);
    wheel.tick = 10;
    wheel.arm(0, 11);
    expect([wheel.takeDue(10), wheel.takeDue(3), wheel.tick]).toEqual([-1, -1, 10]);
  });

  it('agrees with a sorted list', () => {
    const ticks = fc.oneof(fc.nat(70), fc.nat(2200), fc.constantFrom(2046, 2047, 2048, 2049, 10_000));
    const step = fc.record({
      kind: fc.constantFrom('arm', 'arm', 'disarm', 'take'),
      session: fc.nat(SESSIONS - 1),
      ticks,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), fc.nat(5000), (steps, start) => {
        const { wheel, pool } = wheelOf(SESSIONS);
        wheel.tick = start;
        const due = new Map<number, number>();
        for (const { kind, session, ticks } of steps) {
          if (kind === 'take') {
            const until = wheel.tick + ticks;
            const first = Math.min(until + 1, ...due.values());
            const wanted = [...due].filter(([, tick]) => tick === first && tick <= until).map(([number]) => number);
            expect(listOf(pool, wheel.takeDue(until))).toEqual(wanted.toSorted((a, b) => a - b));
            expect(wheel.tick).toBe(Math.min(first, until));
            for (const number of wanted) due.delete(number);
          } else if (due.delete(session)) {
            wheel.disarm(session);
          } else if (kind === 'arm') {
            wheel.arm(session, wheel.tick + ticks);
            due.set(session, wheel.tick + Math.min(Math.max(ticks, 1), 2047));
          }
        }
      }),
      { numRuns: 300, seed: 47 },
    );
  });
});

/** One wheel for a loop of many cases: empty, at a tick. */
function wheelAt(tick: number): { wheel: AgeWheel } {
  shared.wheel.tick = tick;
  return shared;
}
const shared = wheelOf(1);
