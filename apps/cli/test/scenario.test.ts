import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@midplane/pipeline';
import { describe, expect, it } from 'vitest';
import { finished, midplane, midplaneJson, office, start, temporaryFile, temporaryFolder } from './_midplane.ts';

const SCHEMA = 'schema: midplane-scenario/1\n';

/** A scenario file over the shipped capture. */
function scenarioFile(lines = '', name = 'office.yaml'): string {
  return temporaryFile(name, `${SCHEMA}${lines}traffic:\n  - capture: ${office}\n`);
}

describe('--print-scenario says the same as the command line', () => {
  it.each<[string, string[]]>([
    ['defaults', []],
    ['hash', ['--hash', 'murmur3']],
    ['chassis', ['--chassis', 'srx5600', '--cards', '0=SPC2,1-2=SRX5K-SPC-4-15-320,5=IOC2']],
    ['release', ['--release', '18.2R1', '--cards', '1=SPC3,7=IOC3']],
    ['centric regime', ['--release', '12.1X44-D5', '--cards', '1=SPC1,2=SPC1,7=IOC1', '--distribution', 'rr']],
    ['hash-centric regime', ['--release', '12.1X44-D10', '--cards', '1=SPC1,2=SPC1,7=IOC1', '--distribution', 'hash']],
    ['short table', ['--table-length', '16']],
  ])('%s: the report of what is printed is byte-identical', async (_, options) => {
    const wanted = await midplane('run', office, ...options, '--json');
    expect(wanted.code).toBe(0);
    for (const format of [[], ['--json']]) {
      const printed = await midplane('run', office, ...options, '--print-scenario', ...format);
      expect([printed.code, printed.err]).toEqual([0, '']);
      const file = temporaryFile(format.length === 0 ? 'printed.yaml' : 'printed.json', printed.out);
      expect(await midplane('run', file, '--json')).toEqual(wanted);
      const again = await midplane('run', file, '--print-scenario', ...format);
      expect(again.out).toBe(printed.out);
    }
  });

  it('runs nothing: it works without the capture being sound', async () => {
    const file = temporaryFile('empty.pcap', '');
    const { code, out } = await midplane('run', file, '--print-scenario');
    expect([code, out]).toEqual([0, `${SCHEMA}traffic:\n  - capture: ${file}\n`]);
  });
});

describe('a scenario file', () => {
  it('is known by its ending or by its content, on standard input as well', async () => {
    const wanted = (await midplane('run', office, '--json')).out;
    for (const name of ['s.yaml', 's.YML', 's.txt', 'scenario']) {
      expect((await midplane('run', scenarioFile('', name), '--json')).out).toBe(wanted);
    }
    const child = start('run', '-', '--json');
    child.stdin?.end(readFileSync(scenarioFile()));
    expect(await finished(child)).toMatchObject({ code: 0, out: wanted });
  });

  it('names captures from its own folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'captures'));
    copyFileSync(office, join(folder, 'captures', 'a.pcapng'));
    writeFileSync(join(folder, 's.yaml'), `${SCHEMA}traffic:\n  - capture: captures/a.pcapng\n`);
    expect((await midplane('run', join(folder, 's.yaml'), '--json')).out).toBe(
      (await midplane('run', office, '--json')).out,
    );
  });

  it('a table that is too short is told by its key, not as an option', async () => {
    const file = scenarioFile('chassis:\n  tableLength: 3\n');
    const { code, err } = await midplane('run', file);
    expect([code, err]).toEqual([
      2,
      `midplane: Cannot read scenario ${file}: chassis.tableLength must be at least the number of SPUs with a weight, 7 (line 3, column 16): got 3 [out-of-range]\n`,
    ]);
  });

  it('a table that is too short for the cards of an option is told as the scenario says it', async () => {
    const file = scenarioFile('chassis: { tableLength: 8 }\n');
    const cards = '1-3=SPC2,7=IOC2';
    for (const args of [
      ['run', file, '--cards', cards],
      ['compare', file, '--to-cards', cards],
    ]) {
      const { code, err } = await midplane(...args);
      expect([code, err]).toEqual([
        2,
        'midplane: Cannot resolve chassis: chassis.tableLength of the scenario must be at least the number of SPUs with a weight, 11: got 8 [out-of-range]\n',
      ]);
    }
    const { err } = await midplane('compare', file, '--to-cards', cards, '--to-table-length', '9');
    expect(err).toContain(' --table-length must be at least the number of SPUs with a weight, 11: got 9 ');
  });

  it('R-cp-15, R-cp-16: says how many sessions the central point holds; the alarm stands in the JSON', async () => {
    const file = scenarioFile(
      'chassis: { release: 12.1X46-D10, cards: { 1: SPC2, 7: IOC1 }, centralPointSessions: { SPC2: 2 } }\n',
    );
    const { value } = await midplaneJson('run', file);
    const { centralPoint, drops } = value as Report;
    expect(centralPoint).toMatchObject({
      capacity: 2,
      peak: 2,
      alarm: { severity: 'minor', text: 'CP/Flow session table full' },
    });
    expect(centralPoint!.refused).toBeGreaterThan(0);
    expect(drops.map(({ reason }) => reason)).toContain('central-point-full');
  });

  it('is changed by options, key by key', async () => {
    const file = scenarioFile('chassis: { cards: { 1: SPC2, 7: IOC2 }, tableLength: 64 }\nhash: toeplitz\n');
    const { out } = await midplane('run', file, '--table-length', '128', '--json');
    const { chassis } = JSON.parse(out) as { chassis: Record<string, unknown> };
    expect(chassis).toMatchObject({
      cards: { 1: 'SRX5K-SPC-4-15-320', 7: 'SRX5K-MPC' },
      tableLength: 128,
      hash: 'toeplitz',
    });
    const other = await midplane('run', file, '--hash', 'crc32c', '--print-scenario');
    expect(other.out).toContain('hash: crc32c\n');
    expect(other.out).toContain('tableLength: 64\n');
  });

  it('is changed by options that hold together with the file only', async () => {
    const file = scenarioFile('chassis: { release: 18.2R1 }\n');
    const { code, out } = await midplane('run', file, '--cards', '1=SPC3,7=IOC3', '--csv');
    expect([code, out.split(',')[0]]).toEqual([0, 'spu_id']);
  });

  it('takes parameters with units, and puts captures and workloads together', async () => {
    const file = temporaryFile(
      'mix.yaml',
      `${SCHEMA}parameters:\n  udpTimeoutS: 1.5 min\ntraffic:\n  - capture: ${office}\n  - shape: small\n    packets: 1000\n  - capture: ${office}\n`,
    );
    const { code, out } = await midplane('run', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ input: { packets: 2 * 7230 + 1000 } });
  });
});

describe('bad input', () => {
  it.each<[string, string, string, string]>([
    ['unknown key', 'hsah: crc32c\n', 'scenario-unknown-key', 'hsah must be one of the keys'],
    ['unknown card', 'chassis:\n  cards:\n    1: SPC9\n', 'unknown-card', 'chassis.cards.1 must be one of SPC1'],
    ['wrong unit', 'parameters: { udpTimeoutS: 5 kg }\n', 'scenario-bad-value', '(line 2, column 28): got "5 kg"'],
    ['no YAML', 'chassis: [\n', 'scenario-syntax', 'the text must be YAML or JSON'],
    ['key twice', 'hash: crc32c\nhash: crc32c\n', 'scenario-duplicate-key', '(line 3, column 1)'],
  ])('%s: one sentence with the file, line and column', async (_, lines, code, part) => {
    const file = scenarioFile(lines);
    const { code: exitCode, out, err } = await midplane('run', file);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^midplane: Cannot read scenario [^\n]*office\.yaml: [^\n]* must [^\n]*\(line \d+, column \d+\): got [^\n]+\n$/,
    );
    expect(err).toContain(part);
    expect(err.endsWith(` [${code}]\n`), err).toBe(true);
    const asJson = await midplane('run', file, '--json');
    expect((JSON.parse(asJson.err) as { error: { code: string } }).error.code).toBe(code);
  });

  it.each<[string, (file: string) => string[], string]>([
    ['file that is not there', () => ['run', '/no/such.yaml'], 'no-such-file'],
    ['JSON that is no scenario', () => ['run', temporaryFile('r.json', '{"a": 1}')], 'scenario-version'],
    [
      'capture that is not there',
      () => ['run', temporaryFile('s.yaml', `${SCHEMA}traffic: [{ capture: x.pcap }]`)],
      'no-such-file',
    ],
    ['options that do not fit the file', (file) => ['run', file, '--cards', '1=SPC3,7=IOC2'], 'card-needs-release'],
    ['two formats', (file) => ['run', file, '--csv', '--print-scenario'], 'usage-conflict'],
  ])('%s', async (_, args, code) => {
    const { code: exitCode, out, err } = await midplane(...args(scenarioFile('chassis: { release: 17.4R1 }\n')));
    expect([exitCode, out]).toEqual([2, '']);
    expect(err.endsWith(` [${code}]\n`), err).toBe(true);
  });

  it('a capture that is corrupt in the middle ends the input, and the report names it', async () => {
    const cut = temporaryFile('cut.pcapng', readFileSync(office).subarray(0, 100_001));
    const file = temporaryFile('s.yaml', `${SCHEMA}traffic: [{ capture: ${office} }, { capture: ${cut} }]\n`);
    const { code, out, err } = await midplane('run', file, '--json');
    const { input } = JSON.parse(out) as { input: { packets: number; error: string } };
    expect(code).toBe(2);
    expect(input.error).toMatch(/cut\.pcapng: Cannot read capture: /);
    expect(input.packets).toBeGreaterThan(100);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'capture-truncated-record' } });
  });
});

describe('NAT, policies and sides', () => {
  const device = `schema: midplane-scenario/1
chassis: { cards: { 1: SPC2, 2: SPC2, 7: IOC2, 8: IOC2 } }
configuration:
  sides: { 192.0.2.0/24: xe-7/0/0, "2001:db8:1::/48": xe-7/0/0, 0.0.0.0/0: xe-8/0/0, "::/0": xe-8/0/0 }
  zones: { trust: [xe-7/0/0], untrust: [xe-8/0/0] }
  policies:
    - { name: no-dns, from: trust, application: junos-dns-udp, action: reject }
    - { name: out, from: trust, to: untrust, action: permit }
  sourceNat:
    pools: { pool-a: { addresses: 203.0.113.8/30 } }
    rules: [{ source: 192.0.2.0/24, from: trust, translate: { pool: pool-a } }]
traffic: [{ capture: ${JSON.stringify(office)} }]
`;

  it('R-nat-1, R-pol-4, R-pol-7: show in the report, in sessions and in explain', async () => {
    const file = temporaryFile('device.yaml', device);
    const report: Report = (await midplaneJson('run', file)).value;
    expect(report.natPools).toMatchObject([{ name: 'pool-a', addresses: 4 }]);
    expect(report.totals.generated).toBe(report.drops.find(({ reason }) => reason === 'policy-reject')!.packets);
    expect(report.npus.map(({ slot, hits }) => [slot, hits > 0])).toEqual([
      [7, true],
      [8, true],
    ]);
    const { out } = await midplane('sessions', file, '--source-prefix', '192.0.2.20', '--protocol', 'tcp');
    expect(out).toMatch(
      /Policy name: out\/5, .*\n {2}In: 192\.0\.2\.20\/\d+ --> .*If: xe-7\/0\/0\.0.*\n {2}Out: .* --> 203\.0\.113\.\d+\/\d+;tcp.*If: xe-8\/0\/0\.0/,
    );
    const told = await midplane('explain', file, '--flow', '192.0.2.20:60658 > 198.51.100.12:80/tcp');
    expect([told.code, told.err]).toEqual([0, '']);
    expect(told.out).toMatch(/policy\s+out,\s+number\s+5,\s+permits\s+it\s+from\s+zone\s+trust\s+to\s+zone\s+untrust/);
    expect(told.out).toMatch(/source\s+NAT:\s+pool-a,\s+198\.51\.100\.12:80\s+>\s+203\.0\.113\.\d+:\d+\/tcp/);
  });

  it('says on the command line what a scenario says', async () => {
    const args = ['--cards', '1=SPC2,7=IOC2,8=IOC2', '--side', '192.0.2.0/24=xe-7/0/0', '--side', '::/0=xe-8/0/0'];
    const { out: scenario } = await midplane('run', office, ...args, '--asymmetric', '--print-scenario');
    expect(scenario).toMatch(/symmetric: false\nconfiguration:\n {2}sides:\n {4}192\.0\.2\.0\/24: xe-7\/0\/0\n/);
    const report: Report = (await midplaneJson('run', office, ...args, '--asymmetric')).value;
    expect((await midplaneJson('run', temporaryFile('same.yaml', scenario))).value).toEqual(report);
    const redirected = report.spus.reduce((sum, { paths }) => sum + paths.redirected, 0);
    expect(redirected).toBeGreaterThan(300); // R-hash-11: replies that hash to another SPU than their session's
  });
});
