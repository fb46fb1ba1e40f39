import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createApp } from '../src/index.ts';
import { office } from './_targets.ts';

const capture = new Uint8Array(readFileSync(office));
const HEAD = 'schema: midplane-scenario/1\n';
const UPLOAD = `${HEAD}traffic: [{ capture: a.pcap }]\n`;
const GENERATED = `${HEAD}traffic: [{ shape: small, packets: 1000 }]\n`;
const app = createApp({ limits: { requestsPerMinute: 0, packets: 100_000 } });

/** The place of a problem. */
async function placeOf(path: string, query: Record<string, string>, body: BodyInit): Promise<unknown[]> {
  const response = await app.request(`${path}?${new URLSearchParams(query)}`, { method: 'POST', body });
  const { status, parameter, pointer, line } = await response.json();
  return [status, parameter, pointer, line];
}

describe('a pointer into the body', () => {
  it.each([
    ['a key with a point and a slash', '"a.b/c": 1\n', '/a.b~1c', 2],
    ['a key with a tilde', '"~": 1\n', '/~0', 2],
    ['the whole', '', '', 1],
  ])('names %s', async (_what, key, pointer, line) => {
    const text =
      pointer === '' ? `${HEAD.trim().replace('schema', '- schema')}\n` : `${HEAD}${key}${UPLOAD.slice(HEAD.length)}`;
    expect(await placeOf('/v1/simulations', {}, text)).toEqual([400, undefined, pointer, line]);
  });

  it('names a key with a point of a card and of traffic', async () => {
    const cards = `${HEAD}chassis: { cards: { "1.5": SPC2 } }\ntraffic: [{ shape: small }]\n`;
    expect(await placeOf('/v1/simulations', {}, cards)).toEqual([400, undefined, '/chassis/cards/1.5', 2]);
    const traffic = '{"traffic":{"shape":"small","a.b/c":1}}';
    expect(await placeOf('/v1/traffic', {}, traffic)).toEqual([400, undefined, '/traffic/a.b~1c', undefined]);
  });
});

describe('a pointer into a scenario in the query', () => {
  it.each([
    ['an unknown key', '/v1/simulations', { scenario: `${HEAD}hsah: x\n` }, '/hsah', 2],
    ['no YAML', '/v1/plan', { scenario: `${HEAD}a: [\n` }, '', 3],
    [
      'two captures',
      '/v1/explain',
      { packet: '1', scenario: `${UPLOAD.trimEnd().slice(0, -1)}, { capture: b }]\n` },
      '/traffic',
      undefined,
    ],
    [
      'too many packets',
      '/v1/simulations',
      { scenario: `${HEAD}traffic: [{ capture: a }, { shape: small }]\n` },
      '/traffic/1',
      undefined,
    ],
  ])('comes with the parameter: %s', async (_what, path, query, pointer, line) => {
    expect(await placeOf(path, query as never, capture)).toEqual([
      pointer === '/traffic/1' ? 413 : 400,
      'scenario',
      pointer,
      line,
    ]);
  });

  it('of the side after comes with the name of that parameter', async () => {
    const wrong = `${UPLOAD}"a.b": 1\n`;
    expect(await placeOf('/v1/compare', { after: wrong }, capture)).toEqual([400, 'after', '/a.b', 3]);
    const long = `${HEAD}traffic: [{ shape: small }]\n`;
    expect(await placeOf('/v1/compare', { after: long }, GENERATED)).toEqual([413, 'after', '/traffic/0', undefined]);
    expect(await placeOf('/v1/compare', { scenario: wrong, toHash: 'toeplitz' }, capture)).toEqual([
      400,
      'scenario',
      '/a.b',
      3,
    ]);
    // a fault of the body beside a scenario in the query is one of the body
    expect(await placeOf('/v1/compare', { after: GENERATED }, long)).toEqual([413, undefined, '/traffic/0', undefined]);
  });
});
