import { type Plan, planSchema } from '@midplane/scenario';
import { describe, expect, it } from 'vitest';
import { finished, midplane, midplaneJson, office, start, temporaryFile } from './_midplane.ts';

describe('midplane plan', () => {
  it('says which cards hold a capture, and why smaller ones do not', async () => {
    const { code, out, err } = await midplane('plan', office, '--growth', '300');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^0=SPC2,7=IOC2 holds this traffic 300 times in an srx5800 of release 17\.4R1\.\n/);
    expect(out).toMatch(
      /^0=SPC1,7=IOC2 too small: even spread perfectly, CPU in the busiest second .*\n {2}57\.5 x, 300 x is wanted$/m,
    );
    expect(out).toMatch(/^Growth is linear: /m);
  });

  it('prints JSON in the form of its schema, the same twice', async () => {
    const args = ['plan', office, '--growth', '100', '--types', 'spc2', '--cpu-target', '50', '--release', '18.2R1'];
    const plan: Plan = (await midplaneJson(...args)).value;
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({ growth: 100, cpuTargetPercent: 50, types: ['SPC2'], release: '18.2R1' });
    expect((await midplaneJson(...args)).value).toEqual(plan);
  });

  it('plans for a workload of the options', async () => {
    const args = ['--flows', '1000', '--packets', '5000', '--duration', '2', '--chassis', 'srx5400'];
    const plan: Plan = (await midplaneJson('plan', ...args, '--cards', '0=SPC2,2=IOC2')).value;
    expect(plan).toMatchObject({ model: 'srx5400', ioCards: { 2: 'IOC2' }, demand: { packets: 5000 } });
    expect(plan.chosen?.cards).toBe('0=SPC1,2=IOC2');
  });

  it('plans for a scenario, and keeps its cards with --keep', async () => {
    const file = temporaryFile(
      's.yaml',
      `schema: midplane-scenario/1
chassis: { cards: { 3: SPC2, 7: IOC2 }, sessionsPerSpu: { SPC1: 100, SPC2: 100 } }
traffic: [{ workload: { flows: { count: 250, popularity: uniform }, packets: 250 } }]
`,
    );
    const cards = async (...args: string[]) =>
      ((await midplaneJson('plan', file, ...args)).value as Plan).chosen?.cards;
    expect(await cards()).toBe('0=SPC2,7=IOC2');
    expect(await cards('--keep')).toBe('3=SPC2,7=IOC2');
    expect(await cards('--keep', '--growth', '2', '--types', 'SPC2')).toBe('0=SPC2,3=SPC2,7=IOC2');
  });

  it('does not take a capture that can be read once only', async () => {
    const child = start('plan', '-');
    child.stdin?.end('x'.repeat(100));
    const { code, err } = await finished(child);
    expect([code, err]).toEqual([
      2,
      'midplane: Cannot plan cards: captures must be files, as they are read again for each set of cards: got standard input [input-read-once]\n',
    ]);
  });

  it.each<[string, string[], string]>([
    ['neither capture nor workload', [], 'usage-missing-argument'],
    ['both', [office, '--flows', '10'], 'usage-conflict'],
    ['no growth', [office, '--growth', '0'], 'usage-invalid-value'],
    ['a target beyond 100 %', [office, '--cpu-target', '120'], 'usage-invalid-value'],
    ['an I/O card as services card', [office, '--types', 'IOC2'], 'usage-invalid-value'],
    ['cards that the release does not run', [office, '--types', 'SPC3'], 'out-of-range'],
    ['a chassis that cannot be', [office, '--cards', '7=IOC2'], 'no-spc'],
    ['a missing file', ['/no/such.pcap'], 'no-such-file'],
    ['a bad workload', ['--arrivals', '0:1,1:1', '--flows', '-4'], 'bad-workload'],
  ])('refuses %s', async (_, args, code) => {
    const { code: exitCode, out, err } = await midplane('plan', ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(/^midplane: Cannot [^\n]+\n$/);
    expect(err.endsWith(` [${code}]\n`), err).toBe(true);
  });
});
