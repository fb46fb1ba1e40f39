import { FLOW_KEY_WORDS, flowKey, parseAddress, reverseFlow } from '@midplane/flow';
import fc from 'fast-check';
import { expect } from 'vitest';
import { hashWing, type SessionTable, type SessionTableOptions } from './index.ts';

/** A session as a plain object: the oracle of the table. */
interface Session {
  readonly in: Int32Array;
  out: Int32Array;
  ownOut: boolean;
  readonly oneWing: boolean;
  last: number;
  timeout: number;
  readonly packets: [number, number];
  readonly bytes: [number, number];
  tag: number;
  readonly user: [number, number];
}

const addresses = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2'].map(parseAddress);

/** All keys of four addresses: TCP over two ports, ICMP, ESP. A session's other wing, and itself, are among them. */
export const KEYS: readonly Int32Array[] = addresses.flatMap((source) =>
  addresses
    .filter(({ family }) => family === source.family)
    .flatMap((destination) => [
      ...[1, 0xffff].flatMap((sourcePort) =>
        [1, 0xffff].map((destinationPort) =>
          flowKey({ source, destination, protocol: 6, sourcePort, destinationPort }),
        ),
      ),
      flowKey({ source, destination, protocol: source.family === 4 ? 1 : 58, identifier: 7 }),
      flowKey({ source, destination, protocol: 50, spi: 0x10002 }),
    ]),
);

function same(a: Int32Array, b: Int32Array): boolean {
  for (let word = FLOW_KEY_WORDS - 1; word >= 0; word--) if (a[word] !== b[word]) return false;
  return true;
}

/** What the table must say, kept in a `Map` and found by looking at every session. */
export class TableModel {
  readonly sessions: Map<number, Session> = new Map();
  readonly statistics = { insertions: 0, failures: 0, removals: 0, aged: 0 };
  peak = 0;
  /** Clock of the packets; it never runs backwards. */
  now = 0;
  agedTo = 0;
  private readonly options: SessionTableOptions;

  constructor(options: SessionTableOptions) {
    this.options = options;
  }

  get seed(): number {
    return this.options.seed ?? 0;
  }

  get compact(): boolean {
    return this.options.compact !== undefined;
  }

  get wings(): number {
    return [...this.sessions.values()].reduce((sum, { oneWing }) => sum + (oneWing ? 1 : 2), 0);
  }

  find(key: Int32Array): number {
    for (const [number, session] of this.sessions) {
      if (same(session.in, key)) return number << 1;
      if (!session.oneWing && same(session.out, key)) return (number << 1) | 1;
    }
    return -1;
  }

  /** Whether a session with this `in` wing would share no key with another one. */
  isFree(key: Int32Array): boolean {
    return this.find(key) < 0 && this.find(reverseFlow(key)) < 0;
  }

  hasRoom(oneWing: boolean): boolean {
    const { unit, capacity } = this.options;
    return unit === 'wings' ? this.wings + (oneWing ? 1 : 2) <= capacity : this.sessions.size < capacity;
  }

  add(number: number, key: Int32Array, timeout: number, oneWing: boolean): void {
    const d = this.options.compact?.timeout ?? timeout;
    const plain = { ownOut: false, last: this.now, timeout: d, tag: 0 };
    this.sessions.set(number, {
      ...plain,
      in: key,
      out: reverseFlow(key),
      oneWing,
      packets: [0, 0],
      bytes: [0, 0],
      user: [0, 0],
    });
    this.statistics.insertions++;
    this.peak = Math.max(this.peak, this.sessions.size);
  }

  /** Sessions that expire until a tick, with the tick at which each does. */
  expire(tick: number): Map<number, number> {
    const gone = new Map<number, number>();
    if (tick <= this.agedTo) return gone;
    for (const [number, { last, timeout }] of this.sessions) {
      if (last + timeout <= tick) gone.set(number, Math.max(last + timeout, this.agedTo + 1));
    }
    for (const number of gone.keys()) this.sessions.delete(number);
    this.statistics.aged += gone.size;
    this.agedTo = tick;
    this.now = Math.max(this.now, tick);
    return gone;
  }
}

/** Compares everything that can be read. */
export function expectSame(model: TableModel, table: SessionTable): void {
  const numbers: number[] = [];
  for (let session = table.next(0); session >= 0; session = table.next(session + 1)) numbers.push(session);
  expect(numbers, 'sessions in order').toEqual([...model.sessions.keys()].sort((a, b) => a - b));
  expect({ ...table.statistics, size: table.size, wings: table.wings, peak: table.peak }).toEqual({
    ...model.statistics,
    size: model.sessions.size,
    wings: model.wings,
    peak: model.peak,
  });
  const key = new Int32Array(FLOW_KEY_WORDS + 2);
  for (const [number, { in: inKey, out, last, timeout, tag, user, packets, bytes }] of model.sessions) {
    const seen = {
      last: table.lastTick(number),
      timeout: table.timeout(number),
      tag: table.tag(number),
      user: [table.user(number, 0), model.compact ? 0 : table.user(number, 1)],
      packets: model.compact ? [0, 0] : [table.packets(number << 1), table.packets((number << 1) | 1)],
      bytes: model.compact ? [0, 0] : [table.bytes(number << 1), table.bytes((number << 1) | 1)],
    };
    expect(seen).toEqual({ last, timeout, tag, user, packets, bytes });
    for (const wing of [0, 1]) {
      table.keyInto((number << 1) | wing, key.fill(-1), 1);
      if (!same(key.subarray(1), wing === 0 ? inKey : out) || key[0] !== -1 || key[11] !== -1) {
        expect([...key], `key of wing ${wing}`).toEqual([-1, ...(wing === 0 ? inKey : out), -1]);
      }
    }
  }
  const flows = KEYS.map((wanted) => model.find(wanted));
  expect(KEYS.map((wanted) => table.find(wanted, 0))).toEqual(flows);
  expect(KEYS.map((wanted, n) => (flows[n] < 0 ? -1 : table.flowOf(flows[n] >>> 1, wanted, 0)))).toEqual(flows);
}

type TableCommand = fc.Command<TableModel, SessionTable>;

/** A command that ends with a look at everything. */
function command(text: string, run: (model: TableModel, table: SessionTable) => void): TableCommand {
  return {
    check: () => true,
    run(model, table): void {
      run(model, table);
      expectSame(model, table);
    },
    toString: () => text,
  };
}

/** The n-th session in use, counted round. */
function pick(model: TableModel, n: number): [number, Session] | undefined {
  return model.sessions.size === 0 ? undefined : [...model.sessions][n % model.sessions.size];
}

const anyKey = fc.nat(KEYS.length - 1);
const anySession = fc.nat(1000);
const timeouts = fc.constantFrom(0, 1, 2, 30, 1800, 2046, 2047, 2048, 2049, 4096, 100_000);
const steps = fc.oneof(
  fc.nat(40),
  fc.constantFrom(1799, 1800, 1801, 2046, 2047, 2048, 2049, 4095, 100_000, 1_000_000),
  fc.integer({ min: -40, max: -1 }),
);

/** Every way to change a table, over keys so few that they meet. */
export const COMMANDS: fc.Arbitrary<TableCommand>[] = [
  fc.tuple(anyKey, timeouts, fc.constantFrom(false, false, true)).map(([n, timeout, wantsOne]) =>
    command(`insert${wantsOne ? 'OneWing' : ''}(KEYS[${n}], now, ${timeout})`, (model, table) => {
      const key = KEYS[n];
      if (!model.isFree(key)) return;
      const oneWing = wantsOne || (key[9] & 0xff) === 50;
      const session = wantsOne
        ? table.insertOneWing(key, 0, model.now, timeout)
        : table.insert(key, 0, model.now, timeout);
      if (!model.hasRoom(oneWing)) {
        expect(session).toBe(-1);
        model.statistics.failures++;
        return;
      }
      expect(session).toBeGreaterThanOrEqual(0);
      expect(model.sessions.has(session)).toBe(false);
      model.add(session, key, timeout, oneWing);
    }),
  ),
  fc.tuple(anySession, anyKey).map(([n, k]) =>
    command(`setOutWing(#${n}, KEYS[${k}])`, (model, table) => {
      const [number, session] = pick(model, n) ?? [];
      if (number === undefined || session === undefined) return;
      const known = model.find(KEYS[k]);
      if (known >= 0 && known >>> 1 !== number) return;
      const set = (): void => table.setOutWing(number, KEYS[k], 0);
      if (model.compact) expect(set).toThrow(TypeError);
      else if (session.oneWing || session.ownOut) expect(set).toThrow(RangeError);
      else {
        set();
        session.out = KEYS[k];
        session.ownOut = true;
      }
    }),
  ),
  fc.tuple(anySession, fc.constantFrom<0 | 1>(0, 1), fc.constantFrom(0, 64, 1500, 0xffffffff)).map(([n, wing, bytes]) =>
    command(`count(#${n}, wing ${wing}, ${bytes}, now)`, (model, table) => {
      const [number, session] = pick(model, n) ?? [];
      if (number === undefined || session === undefined) return;
      if (model.compact) {
        expect(() => table.count((number << 1) | wing, bytes, model.now)).toThrow(TypeError);
        return;
      }
      table.count((number << 1) | wing, bytes, model.now);
      session.packets[wing]++;
      session.bytes[wing] += bytes;
      session.last = model.now;
    }),
  ),
  anySession.map((n) =>
    command(`touch(#${n}, now)`, (model, table) => {
      const [number, session] = pick(model, n) ?? [];
      if (number === undefined || session === undefined) return;
      table.touch(number, model.now);
      session.last = model.now;
    }),
  ),
  fc.tuple(anySession, timeouts).map(([n, timeout]) =>
    command(`setTimeout(#${n}, ${timeout})`, (model, table) => {
      const [number, session] = pick(model, n) ?? [];
      if (number === undefined || session === undefined) return;
      if (model.compact) {
        expect(() => table.setTimeout(number, timeout)).toThrow(TypeError);
        return;
      }
      table.setTimeout(number, timeout);
      session.timeout = timeout;
    }),
  ),
  fc.tuple(anySession, fc.nat(4095), fc.integer()).map(([n, tag, value]) =>
    command(`setTag(#${n}, ${tag}), setUser(#${n}, ${value})`, (model, table) => {
      const [number, session] = pick(model, n) ?? [];
      if (number === undefined || session === undefined) return;
      table.setTag(number, tag);
      session.tag = tag;
      for (const word of model.compact ? ([0] as const) : ([0, 1] as const)) {
        table.setUser(number, word, value ^ word);
        session.user[word] = value ^ word;
      }
    }),
  ),
  anySession.map((n) =>
    command(`remove(#${n})`, (model, table) => {
      const [number] = pick(model, n) ?? [];
      if (number === undefined) return;
      table.remove(number);
      model.sessions.delete(number);
      model.statistics.removals++;
    }),
  ),
  fc.nat(3000).map((step) =>
    command(`now += ${step}`, (model) => {
      model.now += step;
    }),
  ),
  steps.map((step) =>
    command(`age(now + ${step})`, (model, table) => {
      const tick = model.now + step;
      const gone: number[] = [];
      table.age(tick, (session, key, hash) => {
        expect(table.has(session), 'readable in the callback').toBe(true);
        expect([...key], 'key in the callback').toEqual([...(model.sessions.get(session)?.in ?? [])]);
        expect(hash, 'hash in the callback').toBe(hashWing(key, 0, model.seed));
        gone.push(session);
      });
      const due = model.expire(tick);
      expect(gone.toSorted()).toEqual([...due.keys()].toSorted());
      const order = gone.map((session) => due.get(session) ?? -1);
      expect(order, 'in order of ticks').toEqual(order.toSorted((a, b) => a - b));
    }),
  ),
];
