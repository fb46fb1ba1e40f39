import { readFileSync } from 'node:fs';
import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { hashKey } from '@midplane/hash';
import { type BuiltPacket, fragmentPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic, HOSTS, interval } from '../_any-traffic.suite.ts';
import { createPipeline } from '../create-pipeline.ts';
import { Explainer, type ExplainOptions } from './explain.ts';
import type { ExplainedPacket } from './explanation.ts';
import { EXPLAIN_RULES } from './rules.ts';

const REGIMES: [string, ChassisOptions][] = [
  ['distributed', {}],
  ['hash-centric', { release: '15.1X49-D10', cards: '1=SPC2,2=SPC2,7=IOC2' }],
  ['centric', { release: '12.3X48-D10', cards: '1=SPC2,2=SPC2,7=IOC1', distributionMode: 'rr-based' }],
];

const MS = 1_000_000;

/** Explains packets that come 1 ms apart, unless said otherwise. */
function explain(
  packets: readonly BuiltPacket[],
  options: Omit<ExplainOptions, 'chassis'>,
  chassis: ChassisOptions = {},
  intervalNs = MS,
) {
  const explainer = new Explainer({ chassis: resolveChassis(chassis), ...options });
  explainer.offer(recordsOf(packets, { intervalNs }));
  return explainer.finish();
}

const idsOf = (told: ExplainedPacket, stage: string): string[] =>
  told.steps.filter((step) => step.stage === stage).flatMap(({ rules }) => rules.map(({ id }) => id));
const tcp = (flags: string, isReply = false, port = 1000): BuiltPacket =>
  packet()
    .ethernet()
    .ipv4(
      isReply
        ? { source: '198.51.100.1', destination: '192.0.2.1' }
        : { source: '192.0.2.1', destination: '198.51.100.1' },
    )
    .tcp({ sourcePort: isReply ? 443 : port, destinationPort: isReply ? port : 443, flags })
    .build();

describe('EXPLAIN_RULES', () => {
  it('has ids and marks of docs/rules.md only', () => {
    const text = readFileSync(new URL('../../../../docs/rules.md', import.meta.url), 'utf8');
    const marks = new Map(
      [...text.matchAll(/^\| `(R-[a-z]+-\d+)` \| .* \| (documented|observed|inferred|assumed) \| [^|]*\|$/gm)].map(
        ([, id, mark]) => [id, mark],
      ),
    );
    const published = Object.fromEntries(Object.keys(EXPLAIN_RULES).map((id) => [id, marks.get(id)]));
    expect(EXPLAIN_RULES).toEqual(published);
  });
});

describe('watching', () => {
  it.each(REGIMES)('R-run-5: changes nothing that the %s regime decides', (_, chassis) => {
    fc.assert(
      fc.property(anyTraffic, interval, (packets, intervalNs) => {
        const plain = createPipeline({ chassis: resolveChassis(chassis) });
        plain.offer(recordsOf(packets, { intervalNs }));
        const report = plain.finish();
        const flow = parseFlow(`${HOSTS[0]}:1000 > ${HOSTS[2]}:80/udp`);
        for (const asked of [{ packet: packets.length }, { flow }]) {
          const explainer = new Explainer({ chassis: resolveChassis(chassis), ...asked });
          explainer.offer(recordsOf(packets, { intervalNs }));
          expect(explainer.pipeline.finish()).toEqual(report);
        }
      }),
      { seed: 20261121, numRuns: 25 },
    );
  });

  it.each(REGIMES)('tells every packet of any traffic in the %s regime, with a rule for every step', (_, chassis) => {
    fc.assert(
      fc.property(anyTraffic, (packets) => {
        for (const number of packets.keys()) {
          const { packets: told, matched } = explain(packets, { packet: number + 1 }, chassis);
          expect([matched, told.length, told[0]?.packet]).toEqual([1, 1, number + 1]);
          for (const { text, rules } of told[0]!.steps) {
            expect(text).not.toMatch(/undefined|NaN| {2}/);
            expect(rules.length).toBeGreaterThan(0);
          }
        }
      }),
      { seed: 20261121, numRuns: 10 },
    );
  });
});

describe('the hash key', () => {
  const keyOf = ({ steps }: ExplainedPacket) => steps.find(({ stage }) => stage === 'key')!.text;
  const addresses = (from: string, to: string) => `source address ${from}, destination address ${to}, `;
  const [client, server] = ['192.0.2.1', '198.51.100.1'];

  it('R-hash-10: has source and destination of a reply exchanged', () => {
    const [told] = explain([tcp('SA', true)], { packet: 1 }).packets;
    expect(keyOf(told!)).toContain(addresses(client, server));
    expect(keyOf(told!)).toMatch(/; source and destination are exchanged, so that both directions hash alike$/);
    expect(idsOf(told!, 'key')).toEqual(['R-hash-1', 'R-hash-10']);
  });

  it('R-hash-11: is that of the reply as it stands where the hash is not symmetric', () => {
    const [told] = explain([tcp('SA', true)], { packet: 1, symmetric: false }).packets;
    expect(keyOf(told!)).toContain(addresses(server, client));
    expect(keyOf(told!)).toMatch(/; source and destination stay as they are, and the reply may hash to another SPU$/);
    expect(idsOf(told!, 'key')).toEqual(['R-hash-1', 'R-hash-11']);
    const flow = parseFlow(`${server}:443 > ${client}:1000/tcp`);
    expect(told!.hash).toBe(hashKey(flow, 0, { symmetric: false }));
  });

  it('R-hash-8, R-hash-11: is that of a frame which is not IP as it stands', () => {
    const macs = { source: '02:00:00:00:00:02', destination: '02:00:00:00:00:01' };
    const frame = packet()
      .ethernet({ ...macs, etherType: 0x88cc })
      .payload(50)
      .build();
    const keys = [true, false].map((symmetric) => keyOf(explain([frame], { packet: 1, symmetric }).packets[0]!));
    expect(keys[0]).toContain('source mac 02:00:00:00:00:01, destination mac 02:00:00:00:00:02');
    expect(keys[1]).toContain('source mac 02:00:00:00:00:02, destination mac 02:00:00:00:00:01');
  });
});

describe('a TCP session', () => {
  const life = [tcp('S'), tcp('SA', true), tcp('A'), tcp('FA'), tcp('FA', true), tcp('S')];

  it.each(REGIMES)('R-spu-3, R-spu-9, R-spu-10: from SYN to the SYN after its end, %s regime', (regime, chassis) => {
    const { packets } = explain(life, { flow: parseFlow('192.0.2.1:1000 > 198.51.100.1:443/tcp') }, chassis);
    expect(
      packets.map(({ pass, npu, session }) => [pass, npu, session!.wing, session!.phase, session!.timeoutS]),
    ).toEqual([
      ['first path', 'miss', 'in', 'in its handshake, SYN seen', 20],
      ['fast path', 'hit', 'out', 'in its handshake, SYN and SYN ACK seen', 20],
      ['fast path', 'hit', 'in', 'established', 1800],
      ['fast path', 'hit', 'in', 'established, with a FIN of its initiator', 1800],
      ['fast path', 'hit', 'out', 'closed by FIN in both directions', 150],
      ['first path', 'hit', 'in', 'in its handshake, SYN seen', 20],
    ]);
    expect(idsOf(packets[5]!, 'spu')).toContain('R-spu-10');
    expect(packets[0]!.session!.state).toBe('valid');
    expect(idsOf(packets[0]!, 'session').includes('R-own-6')).toBe(regime !== 'distributed');
    const way = { distributed: 'R-cp-8', 'hash-centric': 'R-mode-2', centric: 'R-mode-3' }[regime];
    expect(idsOf(packets[0]!, 'way')).toContain(way);
    const asked = { distributed: [], 'hash-centric': ['R-cp-6', 'R-cp-7'], centric: ['R-cp-2', 'R-cp-3'] }[regime]!;
    expect(idsOf(packets[0]!, 'spu').filter((id) => id.startsWith('R-cp'))).toEqual(asked);
    expect(packets[0]!.hash === undefined).toBe(regime === 'centric');
  });

  it.each(REGIMES)(
    'R-age-2, R-age-3, R-own-6: from SYN to FIN while it waits for its confirmation, %s regime',
    (regime, chassis) => {
      const flow = parseFlow('192.0.2.1:1000 > 198.51.100.1:443/tcp');
      const { packets } = explain(life.slice(0, 5), { flow }, chassis, 10_000);
      expect(
        packets.map(({ pass, npu, session }) => [pass, npu, session!.state, session!.phase, session!.timeoutS]),
      ).toEqual([
        ['first path', 'miss', 'valid', 'in its handshake, SYN seen', 20],
        ['fast path', 'miss', 'valid', 'in its handshake, SYN and SYN ACK seen', 20],
        ['fast path', 'miss', 'valid', 'established', 1800],
        ['fast path', 'miss', 'valid', 'established, with a FIN of its initiator', 1800],
        ['fast path', 'miss', 'valid', 'closed by FIN in both directions', 150],
      ]);
      const told = packets.map(({ steps }) => steps.find(({ stage }) => stage === 'session')!.text);
      expect(told[1]).toContain('was in its handshake, SYN seen, is now in its handshake, SYN and SYN ACK seen;');
      expect(told[2]).toContain('was in its handshake, SYN and SYN ACK seen, is now established;');
      expect(told.map((text) => text.endsWith(' is told to enter it'))).toEqual([true, false, false, false, false]);
      const cited = packets.map((each) => idsOf(each, 'session'));
      expect(cited.map((ids) => ids.filter((id) => /^R-age-[2-5]/.test(id)))).toEqual(
        [3, 3, 2, 2, 4].map((n) => [`R-age-${n}`]),
      );
      expect(cited.map((ids) => ids.includes('R-own-6'))).toEqual(Array(5).fill(regime !== 'distributed'));
    },
  );

  it.each(REGIMES)('R-own-6, R-own-7: a SYN to a closed one that waits makes none, %s regime', (regime, chassis) => {
    const { packets } = explain(life, { packet: 6 }, chassis, 10_000);
    expect([packets[0]!.pass, packets[0]!.session!.phase, packets[0]!.session!.timeoutS]).toEqual(
      regime === 'distributed'
        ? ['first path', 'in its handshake, SYN seen', 20]
        : ['fast path', 'closed by FIN in both directions', 150],
    );
  });

  it('R-cp-10: is told as each packet left it while it waits for pointer records', () => {
    // to every port the SYN, once more, and a reset: of most of them the reply would hash to another SPU
    const told = Array.from({ length: 16 }, (_, n) => {
      const port = 1000 + n;
      const { packets } = explain(
        [tcp('S', false, port), tcp('S', false, port), tcp('R', false, port)],
        {
          flow: parseFlow(`192.0.2.1:${port} > 198.51.100.1:443/tcp`),
          symmetric: false,
        },
        {},
        10_000,
      );
      expect(packets.map(({ session }) => [session!.state, session!.phase, session!.timeoutS])).toEqual([
        ['valid', 'in its handshake, SYN seen', 20],
        ['valid', 'in its handshake, SYN seen', 20],
        ['valid', 'reset', 2],
      ]);
      return idsOf(packets[2]!, 'session');
    });
    expect(told.filter((ids) => ids.includes('R-cp-10')).length).toBeGreaterThan(8);
  });

  it('R-own-8: says in which session a packet waited that gave way to another one', () => {
    const told = Array.from({ length: 16 }, (_, n) => {
      const port = 1000 + n;
      const flow = parseFlow(`192.0.2.1:${port} > 198.51.100.1:443/tcp`);
      return explain([tcp('S', false, port), tcp('SA', true, port)], { flow, symmetric: false }, {}, 10_000).packets;
    });
    const yielded = told.filter(([syn]) => idsOf(syn!, 'spu').includes('R-own-8'));
    expect(yielded.length).toBeGreaterThan(2);
    for (const [syn, reply] of yielded) {
      expect(syn!.steps.find(({ stage }) => stage === 'spu')!.text).toMatch(
        /^it waits at SPU \d+ \(\S+\), in a session that gives way to that of SPU \d+ \(\S+\); SPU \d+ \(\S+\): fast path/,
      );
      expect([syn!.spuId, syn!.session!.firstPacket]).toEqual([reply!.spuId, 2]);
    }
  });

  it('R-spu-11: says that it began without SYN', () => {
    const [told] = explain([tcp('A')], { packet: 1 }).packets;
    expect(idsOf(told!, 'spu')).toContain('R-spu-11');
    expect(told!.session!.phase).toBe('established');
  });
});

describe('fragments', () => {
  const whole = packet()
    .ethernet()
    .ipv4({ source: '192.0.2.1', destination: '198.51.100.1' })
    .udp({ sourcePort: 1000, destinationPort: 53 })
    .payload(3000);
  const parts = fragmentPacket(whole, 1500, 7);
  const flow = parseFlow('192.0.2.1:1000 > 198.51.100.1:53/udp');

  it.each(REGIMES)(
    'R-frag-1, R-frag-3: one that came before the first one is told when it goes on, %s regime',
    (_, c) => {
      const { packets } = explain([parts[1]!, parts[0]!], { flow }, c);
      expect(packets.map(({ packet: number, about, timeNs }) => [number, about, timeNs])).toEqual([
        [1, 'later fragment', 0],
        [2, 'first fragment', 1_000_000],
      ]);
      expect(packets[0]!.steps.find(({ stage }) => stage === 'spu')!.text).toMatch(
        / holds it for 1 ms, until the first/,
      );
      expect(idsOf(packets[0]!, 'spu')).toContain('R-frag-3');
      expect(packets.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
      expect(packets[0]!.session!.firstPacket).toBe(2);
    },
  );

  it.each(REGIMES)('R-frag-6: one whose owner the NPU has learnt goes straight to it, %s regime', (_, chassis) => {
    for (let port = 1000; port < 1016; port++) {
      const sized = (size: number) =>
        packet()
          .ethernet()
          .ipv4({ source: '192.0.2.1', destination: '198.51.100.1' })
          .udp({ sourcePort: port, destinationPort: 53 })
          .payload(size);
      const packets = [sized(20).build(), ...fragmentPacket(sized(2000), 1500, 7)];
      const { packets: told } = explain(packets, { packet: 3, configuration: { npCache: [7] } }, chassis);
      const [{ path, npu, steps, spuId, pass, outcome }] = told as [ExplainedPacket];
      expect([path, npu, pass, outcome]).toEqual(['np-cache', 'not looked up', 'fast path', 'delivered']);
      const textOf = (of: string) => steps.find(({ stage }) => stage === of)!.text;
      expect(textOf('hash')).toMatch(/, which names SPU .*; it does not decide$/);
      expect(textOf('npu')).toMatch(new RegExp(`: it has learnt the owner, SPU ${spuId} .*, from the first fragment`));
      expect(textOf('way')).toMatch(new RegExp(`^straight to SPU ${spuId} .*, which np-cache names$`));
      expect(textOf('spu')).toMatch(/ knows the ports from the first fragment and is the owner; SPU .* fast path/);
      for (const stage of ['hash', 'npu', 'way', 'spu']) expect(idsOf(told[0]!, stage)).toContain('R-frag-6');
    }
  });

  it('R-frag-4: tells at the end that the first one did not come', () => {
    const { packets } = explain([parts[1]!], { packet: 1 });
    expect(packets[0]).toMatchObject({ outcome: 'fragment-without-first', path: 'fragment', session: undefined });
    expect(idsOf(packets[0]!, 'outcome')).toContain('R-frag-4');
  });
});

describe('Explainer', () => {
  it('tells 1,000 packets of a flow and counts the rest', () => {
    const flow = parseFlow('192.0.2.1:1000 > 198.51.100.1:443/tcp');
    const { packets, matched } = explain(
      Array.from({ length: 1005 }, () => tcp('A')),
      { flow },
    );
    expect([packets.length, matched, packets.at(-1)!.packet]).toEqual([1000, 1005, 1000]);
  });

  it('names the flow that is nearest to one that never comes', () => {
    const near = (text: string) => explain([tcp('S')], { flow: parseFlow(text) }).nearestFlow;
    expect(near('192.0.2.1:1000 > 198.51.100.1:80/tcp')).toBe('192.0.2.1:1000 > 198.51.100.1:443/tcp');
    expect(near('198.51.100.1:443 > 192.0.2.9:1000/tcp')).toBe('192.0.2.1:1000 > 198.51.100.1:443/tcp');
    expect(near('10.0.0.1:1000 > 10.0.0.2:443/tcp')).toBeUndefined();
  });

  it('refuses no question, two questions, and what is no number of a packet', () => {
    const chassis = resolveChassis();
    expect(() => new Explainer({ chassis })).toThrow(
      new RangeError('Cannot explain packets: a packet or a flow must be given: got neither'),
    );
    expect(() => new Explainer({ chassis, packet: 1, flow: new Int32Array(10) })).toThrow(RangeError);
    expect(() => new Explainer({ chassis, packet: 0 })).toThrow(
      new RangeError('Cannot explain packet: number must be a whole number from 1: got 0'),
    );
  });
});
