import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeviceView, type OutputReading, readOutput, sessionsInUse, show } from '../index.ts';
import { device, session, wing } from '../test-data.suite.ts';

const COMMANDS = [
  'show security monitoring',
  'show security monitoring fpc 0',
  'show security flow session summary',
  'show security flow cp-session summary',
  'show security flow session',
  'show security flow session extensive',
  'show chassis fpc pic-status',
] as const;

const counts = fc.record({
  valid: fc.nat(6_000_000),
  pending: fc.nat(99),
  invalidated: fc.nat(9999),
  other: fc.nat(3),
  multicast: fc.nat(50),
  unicast: fc.nat(6_000_000),
  failed: fc.nat(1_000_000),
  ipv4: fc.nat(6_000_000),
  ipv6: fc.nat(6_000_000),
});
const load = fc.record({
  cpuPercent: fc.nat(100),
  memoryPercent: fc.nat(100),
  flow: counts,
  cp: counts,
  sessions: fc.nat(5),
});

function loaded(spus: readonly (typeof load extends fc.Arbitrary<infer T> ? T : never)[]): DeviceView {
  return device(
    Object.fromEntries(
      spus.map(({ sessions, ...spu }, i) => [
        i + 1,
        {
          ...spu,
          sessions: Array.from({ length: sessions }, (_, n) =>
            session({
              sessionId: String((i + 1) * 10_000_000 + n + 1),
              in: wing({ packets: n, bytes: 100 * n + i }),
              out: n % 2 === 0 ? null : wing({ source: '2001:db8::1', sourcePort: n, bytes: 7 * n }),
            }),
          ),
        },
      ]),
    ),
  );
}

describe('output of the same device', () => {
  it.each(['text', 'xml'] as const)('as %s it gives the numbers back that were printed (R-read-1)', (format) => {
    fc.assert(
      fc.property(fc.tuple(load, load, load), (spus) => {
        const view = loaded(spus);
        const {
          spus: read,
          sessions,
          cards,
          unread,
        } = readOutput(COMMANDS.map((command) => `user@host> ${command}\n${show(view, command, format)}`).join('\n'));
        expect(unread).toEqual([]);
        expect(read.map(({ fpc, pic, role }) => [fpc, pic, role])).toEqual([
          [0, 0, 'cp'],
          [0, 1, 'flow'],
          [0, 2, 'flow'],
          [0, 3, 'flow'],
        ]);
        for (const [i, each] of view.spus.entries()) {
          const { flow, cp } = each;
          expect(read[i]).toMatchObject({
            cpuPercent: each.cpuPercent,
            memoryPercent: each.memoryPercent,
            sessions: sessionsInUse(flow),
            maximum: flow.maximum,
            ipv4: flow.ipv4,
            ipv6: flow.ipv6,
            cpSessions: sessionsInUse(cp!),
            cpMaximum: cp!.maximum,
          });
          if (i === 0) continue;
          const { unicast, multicast, failed, valid, pending, invalidated, other } = flow;
          expect(read[i]).toMatchObject({ unicast, multicast, failed, valid, pending, invalidated, other });
          expect(read[i].listedTotal).toBe((each.sessions as unknown[]).length);
        }
        // the list came twice, brief and extensive
        const printed = view.spus.flatMap((spu) => spu.sessions as ReturnType<typeof session>[]);
        expect(sessions.map(({ sessionId }) => sessionId)).toHaveLength(2 * printed.length);
        for (const each of printed) {
          const found = sessions.filter(({ sessionId }) => sessionId === each.sessionId);
          for (const one of found) {
            const { source, sourcePort, destination, destinationPort, protocol, packets, bytes } = each.in;
            expect(one.wings[0]).toEqual({
              ...{ direction: 'In', source, sourcePort, destination, destinationPort, protocol, packets, bytes },
              interface: each.in.interface,
            });
            expect(one.wings.length).toBe(each.out === null ? 1 : 2);
          }
        }
        expect(cards.map(({ slot, state, pics }) => [slot, state, pics.length])).toEqual([
          [0, 'Online', 4],
          [2, 'Online', 1],
        ]);
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  it('of a cluster belongs to its nodes', () => {
    const nodes = [0, 1].map((node) => ({ ...loaded([]), node: node as 0 | 1 }));
    for (const format of ['text', 'xml'] as const) {
      const { spus } = readOutput(show(nodes, 'show security monitoring', format));
      expect(spus.map(({ node }) => node)).toEqual([...Array(4).fill('node0'), ...Array(4).fill('node1')]);
    }
  });

  it('the history of the CPU is read, newest first', () => {
    const view = device({ 1: { cpuHistory: [98, 97, 5] } });
    const { spus } = readOutput(show(view, 'show security monitoring performance spu'));
    expect(spus[1].cpuHistory?.slice(0, 4)).toEqual([98, 97, 5, 0]);
    expect(spus[1].cpuHistory).toHaveLength(60);
  });
});

describe('older and other layouts', () => {
  it('reads a table without central point columns, and lists without Conn Tag (R-read-2)', () => {
    const { spus, sessions, unread } = readOutput(`
FPC PIC CPU Mem        current        maximum
  4   0  12  51           1093        1048576
root@fw> show security flow session source-port 33175
Flow Sessions on FPC1 PIC0:

Session ID: 20392406, Policy name: web/92, State: Active, Timeout: 1714, Valid
  In: 10.16.1.13/33175 --> 10.16.6.104/8529;tcp, If: reth1.910, Pkts: 4, Bytes: 440
  Out: 10.16.6.104/8529 --> 10.16.1.13/33175;tcp, If: reth1.915, Pkts: 3, Bytes: 399
Total sessions: 1
`);
    expect(unread).toEqual([]);
    expect(spus).toMatchObject([
      { fpc: 1, pic: 0, listedTotal: 1 },
      { fpc: 4, pic: 0, cpuPercent: 12, sessions: 1093, maximum: 1_048_576 },
    ]);
    expect(sessions).toMatchObject([
      { sessionId: '20392406', policy: 'web/92', timeoutSeconds: 1714, wings: [{ bytes: 440 }, { packets: 3 }] },
    ]);
  });

  it('reads lists whose line ends were lost', () => {
    const { spus, sessions, unread } = readOutput(
      'Flow Sessions on FPC0 PIC1: Total sessions: 0 Flow Sessions on FPC1 PIC1: Session ID: 50000111, Policy name: 1/4, ' +
        'Timeout: 1800, Valid In: 192.0.2.1/34623 --> 198.51.100.1/443;tcp, Conn Tag: 0x0, If: xe-2/2/0.0, Pkts: 6, Bytes: 591, ' +
        'CP Session ID: 50000140 Out: 198.51.100.1/443 --> 192.0.2.1/34623;tcp, Conn Tag: 0x0, If: xe-2/2/1.0, Pkts: 4, ' +
        'Bytes: 1096, CP Session ID: 50000140 Total sessions: 1',
    );
    expect(unread).toEqual([]);
    expect(spus.map(({ fpc, pic, listedTotal }) => [fpc, pic, listedTotal])).toEqual([
      [0, 1, 0],
      [1, 1, 1],
    ]);
    expect(sessions[0].wings.map(({ bytes }) => bytes)).toEqual([591, 1096]);
  });

  it('reads monitoring of one SPU as releases before 12 print it', () => {
    const { spus, sessionsPerSecond, unread } = readOutput(
      [
        'user@FW1> show security monitoring fpc 0',
        'FPC 0',
        '  PIC 0',
        '    CPU utilization      :    2 %',
        '    Memory utilization   :   68 %',
        '    Current flow session :  929',
        '    Max flow session     : 131072',
        'Session Creation Per Second (for last 96 seconds on average):    7',
      ].join('\r\n'),
    );
    expect(unread).toEqual([]);
    expect(spus).toEqual([
      { node: null, fpc: 0, pic: 0, cpuPercent: 2, memoryPercent: 68, sessions: 929, maximum: 131_072 },
    ]);
    expect(sessionsPerSecond.get('')).toBe(7);
  });

  it('reads a summary without headings, and marks of pages', () => {
    const { spus } = readOutput('Unicast-sessions: 12\nFailed-sessions: 3\n---(more)---\nMaximum-sessions: 262144\n');
    expect(spus).toEqual([{ node: null, fpc: 0, pic: 0, unicast: 12, failed: 3, maximum: 262_144 }]);
  });

  it('a summary in XML may stand beside the name of its SPU', () => {
    const { spus } = readOutput(
      '<flow-session-information><flow-fpc-pic-id> on FPC2 PIC1:</flow-fpc-pic-id></flow-session-information>' +
        '<flow-session-summary-information><failed-sessions>4</failed-sessions><max-sessions>9</max-sessions>',
    );
    expect(spus).toEqual([{ node: null, fpc: 2, pic: 1, failed: 4, maximum: 9 }]);
  });
});

describe('what cannot be read', () => {
  it('is named with its line, over all texts (R-read-3)', () => {
    const { unread, commands } = readOutput([
      'hello\nFPC PIC CPU Mem\n  0   1  98\n',
      '<a>1</a>\n<a>2</a>\n<frob>x</frob>',
    ]);
    expect(unread).toEqual([
      { line: 1, text: 'hello' },
      { line: 3, text: '0   1  98' },
      { line: 5, text: '<a>' },
      { line: 7, text: '<frob>' },
    ]);
    expect([...commands]).toEqual(['show security monitoring']);
  });

  it('figures that were read twice and differ are named', () => {
    const table = (cpu: number) => `FPC PIC CPU Mem\n  0   1 ${cpu}  71  5  10  0  0\n`;
    const { spus, changed } = readOutput([table(3), table(4)]);
    expect([spus[0].cpuPercent, changed]).toEqual([4, ['cpuPercent of FPC0 PIC1']]);
  });

  it('random and mutated text never throws, and takes time by its length (R-read-3)', () => {
    const view = loaded([]);
    const texts = COMMANDS.flatMap((command) => [show(view, command), show(view, command, 'xml')]);
    const mutated = fc
      .tuple(fc.constantFrom(...texts), fc.nat(4000), fc.nat(200), fc.string({ unit: 'binary', maxLength: 9 }))
      .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
    fc.assert(
      fc.property(fc.array(fc.oneof(mutated, fc.string({ maxLength: 200 })), { maxLength: 4 }), (parts) => {
        const reading: OutputReading = readOutput(parts);
        for (const spu of reading.spus) for (const value of Object.values(spu)) expect(value).not.toBeNaN();
      }),
      { seed: 5, numRuns: 400 },
    );
    const long = [
      `Session ID: 1${' Session ID:'.repeat(20_000)}`,
      `<a${' b'.repeat(50_000)}`,
      ' '.repeat(100_000),
      `A${' '.repeat(100_000)}x`,
      'a@'.repeat(50_000),
      `x In: ${'/1'.repeat(50_000)}`,
    ];
    const before = performance.now();
    for (const text of long) readOutput([text, `Flow Sessions on FPC0 PIC0:${text}`]);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('sessions without a heading', () => {
  it.each([
    ['Session ID: 50000111, Policy name: a/1, Timeout: 9, Valid\n', 1, 1],
    ['Session ID: 7, Policy name: a/1, Timeout: 9, Valid\n', 0, 0],
    ['Slot 2   Online       SRX5k SPC3\nu@h> x\nSession ID: 400000007, Policy name: a/1, Timeout: 9, Valid\n', 1, 0],
    ['Session ID: 900000007, Policy name: a/1, Timeout: 9, Valid\n', 2, 1],
    ['Session ID: 99999999999999, Policy name: a/1, Timeout: 9, Valid\n', null, null],
    ['Session ID: 50000111, Timeout: 9, Valid\nSession ID: 99999999999999, Timeout: 9, Valid\n', 1, 1],
  ])('%j are of the SPU that their ID names, where there is one', (text, fpc, pic) => {
    expect(readOutput(text).sessions[0]).toMatchObject({ fpc, pic });
  });
});
