import { expect, it } from 'vitest';
import { packetOf, play, REGIMES, SECOND } from './_play.suite.ts';
import { PARAMETERS, type ParameterName, parameterRange, resolveParameters } from './parameters.ts';

const NAMES = Object.keys(PARAMETERS) as ParameterName[];

it('resolveParameters() has every default, and changes by name', () => {
  const values = resolveParameters({ udpTimeoutS: 5 });
  expect(Object.keys(values)).toEqual(NAMES);
  for (const name of NAMES) expect(values[name]).toBe(name === 'udpTimeoutS' ? 5 : PARAMETERS[name].value);
});

it.each([
  ['udpTimeoutS', 0, 'from 1 to 500000: got 0'],
  ['udpTimeoutS', 1.5, 'from 1 to 500000: got 1.5'],
  ['udpTimeoutS', 500_001, 'from 1 to 500000: got 500001'],
  ['spuToSpuDelayNs', 1e10 + 1, 'from 1 to 10000000000: got 10000000001'],
  ['fragmentChains', 1e9, 'from 1 to 4096: got 1000000000'],
  ['heldFragments', Number.POSITIVE_INFINITY, 'from 1 to 1024: got Infinity'],
  ['lowWatermarkPercent', -1, 'from 0 to 100: got -1'],
  ['highWatermarkPercent', 101, 'from 1 to 100: got 101'],
] as const)('resolveParameters() refuses %s = %d', (name, value, problem) => {
  expect(() => resolveParameters({ [name]: value })).toThrow(
    new RangeError(`Cannot set parameter ${name}: value must be an integer ${problem}`),
  );
});

it.each(REGIMES)('every parameter works at its least and at its largest value, %s', (_, chassis) => {
  const dns = '192.0.2.1:1000 > 198.51.100.2:53/udp';
  const packets = ['S', 'A', 'R'].flatMap((flags) => [packetOf('192.0.2.1:1 > 192.0.2.2:2/tcp', flags), packetOf(dns)]);
  for (const name of NAMES) {
    const { unit } = PARAMETERS[name];
    const { least, most } = parameterRange(name);
    const largest = { s: 500_000, ns: 1e10, '%': 100, chains: 4096, fragments: 1024, packets: 65_536 }[unit]!;
    expect(most).toBe(PARAMETERS[name].most ?? largest);
    for (const value of [least, most]) {
      for (const intervalNs of [1000, 70 * SECOND]) {
        const { report } = play(packets, { chassis, parameters: { [name]: value }, intervalNs });
        const { delivered, dropped, remaining } = report.totals;
        expect([delivered + dropped, remaining]).toEqual([6, 0]);
      }
    }
  }
});
