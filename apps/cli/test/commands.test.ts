import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedChassis } from '@midplane/chassis';
import type { InspectionResult, Report, Where } from '@midplane/pipeline';
import { describe, expect, it } from 'vitest';
import { midplane, midplaneJson, office, root, temporaryFolder } from './_midplane.ts';

const FLOW = '192.0.2.1:1234 > 198.51.100.2:443/tcp';

describe('run', () => {
  it('prints the table per SPU, evenness, largest sessions and assumptions', async () => {
    const { code, out, err } = await midplane('run', office);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^Chassis srx5800, release 17\.4R1: 1=SPC2, 2=SPC2, 7=IOC2\nSPC2 is SRX5K-SPC-4-15-320, IOC2 is SRX5K-MPC$/m,
    );
    expect(out).toMatch(/^7,230 packets, 3,429,202 bytes in 10\.2 s: IPv4 4,211, IPv6 2,952, not IP 67/m);
    expect(out.match(/^ *\d+ {2}fpc[12]\.pic[0-3] {2}SPC2 {2}(cp|flow)/gm)).toHaveLength(8);
    expect(out).toMatch(/^Evenness/m);
    expect(out).toMatch(/^Assumed, since nothing is published about it\n(.+\n)*.*max gap: 1 day\n$/m);
    expect(out).not.toContain('\x1b');
  });

  it('prints the report with --json, and nothing about the machine', async () => {
    const { code, err, value } = await midplaneJson('run', office);
    const report = value as Report;
    expect([code, err]).toEqual([0, '']);
    expect(report.schema).toBe('midplane-report/1');
    expect(report.totals).toMatchObject({ offered: 7230, delivered: 7163, toRe: 67, dropped: 0, remaining: 0 });
    expect(JSON.stringify(report)).not.toContain(root);
  });

  it('prints the table with --csv, the same figures as --json', async () => {
    const { code, out } = await midplane('run', office, '--csv');
    const report = (await midplaneJson('run', office)).value as Report;
    const [header, ...rows] = out.trimEnd().split('\r\n');
    const columns = header.split(',');
    expect(code).toBe(0);
    const read = rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [columns[i], cell])));
    expect(read.map((row) => [row['spu_id'], row['packets'], row['bytes'], row['sessions_created']])).toEqual(
      report.spus.map((spu) => [spu.spuId, spu.packets, spu.bytes, spu.sessions.created].map(String)),
    );
  });

  it('takes chassis, cards, release, table length and hash', async () => {
    const { value } = await midplaneJson(
      ...['run', office, '--chassis', 'srx5600', '--cards', '0=SPC3,1=SPC3,5=IOC3', '--release', '18.2R1'],
      ...['--table-length', '1_024', '--hash', 'toeplitz'],
    );
    const report = value as Report;
    expect(report.chassis).toMatchObject({ model: 'srx5600', release: '18.2R1', tableLength: 1024, hash: 'toeplitz' });
    expect(report.spus.map((spu) => spu.spuId)).toEqual([0, 1, 4, 5]);
    expect(report.spus.reduce((sum, spu) => sum + spu.rows, 0)).toBe(1024);
  });

  it('lists as many sessions per SPU as --top says', async () => {
    const sessions = async (top: string) =>
      (await midplane('run', office, '--top', top)).out.match(/^ *\d+ +\d{8,} /gm)?.length ?? 0;
    expect([await sessions('0'), await sessions('1'), await sessions('5')]).toEqual([0, 7, 35]);
  });
});

describe('where', () => {
  it('begins with what the answer cannot tell, then shows every step', async () => {
    const { code, out, err } = await midplane('where', FLOW);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')[0]).toMatch(/^The vendor does not publish its hash function/);
    for (const step of ['1. key', '2. hash', '3. hash index', '4. SPU', 'What would change it']) {
      expect(out).toContain(`\n${step}`);
    }
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('gives the same answer for the flow as one word, as several, and in the form of Junos', async () => {
    const { out } = await midplane('where', FLOW);
    expect(await midplane('where', ...FLOW.split(' '))).toMatchObject({ code: 0, out });
    expect(await midplane('where', '192.0.2.1/1234 --> 198.51.100.2/443;tcp')).toMatchObject({ code: 0, out });
  });

  it('prints the steps with --json, and agrees with the session of a run', async () => {
    const { value } = await midplaneJson('run', office);
    const spus = (value as Report).spus.filter((spu) => spu.top.length > 0);
    for (const { spuId, top } of spus) {
      const answer = (await midplaneJson('where', top[0].flow)).value as Where;
      expect([answer.flow, answer.spuId, answer.replySpuId]).toEqual([top[0].flow, spuId, spuId]);
    }
  });

  it('hashes on addresses only with --fragment', async () => {
    const { value } = await midplaneJson('where', FLOW, '--fragment');
    expect((value as Where).hashKey.fields.map(({ field }) => field)).not.toContain('source-port');
  });
});

describe('inspect', () => {
  const reference = JSON.parse(readFileSync(join(root, 'testdata', 'office.counts.json'), 'utf8'));

  it('counts the shipped capture as tshark does', async () => {
    const { code, err, value } = await midplaneJson('inspect', office);
    const { counts, flows } = value as InspectionResult;
    expect([code, err]).toEqual([0, '']);
    expect(value).toMatchObject({ file: 'office.pcapng', id: 'office', status: 'ok' });
    expect(counts).toEqual({ ...counts, ...reference.counts });
    expect(flows).toEqual(reference.flows);
  });

  it('prints counts and flows for a person', async () => {
    const { code, out } = await midplane('inspect', office);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'packets    7,230: IPv4 4,211, IPv6 2,952, not IP 67, malformed 0',
      'bytes      3,429,202 on the wire, 737,971 captured',
      'protocols  icmp 202, tcp 5,138, udp 1,551, icmp6 272',
      'fragments  IPv4 132, IPv6 132',
      'also       cut by snaplen 2,690',
      'flows      1,056: TCP 281, UDP 633, SCTP 0, ICMP 36, ICMPv6 106, other 0',
      '',
    ]);
  });

  it('adds the Community IDs with --community-id, all packets accounted for', async () => {
    const { value } = await midplaneJson('inspect', office, '--community-id');
    const { counts, flows, community_id: ids } = value as InspectionResult;
    expect(ids?.distinct).toBe(flows.total);
    const packets = Object.values(ids?.ids ?? {}).reduce((sum, count) => sum + count, 0);
    expect(packets + (ids?.packets_without_id ?? 0)).toBe(counts.packets_total);
    const { out } = await midplane('inspect', office, '--community-id');
    expect(out.match(/^1:.{27}= +[\d,]+$/gm)).toHaveLength(1056);
  });

  it('prints a list for several captures, in the order of the names', async () => {
    const small = join(temporaryFolder(), 'small.pcap');
    await midplane('traffic', '--packets', '10', '-o', small);
    const { value } = await midplaneJson('inspect', small, office);
    expect((value as { id: string }[]).map(({ id }) => id)).toEqual(['small', 'office']);
    const { out } = await midplane('inspect', small, office);
    expect(out).toMatch(/^small\.pcap\npackets (?:.*\n)*\noffice\.pcapng\npackets /);
  });
});

describe('chassis', () => {
  it('prints slots, SPUs, weights and central point', async () => {
    const { code, out, err } = await midplane('chassis', '--cards', '1=SPC2,2=SPC2,7=IOC2');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^central point: SPU 4 \(FPC 1 PIC 0\), dedicated/m);
    expect(out).toMatch(/^ +5 {2}fpc1\.pic1 {2}SPC2 {2}SPU Flow +6,291,456 +7,549,747 +6,291,456 +9,363$/m);
    expect(out.match(/^ *\d+ {2}(empty|SPC2|IOC2)/gm)).toHaveLength(12);
    expect(out).toMatch(/^Assumed, since .*\ntable length: 65,536 rows \(from 17\.4R1; /m);
  });

  it('prints the resolved chassis with --json', async () => {
    const chassis = (await midplaneJson('chassis', '--chassis', 'srx5400', '--cards', '0=SPC2,2=IOC2')).value;
    expect(chassis as ResolvedChassis).toMatchObject({
      model: 'srx5400',
      centralPoint: { spuId: 0, mode: 'dedicated' },
    });
  });

  it('lists the catalogue, every figure with its mark', async () => {
    const { code, out } = await midplane('chassis', '--catalogue');
    expect(code).toBe(0);
    expect(out).toMatch(/^SRX5800 +12 [DOIA]/m);
    expect(out).toMatch(/^SPC2 +SRX5K-SPC-4-15-320 [DOIA] .* 4 [DOIA] .*[DOIA]$/m);
    const { value } = await midplaneJson('chassis', '--catalogue');
    expect((value as { cards: { type: string }[] }).cards.map(({ type }) => type)).toContain('SPC3');
  });
});

describe('traffic', () => {
  it('writes the same bytes for the same arguments, and others for another seed', async () => {
    const folder = temporaryFolder();
    const write = async (name: string, ...args: string[]) => {
      const file = join(folder, name);
      const said = await midplane('traffic', '--packets', '500', '--flows', '40', '-o', file, ...args);
      return { ...said, bytes: readFileSync(file) };
    };
    const first = await write('a.pcap');
    expect(first.out).toMatch(/a\.pcap: 500 packets of 40 flows, \d+ bytes, pcap\n$/);
    expect((await write('b.pcap')).bytes.equals(first.bytes)).toBe(true);
    expect((await write('c.pcap', '--seed', '2')).bytes.equals(first.bytes)).toBe(false);
  });

  it.each([
    ['a.pcap', [], 'pcap'],
    ['a.pcapng', [], 'pcapng'],
    ['a.pcap', ['--format', 'pcapng'], 'pcapng'],
  ])('writes %s with %j as %s, which inspect reads back', async (name, args, format) => {
    const file = join(temporaryFolder(), name);
    const written = (
      await midplaneJson('traffic', '--shape', 'many', '--packets', '600', '--repeat', '3', '-o', file, ...args)
    ).value as { packets: number };
    expect(written).toMatchObject({ file, format, packets: 1800, floodPackets: 0 });
    const { counts } = (await midplaneJson('inspect', file)).value as InspectionResult;
    expect([counts.packets_total, counts.timestamps_backwards, counts.ip_malformed]).toEqual([1800, 0, 0]);
  });
});

describe('help', () => {
  const COMMANDS = ['run', 'where', 'inspect', 'chassis', 'traffic'];

  it.each([['--help'], ['-h'], ['help']])('%s lists the commands, examples and exit codes', async (arg) => {
    const { code, out, err } = await midplane(arg);
    expect([code, err]).toEqual([0, '']);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(out).toMatch(/^Examples:\n {2}midplane run/m);
    expect(out).toMatch(/^Exit codes:\n {2}0 .*\n {2}2 .*\n {2}1 /m);
  });

  it.each(COMMANDS)('%s --help shows its options and examples', async (command) => {
    const { code, out, err } = await midplane(command, '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^Usage: midplane ${command} `));
    expect(out).toMatch(/^ {2}--json /m);
    expect(out).toMatch(new RegExp(`^Examples:\\n(.*\\n)*  midplane ${command}`, 'm'));
    expect((await midplane('help', command)).out).toBe(out);
  });

  it('examples of the help are command lines that can be read', async () => {
    for (const command of COMMANDS) {
      const { out } = await midplane(command, '--help');
      const options = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map((match) => match[1]);
      const examples = out.slice(out.indexOf('Examples:')).match(/--[a-z][\w-]*/g) ?? [];
      for (const option of examples) expect(options, `${command} ${option}`).toContain(option);
    }
  });

  it('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'));
    expect(await midplane('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('chassis --cluster-with', () => {
  const AT_17_2 = ['chassis', '--release', '17.2R1'] as const;

  it('R-cluster-2: numbers cards and SPUs of both nodes', async () => {
    const { code, out } = await midplane('chassis', '--cards', '1=SPC2,7=IOC2', '--cluster-with', 'same');
    expect(code).toBe(0);
    expect(out).toMatch(/^node1 {3}13 {4}0 {3}52 {2}SPC2 {2}SPU Cp$/m);
    expect(out).toMatch(/^node1 {5}7 {2}xe-19\/0\/0 /m);
  });

  it('warns, and says what is assumed, once for both nodes', async () => {
    const { out } = await midplane(...AT_17_2, '--cards', '0=SPC2,7=IOC1', '--cluster-with', 'same');
    const alone = await midplane(...AT_17_2, '--cards', '0=SPC2,7=IOC1');
    const notes = alone.out.slice(alone.out.indexOf('Warning: Sources disagree whether release 17.2R1'));
    expect(notes).toContain('Assumed, since nothing is published about it\ntable length: 256 rows');
    expect(out.endsWith(`is not modelled.\n\n${notes}`)).toBe(true);
  });

  it('names the node of what is assumed of one only', async () => {
    const { out } = await midplane(...AT_17_2, '--cluster-with', '1=SPC2,2=SPC2,7=IOC2');
    expect(out).toMatch(/^node0: cards: 1=SPC2, ?2=SPC2, ?7=IOC2 \(no cards were named; ours\)$/m);
    expect(out.match(/table length/g)).toHaveLength(1);
    expect(out).not.toContain('node1: ');
  });

  it('R-cluster-1: refuses two chassis with different cards, with the rule and where it comes from', async () => {
    const { code, err } = await midplane('chassis', '--cards', '1=SPC2,7=IOC2', '--cluster-with', '1=SPC2,8=IOC2');
    expect(code).toBe(2);
    expect(err).toMatch(
      /same cards in the same slots: got slot 7 .* \(R-cluster-1, documented: .*\) \[unlike-nodes\]\n$/,
    );
  });
});
