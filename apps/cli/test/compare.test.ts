import { readFileSync } from 'node:fs';
import { type Comparison, comparisonSchema } from '@midplane/scenario';
import { describe, expect, it } from 'vitest';
import { finished, midplane, midplaneJson, office, start, temporaryFile } from './_midplane.ts';

const SCHEMA = 'schema: midplane-scenario/1\n';

describe('midplane compare', () => {
  it('sets a capture on two chassis side by side', async () => {
    const { code, out, err } = await midplane(
      'compare',
      office,
      '--to-cards',
      '1-3=SPC2,7=IOC2',
      '--to-release',
      '18.2R1',
    );
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/-> with cards 1-3=SPC2,7=IOC2, release 18\.2R1\n/);
    expect(out).toMatch(/^release {2}17\.4R1 +18\.2R1$/m);
    expect(out).toMatch(/^sessions: 946 of 1,034 of this traffic get another SPU \(91\.5 %\)$/m);
    expect(out).toMatch(/^a reboot \(release 18\.2R1 starts with a reboot\): 372 s without traffic/m);
  });

  it('prints JSON in the form of its schema, the same twice', async () => {
    const args = ['compare', office, '--to-hash', 'murmur3', '--to-table-length', '256'];
    const first = await midplaneJson(...args);
    const value: Comparison = first.value;
    expect(comparisonSchema.parse(value)).toEqual(value);
    expect(value.differences.map(({ what, after }) => `${what} ${after}`)).toEqual(['table rows 256', 'hash murmur3']);
    expect((await midplaneJson(...args)).value).toEqual(value);
  });

  it('compares scenarios, and says the same of a change on the command line', async () => {
    const file = (lines: string) => temporaryFile('s.yaml', `${SCHEMA}${lines}traffic: [{ capture: ${office} }]\n`);
    const [one, two] = [file(''), file('chassis: { cards: "1=SPC2,7=IOC2", distributionMode: hash-based }\n')];
    const files: Comparison = (await midplaneJson('compare', one, two)).value;
    const options: Comparison = (
      await midplaneJson('compare', office, '--to-cards', '1=SPC2,7=IOC2', '--to-distribution', 'hash')
    ).value;
    const names = { before: { name: '' }, after: { name: '' } };
    const nameless = (each: Comparison) => ({
      ...each,
      before: { ...each.before, ...names.before },
      after: { ...each.after, ...names.after },
    });
    expect(nameless(files)).toEqual(nameless(options));
  });

  it('lets options without --to say what both sides are', async () => {
    const { value } = await midplaneJson('compare', office, '--table-length', '64', '--to-hash', 'fnv1a');
    const { before, after }: Comparison = value;
    expect([before.chassis.tableLength, after.chassis.tableLength]).toEqual([64, 64]);
    expect([before.chassis.hash, after.chassis.hash]).toEqual(['crc32c', 'fnv1a']);
  });

  it('reads standard input, once for both', async () => {
    const child = start('compare', '-', '--to-hash', 'fnv1a', '--json');
    child.stdin?.end(readFileSync(office));
    const { code, out } = await finished(child);
    const { before, after } = JSON.parse(out) as Comparison;
    expect([code, before.input.packets, after.input.packets]).toEqual([0, 7230, 7230]);
  });

  it('gives the comparison of the packets before a corrupt place, and exit code 2', async () => {
    const cut = temporaryFile('cut.pcapng', readFileSync(office).subarray(0, 100_001));
    const { code, out, err } = await midplane('compare', cut, '--to-hash', 'fnv1a', '--json');
    expect(code).toBe(2);
    expect((JSON.parse(out) as Comparison).inputError).toMatch(/^Cannot read capture/);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'capture-truncated-record' } });
  });

  it.each<[string, string[], string]>([
    ['nothing to compare with', [office], 'nothing-to-compare'],
    ['a chassis that cannot be', [office, '--to-cards', '1=SPC2'], 'no-ioc'],
    ['a card that the release does not run', [office, '--to-cards', '1=SPC3,7=IOC2'], 'card-needs-release'],
    ['an unknown hash', [office, '--to-hash', 'md5'], 'unknown-hash'],
    ['an unknown mode', [office, '--to-distribution', 'random'], 'usage-invalid-value'],
    ['an impossible mode', [office, '--to-distribution', 'rr'], 'unsupported-mode'],
    ['a missing file', [office, '/no/such.pcap'], 'no-such-file'],
    ['an empty file', ['/dev/null', '--to-hash', 'fnv1a'], 'capture-empty'],
  ])('refuses %s', async (_, args, code) => {
    const { code: exitCode, out, err } = await midplane('compare', ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(/^midplane: Cannot [^\n]+\n$/);
    expect(err.endsWith(` [${code}]\n`), err).toBe(true);
  });
});
