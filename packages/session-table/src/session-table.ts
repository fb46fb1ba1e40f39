// More than 300 lines, most of them documentation: one class, for its calls read and write the same entries.
import { FLOW_KEY_WORDS } from '@midplane/flow';
import { AgeWheel } from './age-wheel.ts';
import { HashIndex } from './hash-index.ts';
import {
  COMPACT_WORDS_LOG2,
  ENTRY_BYTES,
  ENTRY_BYTES_HIGH,
  ENTRY_DESTINATION,
  ENTRY_LAST_TICK,
  ENTRY_NEXT,
  ENTRY_OUT_ROW,
  ENTRY_PACKETS,
  ENTRY_PROTOCOL,
  ENTRY_SELECTOR,
  ENTRY_SOURCE,
  ENTRY_TIMEOUT,
  ENTRY_USER_0,
  ENTRY_USER_1,
  FLAG_ONE_WING,
  FLAG_OWN_OUT_WING,
  FLAG_USED,
  FULL_WORDS_LOG2,
  MAX_TIMEOUT,
  PROTOCOL_MASK,
  TAG_SHIFT,
  TIMEOUT_BITS,
} from './layout.ts';
import { CHUNK_LOG2, CHUNK_MASK, RowPool } from './row-pool.ts';
import type { SessionTableOptions, SessionTableStatistics } from './types.ts';
import { hashWing } from './wing-hash.ts';
import { WingStore } from './wing-store.ts';

/** 2^28 sessions need 2^29 index slots, whose word offsets still are 31-bit integers. */
const MAX_CAPACITY = 2 ** 28;
/** Ticks and timeouts are kept in signed 32-bit words. */
const MAX_TICK = 2 ** 31 - 1;
/** Rows whose waits for memory overlap: their cache lines stay in a first-level cache until they are used. */
const BLOCK = 256;

/**
 * Sessions of two wings in typed arrays: found by either wing, counted per wing, aged by timer.
 *
 * A session keeps its number (`session`, 0 and up, reused after removal) for life. A *flow index* names one wing of it:
 * `session << 1 | wing`, wing 0 = `in` (as the first packet came), 1 = `out` (as the reply comes). The capacity is a
 * limit, not an allocation: the table grows with what it holds, without a pause.
 *
 * Time is a *tick*, an integer from 0 to 2^31 - 1 that the caller counts (seconds in the pipeline) and that does not run
 * backwards. Ageing is exact to the tick: a session whose last packet came at tick t with timeout d is removed when
 * `age` passes tick t + d, never before.
 *
 * | call | cost |
 * | --- | --- |
 * | `find`, `count` | O(1) |
 * | `insert`, `remove` | O(1); growth is spread over insertions |
 * | `age` | O(sessions that come due) |
 *
 * @example A session is found by both of its wings
 * ```ts
 * import { SessionTable } from '@midplane/session-table';
 * import { parseFlow, reverseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const table = new SessionTable({ capacity: 1000 });
 * const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
 * const session = table.insert(key, 0, 0, 1800);
 * assert.equal(table.find(key, 0), session << 1);
 * assert.equal(table.find(reverseFlow(key), 0), (session << 1) | 1);
 *
 * const expired: number[] = [];
 * table.age(1800, (gone) => expired.push(gone));
 * assert.deepEqual(expired, [session]);
 * assert.equal(table.size, 0);
 * ```
 */
export class SessionTable {
  /** Most sessions (or wings, by the option `unit`) that the table holds. */
  readonly capacity: number;
  /** Sessions now. */
  size = 0;
  /** Wings now: two per session, one for sessions of one wing. */
  wings = 0;
  /** Most sessions at any time. */
  peak = 0;
  /** Counters since creation. */
  readonly statistics: SessionTableStatistics = { insertions: 0, failures: 0, removals: 0, aged: 0 };

  private readonly seed: number;
  private readonly countsWings: boolean;
  private readonly compact: boolean;
  private readonly commonTimeout: number;
  private readonly entries: RowPool;
  /** Of `entries`, for the hot calls. */
  private readonly chunks: Int32Array[];
  private readonly wordsLog2: number;
  private readonly index: HashIndex;
  private readonly wheel: AgeWheel;
  private readonly store: WingStore;
  private readonly scratch = new Int32Array(FLOW_KEY_WORDS);
  /** Sessions whose entries a block of `touchEntries` reads. */
  private readonly candidates = new Int32Array(BLOCK);
  /** Sessions that age out, a block of them, and the hashes of their `in` wings. */
  private readonly dueSessions = new Int32Array(BLOCK);
  private readonly dueHashes = new Int32Array(BLOCK);
  /** Ticks that `onExpire` wants a session to stay; 0 = none. */
  private kept = 0;
  /** Keeps the engine from removing a touching loop. */
  private touched = 0;

  /**
   * @throws {RangeError} If the capacity is not an integer from 1 to 268,435,456, or the timeout of a compact table not
   * one from 0 to 2,147,483,647.
   */
  constructor(options: SessionTableOptions) {
    const { capacity, compact } = options;
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY) {
      throw new RangeError(
        `Cannot create session table: capacity must be an integer from 1 to ${MAX_CAPACITY}: got ${String(capacity)}`,
      );
    }
    if (
      compact !== undefined &&
      (!Number.isInteger(compact.timeout) || compact.timeout < 0 || compact.timeout > MAX_TICK)
    ) {
      throw new RangeError(
        `Cannot create session table: compact.timeout must be an integer from 0 to ${MAX_TICK}: got ${String(compact.timeout)}`,
      );
    }
    this.capacity = capacity;
    this.seed = (options.seed ?? 0) | 0;
    this.countsWings = options.unit === 'wings';
    this.compact = compact !== undefined;
    this.commonTimeout = compact?.timeout ?? 0;
    this.entries = new RowPool(compact ? COMPACT_WORDS_LOG2 : FULL_WORDS_LOG2, ENTRY_NEXT, capacity);
    this.store = new WingStore(capacity);
    this.index = new HashIndex(capacity);
    this.chunks = this.entries.chunks;
    this.wordsLog2 = this.entries.wordsLog2;
    this.wheel = new AgeWheel(this.entries);
  }

  /** The tick that `age` has come to; during `onExpire` the one at which the session came due. */
  get tick(): number {
    return this.wheel.tick;
  }

  /** Bytes of memory that the table has taken. */
  get byteLength(): number {
    return this.entries.byteLength + this.index.byteLength + this.store.byteLength + this.wheel.byteLength;
  }

  /**
   * Finds the session that a flow key belongs to.
   *
   * @param key Flow keys, 10 words each.
   * @param at Word offset of the key.
   * @param hash `hashWing(key, at, seed)`, if the caller has it.
   * @returns Flow index `session << 1 | wing`, or -1.
   */
  find(key: Int32Array, at: number, hash: number = hashWing(key, at, this.seed)): number {
    // hot: called per packet, no allocation
    const { slots, mask } = this.index;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const reference = slots[slot + 1];
      if (reference === 0) break;
      if (slots[slot] !== hash) continue;
      const flow = this.flowOf(reference - 1, key, at);
      if (flow >= 0) return flow;
    }
    return this.index.old === undefined ? -1 : this.findOld(this.index.old, key, at, hash);
  }

  /**
   * Reads the index slots of some hashes and changes nothing, so that later look-ups find them in the cache.
   *
   * For a batch call this, then {@link touchEntries}, then `find` row by row: the waits for memory overlap (2x at 1 M
   * sessions).
   *
   * @param hashes What `hashWingsInto` gave for the batch, with the seed of the table.
   * @param count Rows of the batch; 256 is a good number.
   * @returns A number without meaning: keep it, or the engine removes the loop.
   * @example A batch of one
   * ```ts
   * import { hashWing, SessionTable } from '@midplane/session-table';
   * import { parseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
   * table.insert(key, 0, 0, 60);
   * const hashes = Int32Array.of(hashWing(key, 0));
   * const sink = table.touchSlots(hashes, 1) ^ table.touchEntries(hashes, 1);
   * assert.ok(Number.isInteger(sink));
   * assert.equal(table.find(key, 0, hashes[0]), 0);
   * ```
   */
  touchSlots(hashes: Int32Array, count: number): number {
    const { slots, mask } = this.index;
    let sum = 0;
    for (let row = 0; row < count; row++) sum ^= slots[(hashes[row] << 1) & mask];
    return sum;
  }

  /**
   * Reads the entries that the index slots of some hashes name, see {@link touchSlots}, whose parameters it takes.
   *
   * @returns As {@link touchSlots}.
   */
  touchEntries(hashes: Int32Array, count: number): number {
    const { slots, mask } = this.index;
    const { candidates } = this;
    let sum = 0;
    for (let first = 0; first < count; first += BLOCK) {
      const end = Math.min(first + BLOCK, count);
      let found = 0;
      // a loop of its own: mispredicted branches of the probe would keep the entries from being read side by side (1.4x)
      for (let row = first; row < end; row++) {
        const hash = hashes[row];
        let slot = (hash << 1) & mask;
        while (slots[slot] !== hash && slots[slot + 1] !== 0) slot = (slot + 2) & mask;
        const reference = slots[slot + 1];
        candidates[found] = reference - 1;
        found += reference > 0 ? 1 : 0;
      }
      sum ^= this.touchSessions(candidates, found);
    }
    return sum;
  }

  /**
   * Reads the entries of some sessions, see {@link touchSlots}: for callers that remember the session of a flow.
   *
   * @param sessions Sessions, each of which was in the table at some time.
   * @param count Of them.
   * @returns As {@link touchSlots}.
   */
  touchSessions(sessions: Int32Array, count: number): number {
    const { chunks, wordsLog2 } = this;
    const lastWord = (1 << wordsLog2) - 1;
    let sum = 0;
    for (let row = 0; row < count; row++) {
      const session = sessions[row];
      const entry = chunks[session >>> CHUNK_LOG2];
      const base = (session & CHUNK_MASK) << wordsLog2;
      // both ends: where the engine's buffers are not aligned as RowPool expects, an entry lies on two lines (75 -> 42 ns
      // for the find + count that follows)
      sum ^= entry[base] ^ entry[base + lastWord];
    }
    return sum;
  }

  /**
   * Tells which wing of a session a key is, without a look-up: for callers that remember the session of a flow.
   *
   * @param session Any session that was in the table at some time; it may be gone, or be another one by now.
   * @returns Flow index, or -1 if the key is no wing of that session.
   * @example A remembered session is checked before it is used
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow, reverseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
   * const session = table.insert(key, 0, 0, 60);
   * assert.equal(table.flowOf(session, reverseFlow(key), 0), (session << 1) | 1);
   * table.remove(session);
   * assert.equal(table.flowOf(session, key, 0), -1);
   * ```
   */
  flowOf(session: number, key: Int32Array, at: number): number {
    // hot: called per packet, no allocation
    const entry = this.chunks[session >>> CHUNK_LOG2];
    const base = (session & CHUNK_MASK) << this.wordsLog2;
    const flags = entry[base + ENTRY_PROTOCOL];
    const protocol = key[at + 9];
    if ((flags & PROTOCOL_MASK) === protocol && protocol >>> 8 === 4) {
      const source = entry[base + ENTRY_SOURCE];
      const destination = entry[base + ENTRY_DESTINATION];
      const selector = entry[base + ENTRY_SELECTOR];
      // 0 = equal; both wings without a branch between them: nothing could predict the direction
      const toIn = (source ^ key[at]) | (destination ^ key[at + 4]) | (selector ^ key[at + 8]);
      const toOut =
        (source ^ key[at + 4]) |
        (destination ^ key[at]) |
        (((selector << 16) | (selector >>> 16)) ^ key[at + 8]) |
        (flags & (FLAG_OWN_OUT_WING | FLAG_ONE_WING));
      const isNotIn = toIn | (0 - toIn); // sign bit
      if ((isNotIn & (toOut | (0 - toOut))) >= 0) return (session << 1) | (isNotIn >>> 31);
    }
    return this.matchOther(session, key, at);
  }

  /**
   * Adds a session whose `in` wing is the key and whose `out` wing is its reverse.
   *
   * The caller has looked the key up: a key that is in the table already gives a second session. ESP and AH keys give a
   * session of one wing (each direction has its own SPI).
   *
   * @param key Flow keys, 10 words each; copied.
   * @param at Word offset of the key.
   * @param tick Tick of the first packet, 0 to 2^31 - 1.
   * @param timeout Ticks without a packet until the session ages out, 0 to 1,048,575 (12 days of seconds); ignored by a
   * compact table. With 0 the session goes at the next tick that `age` passes.
   * @param hash `hashWing(key, at, seed)`, if the caller has it; with another value the session would not be found.
   * @returns The session, or -1 if the table is full (counted in `statistics.failures`, nothing else changes).
   * @throws {RangeError} If the timeout is out of range.
   * @example ESP: each direction has its own SPI, and is a session
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow, reverseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const key = parseFlow('192.0.2.1 > 198.51.100.2/esp spi=0x1234');
   * assert.equal(table.insert(key, 0, 0, 60), 0);
   * assert.equal(table.find(key, 0), 0);
   * assert.equal(table.find(reverseFlow(key), 0), -1);
   * assert.equal(table.wings, 1);
   * ```
   */
  insert(
    key: Int32Array,
    at: number,
    tick: number,
    timeout: number,
    hash: number = hashWing(key, at, this.seed),
  ): number {
    return this.add(key, at, tick, timeout, hash, hasSpi(key[at + 9]));
  }

  /**
   * Adds a session that is found by its key only, never by the reverse of it; otherwise as {@link insert}.
   *
   * @example Two directions, two sessions
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow, reverseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
   * const there = table.insertOneWing(key, 0, 0, 60);
   * assert.equal(table.find(reverseFlow(key), 0), -1);
   * const back = table.insertOneWing(reverseFlow(key), 0, 0, 60);
   * assert.deepEqual([table.find(key, 0), table.find(reverseFlow(key), 0)], [there << 1, back << 1]);
   * ```
   */
  insertOneWing(
    key: Int32Array,
    at: number,
    tick: number,
    timeout: number,
    hash: number = hashWing(key, at, this.seed),
  ): number {
    return this.add(key, at, tick, timeout, hash, true);
  }

  /**
   * Gives a session an `out` wing of its own (address translation): replies are then found by this key only.
   *
   * The key may be of another family or protocol than the `in` wing.
   *
   * @param key The flow of the reply as it arrives; copied.
   * @throws {TypeError} If the table is compact.
   * @throws {RangeError} If the session is not in the table, has one wing, or has an `out` wing of its own already.
   * @example Source translation: the server answers to another address
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow, reverseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const key = parseFlow('10.0.0.5:1234 > 198.51.100.2:443/tcp');
   * const reply = parseFlow('198.51.100.2:443 > 203.0.113.9:40001/tcp');
   * const session = table.insert(key, 0, 0, 60);
   * table.setOutWing(session, reply, 0);
   * assert.equal(table.find(reply, 0), (session << 1) | 1);
   * assert.equal(table.find(reverseFlow(key), 0), -1);
   * ```
   */
  setOutWing(session: number, key: Int32Array, at: number): void {
    if (this.compact) throw this.needsFullEntries('set out wing');
    const entry = this.entryOf(session);
    const base = this.entries.offsetOf(session);
    if (entry[base + ENTRY_PROTOCOL] & (FLAG_OWN_OUT_WING | FLAG_ONE_WING)) {
      throw new RangeError(`Cannot set out wing: session must have a plain out wing: got session ${session}`);
    }
    entry[base + ENTRY_PROTOCOL] |= FLAG_OWN_OUT_WING;
    entry[base + ENTRY_OUT_ROW] = this.store.addOut(key, at);
    this.keyInto(session << 1, this.scratch);
    const hash = hashWing(key, at, this.seed);
    // the in wing's slot finds it already, and the index holds a pair of hash and reference once
    if (hash !== hashWing(this.scratch, 0, this.seed)) this.index.insert(hash, session + 1);
  }

  /**
   * Counts a packet of a wing: its bytes, and the tick that keeps the session alive.
   *
   * @param flow Flow index of a session in the table; not checked.
   * @param bytes 0 to 2^32 - 1.
   * @param tick Tick of the packet, 0 to 2^31 - 1.
   * @throws {TypeError} If the table is compact: it has no counters, use {@link touch}.
   * @example Packets and bytes of each wing
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const flow = table.insert(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'), 0, 0, 60) << 1;
   * table.count(flow, 60, 0);
   * table.count(flow | 1, 1500, 1);
   * table.count(flow | 1, 1500, 2);
   * assert.deepEqual([table.packets(flow), table.bytes(flow)], [1, 60]);
   * assert.deepEqual([table.packets(flow | 1), table.bytes(flow | 1)], [2, 3000]);
   * assert.equal(table.lastTick(flow >>> 1), 2);
   * ```
   */
  count(flow: number, bytes: number, tick: number): void {
    // hot: called per packet, no allocation
    if (this.compact) throw this.needsFullEntries('count packet'); // it would write into the next entry
    const session = flow >>> 1;
    const wing = flow & 1;
    const entry = this.chunks[session >>> CHUNK_LOG2];
    const base = (session & CHUNK_MASK) << this.wordsLog2;
    entry[base + ENTRY_LAST_TICK] = tick;
    entry[base + ENTRY_PACKETS + wing]++;
    const sum = (entry[base + ENTRY_BYTES + wing] >>> 0) + bytes;
    entry[base + ENTRY_BYTES + wing] = sum;
    if (sum > 0xffffffff) entry[base + ENTRY_BYTES_HIGH] += wing === 0 ? 0x10000 : 1;
  }

  /**
   * Counts a packet of a wing, as {@link count}, on condition: the session has one of some tag bits and one of some bits of
   * user word 0, and was not idle for too long.
   *
   * @param flow Flow index of a session in the table; not checked.
   * @param bytes 0 to 2^32 - 1.
   * @param tick Now; counted from the last packet.
   * @param tagBits Bits of the tag, one of which must be set.
   * @param userBits Bits of user word 0, one of which must be set.
   * @param maxIdle Most ticks since the last packet.
   * @returns Whether it was counted; no = nothing changed.
   * @throws {TypeError} If the table is compact.
   * @example Only sessions that are marked as open
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const OPEN = 1;
   * const table = new SessionTable({ capacity: 10 });
   * const session = table.insert(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'), 0, 0, 60);
   * table.setTag(session, 4);
   * assert.equal(table.countIf(session << 1, 60, 1, 4, OPEN, 30), false);
   * table.setUser(session, 0, OPEN);
   * assert.equal(table.countIf(session << 1, 60, 1, 4, OPEN, 30), true);
   * assert.equal(table.packets(session << 1), 1);
   * ```
   */
  countIf(flow: number, bytes: number, tick: number, tagBits: number, userBits: number, maxIdle: number): boolean {
    // hot: called per packet, no allocation
    if (this.compact) throw this.needsFullEntries('count packet');
    const session = flow >>> 1;
    const wing = flow & 1;
    const entry = this.chunks[session >>> CHUNK_LOG2];
    const base = (session & CHUNK_MASK) << FULL_WORDS_LOG2;
    if (((entry[base + ENTRY_PROTOCOL] >>> TAG_SHIFT) & tagBits) === 0) return false;
    if ((entry[base + ENTRY_USER_0] & userBits) === 0) return false;
    if (tick - entry[base + ENTRY_LAST_TICK] > maxIdle) return false;
    entry[base + ENTRY_LAST_TICK] = tick;
    entry[base + ENTRY_PACKETS + wing]++;
    const sum = (entry[base + ENTRY_BYTES + wing] >>> 0) + bytes;
    entry[base + ENTRY_BYTES + wing] = sum;
    if (sum > 0xffffffff) entry[base + ENTRY_BYTES_HIGH] += wing === 0 ? 0x10000 : 1;
    return true;
  }

  /**
   * Keeps a session alive without counting (compact tables have no counters).
   *
   * @param session A session in the table; not checked.
   * @param tick Tick of the packet, 0 to 2^31 - 1.
   */
  touch(session: number, tick: number): void {
    this.chunks[session >>> CHUNK_LOG2][((session & CHUNK_MASK) << this.wordsLog2) + ENTRY_LAST_TICK] = tick;
  }

  /**
   * Changes the timeout of a session, in ticks from its last packet.
   *
   * A deadline that has passed by then takes effect at the next tick that `age` passes.
   *
   * @param timeout 0 to 1,048,575 ticks.
   * @throws {TypeError} If the table is compact.
   * @throws {RangeError} If the session is not in the table or the timeout out of range.
   * @example A closed session goes sooner
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const session = table.insert(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'), 0, 100, 1800);
   * table.setTimeout(session, 2);
   * table.age(101);
   * assert.ok(table.has(session));
   * table.age(102);
   * assert.ok(!table.has(session));
   * ```
   */
  setTimeout(session: number, timeout: number): void {
    if (this.compact) throw this.needsFullEntries('set timeout');
    checkTimeout(timeout);
    const entry = this.entryOf(session);
    const base = this.entries.offsetOf(session);
    const armed = this.wheel.tickOf(entry[base + ENTRY_TIMEOUT] >>> TIMEOUT_BITS);
    const deadline = entry[base + ENTRY_LAST_TICK] + timeout;
    entry[base + ENTRY_TIMEOUT] = (entry[base + ENTRY_TIMEOUT] & ~MAX_TIMEOUT) | timeout;
    if (deadline >= armed) return; // the wheel finds out when the bucket comes due
    this.wheel.disarm(session);
    this.arm(session, deadline);
  }

  /**
   * Removes a session; its number may be used again.
   *
   * @throws {RangeError} If the session is not in the table.
   */
  remove(session: number): void {
    this.entryOf(session); // checks
    this.wheel.disarm(session);
    this.keyInto(session << 1, this.scratch);
    this.release(session, hashWing(this.scratch, 0, this.seed));
    this.statistics.removals++;
  }

  /**
   * Lets time pass: removes every session whose last packet is its timeout or longer ago at some tick up to `tick`.
   *
   * Sessions go in order of their ticks. Within one tick the order is the same for the same calls, but it may differ
   * when `age` is called more or less often: a caller whose output depends on it sorts.
   *
   * @param tick An integer up to 2^31 - 1; a tick that has passed already does nothing.
   * @param onExpire Called before each removal, when the session can still be read, with the key of its `in` wing (10
   * words, valid during the call) and the hash of it; must not throw, and change nothing of the table but tags and user
   * words; {@link keep} keeps the session.
   * @throws {RangeError} If the tick is no integer or above 2^31 - 1.
   * @example Who leaves, and what it had counted
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { formatFlow, parseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * const session = table.insert(parseFlow('192.0.2.1:1234 > 198.51.100.2:53/udp'), 0, 0, 60);
   * table.count(session << 1, 80, 30); // alive until 90 now
   * const left: string[] = [];
   * const report = (gone: number, key: Int32Array): void => {
   *   left.push(`${formatFlow(key)} ${table.bytes(gone << 1)} bytes`);
   * };
   * table.age(89, report);
   * assert.deepEqual(left, []);
   * table.age(90, report);
   * assert.deepEqual(left, ['192.0.2.1:1234 > 198.51.100.2:53/udp 80 bytes']);
   * assert.equal(table.statistics.aged, 1);
   * ```
   */
  age(tick: number, onExpire?: (session: number, key: Int32Array, hash: number) => void): void {
    if (!Number.isInteger(tick) || tick > MAX_TICK) {
      throw new RangeError(`Cannot age sessions: tick must be an integer up to ${MAX_TICK}: got ${String(tick)}`);
    }
    while (this.wheel.tick < tick) {
      let session = this.wheel.takeDue(tick);
      while (session >= 0) session = this.expireBlock(session, onExpire);
    }
  }

  /**
   * Called by the `onExpire` of {@link age}: the session that has come due stays for some ticks more, and comes due again.
   *
   * @param ticks 1 to 1,048,575, from the tick that it came due at.
   * @throws {TypeError} If the table is compact.
   * @throws {RangeError} If the ticks are out of range.
   * @example A closed session lingers
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const CLOSED = 1;
   * const table = new SessionTable({ capacity: 10 });
   * table.insert(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'), 0, 0, 60);
   * const close = (session: number): void => {
   *   if (table.user(session, 0) === CLOSED) return;
   *   table.setUser(session, 0, CLOSED);
   *   table.keep(10);
   * };
   * table.age(69, close);
   * assert.equal(table.size, 1);
   * table.age(70, close);
   * assert.equal(table.size, 0);
   * ```
   */
  keep(ticks: number): void {
    if (this.compact) throw this.needsFullEntries('keep session');
    if (!Number.isInteger(ticks) || ticks < 1 || ticks > MAX_TIMEOUT) {
      throw new RangeError(
        `Cannot keep session: ticks must be an integer from 1 to ${MAX_TIMEOUT}: got ${String(ticks)}`,
      );
    }
    this.kept = ticks | 0; // stays a small integer for V8: as a double it would change the shape of the table, and undo all code
  }

  /**
   * The next session in use at or after a number, in order of numbers; -1 if there is none.
   *
   * @example All sessions
   * ```ts
   * import { SessionTable } from '@midplane/session-table';
   * import { parseFlow } from '@midplane/flow';
   * import assert from 'node:assert/strict';
   *
   * const table = new SessionTable({ capacity: 10 });
   * for (const port of [1, 2, 3]) table.insert(parseFlow(`192.0.2.1:${port} > 198.51.100.2:53/udp`), 0, 0, 60);
   * table.remove(1);
   * const sessions: number[] = [];
   * for (let at = table.next(0); at >= 0; at = table.next(at + 1)) sessions.push(at);
   * assert.deepEqual(sessions, [0, 2]);
   * ```
   */
  next(from: number): number {
    for (let session = from; session < this.entries.highWater; session++) if (this.has(session)) return session;
    return -1;
  }

  /** Whether a session is in use. */
  has(session: number): boolean {
    if (!(session >= 0 && session < this.entries.highWater)) return false;
    return (this.entries.chunkOf(session)[this.entries.offsetOf(session) + ENTRY_PROTOCOL] & FLAG_USED) !== 0;
  }

  /**
   * Writes the key of a wing, 10 words. Wing 1 of a session of one wing gives the reverse of its key.
   *
   * @param flow Flow index.
   * @param out Receives the key.
   * @param at Word offset in `out`; default 0.
   * @throws {RangeError} If the session is not in the table.
   */
  keyInto(flow: number, out: Int32Array, at = 0): void {
    const session = flow >>> 1;
    const entry = this.entryOf(session);
    const base = this.entries.offsetOf(session);
    const flags = entry[base + ENTRY_PROTOCOL];
    const reversed = (flow & 1) === 1;
    if (reversed && flags & FLAG_OWN_OUT_WING) {
      this.store.outInto(entry[base + ENTRY_OUT_ROW], out, at);
      return;
    }
    const here = at + (reversed ? 4 : 0);
    const there = at + (reversed ? 0 : 4);
    if ((flags & PROTOCOL_MASK) >>> 8 === 4) {
      out.fill(0, at, at + 8);
      out[here] = entry[base + ENTRY_SOURCE];
      out[there] = entry[base + ENTRY_DESTINATION];
    } else {
      this.store.addressesInto(entry[base + ENTRY_SOURCE], out, here, there);
    }
    const selector = entry[base + ENTRY_SELECTOR];
    out[at + 8] = reversed && !hasSpi(flags & PROTOCOL_MASK) ? (selector << 16) | (selector >>> 16) : selector;
    out[at + 9] = flags & PROTOCOL_MASK;
  }

  /**
   * Packets of a wing, 0 to 2^32 - 1; begins again at 0.
   *
   * @throws {TypeError} If the table is compact.
   * @throws {RangeError} If the session is not in the table.
   */
  packets(flow: number): number {
    if (this.compact) throw this.needsFullEntries('read packets');
    return this.entryOf(flow >>> 1)[this.entries.offsetOf(flow >>> 1) + ENTRY_PACKETS + (flow & 1)] >>> 0;
  }

  /**
   * Bytes of a wing, 0 to 2^48 - 1.
   *
   * @throws {TypeError} If the table is compact.
   * @throws {RangeError} If the session is not in the table.
   */
  bytes(flow: number): number {
    if (this.compact) throw this.needsFullEntries('read bytes');
    const entry = this.entryOf(flow >>> 1);
    const base = this.entries.offsetOf(flow >>> 1);
    const both = entry[base + ENTRY_BYTES_HIGH];
    const high = flow & 1 ? both & 0xffff : both >>> 16;
    return high * 2 ** 32 + (entry[base + ENTRY_BYTES + (flow & 1)] >>> 0);
  }

  /**
   * Tick of the last packet.
   *
   * @throws {RangeError} If the session is not in the table.
   */
  lastTick(session: number): number {
    return this.entryOf(session)[this.entries.offsetOf(session) + ENTRY_LAST_TICK];
  }

  /** IP version of the `in` wing of a session, 4 or 6; not checked. */
  family(session: number): number {
    return (this.flagsOf(session) & PROTOCOL_MASK) >>> 8;
  }

  /** Whether a session has one wing only; not checked. */
  isOneWing(session: number): boolean {
    return (this.flagsOf(session) & FLAG_ONE_WING) !== 0;
  }

  /** Whether `setOutWing` has given a session an `out` wing of its own; not checked. */
  hasOwnOutWing(session: number): boolean {
    return (this.flagsOf(session) & FLAG_OWN_OUT_WING) !== 0;
  }

  /** Protocol number of the `in` wing of a session that was in the table at some time; not checked. */
  protocol(session: number): number {
    return this.chunks[session >>> CHUNK_LOG2][((session & CHUNK_MASK) << this.wordsLog2) + ENTRY_PROTOCOL] & 0xff;
  }

  /**
   * Timeout in ticks; the common one in a compact table.
   *
   * @throws {RangeError} If the session is not in the table.
   */
  timeout(session: number): number {
    this.entryOf(session);
    return this.timeoutOf(session);
  }

  /**
   * A signed 32-bit word that belongs to the caller: word 0 or 1 (compact: 0 only); 0 after `insert`.
   *
   * @param session A session that was in the table at some time; not checked.
   * @throws {TypeError} If the table is compact and the word is 1.
   */
  user(session: number, word: 0 | 1): number {
    if (word === 1 && this.compact) throw this.needsFullEntries('read user word 1');
    return this.chunks[session >>> CHUNK_LOG2][
      ((session & CHUNK_MASK) << this.wordsLog2) + (word === 0 ? ENTRY_USER_0 : ENTRY_USER_1)
    ];
  }

  /**
   * Writes a user word.
   *
   * @param session A session in the table; not checked.
   * @param value Signed 32-bit integer.
   * @throws {TypeError} If the table is compact and the word is 1.
   */
  setUser(session: number, word: 0 | 1, value: number): void {
    if (word === 1 && this.compact) throw this.needsFullEntries('write user word 1');
    const at = ((session & CHUNK_MASK) << this.wordsLog2) + (word === 0 ? ENTRY_USER_0 : ENTRY_USER_1);
    this.chunks[session >>> CHUNK_LOG2][at] = value;
  }

  /**
   * A small number that belongs to the caller, 0 to 4,095; 0 after `insert`.
   *
   * @param session A session that was in the table at some time; not checked.
   */
  tag(session: number): number {
    return (
      this.chunks[session >>> CHUNK_LOG2][((session & CHUNK_MASK) << this.wordsLog2) + ENTRY_PROTOCOL] >>> TAG_SHIFT
    );
  }

  /**
   * Writes the tag of a session.
   *
   * @param session A session in the table; not checked.
   * @param tag 0 to 4,095.
   */
  setTag(session: number, tag: number): void {
    const at = ((session & CHUNK_MASK) << this.wordsLog2) + ENTRY_PROTOCOL;
    const entry = this.chunks[session >>> CHUNK_LOG2];
    entry[at] = (entry[at] & ((1 << TAG_SHIFT) - 1)) | (tag << TAG_SHIFT);
  }

  private add(key: Int32Array, at: number, tick: number, timeout: number, hash: number, oneWing: boolean): number {
    if (!this.compact) checkTimeout(timeout);
    const protocol = key[at + 9];
    const wings = oneWing ? 1 : 2;
    if (this.countsWings ? this.wings + wings > this.capacity : this.size >= this.capacity) {
      this.statistics.failures++;
      return -1;
    }
    const session = this.entries.allocate();
    const entry = this.entries.chunkOf(session);
    const base = this.entries.offsetOf(session);
    if (protocol >>> 8 === 4) {
      entry[base + ENTRY_SOURCE] = key[at];
      entry[base + ENTRY_DESTINATION] = key[at + 4];
    } else {
      entry[base + ENTRY_SOURCE] = this.store.add(key, at);
      entry[base + ENTRY_DESTINATION] = 0;
    }
    entry[base + ENTRY_SELECTOR] = key[at + 8];
    entry[base + ENTRY_PROTOCOL] = protocol | FLAG_USED | (oneWing ? FLAG_ONE_WING : 0);
    entry[base + ENTRY_LAST_TICK] = tick;
    entry[base + ENTRY_USER_0] = 0;
    if (!this.compact) {
      entry[base + ENTRY_TIMEOUT] = timeout;
      for (let word = ENTRY_PACKETS; word < 1 << FULL_WORDS_LOG2; word++) entry[base + word] = 0;
    }
    this.index.insert(hash, session + 1);
    this.arm(session, tick + this.timeoutOf(session));
    this.wings += wings;
    this.statistics.insertions++;
    if (++this.size > this.peak) this.peak = this.size;
    return session;
  }

  private flagsOf(session: number): number {
    return this.chunks[session >>> CHUNK_LOG2][((session & CHUNK_MASK) << this.wordsLog2) + ENTRY_PROTOCOL];
  }

  private entryOf(session: number): Int32Array {
    if (!this.has(session)) {
      throw new RangeError(`Cannot read session: it must be in the table: got ${String(session)}`);
    }
    return this.entries.chunkOf(session);
  }

  private needsFullEntries(action: string): TypeError {
    return new TypeError(`Cannot ${action}: the table must have full entries: got a compact table`);
  }

  /**
   * Removes up to a block of the sessions in a list that came due; those that lived on go back into the wheel.
   *
   * @returns First session of the list that is left; -1 when nothing is.
   */
  private expireBlock(first: number, onExpire?: (session: number, key: Int32Array, hash: number) => void): number {
    const { dueSessions, dueHashes, scratch } = this;
    let count = 0;
    let session = first;
    while (session >= 0 && count < BLOCK) {
      const entry = this.entries.chunkOf(session);
      const base = this.entries.offsetOf(session);
      const next = entry[base + ENTRY_NEXT];
      const deadline = entry[base + ENTRY_LAST_TICK] + this.timeoutOf(session);
      if (deadline > this.wheel.tick) {
        this.arm(session, deadline);
      } else {
        this.keyInto(session << 1, scratch);
        dueSessions[count] = session;
        dueHashes[count++] = hashWing(scratch, 0, this.seed);
      }
      session = next;
    }
    this.touched ^= this.touchSlots(dueHashes, count); // the removals would wait for one slot after the other
    for (let row = 0; row < count; row++) {
      if (onExpire !== undefined) {
        this.keyInto(dueSessions[row] << 1, scratch);
        this.kept = 0;
        onExpire(dueSessions[row], scratch, dueHashes[row]);
        if (this.kept > 0) {
          this.extend(dueSessions[row], this.kept);
          continue;
        }
      }
      this.release(dueSessions[row], dueHashes[row]);
      this.statistics.aged++;
    }
    return session;
  }

  private extend(session: number, ticks: number): void {
    const entry = this.entries.chunkOf(session);
    const base = this.entries.offsetOf(session);
    const deadline = this.wheel.tick + ticks;
    entry[base + ENTRY_TIMEOUT] = Math.min(deadline - entry[base + ENTRY_LAST_TICK], MAX_TIMEOUT);
    this.arm(session, deadline);
  }

  /** Puts a session into the wheel; a full entry remembers the bucket. */
  private arm(session: number, deadline: number): void {
    const bucket = this.wheel.arm(session, deadline);
    if (this.compact) return;
    const entry = this.entries.chunkOf(session);
    const at = this.entries.offsetOf(session) + ENTRY_TIMEOUT;
    entry[at] = (entry[at] & MAX_TIMEOUT) | (bucket << TIMEOUT_BITS);
  }

  private timeoutOf(session: number): number {
    if (this.compact) return this.commonTimeout;
    return this.entries.chunkOf(session)[this.entries.offsetOf(session) + ENTRY_TIMEOUT] & MAX_TIMEOUT;
  }

  /** As `find`, in the slots that are still being moved; a moved one that was removed since has a negative reference. */
  private findOld(slots: Int32Array, key: Int32Array, at: number, hash: number): number {
    const mask = slots.length - 1;
    for (let slot = (hash << 1) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] !== hash || slots[slot + 1] < 0) continue;
      const flow = this.flowOf(slots[slot + 1] - 1, key, at);
      if (flow >= 0) return flow;
    }
    return -1;
  }

  /** `flowOf` for IPv6 and for sessions with an `out` wing of their own. */
  private matchOther(session: number, key: Int32Array, at: number): number {
    const entry = this.entries.chunkOf(session);
    const base = this.entries.offsetOf(session);
    const flags = entry[base + ENTRY_PROTOCOL];
    const hasOwnOutWing = (flags & FLAG_OWN_OUT_WING) !== 0;
    if ((flags & PROTOCOL_MASK) === key[at + 9] && key[at + 9] >>> 8 !== 4) {
      const row = entry[base + ENTRY_SOURCE];
      const selector = entry[base + ENTRY_SELECTOR];
      if (selector === key[at + 8] && this.store.isForward(row, key, at)) return session << 1;
      if (
        (flags & (FLAG_OWN_OUT_WING | FLAG_ONE_WING)) === 0 &&
        ((selector << 16) | (selector >>> 16)) === key[at + 8] &&
        this.store.isReverse(row, key, at)
      ) {
        return (session << 1) | 1;
      }
    }
    // an out wing of its own may be of another family or protocol than the in wing
    if (hasOwnOutWing && this.store.isOut(entry[base + ENTRY_OUT_ROW], key, at)) return (session << 1) | 1;
    return -1;
  }

  /** Frees everything of a session that is in no bucket of the wheel. */
  private release(session: number, hash: number): void {
    const entry = this.entries.chunkOf(session);
    const base = this.entries.offsetOf(session);
    const flags = entry[base + ENTRY_PROTOCOL];
    this.index.remove(hash, session + 1);
    if (flags & FLAG_OWN_OUT_WING) {
      this.store.outInto(entry[base + ENTRY_OUT_ROW], this.scratch, 0);
      const outHash = hashWing(this.scratch, 0, this.seed);
      if (outHash !== hash) this.index.remove(outHash, session + 1);
      this.store.removeOut(entry[base + ENTRY_OUT_ROW]);
    }
    if ((flags & PROTOCOL_MASK) >>> 8 !== 4) this.store.remove(entry[base + ENTRY_SOURCE]);
    entry[base + ENTRY_PROTOCOL] = 0;
    this.entries.release(session);
    this.wings -= flags & FLAG_ONE_WING ? 1 : 2;
    this.size--;
  }
}

/** Whether the selector of a protocol word is an SPI, which a reversed key keeps (ESP, AH). */
function hasSpi(protocol: number): boolean {
  return (protocol & 0xff) === 50 || (protocol & 0xff) === 51;
}

function checkTimeout(timeout: number): void {
  if (Number.isInteger(timeout) && timeout >= 0 && timeout <= MAX_TIMEOUT) return;
  throw new RangeError(
    `Cannot set timeout: it must be an integer from 0 to ${MAX_TIMEOUT} ticks: got ${String(timeout)}`,
  );
}
