import { readFileSync } from 'node:fs';
import type { Explanation } from '@midplane/pipeline';
import { describe, expect, it } from 'vitest';
import { midplane, midplaneJson, office, temporaryFile } from './_midplane.ts';

const REGIMES: [string, string[]][] = [
  ['distributed', []],
  ['hash-centric', ['--release', '12.3X48-D10']],
  ['centric', ['--release', '12.3X48-D10', '--cards', '1=SPC2,2=SPC2,7=IOC1', '--distribution', 'rr']],
];
const FLOW = '192.0.2.12:50356 > 198.51.100.10:80/tcp';

async function explain(...args: string[]): Promise<Explanation> {
  const { code, err, value } = await midplaneJson('explain', office, ...args);
  expect([code, err]).toEqual([0, '']);
  return value;
}

describe('explain', () => {
  it.each(REGIMES)('tells a TCP flow from SYN to FIN in the %s regime (R-spu-9, R-spu-7)', async (regime, args) => {
    const { packets, matched, ...rest } = await explain('--flow', FLOW, ...args);
    expect(rest).toMatchObject({ schema: 'midplane-explain/1', regime });
    expect([matched, packets.map(({ packet }) => packet)]).toEqual([
      12,
      [8, 10, 12, 13, 14, 26, 27, 28, 29, 34, 35, 36],
    ]);
    const timeouts = packets.map(({ session }) => session!.timeoutS);
    // as each left it, if it had to wait for the central point, too: the handshake is over when it goes on
    expect(timeouts).toEqual([20, 20, ...Array(8).fill(1800), 150, 150]);
    expect(packets.slice(0, 3).map(({ session }) => session!.phase)).toEqual([
      'in its handshake, SYN seen',
      'in its handshake, SYN and SYN ACK seen',
      'established',
    ]);
    expect(packets.map(({ pass }) => pass)).toEqual(['first path', ...Array(11).fill('fast path')]);
    expect(new Set(packets.map(({ session }) => session!.sessionId)).size).toBe(1);
    const paths = packets.map(({ path }) => path);
    const way = { distributed: 'hash', 'hash-centric': 'hash', centric: 'central-point' }[regime as 'centric'];
    const misses = paths.indexOf('npu-hit');
    // from the first look-up that finds the entry on, all do
    expect(misses).toBeGreaterThan(0);
    expect(paths).toEqual([...Array(misses).fill(way), ...Array(12 - misses).fill('npu-hit')]);
  });

  it('reads aloud: a sentence per stage, under it the rules with their marks', async () => {
    const { code, out, err } = await midplane('explain', office, '--packet', '8');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Packet 8 at 0\.001272935 s: 192\.0\.2\.12:50356 > 198\.51\.100\.10:80\/tcp, SYN, 74 bytes$/m);
    expect([...out.matchAll(/^ {2}([a-z]+) /gm)].map(([, stage]) => stage)).toEqual(
      'ingress key hash npu way spu session outcome'.split(' '),
    );
    expect(out).toMatch(/^ {13}R-hash-1 documented, R-hash-10 inferred$/m);
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('says the same as text in both directions of a flow', async () => {
    const there = await midplane('explain', office, '--flow', FLOW);
    const back = await midplane('explain', office, '--flow', '198.51.100.10:80 > 192.0.2.12:50356/tcp');
    expect(back).toEqual(there);
  });

  it('tells a fragment by its layer 3 key, with the session that its first one names (R-frag-1)', async () => {
    const [later] = (await explain('--packet', '4372')).packets;
    expect(later).toMatchObject({
      about: 'later fragment',
      npu: 'not looked up',
      path: 'fragment',
      outcome: 'delivered',
    });
    expect(later!.session!.firstPacket).toBe(4371);
    expect(later!.steps.find(({ stage }) => stage === 'key')!.rules[0]).toEqual({ id: 'R-hash-5', mark: 'documented' });
    const whole = await explain('--flow', '192.0.2.46 > 198.51.100.11/icmp id=21514');
    expect(whole.packets.map(({ packet }) => packet)).toContain(4372);
  });

  it('tells the hash key as it was hashed: that of a reply as it stands, if asked for (R-hash-10, R-hash-11)', async () => {
    const asked = [[], ['--asymmetric']].map(async (args) => (await explain('--packet', '5170', ...args)).packets[0]!);
    const [symmetric, asymmetric] = await Promise.all(asked);
    const keyOf = ({ steps }: Explanation['packets'][number]) => steps.find(({ stage }) => stage === 'key')!;
    expect(keyOf(symmetric!).text).toContain('source address 192.0.2.52, destination address 198.51.100.99,');
    expect(keyOf(asymmetric!).text).toContain('source address 198.51.100.99, destination address 192.0.2.52,');
    expect([symmetric, asymmetric].map((each) => keyOf(each!).rules.at(-1)!.id)).toEqual(['R-hash-10', 'R-hash-11']);
    expect(asymmetric!.hash).not.toBe(symmetric!.hash);
  });

  it('tells an ICMP error with the session of the packet inside it, and that it ends that session (R-spu-13, R-spu-8)', async () => {
    const [error] = (await explain('--packet', '5170')).packets;
    expect(error).toMatchObject({
      path: 'icmp-error',
      npu: 'not looked up',
      pass: 'fast path',
      session: { wing: 'out' },
    });
    expect(error!.steps.find(({ stage }) => stage === 'spu')!.rules[0]!.id).toBe('R-spu-13');
    const session = error!.steps.find(({ stage }) => stage === 'session')!;
    expect(session.text).toMatch(/; over with the next second, as an ICMP error is about it$/);
    expect(session.rules).toContainEqual({ id: 'R-spu-8', mark: 'assumed' });
    const flow = await explain('--flow', '192.0.2.52:46256 > 198.51.100.99:5353/udp');
    expect(flow.packets.map(({ packet }) => packet)).toContain(5170);
  });

  it.each(REGIMES)('tells that ARP goes to the Routing Engine in the %s regime (R-fam-3)', async (_, args) => {
    const [arp] = (await explain('--packet', '1', ...args)).packets;
    expect(arp).toMatchObject({ flow: 'ARP', path: 'none', outcome: 'to the Routing Engine' });
    expect(arp!.steps.map(({ stage }) => stage)).toEqual(['ingress', 'outcome']);
    expect(arp!.hash).toBeUndefined();
  });
});

describe('explain, bad input', () => {
  it.each([
    [
      ['--packet', '9000'],
      'packet-not-found',
      /--packet must be from 1 to 7,230, the packets of .*: got 9000 \(nearest: 7230\)$/,
    ],
    [
      ['--flow', '192.0.2.12:50357 > 198.51.100.10:80/tcp'],
      'flow-not-found',
      /: got "192\.0\.2\.12:50357 > 198\.51\.100\.10:80\/tcp" \(nearest: 192\.0\.2\.12:50356 > 198\.51\.100\.10:80\/tcp\)$/,
    ],
    [['--flow', '10.9.9.1:1 > 10.9.9.2:2/tcp'], 'flow-not-found', /: got "10\.9\.9\.1:1 > 10\.9\.9\.2:2\/tcp"$/],
    [['--flow', 'nonsense'], 'malformed-flow', /a flow is written in quotes/],
    [[], 'one-question', /--packet or --flow must be given, one of them: got neither$/],
    [['--packet', '1', '--flow', FLOW], 'one-question', /one of them: got both$/],
  ])('%j: one error, exit code 2', async (args, code, message) => {
    const said = await midplane('explain', office, ...args, '--json');
    expect([said.code, said.out]).toEqual([2, '']);
    const { error } = JSON.parse(said.err);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('refuses packet 0', async () => {
    const said = await midplane('explain', office, '--packet', '0');
    expect([said.code, said.out]).toEqual([2, '']);
    expect(said.err).toMatch(/--packet/);
  });

  it('tells what lies before the corrupt place of a capture, and the error', async () => {
    const cut = temporaryFile('cut.pcapng', readFileSync(office).subarray(0, 100_001));
    const found = await midplane('explain', cut, '--flow', FLOW);
    expect(found.code).toBe(2);
    expect(found.out).toMatch(/^Packet 8 at /m);
    expect(found.err).toMatch(/^midplane: Cannot read capture .*cut\.pcapng/);
    const missing = await midplane('explain', cut, '--packet', '7000');
    expect([missing.code, missing.out]).toEqual([2, '']);
    expect(missing.err).toMatch(/Cannot read capture/);
  });
});
