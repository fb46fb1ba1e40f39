import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PortPool, shareOfPorts } from './_port-pool.ts';

/** The same pool, with sets and one step at a time. */
class PlainPool {
  private readonly taken: Set<number>[];
  private readonly next: number[];
  private cursor = 0;
  private readonly low: number;
  private readonly span: number;

  constructor(addresses: number, low: number, span: number) {
    this.taken = Array.from({ length: addresses }, () => new Set<number>());
    this.next = new Array<number>(addresses).fill(0);
    this.low = low;
    this.span = span;
  }

  take(): string | undefined {
    for (const _ of this.taken) {
      const address = this.cursor;
      this.cursor = (this.cursor + 1) % this.taken.length;
      for (let i = 0; i < this.span; i++) {
        const offset = (this.next[address]! + i) % this.span;
        if (this.taken[address]!.has(offset)) continue;
        this.taken[address]!.add(offset);
        this.next[address] = (offset + 1) % this.span;
        return `${address}:${this.low + offset}`;
      }
    }
    return undefined;
  }

  release(address: number, port: number): boolean {
    return this.taken[address]?.delete(port - this.low) ?? false;
  }
}

describe('PortPool', () => {
  it('take() and release() do what plain sets do', () => {
    // a take, or the release of any port, taken or not
    const step = fc.oneof(fc.constant('take' as const), fc.record({ address: fc.nat(3), offset: fc.nat(70) }));
    const shape = fc.record({
      addresses: fc.integer({ min: 1, max: 4 }),
      span: fc.constantFrom(1, 2, 31, 32, 33, 64, 67),
    });
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 400, size: 'max' }), ({ addresses, span }, steps) => {
        const pool = new PortPool(addresses, 5000, span);
        const plain = new PlainPool(addresses, 5000, span);
        for (const each of steps) {
          if (each === 'take') {
            const taken = pool.take();
            const text = taken < 0 ? undefined : `${taken >>> 16}:${taken & 0xffff}`;
            expect(text).toBe(plain.take());
          } else {
            const { address, offset } = each;
            expect(pool.release(address, 5000 + offset)).toBe(plain.release(address, 5000 + offset));
          }
        }
      }),
      { numRuns: 300, seed: 43 },
    );
  });

  it('take() goes round all 64,512 ports of an address, and counts', () => {
    const pool = new PortPool(1, 1024, 64_512);
    const ports = Array.from({ length: 64_512 }, () => pool.take());
    expect(new Set(ports).size).toBe(64_512);
    expect([Math.min(...ports.slice(0, 9)), ports.at(-1)]).toEqual([1024, 65_535]);
    expect(pool.take()).toBe(-1);
    pool.release(0, 40_000);
    expect(pool.take()).toBe(40_000);
    const { inUse, peak, allocations, failures } = pool;
    expect({ inUse, peak, allocations, failures }).toEqual({
      inUse: 64_512,
      peak: 64_512,
      allocations: 64_513,
      failures: 1,
    });
  });

  it('shareOfPorts() cuts a range without gap or overlap, shares equal within one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1024, max: 65_535 }),
        fc.nat(65_535),
        fc.integer({ min: 1, max: 1024 }),
        (low, more, of) => {
          const high = Math.min(low + more, 65_535);
          let next = low;
          const spans = new Set<number>();
          for (let share = 0; share < of; share++) {
            const part = shareOfPorts(low, high, share, of);
            expect(part.low).toBe(next);
            next += part.span;
            spans.add(part.span);
          }
          expect(next).toBe(high + 1);
          expect(Math.max(...spans) - Math.min(...spans)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 200, seed: 44 },
    );
  });
});
