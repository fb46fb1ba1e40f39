import { describe, expect, it } from 'vitest';
import { formatScenario } from './format-scenario.ts';
import { loadScenario } from './load-scenario.ts';
import { runScenario } from './run-scenario.ts';

const textOf = (fails: string, timing = ''): string => `schema: midplane-scenario/1
chassis: { cards: "1=SPC2,2=SPC2,7=IOC2"${timing} }
traffic: [{ shape: small, packets: 300, durationSeconds: 40 min }]
events:
  - { atSeconds: 10, ${fails} }
  - { atSeconds: 400, reboot: {} }
`;

/** Events of the device after the reboot that are about a failure, with the second at which the outage ends. */
async function afterReboot(fails: string, timing?: string): Promise<unknown[]> {
  const { device } = await runScenario(loadScenario(textOf(fails, timing)));
  const failures = device!.log.filter(({ atNs, kind }) => atNs >= 400e9 && kind.endsWith('-failed'));
  return [...failures.map(({ text }) => text), device!.outages.at(-1)!.untilNs! / 1e9];
}

describe('a unit that fails for good', () => {
  it.each([
    ['an SPU', 'failSpu: { spu: fpc1.pic1, permanent: true }', 'SPU fpc1.pic1 did not come up and is declared failed'],
    ['a card', 'failCard: { slot: 2, permanent: true }', 'FPC 2 failed'],
  ])(
    '%s: does not come up after a reboot, and the boot timeout decides when traffic passes',
    async (_, fails, text) => {
      const [standard, shorter] = [
        await afterReboot(fails),
        await afterReboot(fails, ', timing: { bootTimeoutS: 300 }'),
      ];
      expect(standard[0]).toBe(text);
      expect(shorter[0]).toBe(text);
      expect((standard[1] as number) - (shorter[1] as number)).toBe(300);
    },
  );

  it.each([
    ['a name', 'failSpu: fpc1.pic1'],
    ['an object', 'failSpu: { spu: fpc1.pic1 }'],
    ['not for good', 'failSpu: { spu: 5, permanent: false }'],
    ['a slot', 'failCard: 2'],
    ['a slot in an object', 'failCard: { slot: 2 }'],
  ])('is up again after a reboot otherwise: %s', async (_, fails) => {
    expect(await afterReboot(fails)).toHaveLength(1);
  });

  it.each([
    ['failSpu: { spu: fpc1.pic1, permanent: true }', { failSpu: { spu: 'fpc1.pic1', permanent: true } }],
    ['failCard: { slot: 2, permanent: true }', { failCard: { slot: 2, permanent: true } }],
  ])('is written and read again: %s', (fails, event) => {
    const scenario = loadScenario(textOf(fails));
    expect(scenario.events![0]).toEqual({ atSeconds: 10, ...event });
    for (const format of ['yaml', 'json'] as const) {
      expect(loadScenario(formatScenario(scenario, format))).toEqual(scenario);
    }
  });

  it.each([
    [
      'failSpu: []',
      /failSpu must be an SPU ID or a name such as fpc1\.pic0, or an object with the keys spu, permanent /,
    ],
    ['failSpu: {}', /failSpu must be an SPU ID .*, or an object with the keys spu, permanent .*: got an empty object$/],
    [
      'failCard: { permanent: true }',
      /failCard must be a whole number .*, or an object with the keys slot, permanent /,
    ],
    ['failCard: 12', /failCard must be a whole number from 0 to 11/],
    ['failCard: { slot: 2, permanent: 1 }', /failCard\.permanent must be true or false .*: got 1$/],
    ['failSpu: { spu: 5, forever: true }', /failSpu\.forever must be one of the keys spu, permanent .*: got "forever"/],
    ['failSpu: { spu: fpc9.pic1 }', /spu must be one of fpc1\.pic0, .*: got "fpc9\.pic1"$/],
  ])('says what is wrong: %s', (fails, message) => {
    expect(() => loadScenario(textOf(fails))).toThrow(message);
  });
});
