import { flowsEqual, parseFlow, reverseFlow } from '@midplane/flow';
import { describe, expect, it } from 'vitest';
import type { HashIndex } from './hash-index.ts';
import { hashWing, SessionTable, type SessionTableOptions } from './index.ts';

const TCP = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
const TCP6 = parseFlow('[2001:db8::1]:1234 > [2001:db8::2]:443/tcp');
/** A reply to a translated address, of which nothing is the reverse of TCP. */
const TRANSLATED = parseFlow('198.51.100.2:443 > 203.0.113.9:40000/tcp');
const TRANSLATED6 = parseFlow('[2001:db8::2]:443 > [2001:db8::9]:40000/tcp');

function tableWith(key: Int32Array, options: Partial<SessionTableOptions> = {}): SessionTable {
  const table = new SessionTable({ capacity: 10, ...options });
  table.insert(key, 0, 0, 60);
  return table;
}

function keyOf(table: SessionTable, flow: number): Int32Array {
  const key = new Int32Array(10).fill(-1);
  table.keyInto(flow, key);
  return key;
}

/** The key of session n, spread over both families, all in little space. */
function writeKey(n: number, key: Int32Array): void {
  key.fill(0);
  const family = n % 3 === 0 ? 6 : 4;
  key[0] = 0x0a000000 | (n >>> 4);
  key[family === 6 ? 7 : 4] = 0xc6336400 | (n & 15);
  key[8] = (((n * 7) & 0xffff) << 16) | 443;
  key[9] = (family << 8) | 6;
}

describe('SessionTable that is made', () => {
  it.each([0, -1, 1.5, Number.NaN, 2 ** 28 + 1, '10' as unknown as number])('refuses capacity %s', (capacity) => {
    expect(() => new SessionTable({ capacity })).toThrow(RangeError);
    expect(() => new SessionTable({ capacity })).toThrow(
      `Cannot create session table: capacity must be an integer from 1 to 268435456: got ${capacity}`,
    );
  });

  it.each([-1, 0.5, Number.POSITIVE_INFINITY, Number.NaN, 2 ** 31])(
    'refuses timeout %s for a compact table',
    (timeout) => {
      expect(() => new SessionTable({ capacity: 1, compact: { timeout } })).toThrow(
        `Cannot create session table: compact.timeout must be an integer from 0 to 2147483647: got ${timeout}`,
      );
    },
  );

  it('takes under 100 kB for 2^28 sessions when empty, and 44 of them under 8 MB', () => {
    const before = process.memoryUsage();
    const tables = Array.from({ length: 44 }, () => new SessionTable({ capacity: 2 ** 28 }));
    const after = process.memoryUsage();
    expect(tables[0].byteLength).toBeLessThan(100_000);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8_000_000);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(8_000_000);
    expect(tables.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(8_000_000);
  });
});

describe('SessionTable that is full', () => {
  it.each<[string, SessionTableOptions]>([
    ['sessions', { capacity: 2 }],
    ['wings', { capacity: 4, unit: 'wings' }],
    ['wings, one to spare', { capacity: 5, unit: 'wings' }],
    ['compact', { capacity: 2, compact: { timeout: 60 } }],
  ])('refuses a session and changes nothing but its count: %s', (_, options) => {
    const table = tableWith(TCP, options);
    table.insert(TCP6, 0, 0, 60);
    const before = [table.size, table.wings, table.peak, table.byteLength];
    expect(table.insert(TRANSLATED, 0, 0, 60)).toBe(-1);
    expect(table.insert(TRANSLATED6, 0, 0, 60)).toBe(-1);
    expect([table.size, table.wings, table.peak, table.byteLength]).toEqual(before);
    expect(table.statistics).toEqual({ insertions: 2, failures: 2, removals: 0, aged: 0 });
    expect([table.find(TRANSLATED, 0), table.find(TCP, 0) >= 0, table.find(TCP6, 0) >= 0]).toEqual([-1, true, true]);
  });

  it('takes the last wing for a session of one wing', () => {
    const table = tableWith(TCP, { capacity: 3, unit: 'wings' });
    expect(table.insertOneWing(TRANSLATED, 0, 0, 60)).toBe(1);
    expect([table.wings, table.size]).toEqual([3, 2]);
  });

  it('has room again after remove() and after age()', () => {
    const table = tableWith(TCP, { capacity: 1 });
    table.remove(0);
    expect(table.insert(TCP6, 0, 10, 60)).toBe(0);
    table.age(70);
    expect(table.insert(TRANSLATED, 0, 70, 60)).toBe(0);
    expect(table.statistics).toEqual({ insertions: 3, failures: 0, removals: 1, aged: 1 });
  });
});

describe('SessionTable with a translated out wing', () => {
  it.each([
    ['IPv4', TCP, TRANSLATED],
    ['IPv6', TCP6, TRANSLATED6],
    ['IPv6 to IPv4', TCP6, TRANSLATED],
    ['IPv4 to IPv6', TCP, TRANSLATED6],
    ['another protocol', TCP, parseFlow('198.51.100.2:443 > 203.0.113.9:40000/udp')],
  ])('finds replies by their own key only: %s', (_, inKey, outKey) => {
    const table = tableWith(inKey);
    table.setOutWing(0, outKey, 0);
    expect([table.find(inKey, 0), table.find(outKey, 0)]).toEqual([0, 1]);
    expect([table.flowOf(0, inKey, 0), table.flowOf(0, outKey, 0)]).toEqual([0, 1]);
    expect([table.find(reverseFlow(inKey), 0), table.find(reverseFlow(outKey), 0)]).toEqual([-1, -1]);
    expect(flowsEqual(keyOf(table, 0), inKey) && flowsEqual(keyOf(table, 1), outKey)).toBe(true);
    table.remove(0);
    expect([table.find(inKey, 0), table.find(outKey, 0), table.size, table.wings]).toEqual([-1, -1, 0, 0]);
  });

  it.each([1, 700, 900, 1300])('leaves nothing in the index of %i sessions when both wings hash alike', (sessions) => {
    const table = new SessionTable({ capacity: 2000 });
    const index = (table as unknown as { index: HashIndex }).index;
    const key = new Int32Array(10);
    for (let n = 0; n < sessions; n++) {
      writeKey(n, key);
      table.insert(key, 0, 0, 60);
    }
    for (let n = 0; n < sessions; n++) {
      writeKey(n, key);
      const outKey = n % 2 === 0 ? key : reverseFlow(key);
      table.setOutWing(n, outKey, 0);
      expect(table.find(outKey, 0)).toBe((n << 1) | (n % 2));
    }
    for (let n = 0; n < sessions; n++) table.remove(n);
    expect([index.size, table.size, table.wings]).toEqual([0, 0, 0]);
  });

  it('refuses a second one, and a session that has none', () => {
    const table = tableWith(TCP);
    const one = table.insertOneWing(TRANSLATED, 0, 0, 60);
    table.setOutWing(0, TRANSLATED6, 0);
    expect(() => table.setOutWing(0, TRANSLATED6, 0)).toThrow(
      'Cannot set out wing: session must have a plain out wing: got session 0',
    );
    expect(() => table.setOutWing(one, TRANSLATED6, 0)).toThrow(RangeError);
    expect([table.hasOwnOutWing(0), table.isOneWing(0), table.family(0)]).toEqual([true, false, 4]);
    expect([table.hasOwnOutWing(one), table.isOneWing(one)]).toEqual([false, true]);
  });
});

describe('SessionTable with sessions of one wing', () => {
  it.each(['esp', 'ah'])('keeps each direction of %s apart: every SPI is a session', (protocol) => {
    const there = parseFlow(`192.0.2.1 > 198.51.100.2/${protocol} spi=0x10002`);
    const table = tableWith(there);
    expect([table.find(there, 0), table.find(reverseFlow(there), 0), table.wings]).toEqual([0, -1, 1]);
    expect(table.insert(reverseFlow(there), 0, 0, 60)).toBe(1);
    expect([table.find(there, 0), table.find(reverseFlow(there), 0)]).toEqual([0, 2]);
    expect(flowsEqual(keyOf(table, 1), reverseFlow(there))).toBe(true);
  });

  it('insertOneWing() leaves the reverse of the key to another session', () => {
    const table = new SessionTable({ capacity: 10 });
    table.insertOneWing(TCP, 0, 0, 60);
    table.insertOneWing(reverseFlow(TCP), 0, 0, 60);
    expect([table.find(TCP, 0), table.find(reverseFlow(TCP), 0)]).toEqual([0, 2]);
    expect(flowsEqual(keyOf(table, 1), reverseFlow(TCP))).toBe(true);
  });
});

describe('SessionTable whose session has equal endpoints', () => {
  it.each(['192.0.2.1:5 > 192.0.2.1:5/udp', '[2001:db8::1]:5 > [2001:db8::1]:5/udp'])(
    'finds the in wing: %s',
    (text) => {
      const key = parseFlow(text);
      const table = tableWith(key);
      expect(flowsEqual(key, reverseFlow(key))).toBe(true);
      expect([table.find(key, 0), table.flowOf(0, key, 0)]).toEqual([0, 0]);
      expect(flowsEqual(keyOf(table, 1), key)).toBe(true);
    },
  );
});

describe('SessionTable that counts', () => {
  it('carries bytes above 2^32, each wing for itself', () => {
    const table = tableWith(TCP);
    for (let n = 0; n < 5; n++) table.count(0, 0xffffffff, 1);
    for (let n = 0; n < 3; n++) table.count(1, 0x80000000, 2);
    expect([table.bytes(0), table.bytes(1)]).toEqual([5 * 0xffffffff, 3 * 0x80000000]);
    expect([table.packets(0), table.packets(1), table.lastTick(0)]).toEqual([5, 3, 2]);
  });

  it('counts in wing bytes to 2^48 - 1', () => {
    const table = tableWith(TCP);
    for (let n = 0; n < 0xffff; n++) {
      table.count(0, 0xffffffff, 1);
      table.count(0, 1, 1);
      table.count(1, 0xffffffff, 1);
      table.count(1, 1, 1);
    }
    for (const flow of [0, 1]) {
      table.count(flow, 0xffffffff, 1);
      expect(table.bytes(flow)).toBe(2 ** 48 - 1);
      expect(table.packets(flow)).toBe(2 * 0xffff + 1);
    }
  });

  it('starts at 0 in an entry that was used before', () => {
    const table = tableWith(TCP);
    table.count(1, 2 ** 31, 1);
    table.count(1, 2 ** 31, 1);
    table.setTag(0, 4095);
    table.setUser(0, 0, -1);
    table.setUser(0, 1, -1);
    table.remove(0);
    table.insert(TCP6, 0, 0, 60);
    expect([table.packets(1), table.bytes(1), table.tag(0), table.user(0, 0), table.user(0, 1)]).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });
});

describe('SessionTable that is compact', () => {
  it.each<[string, (table: SessionTable) => void]>([
    ['count packet', (table) => table.count(0, 64, 1)],
    ['set out wing', (table) => table.setOutWing(0, TRANSLATED, 0)],
    ['set timeout', (table) => table.setTimeout(0, 1)],
    ['read packets', (table) => table.packets(0)],
    ['read bytes', (table) => table.bytes(0)],
    ['read user word 1', (table) => table.user(0, 1)],
    ['write user word 1', (table) => table.setUser(0, 1, 1)],
  ])('refuses to %s and leaves the next entry alone', (action, run) => {
    const table = tableWith(TCP, { compact: { timeout: 60 } });
    table.insert(TRANSLATED, 0, 0, 0);
    expect(() => run(table)).toThrow(TypeError);
    expect(() => run(table)).toThrow(`Cannot ${action}: the table must have full entries: got a compact table`);
    expect([table.find(TCP, 0), table.find(TRANSLATED, 0)]).toEqual([0, 2]);
  });
});

describe('SessionTable asked for a session that is gone', () => {
  it.each<[string, (table: SessionTable, session: number) => void]>([
    ['remove', (table, session) => table.remove(session)],
    ['setTimeout', (table, session) => table.setTimeout(session, 1)],
    ['setOutWing', (table, session) => table.setOutWing(session, TRANSLATED, 0)],
    ['keyInto', (table, session) => table.keyInto(session << 1, new Int32Array(10))],
    ['packets', (table, session) => table.packets(session << 1)],
    ['bytes', (table, session) => table.bytes(session << 1)],
    ['lastTick', (table, session) => table.lastTick(session)],
    ['timeout', (table, session) => table.timeout(session)],
  ])('%s() throws', (_, run) => {
    const table = tableWith(TCP);
    table.remove(0);
    for (const session of [0, 1, 2 ** 28 - 1]) {
      expect(() => run(table, session)).toThrow(RangeError);
      expect(() => run(table, session)).toThrow(`Cannot read session: it must be in the table: got ${session}`);
    }
    expect(table.statistics.removals).toBe(1);
  });

  it('stays gone when its tag is written', () => {
    const table = tableWith(TCP);
    table.remove(0);
    table.setTag(0, 5);
    expect([table.has(0), table.next(0), table.has(Number.NaN)]).toEqual([false, -1, false]);
    expect([table.insert(TCP, 0, 0, 60), table.tag(0)]).toEqual([0, 0]);
  });

  it('flowOf(), has() and next() say no', () => {
    const table = tableWith(TCP);
    table.remove(0);
    expect([table.flowOf(0, TCP, 0), table.has(0), table.has(-1), table.has(99), table.next(0)]).toEqual([
      -1,
      false,
      false,
      false,
      -1,
    ]);
    table.insert(TCP6, 0, 0, 60);
    expect([table.flowOf(0, TCP, 0), table.flowOf(0, TCP6, 0)]).toEqual([-1, 0]);
  });
});

describe('SessionTable that ages', () => {
  it.each([-1, 1.5, 2 ** 20, 2 ** 31 - 1, 2 ** 32, Number.POSITIVE_INFINITY, Number.NaN])(
    'refuses timeout %s, which its entries have no room for',
    (timeout) => {
      const table = tableWith(TCP);
      const message = `Cannot set timeout: it must be an integer from 0 to 1048575 ticks: got ${timeout}`;
      expect(() => table.insert(TCP6, 0, 0, timeout)).toThrow(message);
      expect(() => table.setTimeout(0, timeout)).toThrow(RangeError);
      expect([table.size, table.timeout(0), table.statistics.insertions]).toEqual([1, 60, 1]);
    },
  );

  it('keeps the longest timeout to the tick', () => {
    const table = new SessionTable({ capacity: 1 });
    table.insert(TCP, 0, 5, 2 ** 20 - 1);
    table.age(2 ** 20 + 3);
    expect(table.size).toBe(1);
    table.age(2 ** 20 + 4);
    expect(table.size).toBe(0);
  });

  it('removes a session at the tick of its deadline, not one before', () => {
    const table = tableWith(TCP);
    table.count(0, 64, 3_000_000);
    table.age(3_000_059);
    expect(table.size).toBe(1);
    table.age(3_000_060);
    expect(table.size).toBe(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 31])('refuses tick %s and ages nothing', (tick) => {
    const table = tableWith(TCP);
    expect(() => table.age(tick)).toThrow(`Cannot age sessions: tick must be an integer up to 2147483647: got ${tick}`);
    table.age(59);
    expect(table.size).toBe(1);
    table.age(2 ** 31 - 1);
    expect(table.size).toBe(0);
  });

  it.each([255, 256, 257, 600])(
    'gives each of %i sessions of one tick with its key and hash, some live on',
    (sessions) => {
      const table = new SessionTable({ capacity: 1000 });
      const key = new Int32Array(10);
      for (let n = 0; n < sessions; n++) {
        writeKey(n, key);
        table.insert(key, 0, 0, 60);
        if (n % 5 === 0) table.touch(n, 1);
      }
      const gone: number[] = [];
      table.age(60, (session, inKey, hash) => {
        writeKey(session, key);
        const hashes = Int32Array.of(hash, 0);
        table.touchEntries(hashes, 2); // reads only: it does not disturb the removals
        expect([flowsEqual(inKey, key), hash, table.find(key, 0)]).toEqual([true, hashWing(key, 0), session << 1]);
        gone.push(session);
      });
      const all = Array.from({ length: sessions }, (_, n) => n);
      expect(gone.toSorted((a, b) => a - b)).toEqual(all.filter((n) => n % 5 !== 0));
      expect(table.size).toBe(Math.ceil(sessions / 5));
      table.age(61);
      expect([table.size, table.wings, table.statistics.aged]).toEqual([0, 0, sessions]);
    },
  );

  it('does not depend on how often it is called', () => {
    const runs = [1, 7, 10_000].map((every) => {
      const table = new SessionTable({ capacity: 1000 });
      const key = new Int32Array(10);
      const gone: string[] = [];
      for (let tick = 0; tick < 10_000; tick++) {
        writeKey(tick, key);
        if (tick < 300) table.insert(key, 0, tick, [20, 1800, 2048, 5000][tick & 3]);
        if (tick % every === 0) table.age(tick, (session) => gone.push(`${keyOf(table, session << 1).join()}`));
      }
      table.age(10_000, (session) => gone.push(`${keyOf(table, session << 1).join()}`));
      return gone.toSorted();
    });
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    expect(runs[0]).toHaveLength(300);
  });

  it('takes a session whose timeout was 0 at the next tick that passes', () => {
    const table = new SessionTable({ capacity: 1 });
    table.age(10);
    table.insert(TCP, 0, 10, 0);
    table.age(10);
    expect(table.size).toBe(1);
    table.age(11);
    expect(table.size).toBe(0);
  });
});

describe('SessionTable whose index and entries grow', () => {
  it.each<[string, SessionTableOptions]>([
    ['full', { capacity: 30_000, seed: 3 }],
    ['compact', { capacity: 30_000, compact: { timeout: 400 } }],
  ])('agrees with a Map over 120,000 steps: %s', (_, options) => {
    const table = new SessionTable(options);
    const known = new Map<number, { session: number; last: number }>();
    const key = new Int32Array(10);
    let state = 99;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let step = 0; step < 120_000; step++) {
      const tick = step >>> 7;
      const n = random(40_000);
      writeKey(n, key);
      const at = known.get(n);
      const flow = table.find(key, 0);
      if (flow !== (at === undefined ? -1 : at.session << 1)) expect(flow, `step ${step}`).toBe(at);
      if (at === undefined) {
        const session = table.insert(key, 0, tick, 400);
        if (session >= 0) known.set(n, { session, last: tick });
        else expect(known.size).toBe(30_000);
      } else if (random(4) === 0) {
        table.remove(at.session);
        known.delete(n);
      } else {
        table.touch(at.session, tick);
        at.last = tick;
      }
      if ((step & 0x7f) === 0 && step > 60_000) {
        table.age(tick);
        for (const [number, { last }] of known) if (last + 400 <= tick) known.delete(number);
        expect(table.size).toBe(known.size);
      }
    }
    const left: number[] = [];
    for (let session = table.next(0); session >= 0; session = table.next(session + 1)) left.push(session);
    expect(left).toEqual([...known.values()].map(({ session }) => session).sort((a, b) => a - b));
    expect(table.peak).toBeGreaterThan(10_000);
  });
});

describe('SessionTable with touches ahead of a batch', () => {
  it('touchSlots(), touchEntries() and touchSessions() change nothing', () => {
    const table = tableWith(TCP);
    const before = [table.find(TCP, 0), table.size, table.lastTick(0), JSON.stringify(table.statistics)];
    const hashes = Int32Array.of(hashWing(TCP, 0), hashWing(TCP6, 0));
    expect(Number.isInteger(table.touchSlots(hashes, 2) ^ table.touchEntries(hashes, 2))).toBe(true);
    expect(Number.isInteger(table.touchSessions(Int32Array.of(0), 1))).toBe(true);
    expect([table.find(TCP, 0), table.size, table.lastTick(0), JSON.stringify(table.statistics)]).toEqual(before);
  });

  it('keeps a session that has come due for as long as the caller says, and then asks again', () => {
    const table = new SessionTable({ capacity: 10 });
    const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
    const session = table.insert(key, 0, 5, 10);
    const asked: number[] = [];
    let now = 0;
    const once = (): void => {
      if (asked.push(now) === 1) table.keep(7);
    };
    for (now = 0; now <= 30; now++) {
      table.age(now, once);
      expect(table.find(key, 0)).toBe(now < 22 ? session << 1 : -1);
    }
    expect(asked).toEqual([15, 22]);
    expect(table.statistics).toMatchObject({ aged: 1, removals: 0 });
  });
});
