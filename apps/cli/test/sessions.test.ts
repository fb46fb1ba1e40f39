import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCaptureSync } from '@midplane/capture';
import { resolveChassis } from '@midplane/chassis';
import { createPipeline, type PipelineSession, type Report } from '@midplane/pipeline';
import { describe, expect, it } from 'vitest';
import { finished, midplane, midplaneJson, office, start, temporaryFile, temporaryFolder } from './_midplane.ts';

/** What `sessions --json` prints. */
interface Listing {
  readonly schema: string;
  readonly atNs: number;
  readonly inputError?: string;
  readonly sessions: readonly PipelineSession[];
  readonly spus: readonly {
    readonly spuId: number;
    readonly name: string;
    readonly total: number;
    readonly valid: number;
    readonly invalidated: number;
    readonly failed: number;
    readonly maximum: number;
  }[];
  readonly total: number;
}

async function listing(...args: string[]): Promise<Listing> {
  const { code, err, value } = await midplaneJson('sessions', office, ...args);
  expect([code, err]).toEqual([0, '']);
  return value;
}

const idsOf = (text: string): string[] => [...text.matchAll(/^Session ID: (\d+)/gm)].map(([, id]) => id);

describe('sessions', () => {
  it('lists the sessions of every SPU that takes any, in the layout of the box (R-cli-1, R-cli-2, R-cli-3)', async () => {
    const { code, out, err } = await midplane('sessions', office);
    expect([code, err]).toEqual([0, '']);
    expect(out.match(/^Flow Sessions on FPC\d+ PIC\d+:$/gm)).toEqual(
      ['1 PIC1', '1 PIC2', '1 PIC3', '2 PIC0', '2 PIC1', '2 PIC2', '2 PIC3'].map((at) => `Flow Sessions on FPC${at}:`),
    );
    const wing =
      /^ {2}(?:In|Out): [0-9a-f.:]+\/\d+ --> [0-9a-f.:]+\/\d+;[a-z0-9]+, Conn Tag: 0x0, If: \S+, Pkts: \d+, Bytes: \d+, CP Session ID: \d+$/;
    const head = /^Session ID: \d+, Policy name: \S+\/\d+, Timeout: \d+, (?:Valid|Pending|Invalidated)$/;
    const others = /^(?:Flow Sessions on .*|Total sessions: \d+|)$/;
    const odd = out.split('\n').filter((line) => !wing.test(line) && !head.test(line) && !others.test(line));
    expect(odd).toEqual([]);
    expect(out).toMatch(
      /^Flow Sessions on FPC1 PIC1:\n\nSession ID: 50000000, .*\n {2}In: .*\n {2}Out: .*\n\nSession ID: /,
    );
  });

  it('has as many sessions per SPU as the report (R-cli-4, R-run-5)', async () => {
    const report = (await midplaneJson('run', office)).value as Report;
    const current = report.spus.filter(({ role }) => role !== 'cp').map(({ sessions }) => sessions.current);
    const { spus, sessions, total, atNs } = await listing();
    expect(spus.map((spu) => spu.total)).toEqual(current);
    expect(spus.map(({ spuId }) => sessions.filter((each) => each.spuId === spuId).length)).toEqual(current);
    expect([total, atNs]).toEqual([sessions.length, report.input.durationNs]);

    const { out } = await midplane('sessions', office);
    expect([...out.matchAll(/^Total sessions: (\d+)$/gm)].map(([, n]) => Number(n))).toEqual(current);
    const summary = (await midplane('sessions', office, '--summary')).out;
    expect([...summary.matchAll(/^Sessions-in-use: (\d+)$/gm)].map(([, n]) => Number(n))).toEqual(current);
    expect([...summary.matchAll(/^Maximum-sessions: (\d+)$/gm)].map(([, n]) => Number(n))).toEqual(
      spus.map(({ maximum }) => maximum),
    );
  });

  it('shows the sessions that the report lists as the largest, with the same figures', async () => {
    const report = (await midplaneJson('run', office)).value as Report;
    const key = ({ sessionId, flow }: { sessionId: string; flow: string }): string => `${sessionId} ${flow}`;
    const listed = new Map((await listing()).sessions.map((session) => [key(session), session]));
    const largest = report.spus.flatMap(({ top }) => top).filter((each) => listed.has(key(each))); // some have aged out
    expect(largest.length).toBeGreaterThan(20);
    for (const each of largest) {
      const { packets, bytes } = each;
      const session = listed.get(key(each))!;
      expect(session.in.packets + (session.out?.packets ?? 0)).toBe(packets);
      expect(session.in.bytes + (session.out?.bytes ?? 0)).toBe(bytes);
    }
  });

  it('gives one list in every form: text, JSON and XML (R-cli-7)', async () => {
    const { sessions } = await listing();
    const ids = sessions.map(({ sessionId }) => sessionId);
    expect(idsOf((await midplane('sessions', office)).out)).toEqual(ids);
    const xml = (await midplane('sessions', office, '--xml')).out;
    expect([...xml.matchAll(/<session-identifier>(\d+)</g)].map(([, id]) => id)).toEqual(ids);
    const extensive = (await midplane('sessions', office, '--extensive')).out;
    expect(idsOf(extensive)).toEqual(ids);
    expect([...extensive.matchAll(/^Start time: (\d+), Duration: (\d+)$/gm)].map(([, at]) => Number(at))).toEqual(
      sessions.map(({ startSeconds }) => startSeconds),
    );
  });

  it('a session is found again by its ID, its flow lands on its SPU (R-sid-1, R-sid-3, R-sid-5)', async () => {
    const { sessions } = await listing();
    for (const session of sessions.filter((_, i) => i % 200 === 0)) {
      const { sessionId, spuId, flow } = session;
      expect(Math.floor(Number(sessionId) / 10_000_000)).toBe(spuId);
      expect(session.in.cpSessionId).toBe(sessionId);
      expect((await listing('--session-identifier', sessionId)).sessions).toEqual([session]);
      expect((await midplaneJson('where', flow)).value).toMatchObject({ flow, spuId, replySpuId: spuId });
    }
  });

  it('reads as text what where reads', async () => {
    const { out } = await midplane('sessions', office, '--protocol', 'icmp');
    const [, line] = /^ {2}(In: .*?),/m.exec(out)!;
    expect(await midplane('where', line)).toMatchObject({ code: 0 });
  });

  it('takes chassis, cards, release and hash (R-sid-4)', async () => {
    const options = ['--cards', '0=SPC3,1=SPC3,7=IOC3', '--release', '18.2R1', '--hash', 'toeplitz-symmetric'];
    const { spus, sessions } = await listing(...options);
    expect(spus.map(({ name }) => name)).toEqual(['fpc0.pic0', 'fpc0.pic1', 'fpc1.pic0', 'fpc1.pic1']);
    for (const { sessionId, spuId } of sessions) expect(Math.floor(Number(sessionId) / 100_000_000)).toBe(spuId);
  });
});

describe('sessions with filters', () => {
  const isIn = (text: string, prefix: string): boolean => text.startsWith(prefix);
  const FILTERS: readonly [string[], (session: PipelineSession) => boolean][] = [
    [['--protocol', 'tcp'], ({ in: wing }) => wing.protocol === 'tcp'],
    [['--protocol', '58'], ({ in: wing }) => wing.protocol === 'icmp6'],
    [['--family', 'inet6'], ({ in: wing }) => wing.source.includes(':')],
    [['--destination-port', '80'], ({ in: wing }) => wing.destinationPort === 80],
    [['--source-port', '5353'], ({ in: wing }) => wing.sourcePort === 5353],
    [['--source-prefix', '192.0.2.0/24'], ({ in: wing }) => isIn(wing.source, '192.0.2.')],
    [['--source-prefix', '2001:db8:1::/48'], ({ in: wing }) => isIn(wing.source, '2001:db8:1:')],
    [['--destination-prefix', '198.51.100/24'], ({ in: wing }) => isIn(wing.destination, '198.51.100.')],
    [['--application', 'dns-udp'], ({ in: wing }) => wing.protocol === 'udp' && wing.destinationPort === 53],
    [
      ['--application', 'junos-http', '--family', 'inet', '--source-prefix', '192.0.2/24'],
      ({ in: wing }) => wing.protocol === 'tcp' && wing.destinationPort === 80 && isIn(wing.source, '192.0.2.'),
    ],
    [['--session-identifier', '1'], () => false],
  ];

  it('--interface lists sessions that come in or go out by it (R-cli-6)', async () => {
    const sides = ['--side', '192.0.2.0/24=xe-7/0/0', '--side', '0.0.0.0/0=xe-7/0/1', '--side', '::/0=xe-7/0/2'];
    const { sessions } = await listing(...sides);
    for (const name of ['xe-7/0/0.0', 'xe-7/0/1.0', 'xe-7/0/2.0', 'xe-7/0/3.0']) {
      const expected = sessions.filter((each) => each.in.interface === name || each.out?.interface === name);
      expect((await listing(...sides, '--interface', name.slice(0, -2))).sessions).toEqual(expected);
      expect(expected.length > 0).toBe(name !== 'xe-7/0/3.0');
    }
  });

  it.each(FILTERS)('%j lists what a plain filter finds (R-cli-6)', async (args, matches) => {
    const all = await listing();
    const expected = all.sessions.filter(matches);
    const found = await listing(...args);
    expect(found.sessions).toEqual(expected);
    expect(found.total).toBe(expected.length);
    const ids = expected.map(({ sessionId }) => sessionId);
    expect(idsOf((await midplane('sessions', office, ...args)).out)).toEqual(ids);
    const summary = (await midplane('sessions', office, ...args, '--summary')).out;
    expect([...summary.matchAll(/^Total sessions: (\d+)$/gm)].map(([, n]) => Number(n))).toEqual(
      found.spus.map(({ total }) => total),
    );
    const { sessions: _, ...counts } = found;
    expect(await listing(...args, '--summary')).toEqual(counts);
  });

  it('find something, and not everything', async () => {
    const { sessions } = await listing();
    for (const [args, matches] of FILTERS.slice(0, 4)) {
      const found = sessions.filter(matches).length;
      expect([args, found > 0 && found < sessions.length]).toEqual([args, true]);
    }
  });
});

describe('sessions at a moment', () => {
  it.each([[0], [0.75], [4], [9.5]])('%d s shows what a capture that ends there leaves (R-run-1)', async (second) => {
    // the oracle: a path that is offered the packets one by one, as long as they come in time
    const chassis = resolveChassis();
    const pipeline = createPipeline({ chassis });
    let first: number | undefined;
    let now = 0;
    for (const batch of readCaptureSync(readFileSync(office), { batchSize: 1 })) {
      const time = batch.seconds[0] * 1e3 + batch.nanoseconds[0] / 1e6;
      first ??= time;
      now = Math.max(now, time - first);
      if (now > second * 1e3) break;
      pipeline.offer(batch);
    }
    const expected = [...pipeline.sessions({ atNs: second * 1e9 })];
    const { sessions, atNs } = await listing('--at', String(second));
    expect(atNs).toBe(second * 1e9);
    expect(sessions).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('has fewer sessions later, when no packet comes any more, and at last none (R-age-1, R-age-2, R-age-6)', async () => {
    const { sessions, atNs } = await listing();
    const second = Math.floor(atNs / 1e9);
    for (const after of [0, 5, 60, 151, 2000]) {
      const { sessions: left } = await listing('--at', String(second + 1 + after));
      const expected = sessions
        .filter(({ state, remainingSeconds }) => state === 'valid' && remainingSeconds > after)
        .map((each) => each.sessionId);
      const valid = left.filter(({ state }) => state === 'valid').map((each) => each.sessionId);
      expect(valid).toEqual(expected);
      if (after === 2000) expect(left).toEqual([]);
    }
  });
});

describe('sessions says in one sentence what is wrong:', () => {
  it.each([
    [['--protocol', 'tpc'], 'malformed-filter', /--protocol must be a number from 0 to 255 or one of .*: got "tpc"/],
    [
      ['--source-prefix', '10.0.0.0/33'],
      'malformed-filter',
      /--source-prefix must be an IPv4 or IPv6 prefix or address/,
    ],
    [['--destination-port', '65536'], 'malformed-filter', /--destination-port must be from 0 to 65535: got "65536"/],
    [['--family', 'ipv6'], 'malformed-filter', /--family must be inet or inet6: got "ipv6"/],
    [
      ['--application', 'junos-htps'],
      'malformed-filter',
      /--application must be one of junos-bgp, .*junos-tftp: got "junos-htps"/,
    ],
    [['--interface', '7/0'], 'malformed-filter', /--interface must be the name of an interface: got "7\/0"/],
    [['--session-identifier', '0x5'], 'malformed-filter', /--session-identifier must be a decimal number: got "0x5"/],
    [['--json', '--xml'], 'one-format', /one format must be chosen: got --json and --xml/],
    [['--summary', '--extensive'], 'one-level', /one level must be chosen: got --summary and --extensive/],
    [['--at', 'noon'], 'usage-invalid-value', /--at must be a number: got "noon"/],
    [['--at', '-1'], 'usage-invalid-value', /--at must be a number of seconds from 0 to 2147483646: got "-1"/],
    [['--prot', 'tcp'], 'usage-unknown-option', /got "--prot" \(nearest: --protocol\)|got "--prot"/],
  ])('%j', async (args, code, message) => {
    const said = await midplane('sessions', office, ...args);
    expect([said.code, said.out]).toEqual([2, '']);
    const isJson = args.includes('--json');
    const error = isJson
      ? JSON.parse(said.err).error
      : { message: said.err, code: /\[([a-z-]+)\]\n$/.exec(said.err)?.[1] };
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('what is wrong with the options is told before the capture is read', async () => {
    expect((await midplane('sessions', 'none.pcap', '--protocol', 'tpc')).err).toMatch(/malformed-filter/);
    expect((await midplane('sessions', 'none.pcap')).err).toMatch(/no-such-file/);
  });

  it('a capture that is cut off gives the sessions before that place, and exit code 2', async () => {
    const bytes = readFileSync(office);
    const file = temporaryFile('cut.pcapng', bytes.subarray(0, bytes.length / 2));
    const { code, err, value } = await midplaneJson('sessions', file);
    expect([code, JSON.parse(err).error.code]).toEqual([2, 'capture-truncated-record']);
    expect((value as Listing).sessions.length).toBeGreaterThan(100);
    expect((value as Listing).inputError).toMatch(/^Cannot read capture/);
    expect(await midplane('sessions', file)).toMatchObject({ code: 2, out: expect.stringContaining('Session ID: ') });
  });

  it('a capture without packets has no sessions', async () => {
    const file = temporaryFile(
      'empty.pcap',
      Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, ...new Uint8Array(10), 1, 0, 1, 0, 0, 0),
    );
    const { code, value } = await midplaneJson('sessions', file);
    expect([code, (value as Listing).sessions, (value as Listing).total]).toEqual([0, [], 0]);
    expect((await midplane('sessions', file)).out.match(/^Total sessions: 0$/gm)).toHaveLength(7);
  });
});

describe('sessions as a process', () => {
  it.each([[[]], [['--json']], [['--xml']]])('a reader that has seen enough ends it quietly: %j', async (options) => {
    const file = join(temporaryFolder(), 'many.pcap');
    await midplane('traffic', '--shape', 'many', '--flows', '20000', '--packets', '30000', '-o', file);
    const child = start('sessions', file, ...options);
    const said = finished(child);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await said).toMatchObject({ code: 0, err: '' });
  });

  it('writes the same into a pipe, and reads standard input', async () => {
    const child = start('sessions', '-', '--protocol', 'udp');
    child.stdin?.end(readFileSync(office));
    const { out } = await midplane('sessions', office, '--protocol', 'udp');
    expect(await finished(child)).toMatchObject({ code: 0, err: '', out });
  });
});
