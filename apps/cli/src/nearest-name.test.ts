import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const COMMANDS = ['run', 'where', 'inspect', 'chassis', 'traffic'];

it.each([
  ['rum', 'run'],
  ['rnu', 'run'],
  ['RUN', 'run'],
  ['inspct', 'inspect'],
  ['trafic', 'traffic'],
  ['chasis', 'chassis'],
  ['show', undefined],
  ['', undefined],
])('nearestName() of %j is %s', (text, name) => {
  expect(nearestName(text, COMMANDS)).toBe(name);
});
