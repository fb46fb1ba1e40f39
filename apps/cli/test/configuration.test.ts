import { join } from 'node:path';
import type { Report } from '@midplane/pipeline';
import type { Comparison, Plan } from '@midplane/scenario';
import { describe, expect, it } from 'vitest';
import { midplane, midplaneJson, office, root, temporaryFile } from './_midplane.ts';

const datacenter = join(root, 'examples', 'datacenter.yaml');
const conf = join(root, 'examples', 'datacenter.conf');
const CARDS = ['--cards', '1=SPC2,2=SPC2,7=IOC2,8=IOC2'];
const WARNING = /^Warning: configuration: 31 statements have no effect in the model: interfaces mtu/m;

describe('a scenario whose configuration is a Junos file', () => {
  it('runs, with what the model does not know in the report, and the same in every order of words', async () => {
    const { code, out, err } = await midplane('run', datacenter);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(WARNING);
    expect(
      out.split('\n').filter((line) => /^(Warning| {2}[a-z].*\(line \d+\))/.test(line) && line.length > 100),
    ).toEqual([]);
    expect(out).toMatch(/packet-ordering-mode software: reboot needed to change to software\n/);
    const { value: report } = await midplaneJson('run', datacenter);
    expect((report as Report).warnings.map(({ code: each }) => each)).toContain('configuration-statement');
  });

  it('is listed, explained, compared and planned with; warnings are on standard error where no report tells them', async () => {
    const sessions = await midplane(
      'sessions',
      datacenter,
      '--at',
      '4',
      '--protocol',
      'tcp',
      '--destination-port',
      '80',
    );
    expect(sessions.err).toMatch(WARNING);
    expect(sessions.out).toMatch(
      /Policy name: office-out\/5, .*\n {2}In: 192\.0\.2\.\d+.*If: xe-7\/0\/0\.0.*\n {2}Out: .*If: xe-8\/0\/0\.0/,
    );
    const explained = await midplane('explain', datacenter, '--flow', '192.0.2.20:60658 > 198.51.100.12:80/tcp');
    expect(explained.err).toMatch(WARNING);
    expect(explained.out).toMatch(/policy\s+office-out/);
    const { value: comparison } = await midplaneJson('compare', datacenter, '--to-cards', '1=SPC2,7=IOC2,8=IOC2');
    expect((comparison as Comparison).warnings.join()).toContain('snmp community (line 295)');
    const plan = await midplaneJson('plan', datacenter);
    expect(plan.err).toMatch(WARNING);
    expect((plan.value as Plan).candidates.length).toBeGreaterThan(0);
  }, 60_000);

  it('is what the shell shows, with what its events have committed', async () => {
    const { out, err } = await midplane(
      ...['shell', datacenter, '-c', 'show version | match Host', '-c', 'show configuration security flow aging'],
      ...['-c', 'show security flow status | match "Ordering mode"', '-c', 'show configuration snmp'],
      ...['-c', 'show security flow session protocol udp source-prefix 192.0.2.0/24 | match ", Valid" | count'],
    );
    expect(err).toMatch(WARNING);
    expect(out).toBe(
      'Hostname: dc-fw\nearly-ageout 10;\nlow-watermark 80;\nhigh-watermark 90;\n' +
        '    Ordering mode: Hardware (reboot needed to change to Software)\n' +
        'community public {\n    authorization read-only;\n}\nCount: 0 lines\n',
    );
  });

  it('stands in the file as text where a scenario is printed', async () => {
    const { out } = await midplane('run', datacenter, '--print-scenario');
    expect(out).toContain('configuration:\n  junos: |\n    ## Configuration of a data centre firewall');
    const again = temporaryFile('again.yaml', out);
    expect((await midplane('run', again)).out).toBe((await midplane('run', datacenter)).out);
  });
});

describe('--configuration', () => {
  it('says the same as the file of a scenario', async () => {
    const { value } = await midplaneJson('run', office, ...CARDS, '--configuration', conf);
    const file = temporaryFile(
      's.json',
      JSON.stringify({
        schema: 'midplane-scenario/1',
        chassis: { cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' },
        configuration: { file: conf },
        traffic: [{ capture: office }],
      }),
    );
    expect((await midplaneJson('run', file)).value).toEqual(value);
  });

  it('refuses what is wrong in it, with its place', async () => {
    const bad = temporaryFile('bad.conf', 'security {\n    flow {\n        aging high-watermark 101;\n    }\n}\n');
    const refused = await midplane('run', office, '--configuration', bad);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toBe(
      'midplane: Cannot read configuration: it must be a Junos configuration: Value 101 is not within range (1..100) ' +
        '(line 3, column 30): got "101" [configuration-syntax]\n',
    );
    const scenario = temporaryFile(
      's.yaml',
      `schema: midplane-scenario/1\nconfiguration: { file: ${JSON.stringify(bad)} }\ntraffic: [{ capture: ${office} }]\n`,
    );
    expect((await midplane('run', scenario)).err).toMatch(
      /bad\.conf, line 3, column 30\): got "101" \[scenario-bad-value\]\n$/,
    );
  });
});
