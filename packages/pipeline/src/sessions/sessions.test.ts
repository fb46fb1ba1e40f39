import { FLOW_KEY_WORDS, formatFlow, parseFlow, reverseFlow } from '@midplane/flow';
import { SessionTable } from '@midplane/session-table';
import { SESSION_ID_STRIDE_SPC3, sessionIdPartsOf } from '@midplane/spu-id';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSessions } from './count-sessions.ts';
import { listSessions } from './list-sessions.ts';
import type { PipelineSession } from './session.ts';
import type { SessionSource } from './session-source.ts';

const NS = 1_000_000_000;
const INVALID = 1;

/** A source of tables, with flows inserted at tick 1 (second 0) for 60 s each. */
function sourceOf(flows: Record<number, readonly string[]>, changes: Partial<SessionSource> = {}): SessionSource {
  const spus = Object.entries(flows).map(([spuId, texts]) => {
    const table = new SessionTable({ capacity: 100 });
    for (const text of texts) table.insert(parseFlow(text), 0, 1, 60);
    return { spuId: Number(spuId), table };
  });
  return { spus, sessionIdStride: 10_000_000, nowNs: () => 0, ...changes };
}

const list = (source: SessionSource, query = {}): PipelineSession[] => [...listSessions(source, query)];

describe('listSessions()', () => {
  it('tells everything about a session (R-sid-3, R-sid-5, R-pol-7, R-cli-7)', () => {
    const source = sourceOf({ 5: ['192.0.2.1:1234 > 198.51.100.2:443/tcp'] }, { secondOf: (packet) => packet * 2 });
    const [{ table }] = source.spus;
    table!.setUser(0, 1, 21);
    table!.count(0, 100, 3);
    table!.count(1, 1500, 4);
    table!.count(1, 1500, 4);
    const wing = { interface: undefined, cpSessionId: '50000000', protocol: 'tcp' };
    expect(list(source, { atNs: 8.5 * NS })).toEqual([
      {
        spuId: 5,
        sessionId: '50000000',
        state: 'valid',
        policy: { name: 'default-permit', index: 2 },
        timeoutSeconds: 60,
        remainingSeconds: 55,
        firstPacket: 21,
        startSeconds: 42,
        flow: '192.0.2.1:1234 > 198.51.100.2:443/tcp',
        in: {
          ...wing,
          source: '192.0.2.1',
          sourcePort: 1234,
          destination: '198.51.100.2',
          destinationPort: 443,
          packets: 1,
          bytes: 100,
        },
        out: {
          ...wing,
          source: '198.51.100.2',
          sourcePort: 443,
          destination: '192.0.2.1',
          destinationPort: 1234,
          packets: 2,
          bytes: 3000,
        },
      },
    ]);
  });

  it.each([
    ['[2001:db8::1]:53 > [2001:db8::2]:5353/udp', '2001:db8::1', 53, 5353, 'udp'],
    ['192.0.2.1 > 192.0.2.2/icmp id=7', '192.0.2.1', 7, 7, 'icmp'],
    ['192.0.2.1 > 192.0.2.2/gre', '192.0.2.1', 0, 0, 'gre'],
    ['192.0.2.1 > 192.0.2.2/89', '192.0.2.1', 0, 0, '89'],
    ['192.0.2.1 > 192.0.2.2/esp spi=0x12345678', '192.0.2.1', 0x1234, 0x5678, 'esp'],
  ])('%s reads as %s/%i to /%i;%s', (flow, source, sourcePort, destinationPort, protocol) => {
    const [session] = list(sourceOf({ 1: [flow] }));
    expect(session).toMatchObject({ flow, in: { source, sourcePort, destinationPort, protocol } });
    // every SPI is a session of one wing (R-spu-15)
    if (protocol === 'esp') expect(session.out).toBeUndefined();
    else expect(session.out).toMatchObject({ destination: source, sourcePort: destinationPort });
  });

  it('has a larger stride where SPUs hold more sessions (R-sid-4)', () => {
    const flows = { 5: ['192.0.2.1:1 > 192.0.2.2:2/udp', '192.0.2.1:3 > 192.0.2.2:4/udp'] };
    const ids = list(sourceOf(flows, { sessionIdStride: SESSION_ID_STRIDE_SPC3 })).map(({ sessionId }) => sessionId);
    expect(ids).toEqual(['500000000', '500000001']);
  });

  it('reads sessions as they are taken, again for every reader', () => {
    const source = sourceOf({ 1: ['192.0.2.1:1 > 192.0.2.2:2/udp', '192.0.2.1:3 > 192.0.2.2:4/udp'] });
    const sessions = listSessions(source);
    const first = sessions[Symbol.iterator]();
    expect(first.next().value.in.packets).toBe(0);
    source.spus[0].table!.count(2, 100, 1);
    expect(first.next().value.in.packets).toBe(1);
    expect([...sessions]).toHaveLength(2);
  });

  it('leaves out SPUs that take no sessions, and counts none for them', () => {
    const source: SessionSource = { ...sourceOf({}), spus: [{ spuId: 4, table: undefined }] };
    expect(list(source)).toEqual([]);
    expect(countSessions(source)).toEqual([
      { spuId: 4, valid: 0, pending: 0, invalidated: 0, multicast: 0, ipv4: 0, ipv6: 0 },
    ]);
  });

  it('refuses a moment that is over and an SPU that is not there, before the first session', () => {
    const source = sourceOf({ 5: [], 6: [] }, { nowNs: () => 10 });
    expect(() => listSessions(source, { atNs: 9 })).toThrow(
      new RangeError('Cannot list sessions: time must not lie before that of the last packet, 10 ns: got 9'),
    );
    expect(() => countSessions(source, { atNs: Number.NaN })).toThrow(RangeError);
    expect(() => listSessions(source, { spuId: 7 })).toThrow(
      new RangeError('Cannot list sessions: SPU ID must be one of 5, 6: got 7'),
    );
  });
});

describe('state', () => {
  it('a session whose time is up lingers and counts as in use (R-spu-5, R-spu-6)', () => {
    const stateOf = (table: SessionTable, session: number) =>
      table.user(session, 0) === INVALID ? ('invalidated' as const) : ('valid' as const);
    const source = sourceOf({ 1: ['192.0.2.1:1 > 192.0.2.2:2/udp'] }, { lingerS: 10, stateOf });
    const at = (second: number) =>
      list(source, { atNs: second * NS }).map((each) => [each.state, each.timeoutSeconds, each.remainingSeconds]);
    const foretold = [59, 60, 61, 70, 71].map(at);
    expect(foretold).toEqual([
      [['valid', 60, 1]],
      [['valid', 60, 0]],
      [['invalidated', 10, 9]],
      [['invalidated', 10, 0]],
      [],
    ]);
    expect(countSessions(source, { atNs: 61 * NS })).toMatchObject([{ valid: 0, invalidated: 1 }]);
    // what is foretold comes true
    const { table } = source.spus[0];
    const arrived = [59, 60, 61, 70, 71].map((second) => {
      table!.age(second, (session) => {
        if (table!.user(session, 0) === INVALID) return;
        table!.setUser(session, 0, INVALID);
        table!.keep(10);
      });
      return at(second);
    });
    expect(arrived).toEqual(foretold);
  });
});

describe('sessions of random tables', () => {
  const flow = fc
    .tuple(fc.boolean(), fc.integer({ min: 1, max: 250 }), fc.integer({ min: 0, max: 65_535 }), fc.boolean())
    .map(([isIpv6, host, port, isMulticast]) =>
      isIpv6
        ? `[2001:db8::${host}]:${port} > [${isMulticast ? 'ff02::1' : '2001:db8::a:1'}]:53/udp`
        : `192.0.2.${host}:${port} > ${isMulticast ? '239.1.2.3' : '198.51.100.1'}:53/udp`,
    );
  const insertion = fc.record({
    flow,
    spu: fc.integer({ min: 0, max: 3 }),
    tick: fc.integer({ min: 1, max: 20 }),
    timeout: fc.integer({ min: 1, max: 40 }),
    removed: fc.boolean(),
  });

  it('are those of the tables, in order of IDs, at any later moment (R-sid-3, R-age-1)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(insertion, { selector: (each) => `${each.spu} ${each.flow}` }),
        fc.integer({ min: 20, max: 70 }),
        (insertions, second) => {
          const spus = [4, 5, 6, 9].map((spuId) => ({ spuId, table: new SessionTable({ capacity: 1000 }) }));
          for (const { flow, spu, tick, timeout, removed } of insertions) {
            const session = spus[spu].table.insert(parseFlow(flow), 0, tick, timeout);
            if (removed) spus[spu].table.remove(session);
          }
          const source: SessionSource = { spus, sessionIdStride: 10_000_000, nowNs: () => 20 * NS };
          const expected = insertions
            .filter(({ tick, timeout, removed }) => !removed && tick + timeout > second)
            .map(({ flow, spu }) => `${spus[spu].spuId} ${flow}`);
          const listed = list(source, { atNs: second * NS + 5 });
          expect(listed.map(({ spuId, flow }) => `${spuId} ${flow}`).sort()).toEqual(expected.sort());

          const ids = listed.map(({ sessionId }) => Number(sessionId));
          expect(ids).toEqual(ids.toSorted((a, b) => a - b));
          const key = new Int32Array(FLOW_KEY_WORDS);
          for (const { sessionId, spuId, flow, in: wing, out, remainingSeconds, timeoutSeconds } of listed) {
            const parts = sessionIdPartsOf(sessionId);
            expect(parts.spuId).toBe(spuId);
            spus.find((spu) => spu.spuId === spuId)!.table.keyInto(parts.index << 1, key);
            expect(formatFlow(key)).toBe(flow);
            expect(formatFlow(reverseFlow(key))).toBe(
              formatFlow(
                parseFlow(`${out!.source}/${out!.sourcePort} --> ${out!.destination}/${out!.destinationPort};udp`),
              ),
            );
            expect(wing.source).toBe(out!.destination);
            expect(remainingSeconds).toBeGreaterThanOrEqual(0);
            expect(remainingSeconds).toBeLessThanOrEqual(timeoutSeconds);
          }

          const counts = countSessions(source, { atNs: second * NS });
          for (const [i, { spuId }] of spus.entries()) {
            const own = listed.filter((each) => each.spuId === spuId);
            expect(list(source, { spuId, atNs: second * NS })).toEqual(own);
            const ipv6 = own.filter((each) => each.flow.startsWith('[')).length;
            const multicast = own.filter(({ flow }) => /> (239|\[ff02)/.test(flow)).length;
            const expectedCounts = { spuId, valid: own.length, pending: 0, invalidated: 0, multicast };
            expect(counts[i]).toEqual({ ...expectedCounts, ipv4: own.length - ipv6, ipv6 });
          }

          for (const { table } of spus) table.age(second);
          expect(list(source, { atNs: second * NS })).toEqual(listed);
        },
      ),
      { numRuns: 100, seed: 20_261_121 },
    );
  });
});
