import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PcapWriter } from '@midplane/capture';
import { describe, expect, it } from 'vitest';
import { createApp, type LimitName, type LogRecord } from '../src/index.ts';
import type { SpuHosts } from '../src/run/spu-hosts.ts';
import { expectDocumented } from './_documented.ts';
import { office } from './_targets.ts';

const capture = new Uint8Array(readFileSync(office));
const scenario = (traffic: object, chassis?: object): string =>
  JSON.stringify({ schema: 'midplane-scenario/1', ...(chassis && { chassis }), traffic: [traffic] });
/** Posts, and expects that the document tells of such an answer. */
async function post(
  app: ReturnType<typeof createApp>,
  path: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await app.request(path, { method: 'POST', body, headers });
  expectDocumented(path, response);
  return response;
}
/** Problems that an app has counted. */
const problemsOf = async (app: ReturnType<typeof createApp>): Promise<string[]> =>
  (await (await app.request('/metrics')).text()).match(/^midplane_problems_total\{.*$/gm) ?? [];

describe('a limit', () => {
  it.each<[LimitName, number, string, BodyInit, number, string]>([
    ['bodyBytes', 1000, '/v1/simulations', capture, 413, 'request-too-large'],
    ['textBytes', 20, '/v1/where', '{"flow":"192.0.2.1:1 > 192.0.2.2:2/tcp"}', 413, 'request-too-large'],
    ['textBytes', 60, '/v1/simulations', scenario({ shape: 'small' }), 413, 'request-too-large'],
    ['captureBytes', 300_000, '/v1/inspect', capture, 413, 'capture-too-large'],
    ['packets', 5000, '/v1/simulations', capture, 413, 'too-many-packets'],
    ['packets', 5000, '/v1/inspect', capture, 413, 'too-many-packets'],
    ['packets', 5000, '/v1/sessions', capture, 413, 'too-many-packets'],
    ['packets', 500, '/v1/explain?packet=7000', capture, 413, 'too-many-packets'],
    ['packets', 999, '/v1/simulations', scenario({ shape: 'small', packets: 1000 }), 413, 'too-many-packets'],
    ['packets', 999, '/v1/traffic', '{"traffic":{"shape":"small","packets":1000}}', 413, 'too-many-packets'],
    ['flows', 1000, '/v1/simulations', scenario({ shape: 'small', flows: 1001 }), 413, 'too-many-flows'],
    ['flows', 1000, '/v1/traffic', '{"traffic":{"workload":{"flows":{"count":1001}}}}', 413, 'too-many-flows'],
    ['sessions', 1000, '/v1/simulations', scenario({ shape: 'many', packets: 300_000 }), 413, 'too-many-sessions'],
    ['sessions', 1000, '/v1/inspect', scenario({ shape: 'many', packets: 300_000 }), 413, 'too-many-sessions'],
    ['keptBytes', 100_000, '/v1/plan', capture, 413, 'capture-too-large'],
    ['packets', 5000, '/v1/plan', capture, 413, 'too-many-packets'],
    ['packets', 5000, '/v1/compare?toHash=toeplitz', capture, 413, 'too-many-packets'],
    ['packets', 5000, '/v1/ordering/metrics', capture, 413, 'too-many-packets'],
    // 1,500 sessions at most on a path, three paths
    [
      'sessions',
      4000,
      '/v1/compare?toHash=toeplitz',
      scenario({ shape: 'small', packets: 80_000, flows: 1500 }),
      413,
      'too-many-sessions',
    ],
    ['simulatedSeconds', 5, '/v1/simulations', capture, 413, 'too-long-simulated'],
    [
      'simulatedSeconds',
      5,
      '/v1/simulations',
      scenario({ workload: { durationSeconds: 6 } }),
      413,
      'too-long-simulated',
    ],
    ['tableLength', 1000, '/v1/where', '{"flow":"192.0.2.1:1 > 192.0.2.2:2/tcp"}', 400, 'out-of-range'],
    ['tableLength', 1000, '/v1/weights', '{"tableLength":1001}', 400, 'out-of-range'],
    ['tableLength', 1000, '/v1/simulations?tableLength=1001', capture, 400, 'out-of-range'],
    [
      'wallSeconds',
      1,
      '/v1/simulations',
      scenario({ shape: 'many', packets: 40_000_000, flows: 100_000 }),
      503,
      'took-too-long',
    ],
  ])('%s of %i ends %s', async (name, value, path, body, status, code) => {
    const app = createApp({ limits: { [name]: value } });
    const response = await post(app, path, body);
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
    expect(await (await app.request('/metrics')).text()).toMatch(/^midplane_runs_running 0$/m);
  });

  it.each([
    ['textBytes', '/v1/simulations', 'application/yaml', '#'.repeat(1e6), 'request-too-large'],
    ['captureBytes', '/v1/inspect', 'application/octet-stream', capture, 'capture-too-large'],
    ['captureBytes', '/v1/simulations', 'multipart/form-data; boundary=x', '-'.repeat(4e6), 'request-too-large'],
  ])('of %s holds behind the coding of %s', async (_name, path, type, body, code) => {
    const limits = { textBytes: 1000, captureBytes: 300_000, bodyBytes: 500_000 };
    const headers = { 'Content-Encoding': 'gzip', 'Content-Type': type };
    const response = await post(createApp({ limits }), path, new Uint8Array(gzipSync(body)), headers);
    expect([response.status, (await response.json()).code]).toEqual([413, code]);
  });

  it('of packets holds for each reading of a traffic that is planned for, time for all', async () => {
    const app = createApp({ limits: { packets: 7230 } });
    expect((await post(app, '/v1/plan?growth=200', capture)).status).toBe(200);
    const metrics = await (await app.request('/metrics')).text();
    expect(Number(/^midplane_packets_total (\d+)$/m.exec(metrics)![1])).toBeGreaterThanOrEqual(2 * 7230);
  });

  it('of runs at a time refuses one more with Retry-After, until one is over', async () => {
    const app = createApp({ limits: { simulations: 1 } });
    const { readable: slow, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const feed = writable.getWriter();
    const init = { method: 'POST', body: slow, duplex: 'half' } as RequestInit;
    const first = app.request('/v1/simulations', init);
    while ((await app.request('/readyz')).status !== 503) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await post(app, '/v1/simulations', capture);
    expect([second.status, second.headers.get('retry-after'), (await second.json()).code]).toEqual([
      429,
      '1',
      'too-busy',
    ]);
    void feed.write(capture);
    void feed.close();
    expect((await first).status).toBe(200);
    expect((await post(app, '/v1/simulations', capture)).status).toBe(200);
  });

  it.each([
    ['sessions', '/v1/sessions', capture],
    ['traffic', '/v1/traffic', '{"traffic":{"shape":"small","packets":1000000}}'],
  ])('of time ends %s whose reader has stopped, and the log says so', async (_what, path, body) => {
    const log: LogRecord[] = [];
    const app = createApp({ limits: { wallSeconds: 1 }, log: (record) => log.push(record) });
    const response = await post(app, path, body);
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    await reader.read();
    const running = async (): Promise<string> =>
      (await (await app.request('/metrics')).text()).match(/^midplane_runs_running .*$/m)![0];
    expect(await running()).toBe('midplane_runs_running 1');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await running()).toBe('midplane_runs_running 0');
    await expect(reader.read()).rejects.toMatchObject({ code: 'took-too-long' });
    expect(log.filter(({ route }) => route === path)).toMatchObject([
      { level: 'info', status: 200 },
      { level: 'error', status: 200, code: 'took-too-long', requestId: response.headers.get('x-request-id') },
    ]);
    expect(await problemsOf(app)).toEqual(['midplane_problems_total{code="took-too-long"} 1']);
  });

  it('of requests holds for each client', async () => {
    let client = 'a';
    const app = createApp({ limits: { requestsPerMinute: 2 }, clientOf: () => client });
    const ask = () => app.request('/v1/spu-id?spu=5');
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const refused = await ask();
    expectDocumented('/v1/spu-id', refused);
    expect([refused.status, refused.headers.get('retry-after'), (await refused.json()).code]).toEqual([
      429,
      '30',
      'too-many-requests',
    ]);
    client = 'b';
    expect((await ask()).status).toBe(200);
    const forwarded = createApp({ limits: { requestsPerMinute: 1 }, clientOf: () => 'proxy', trustProxy: true });
    const by = (address: string) =>
      forwarded.request('/v1/spu-id?spu=5', { headers: { 'X-Forwarded-For': `made-up, ${address}` } });
    expect([(await by('c')).status, (await by('d')).status, (await by('c')).status]).toEqual([200, 200, 429]);
  });
});

describe('the limit of simulated time', () => {
  const YEAR_SECONDS = 31_536_000;
  const writer = new PcapWriter();
  for (const year of [0, 1]) writer.add(new Uint8Array(60), 0, 60, 60, 1_700_000_000 + year * YEAR_SECONDS, 0);
  const twoYears = new Uint8Array(writer.take());
  const asking = (schemaOf: object): string =>
    encodeURIComponent(JSON.stringify({ schema: 'midplane-scenario/1', ...schemaOf }));
  const parameters = { maxGapNs: 8e15 };
  const named = [{ capture: 'a' }];
  const other = [{ capture: 'a' }, { shape: 'small', packets: 1 }];
  const long = asking({ parameters, traffic: named });

  it.each([
    ['a run', `/v1/simulations?scenario=${long}`],
    ['a list', `/v1/sessions?scenario=${long}`],
    ['a plan', `/v1/plan?scenario=${long}`],
    ['a comparison', `/v1/compare?scenario=${long}&toHash=toeplitz`],
    ['the other side of a comparison', `/v1/compare?after=${long}`],
  ])('holds for pauses as long as the scenario of %s says', async (_what, path) => {
    const app = createApp();
    const response = await post(app, path, twoYears);
    expect([response.status, (await response.json()).code]).toEqual([413, 'too-long-simulated']);
  });

  it('lets a capture through whose pauses are cut', async () => {
    const response = await post(createApp(), `/v1/simulations?scenario=${asking({ traffic: other })}`, twoYears);
    expect(response.status).toBe(200);
  });

  it('holds for pauses between generated sources', async () => {
    const from = (startSeconds: number): object => ({ shape: 'small', packets: 100, startSeconds });
    const body = (gap: object): string =>
      JSON.stringify({ schema: 'midplane-scenario/1', ...gap, traffic: [from(YEAR_SECONDS), from(0)] });
    const refused = await post(createApp(), '/v1/simulations', body({ parameters }));
    expect([refused.status, (await refused.json()).code]).toEqual([413, 'too-long-simulated']);
    expect((await post(createApp(), '/v1/simulations', body({}))).status).toBe(200);
    expect((await post(createApp(), '/v1/simulations', body({ parameters: { maxGapNs: 2e15 } }))).status).toBe(200);
  });
});

describe('a token', () => {
  const app = createApp({ tokens: ['first', 'second'] });
  it.each([
    [undefined, 401],
    ['Bearer none', 401],
    ['Bearer ', 401],
    ['Basic first', 401],
    ['Bearer first', 200],
    ['bearer second', 200],
  ])('%s gives %i', async (authorization, status) => {
    for (const path of ['/v1/spu-id?spu=5', '/metrics']) {
      const response = await app.request(path, {
        headers: authorization === undefined ? {} : { Authorization: authorization },
      });
      expect(response.status).toBe(status);
      expectDocumented(path, response);
      if (status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it.each(['/metrics', '/v1/spu-id?spu=5', '/v1/none'])(
    'cannot be guessed at %s as often as one likes',
    async (path) => {
      const guarded = createApp({ tokens: ['first'], limits: { requestsPerMinute: 2 } });
      const guess = async (): Promise<number> =>
        (await guarded.request(path, { headers: { Authorization: 'Bearer guess' } })).status;
      expect([await guess(), await guess(), await guess()]).toEqual([401, 401, 429]);
    },
  );

  it('that nobody needs leaves /metrics without a limit', async () => {
    const open = createApp({ limits: { requestsPerMinute: 1 } });
    const ask = async (): Promise<number> => (await open.request('/metrics')).status;
    expect([await ask(), await ask()]).toEqual([200, 200]);
  });

  it('is not needed to see that it lives, and what it is', async () => {
    for (const path of ['/healthz', '/readyz', '/version', '/openapi.json', '/docs']) {
      expect((await app.request(path)).status).toBe(200);
    }
  });
});

describe('origins', () => {
  it('that may ask are told so, others are not', async () => {
    const app = createApp({ corsOrigins: ['https://a.example'] });
    const from = async (origin: string): Promise<string | null> =>
      (await app.request('/v1/spu-id?spu=5', { headers: { Origin: origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect([await from('https://a.example'), await from('https://b.example')]).toEqual(['https://a.example', null]);
    const asked = { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' };
    const preflight = await app.request('/v1/simulations', { method: 'OPTIONS', headers: asked });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET,POST,PUT']);
    expect((await createApp().request('/healthz')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the log', () => {
  it('has what was done and nothing of what was sent', async () => {
    const log: LogRecord[] = [];
    const app = createApp({ log: (record) => log.push(record), tokens: ['secret-token'] });
    const headers = { Authorization: 'Bearer secret-token', 'X-Request-Id': 'mine.1' };
    await post(app, '/v1/where', '{"flow":"10.9.8.7:1 > 10.9.8.6:2/tcp"}', headers);
    await post(app, '/v1/where?x=zzz', '{"flow":"zzz"}', { ...headers, 'X-Request-Id': 'not a\tn ID' });
    await app.request('/zzz/path');
    expect(log).toMatchObject([
      { level: 'info', requestId: 'mine.1', method: 'POST', route: '/v1/where', status: 200 },
      { method: 'POST', route: '/v1/where', status: 400, code: 'malformed-flow' },
      { method: 'GET', route: 'none', status: 404, code: 'no-such-route' },
    ]);
    expect(log[1].requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(log)).not.toMatch(/10\.9\.8|zzz|secret/);
    const metrics = await (await app.request('/metrics', { headers })).text();
    expect(metrics).toContain('midplane_http_requests_total{route="/v1/where",status="200"} 1\n');
    expect(metrics).not.toMatch(/10\.9\.8|zzz|secret/);
  });

  it('has the stack of a fault, the answer has not', async () => {
    const log: LogRecord[] = [];
    const app = createApp({
      log: (record) => log.push(record),
      clientOf: () => {
        throw new TypeError('inner secret');
      },
    });
    const response = await app.request('/v1/spu-id?spu=5');
    expectDocumented('/v1/spu-id', response);
    const text = await response.text();
    expect([response.status, JSON.parse(text).code]).toEqual([500, 'fault']);
    expect(text).not.toContain('inner secret');
    expect(log[0]).toMatchObject({ level: 'error', status: 500, fault: expect.stringContaining('inner secret') });
  });
});

describe('what ends a run after its answer has begun', () => {
  /** Workers that cannot be had for a run although the first one could. */
  const failing = (error: Error): SpuHosts => ({
    workers: 1,
    tryOne: async () => undefined,
    create: () => {
      throw error;
    },
    close: () => {},
  });
  const secret = 'Requires read access to "/home/x/worker.ts"';
  const died = Object.assign(new Error(`Cannot go on: workers must live: got an error: ${secret}`), {
    code: 'worker-died',
    partial: { incomplete: true, packets: 0, spus: [] },
  });
  const inWorkers = JSON.stringify({
    schema: 'midplane-scenario/1',
    spus: 'workers',
    traffic: [{ shape: 'small', packets: 10 }],
  });

  it.each([
    ['a corrupt capture', 'not a capture at all', undefined, 'capture-bad-magic', 'info', undefined],
    ['a worker that dies', inWorkers, died, 'worker-died', 'error', secret],
    ['a fault', inWorkers, new TypeError(secret), 'fault', 'error', 'limits.test.ts'],
  ] as const)('is counted and logged: %s', async (_what, body, error, code, level, fault) => {
    const log: LogRecord[] = [];
    const hosts = error === undefined ? undefined : failing(error);
    const app = createApp({ log: (record) => log.push(record), hosts });
    const response = await post(app, '/v1/simulations', body, { Accept: 'application/x-ndjson' });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ event: 'problem', problem: { code } });
    expect(text).not.toContain(secret.slice(0, 20));
    expect(log).toMatchObject([
      { level: 'info', status: 200 },
      { level, status: 200, route: '/v1/simulations', code },
    ]);
    expect(log[1].requestId).toBe(response.headers.get('x-request-id'));
    if (fault === undefined) expect(log[1].fault).toBeUndefined();
    else expect(log[1].fault).toContain(fault);
    expect(await problemsOf(app)).toEqual([`midplane_problems_total{code="${code}"} 1`]);
  });

  it('is told whole to who operates the endpoint where a worker dies, and without its words to the client', async () => {
    const log: LogRecord[] = [];
    const app = createApp({ log: (record) => log.push(record), hosts: failing(died) });
    const response = await post(app, '/v1/simulations', inWorkers);
    const problem = await response.json();
    expect([response.status, problem.code, problem.partial]).toEqual([503, 'worker-died', died.partial]);
    expect(problem.detail).toBe('Cannot go on: the workers that host the SPUs must live: got one that does not');
    expect(log).toMatchObject([{ level: 'error', status: 503, code: 'worker-died', fault: died.message }]);
  });

  it('is a reader that goes away', async () => {
    const app = createApp();
    const response = await post(app, '/v1/traffic', '{"traffic":{"shape":"small","packets":100000}}');
    await response.body!.cancel();
    expect(await problemsOf(app)).toEqual(['midplane_problems_total{code="client-gone"} 1']);
  });
});

describe('events', () => {
  it('tell after every batch what each SPU has counted, if nobody wants them less often', async () => {
    const app = createApp({ progressMs: 0 });
    const response = await post(app, '/v1/simulations', capture, { Accept: 'application/x-ndjson' });
    const events = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1).event).toBe('report');
    const progress = events.slice(0, -1);
    expect(progress.length).toBeGreaterThan(2);
    expect(progress.map(({ packets }) => packets)).toEqual(
      progress.map(({ packets }) => packets).toSorted((a, b) => a - b),
    );
    expect(progress.at(-1).spus.map(({ spuId }: { spuId: number }) => spuId)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('of a plan tell which reading of the traffic it is', async () => {
    const app = createApp({ progressMs: 0 });
    const response = await post(app, '/v1/plan?growth=200', capture, { Accept: 'application/x-ndjson' });
    const lines = (await response.text()).trim().split('\n');
    const events = lines.map((line) => JSON.parse(line));
    const readings = events.slice(0, -1).map(({ reading }) => reading);
    expect(events.at(-1).event).toBe('plan');
    expect(readings).toEqual(readings.toSorted((a, b) => a - b));
    expect([readings[0], readings.at(-1) > 1]).toEqual([1, true]);
  });

  it.each([
    ['/v1/plan', 'packets', 2000, 'too-many-packets'],
    ['/v1/plan', 'keptBytes', 2000, 'capture-too-large'],
    ['/v1/compare?toHash=fnv1a', 'packets', 2000, 'too-many-packets'],
  ])('of %s end with the problem where %s are more than %i', async (path, name, value, code) => {
    const app = createApp({ limits: { [name]: value } });
    const response = await post(app, path, capture, { Accept: 'application/x-ndjson' });
    const last = JSON.parse((await response.text()).trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ event: 'problem', problem: { code, status: 413 } });
    expect(await (await app.request('/metrics')).text()).toMatch(/^midplane_runs_running 0$/m);
  });

  it('that nobody reads neither stop the run nor pile up, and it ends when the reader goes away', async () => {
    const app = createApp({ progressMs: 0 });
    const body = scenario({ shape: 'small', packets: 40_000_000 });
    const response = await post(app, '/v1/simulations', body, {
      Accept: 'text/event-stream',
      'Content-Type': 'application/json',
    });
    const reader = response.body!.getReader();
    await reader.read();
    const running = async (): Promise<boolean> =>
      /^midplane_runs_running 1$/m.test(await (await app.request('/metrics')).text());
    expect(await running()).toBe(true);
    await reader.cancel();
    for (let i = 0; i < 100 && (await running()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await running()).toBe(false);
  });

  it('end with the problem where there is one', async () => {
    const app = createApp({ limits: { packets: 2000 }, progressMs: 0 });
    const response = await post(app, '/v1/simulations', capture, { Accept: 'application/x-ndjson' });
    const last = JSON.parse((await response.text()).trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ event: 'problem', problem: { code: 'too-many-packets', status: 413 } });
  });
});

describe('a form', () => {
  const formOf = (...names: string[]): FormData => {
    const form = new FormData();
    for (const name of names) form.append(name, new Blob([capture]), 'a.pcapng');
    return form;
  };
  it.each([
    ['/v1/simulations', ['capture', 'capture']],
    ['/v1/plan', ['capture', 'capture']],
    ['/v1/compare?toHash=toeplitz', ['capture', 'other']],
    ['/v1/ordering/metrics', ['capture', 'egress']],
    ['/v1/ordering/metrics', ['ingress', 'egress', 'egress']],
    ['/v1/ordering/metrics', ['ingress']],
    ['/v1/ordering/metrics', ['egress', 'ingress']],
  ])('of %s with parts %j is refused', async (path, names) => {
    const response = await createApp().request(path, { method: 'POST', body: formOf(...names) });
    expect([response.status, (await response.json()).code]).toEqual([400, 'malformed-form']);
  });

  it('whose scenario stands behind its capture is told which comes first', async () => {
    const form = formOf('capture');
    form.append('scenario', 'schema: midplane-scenario/1\ntraffic: [{ capture: any }]\n');
    const response = await createApp().request('/v1/simulations', { method: 'POST', body: form });
    const { code, detail } = await response.json();
    expect([response.status, code]).toEqual([400, 'malformed-form']);
    expect(detail).toBe(
      'Cannot read form: the part "scenario" must stand before the capture, which is read while it comes: got it behind the capture',
    );
  });
});

describe('a capture that is corrupt in the middle', () => {
  it('gives the report of what came before, and a header that says so', async () => {
    const cut = capture.slice(0, 400_001);
    const app = createApp();
    const response = await post(app, '/v1/simulations', cut);
    expect([response.status, response.headers.get('midplane-input-error')]).toEqual([200, 'capture-truncated-record']);
    expect((await response.json()).input.error).toMatch(/^Cannot read capture: /);
    const inspected = await (await post(app, '/v1/inspect', cut)).json();
    expect(inspected).toMatchObject({ status: 'error', error: { code: 'capture-truncated-record' } });
    const asText = await post(app, '/v1/inspect', cut, { Accept: 'text/plain' });
    expect(asText.headers.get('midplane-input-error')).toBe('capture-truncated-record');
    expect(await asText.text()).toMatch(/^packets +[\d,]+ before the error: /);
    for (const path of ['/v1/plan', '/v1/compare?toHash=toeplitz', '/v1/ordering/metrics']) {
      const said = await post(app, path, cut);
      expect([path, said.status, said.headers.get('midplane-input-error')]).toEqual([
        path,
        200,
        'capture-truncated-record',
      ]);
    }
  });
});
