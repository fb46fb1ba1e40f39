import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const COMMANDS = ['run', 'where', 'inspect', 'chassis', 'traffic'];
const CARDS = ['SPC1', 'SPC2', 'SPC3', 'SRX5K-SPC-4-15-320'];

it.each([
  ['rum', COMMANDS, 'run'],
  ['rnu', COMMANDS, 'run'],
  ['RUN', COMMANDS, 'run'],
  ['inspct', COMMANDS, 'inspect'],
  ['trafic', COMMANDS, 'traffic'],
  ['chasis', COMMANDS, 'chassis'],
  ['spc4', CARDS, 'SPC1'], // of equally near ones the first
  ['SRX5K-SPC-4-15-230', CARDS, 'SRX5K-SPC-4-15-320'],
  ['show', COMMANDS, null],
  ['', COMMANDS, null],
  ['run', [], null],
  ['x'.repeat(200), ['x'.repeat(199)], 'x'.repeat(199)],
  ['x'.repeat(201), ['x'.repeat(200)], null],
])('nearestName() of %j among %j is %j', (text, names, name) => {
  expect(nearestName(text, names)).toBe(name);
});
