import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/index.ts';
import { expectDocumented } from './_documented.ts';
import { missing, office, start, type Target } from './_targets.ts';

const capture = new Uint8Array(readFileSync(office));
const MANY = 3_000_000;

/** A scenario, which says where its SPUs are to be, or does not. */
function scenarioOf(spus: string | undefined, traffic: object, chassis: object = {}): string {
  return JSON.stringify({ schema: 'midplane-scenario/1', chassis, ...(spus && { spus }), traffic: [traffic] });
}

describe.skipIf(missing('node') !== undefined)('a run on an endpoint with three workers', { timeout: 60_000 }, () => {
  let target: Target;
  beforeAll(async () => {
    target = await start('node', { MIDPLANE_WORKERS: '3' });
  });
  afterAll(async () => await target?.close());

  const ask = async (body: BodyInit, query = '', headers: Record<string, string> = {}): Promise<[unknown, string]> => {
    const path = `/v1/simulations${query}`;
    const response = await fetch(target.url + path, { method: 'POST', body, headers });
    expect(response.status).toBe(200);
    expectDocumented(path, response);
    return [JSON.parse(response.headers.get('midplane-run-info') ?? 'null'), await response.text()];
  };
  const generated = { shape: 'small', packets: 20_000 };

  it('takes as many as it may where its traffic can be made again, and says so; the report is the same', async () => {
    const [none, inline] = await ask(scenarioOf(undefined, generated));
    expect(none).toBeNull();
    const info = { spus: { workers: 3, why: 'as asked for' } };
    expect(await ask(scenarioOf('workers', generated))).toEqual([info, inline]);
    expect(inline).not.toContain('as asked for');
  });

  it('decides by the packets that are expected', async () => {
    const one = availableParallelism() < 2;
    const few = `some 20,000 packets are over before workers have started`;
    const [small] = await ask(scenarioOf('auto', generated));
    expect(small).toEqual({ spus: { workers: 0, why: one ? 'there is one processor' : few } });
    const long = { shape: 'small', packets: MANY };
    const [large, report] = await ask(scenarioOf('auto', long));
    const many = { workers: 3, why: 'some 3,000,000 packets' };
    expect(large).toEqual({ spus: one ? { workers: 0, why: 'there is one processor' } : many });
    expect(JSON.parse(report).totals.offered).toBe(MANY);
  });

  it('says why it has one where the input comes once', async () => {
    const upload = (spus: string): string => `?scenario=${encodeURIComponent(scenarioOf(spus, { capture: 'any' }))}`;
    const [workers, report] = await ask(capture, upload('workers'));
    const why = 'NPU tables could become full, and the input cannot be read again';
    expect(workers).toEqual({ spus: { workers: 1, why } });
    const [auto, same] = await ask(capture, upload('auto'));
    expect(auto).toMatchObject({ spus: { workers: 0, why: expect.stringMatching(/^(nobody knows|there is one)/) } });
    expect(same).toBe(report);
  });

  it('R-run-5: begins anew where groups of SPUs could fill the table of an NPU', async () => {
    const full = { npuTableWings: 300 };
    const [, inline] = await ask(scenarioOf(undefined, generated, full));
    const [info, report] = await ask(scenarioOf('workers', generated, full));
    expect(info).toEqual({ spus: { workers: 1, why: expect.stringMatching(/^the run begins anew, as groups/) } });
    expect(report).toBe(inline);
  });

  it('says so in the first event of a stream', async () => {
    const [header, text] = await ask(scenarioOf('workers', generated), '', { Accept: 'application/x-ndjson' });
    expect(header).toBeNull();
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toEqual({ event: 'run-info', runInfo: { spus: { workers: 3, why: 'as asked for' } } });
    expect(events.at(-1).event).toBe('report');
  });
});

it('an endpoint without workers says that it has none, and lets pages read it', async () => {
  const app = createApp({ corsOrigins: ['*'] });
  const body = scenarioOf('auto', { shape: 'small', packets: 1000 });
  const response = await app.request('/v1/simulations', {
    method: 'POST',
    body,
    headers: { Origin: 'https://a.example' },
  });
  expect(JSON.parse(response.headers.get('midplane-run-info')!)).toEqual({
    spus: { workers: 0, why: 'this endpoint has no workers' },
  });
  expect(response.headers.get('access-control-expose-headers')).toContain('Midplane-Run-Info');
});
