import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LIMITS, readSettings, SETTINGS } from './settings.ts';
import { VERSION } from './version.ts';

const readFile = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it('the README lists every limit and setting with its default', () => {
  const readme = readFile('../README.md');
  const table = /<!-- limits -->\n([\s\S]*)\n<!-- \/limits -->/.exec(readme)![1].split('\n').slice(2);
  const limits = Object.entries(LIMITS).map(
    ([name, { env, value, unit, meaning }]) =>
      `| \`${env}\` | \`${name}\` | ${value.toLocaleString('en')} ${unit} | ${meaning} |`,
  );
  const settings = SETTINGS.map(({ env, value, meaning }) => `| \`${env}\` | | ${value || 'none'} | ${meaning} |`);
  expect(table).toEqual([...limits, ...settings]);
});

it('readSettings() has the defaults where nothing is set, or nothing stands', () => {
  const defaults = Object.fromEntries(Object.entries(LIMITS).map(([name, { value }]) => [name, value]));
  const off = { trustProxy: false, telemetry: false, workers: 0 };
  const expected = { limits: defaults, tokens: [], corsOrigins: [], ...off, logs: true };
  expect(readSettings({})).toEqual(expected);
  const empty = Object.fromEntries([...Object.values(LIMITS), ...SETTINGS].map(({ env }) => [env, '']));
  expect(readSettings(empty)).toEqual(expected);
});

it.each(Object.entries(LIMITS))('readSettings() reads the limit %s', (name, { env }) => {
  expect(readSettings({ [env]: '7' }).limits).toMatchObject({ [name]: 7 });
  for (const text of ['-1', '1.5', '1e3', 'x', '0x10', name === 'requestsPerMinute' ? '' : '0'].filter(Boolean)) {
    expect(() => readSettings({ [env]: text })).toThrow(RangeError);
    expect(() => readSettings({ [env]: text })).toThrow(`Cannot read settings: ${env} must be a whole number from `);
  }
});

it('readSettings() reads lists and switches', () => {
  const env = {
    MIDPLANE_TOKENS: ' a, b ,,',
    MIDPLANE_CORS_ORIGINS: 'https://a.example',
    MIDPLANE_LOG: '0',
    MIDPLANE_OTEL: '1',
    MIDPLANE_WORKERS: '3',
  };
  expect(readSettings(env)).toMatchObject({
    tokens: ['a', 'b'],
    corsOrigins: ['https://a.example'],
    logs: false,
    telemetry: true,
    workers: 3,
  });
  expect(() => readSettings({ MIDPLANE_WORKERS: '9' })).toThrow(
    'Cannot read settings: MIDPLANE_WORKERS must be a whole number from 0 to 8: got "9"',
  );
  expect(() => readSettings({ MIDPLANE_LOG: 'yes' })).toThrow(
    'Cannot read settings: MIDPLANE_LOG must be 0 or 1: got "yes"',
  );
});

it('VERSION is that of the package', () => {
  expect(VERSION).toBe((JSON.parse(readFile('../package.json')) as { version: string }).version);
});
