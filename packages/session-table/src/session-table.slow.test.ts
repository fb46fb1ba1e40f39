import { describe, expect, it } from 'vitest';
import { hashWingsInto, SessionTable } from './index.ts';

const SESSIONS = 2_000_000;
const BATCH = 250;

/** Writes the keys of sessions first, first + 1 ...: a bijection of the number, one in eight of IPv6. */
function writeKeys(first: number, keys: Int32Array): void {
  keys.fill(0);
  for (let row = 0; row < BATCH; row++) {
    const n = first + row;
    const at = row * 10;
    const family = n % 8 === 0 ? 6 : 4;
    keys[at] = family === 6 ? 0x20010db8 : 0x0a000000 | (n >>> 10);
    keys[at + 3] = family === 6 ? n >>> 10 : 0;
    keys[at + 4] = 0xc6336400 | (n & 3);
    keys[at + 8] = ((((n >>> 2) & 0xff) + 1024) << 16) | 443;
    keys[at + 9] = (family << 8) | 6;
  }
}

describe('SessionTable with 2,000,000 sessions', () => {
  it.each([
    ['full', 200],
    ['compact', 160],
  ] as const)('finds each by both wings, refuses one more, ages each at its tick: %s', (form, mostBytes) => {
    const table = new SessionTable({
      capacity: SESSIONS,
      ...(form === 'compact' ? { compact: { timeout: 3000 } } : {}),
    });
    const keys = new Int32Array(BATCH * 10);
    const hashes = new Int32Array(BATCH);
    // session n is inserted at tick n / 1,000
    for (let first = 0; first < SESSIONS; first += BATCH) {
      writeKeys(first, keys);
      hashWingsInto(keys, BATCH, hashes);
      for (let row = 0; row < BATCH; row++) {
        const flow = table.find(keys, row * 10, hashes[row]);
        const session = table.insert(keys, row * 10, Math.floor((first + row) / 1000), 3000, hashes[row]);
        if (flow !== -1 || session !== first + row) expect([flow, session]).toEqual([-1, first + row]);
      }
    }
    writeKeys(SESSIONS, keys);
    expect(table.insert(keys, 0, 2000, 3000)).toBe(-1);
    expect(table.byteLength / SESSIONS).toBeLessThan(mostBytes);

    for (let first = 0; first < SESSIONS; first += BATCH) {
      writeKeys(first, keys);
      for (let row = 0; row < BATCH; row++) {
        const at = row * 10;
        const session = first + row;
        if (table.find(keys, at) !== session << 1) expect(table.find(keys, at)).toBe(session << 1);
        // the reverse in place: addresses and ports change sides
        for (let word = at; word < at + 4; word++) [keys[word], keys[word + 4]] = [keys[word + 4], keys[word]];
        keys[at + 8] = (keys[at + 8] << 16) | (keys[at + 8] >>> 16);
        if (table.find(keys, at) !== ((session << 1) | 1)) expect(table.find(keys, at)).toBe((session << 1) | 1);
      }
    }

    let gone = 0;
    for (let tick = 2999; tick < 5000; tick++) {
      table.age(tick, (session) => {
        gone++;
        if (Math.floor(session / 1000) + 3000 !== tick) expect(session).toBe((tick - 3000) * 1000);
      });
      if (gone !== (tick - 2999) * 1000) expect(gone, `tick ${tick}`).toBe((tick - 2999) * 1000);
    }
    expect([gone, table.size, table.wings, table.statistics.aged]).toEqual([SESSIONS, 0, 0, SESSIONS]);
  });
});
