import { readFileSync } from 'node:fs';
import { readCapture } from '@midplane/capture';
import { expect, it } from 'vitest';
import { loadScenario } from './load-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { scenarioJsonSchema } from './schema.ts';

const folder = new URL('../../../examples/', import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const play = (name: string) =>
  runScenario(loadScenario(textOf(name), { name }), {
    openCapture: (path) => readCapture(readFileSync(new URL(path, folder))),
  });

it('office.yaml: both sides, policies, NAT, and an event', async () => {
  const report = await play('office.yaml');
  expect(report.natPools.reduce((sum, { allocations }) => sum + allocations, 0)).toBeGreaterThan(0);
  expect(report.events.map(({ result }) => result)).toEqual(['done']);
});

it('failure.yaml: an SPU that fails, a card that takes part since the reboot', async () => {
  const report = await play('failure.yaml');
  const outages = report.device!.outages.map(({ fromNs, untilNs, cause }) => [fromNs / 1e9, untilNs! / 1e9, cause]);
  expect(outages).toEqual([
    [120, 307, 'SPU fpc1.pic1 failed'],
    [600, 972, 'Reboot'],
  ]);
  expect(report.spus).toHaveLength(12);
});

it('every-key.yaml has every key of the schema, and all of its events happen', async () => {
  const report = await play('every-key.yaml');
  expect(report.events.filter(({ result }) => /^refused|^not reached/.test(result))).toEqual([]);
  const keys = new Set<string>();
  JSON.stringify(scenarioJsonSchema(), (name, value) => {
    if (name === 'properties') for (const key of Object.keys(value)) keys.add(key);
    return value;
  });
  const text = textOf('every-key.yaml');
  expect([...keys].filter((key) => !new RegExp(`\\b${key}:`).test(text))).toEqual([]);
});
