import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { ANSWER_SCHEMAS, type AnswerName, problemSchema } from '@midplane/api';
import { EXAMPLE_QUERIES, EXAMPLES, ROUTES, type RouteName } from '@midplane/api/openapi';
import { createClient, ProblemError } from '@midplane/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectDocumented } from './_documented.ts';
import { command, pathsOf, REFERENCES, yamlOf } from './_references.ts';
import { office } from './_targets.ts';

/** What the suite asks. */
export interface Subject {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly runtime: string;
}

const capture = new Uint8Array(readFileSync(office));
const FLOW = '192.0.2.1:1234 > 198.51.100.2:443/tcp';

/** The name of a route's JSON answer, as the route itself says. */
function answerName(name: RouteName): AnswerName | undefined {
  const schema = ROUTES[name].responses['200']?.content['application/json']?.schema as { $ref?: string } | undefined;
  return schema?.$ref?.split('/').at(-1) as AnswerName | undefined;
}

const GENERATED = JSON.stringify(EXAMPLES['compare']);

/** Without the file's name, and without how far a capture was read before its packet was found. */
function comparable(text: string): string {
  return text.replace(/"(file|id)": ".*"/g, '"$1": ""').replace(/"offered": \d+/, '"offered": 0');
}

/** Whatever runs the app passes these tests: the app in this process and the real servers. */
export function runSuite(make: () => Promise<Subject>): void {
  let subject: Subject;
  let ask: Subject['fetch'];
  const client = () =>
    createClient({
      baseUrl: 'http://endpoint',
      fetch: (url, init) => ask(url.slice('http://endpoint'.length), init),
    });
  beforeAll(async () => {
    subject = await make();
    ask = async (path, init) => {
      const response = await subject.fetch(path, init);
      expectDocumented(path, response);
      return response;
    };
  });

  it('says who it is', async () => {
    expect(await (await ask('/healthz')).text()).toBe('ok\n');
    expect((await ask('/readyz')).status).toBe(200);
    expect((await client().version()).runtime).toBe(subject.runtime);
    const metrics = await ask('/metrics');
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toMatch(/^midplane_runs_running 0$/m);
  });

  describe.each(REFERENCES)('$name', ({ body, type, query, args }) => {
    it('has the report that the command prints, byte for byte', async () => {
      const response = await ask(`/v1/simulations${query}`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': type },
      });
      expect(response.status).toBe(200);
      expect(
        Buffer.from(await response.arrayBuffer()).equals(await command((folder) => [...args(folder), '--json'])),
      ).toBe(true);
    });
  });

  it('answers with the tables of the command as text and CSV', async () => {
    for (const [accept, ...option] of [['text/plain'], ['text/csv', '--csv']]) {
      const response = await ask('/v1/simulations', { method: 'PUT', body: capture, headers: { Accept: accept } });
      expect(response.headers.get('content-type')).toBe(`${accept}; charset=UTF-8`);
      expect(await response.text()).toBe((await command(['run', office, ...option])).toString());
    }
  });

  it('takes a capture as a form, compressed, or in pieces, with the same report', async () => {
    const report = JSON.stringify(await client().simulate(capture));
    const form = new FormData();
    form.set('scenario', 'schema: midplane-scenario/1\ntraffic: [{ capture: any }]\n');
    form.set('capture', new Blob([capture]), 'office.pcapng');
    const asForm = await ask('/v1/simulations', { method: 'POST', body: form });
    expect(JSON.stringify(await asForm.json())).toBe(report);
    expect(JSON.stringify(await client().simulate(new Uint8Array(gzipSync(capture))))).toBe(report);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < capture.length; at += 33_333) yield capture.slice(at, at + 33_333);
    }
    expect(JSON.stringify(await client().simulate(pieces()))).toBe(report);
  });

  it('takes off the coding that a body says it has, whatever the body is', async () => {
    const report = `${JSON.stringify(await client().simulate(capture), null, 2)}\n`;
    const send = async (body: BodyInit, type: string, path = '/v1/simulations'): Promise<Response> =>
      ask(path, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip', 'Content-Type': type } });
    const zipped = (bytes: Uint8Array | string): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes));
    const bytes = 'application/octet-stream';
    expect(await (await send(zipped(capture), bytes)).text()).toBe(report);
    expect(await (await send(zipped(zipped(capture)), bytes)).text()).toBe(report);
    const yaml = 'schema: midplane-scenario/1\ntraffic: [{ shape: small, packets: 1000 }]\n';
    const scenario = await send(zipped(yaml), 'application/yaml');
    expect((await scenario.json()).totals.offered).toBe(1000);
    const form = new Response(
      (() => {
        const parts = new FormData();
        parts.set('capture', new Blob([capture]), 'office.pcapng');
        return parts;
      })(),
    );
    const type = form.headers.get('content-type')!;
    expect(await (await send(zipped(new Uint8Array(await form.arrayBuffer())), type)).text()).toBe(report);
    const order = await (await send(zipped('[1,2,4,5,3,6]'), 'application/json', '/v1/ordering/metrics')).json();
    expect(order.figures.ratio).toBe(1 / 6);
    const measured = await (await send(zipped(capture), bytes, '/v1/ordering/metrics')).json();
    expect(measured).toEqual(await client().ordering(capture));

    const codeOf = async (response: Response): Promise<unknown[]> => [response.status, (await response.json()).code];
    expect(await codeOf(await send(capture, bytes))).toEqual([400, 'malformed-encoding']);
    expect(await codeOf(await send(yaml, 'application/yaml'))).toEqual([400, 'malformed-encoding']);
    expect(await codeOf(await send(zipped(yaml).slice(0, 30), 'application/yaml'))).toEqual([
      400,
      'capture-bad-compression',
    ]);
    const cut = await send(zipped(capture).slice(0, 200_000), bytes);
    expect([cut.status, cut.headers.get('midplane-input-error')]).toEqual([200, 'capture-bad-compression']);
  });

  it('tells progress and then the report, as lines of JSON and as events', async () => {
    const report = await client().simulate(capture);
    const events = [];
    for await (const event of client().watch(capture)) events.push(event);
    for (const event of events) expect(ANSWER_SCHEMAS.SimulationEvent.parse(event)).toEqual(event);
    expect(events.at(-1)).toEqual({ event: 'report', report });
    const headers = { Accept: 'text/event-stream' };
    const sse = await (await ask('/v1/simulations', { method: 'POST', body: capture, headers })).text();
    expect(sse).toContain(`event: report\ndata: ${JSON.stringify({ event: 'report', report })}\n\n`);
  });

  it('tells how far a comparison and a plan are, and then what they come to', async () => {
    const last = async <E>(events: AsyncIterable<E>, schema: AnswerName): Promise<E | undefined> => {
      let event: E | undefined;
      for await (event of events) ANSWER_SCHEMAS[schema].parse(event);
      return event;
    };
    const change = { toHash: 'toeplitz' } as const;
    const comparison = await client().compare(capture, change);
    expect(await last(client().watchCompare(capture, change), 'ComparisonEvent')).toEqual({
      event: 'comparison',
      comparison,
    });
    const plan = await client().plan(capture, { growth: 2 });
    expect(await last(client().watchPlan(capture, { growth: 2 }), 'PlanEvent')).toEqual({ event: 'plan', plan });
    const headers = { Accept: 'text/event-stream' };
    const sse = await (await ask('/v1/plan?growth=2', { method: 'POST', body: capture, headers })).text();
    expect(sse).toContain(`event: plan\ndata: ${JSON.stringify({ event: 'plan', plan })}\n\n`);
  });

  it.each(Object.keys(EXAMPLES) as RouteName[])('answers the example of %s as its schema says', async (name) => {
    const response = await ask(`${ROUTES[name].path}?${EXAMPLE_QUERIES[name] ?? ''}`, {
      method: 'POST',
      body: JSON.stringify(EXAMPLES[name]),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(response.status).toBe(200);
    const schema = answerName(name);
    if (schema === undefined) expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    else ANSWER_SCHEMAS[schema].parse(await response.json());
  });

  it('answers questions', async () => {
    expect(await client().spuId('FPC1 PIC1')).toEqual({
      spuId: 5,
      fpc: 1,
      pic: 1,
      names: { dot: 'fpc1.pic1', cli: 'FPC1 PIC1', slash: '1/1' },
    });
    expect(JSON.stringify(await client().where({ flow: FLOW }))).toBe(
      JSON.stringify(JSON.parse((await command(['where', FLOW, '--json'])).toString())),
    );
    const { hashes } = await client().hash({ flow: FLOW });
    expect(hashes.find(({ name }) => name === 'crc32c')?.value).toBe(0xd207c05e);
    const { spus } = await client().weights({
      spus: [
        { spuId: 5, weight: 1 },
        { spuId: 4, weight: 3 },
      ],
      tableLength: 8,
    });
    expect(spus.map(({ spuId, rows }) => [spuId, rows])).toEqual([
      [4, 6],
      [5, 2],
    ]);
    expect((await client().resolveChassis({ chassis: { cards: '1=SPC2,7=IOC2' } })).spus).toHaveLength(4);
    expect((await client().catalogue()).models.map(({ name }) => name)).toContain('SRX5800');
    for (const name of ['scenario', 'report', 'comparison', 'plan']) {
      expect((await (await ask(`/v1/schemas/${name}`)).json()).type).toBe('object');
    }
    const order = await client().ordering([1, 2, 4, 5, 3, 6]);
    expect('figures' in order && order.figures.ratio).toBe(1 / 6);
    const { chosen } = await client().plan(EXAMPLES['plan'] as never, { growth: 2 });
    expect(chosen?.services).toEqual({ SPC1: 1 });
    const compared = await client().compare(EXAMPLES['compare'] as never, { after: EXAMPLES['plan'] as never });
    expect(compared.differences).toEqual([]);
  });

  it('lists, inspects and explains as the command does', async () => {
    const same = async (path: string, args: readonly string[]): Promise<void> => {
      const response = await ask(path, { method: 'PUT', body: capture });
      expect(response.status).toBe(200);
      expect(comparable(await response.text())).toBe(
        comparable((await command([args[0], office, ...args.slice(1), '--json'])).toString()),
      );
    };
    await same('/v1/inspect?communityId=true', ['inspect', '--community-id']);
    const headers = { Accept: 'text/plain' };
    const text = await ask('/v1/inspect?communityId=true', { method: 'PUT', body: capture, headers });
    expect(text.headers.get('content-type')).toBe('text/plain; charset=UTF-8');
    expect(await text.text()).toBe((await command(['inspect', office, '--community-id'])).toString());
    await same('/v1/sessions?at=3&protocol=tcp', ['sessions', '--at', '3', '--protocol', 'tcp']);
    await same('/v1/sessions?level=summary', ['sessions', '--summary']);
    await same('/v1/explain?packet=40', ['explain', '--packet', '40']);
    await same('/v1/explain?packet=5170&asymmetric=true', ['explain', '--packet', '5170', '--asymmetric']);
  });

  it('compares, plans and measures order as the command does, as JSON and as text', async () => {
    const settings = ['--to-cards', '1=SPC3,2=SPC3,7=IOC2', '--to-release', '18.2R1'];
    const compare = '/v1/compare?toCards=1=SPC3,2=SPC3,7=IOC2&toRelease=18.2R1';
    for (const [path, args, name] of [
      [compare, ['compare', office, ...settings], office],
      ['/v1/plan?growth=200&types=SPC2', ['plan', office, '--growth', '200', '--types', 'SPC2'], ''],
      ['/v1/ordering/metrics?top=2&lostAfter=0.5', ['ordering', office, '--top', '2', '--lost-after', '0.5'], ''],
    ] as const) {
      for (const [accept, ...option] of [['application/json', '--json'], ['text/plain']]) {
        const response = await ask(path, { method: 'PUT', body: capture, headers: { Accept: accept } });
        expect([response.status, response.headers.get('content-type')]).toEqual([200, `${accept}; charset=UTF-8`]);
        const said = (await command([...args, ...option])).toString();
        const named =
          accept === 'text/plain' ? said.replace(`  ${name} ->`, '- ->').replace(`${name} ->`, '- ->') : said;
        expect(comparable(await response.text())).toBe(
          comparable(name === '' ? said : named.replace(JSON.stringify(name), '"-"')),
        );
      }
    }
  });

  it('compares two scenarios, each with its own capture, and measures the way from one capture to another', async () => {
    const files = ['before', 'after'].map((name) => new Blob([yamlOf(name)]));
    const form = new FormData();
    form.set('scenario', files[0], 'before.yaml');
    form.set('after', files[1], 'after.yaml');
    for (const name of ['before', 'after']) form.append('capture', new Blob([capture]), `${name}.pcapng`);
    const compared = await ask('/v1/compare', { method: 'POST', body: form });
    expect(compared.status).toBe(200);
    const said = (await command((folder) => ['compare', ...pathsOf(folder), '--json'])).toString();
    expect(await compared.text()).toBe(said.replaceAll(/"\S*\/(before|after)\.yaml"/g, '"$1.yaml"'));

    const blob = new Blob([capture]);
    const way = await client().ordering({ ingress: blob, egress: blob }, { translated: true });
    const path = (await command(['ordering', office, office, '--translated', '--json'])).toString();
    expect({ ...way, files: [] }).toEqual({ ...JSON.parse(path), files: [] });
  });

  it('writes the traffic that the command writes', async () => {
    for (const format of ['pcap', 'pcapng'] as const) {
      const stream = await client().traffic({ traffic: { shape: 'small', packets: 3000 }, format });
      const bytes = Buffer.from(await new Response(stream).arrayBuffer());
      const args = ['traffic', '--shape', 'small', '--packets', '3000', '--format', format, '-o', '-'];
      expect(bytes.equals(await command(args))).toBe(true);
    }
  });

  it.each([
    ['a flow that is none', 'POST', '/v1/where', '{"flow":"x"}', 400, 'malformed-flow', '/flow'],
    ['an unknown key', 'POST', '/v1/where', '{"flwo":"x"}', 400, 'request-unknown-key', '/flwo'],
    ['a missing key', 'POST', '/v1/hash', '{}', 400, 'request-missing-key', '/flow'],
    [
      'another model',
      'POST',
      '/v1/chassis/resolve',
      '{"chassis":{"model":"srx1"}}',
      400,
      'scenario-bad-value|unknown-model',
      '/chassis/model',
    ],
    [
      'a card that is none',
      'POST',
      '/v1/weights',
      '{"chassis":{"cards":{"1":"SPC9"}}}',
      400,
      'unknown-card',
      '/chassis/cards/1',
    ],
    ['no JSON', 'POST', '/v1/where', '{', 400, 'json-syntax', ''],
    [
      'a scenario with a wrong key',
      'POST',
      '/v1/simulations',
      'schema: midplane-scenario/1\nhsah: x\n',
      400,
      'scenario-unknown-key',
      '/hsah',
    ],
    [
      'a scenario that names a file of the server',
      'POST',
      '/v1/simulations',
      'schema: midplane-scenario/1\nconfiguration: { file: /etc/passwd }\ntraffic: [{ shape: small }]\n',
      400,
      'scenario-bad-value',
      '/configuration/file',
    ],
    [
      'a Junos configuration with something wrong in it',
      'POST',
      '/v1/simulations',
      'schema: midplane-scenario/1\nconfiguration: set security flow aging early-ageout 0\ntraffic: [{ shape: small }]\n',
      400,
      'scenario-bad-value',
      '/configuration',
    ],
    [
      'a scenario without its capture',
      'POST',
      '/v1/simulations',
      'schema: midplane-scenario/1\ntraffic: [{ capture: x }]\n',
      400,
      'capture-not-sent',
      '/traffic/0/capture',
    ],
    [
      'traffic that cannot be',
      'POST',
      '/v1/traffic',
      '{"traffic":{"shape":"small","packets":-1}}',
      400,
      'out-of-range',
      '/traffic/packets',
    ],
    ['no capture', 'POST', '/v1/simulations', 'this is no capture at all', 400, 'capture-bad-magic', undefined],
    ['an unknown parameter', 'POST', '/v1/simulations?cadrs=x', '', 400, 'request-unknown-key', undefined],
    [
      'a release in the query',
      'POST',
      '/v1/simulations?release=x',
      'aaaaaaaaaaaa',
      400,
      'malformed-release',
      undefined,
    ],
    ['a table too short', 'POST', '/v1/simulations?tableLength=3', GENERATED, 400, 'out-of-range', undefined],
    [
      'a table too short in the scenario',
      'POST',
      '/v1/simulations',
      '{"schema":"midplane-scenario/1","chassis":{"tableLength":3},"traffic":[{"shape":"small"}]}',
      400,
      'out-of-range',
      '/chassis/tableLength',
    ],
    [
      'cards that the scenario does not fit',
      'POST',
      '/v1/simulations?cards=1=SPC2,7=IOC2',
      '{"schema":"midplane-scenario/1","chassis":{"centralPoint":"fpc2.pic0"},"traffic":[{"shape":"small"}]}',
      400,
      'unknown-central-point',
      undefined,
    ],
    ['nothing to compare with', 'POST', '/v1/compare', GENERATED, 400, 'nothing-to-compare', undefined],
    ['cards after a change', 'POST', '/v1/compare?toCards=1=SPC9', GENERATED, 400, 'unknown-card', undefined],
    ['no growth', 'POST', '/v1/plan?growth=0', GENERATED, 400, 'request-bad-value', undefined],
    ['cards of another release', 'POST', '/v1/plan?types=SPC3', GENERATED, 400, 'out-of-range', undefined],
    ['a number that is none', 'POST', '/v1/ordering/metrics', '[1,2,"3"]', 400, 'request-bad-value', '/2'],
    ['one capture of two', 'POST', '/v1/ordering/metrics?translated=true', '[1]', 400, 'two-captures', undefined],
    ['another schema', 'GET', '/v1/schemas/none', undefined, 404, 'no-such-schema', undefined],
    ['another path', 'GET', '/v1/none', undefined, 404, 'no-such-route', undefined],
    ['another method', 'GET', '/v1/where', undefined, 405, 'method-not-allowed', undefined],
  ])('refuses %s', async (_what, method, path, body, status, code, pointer) => {
    const response = await ask(path, { method, ...(body !== undefined && { body }) });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = problemSchema.parse(await response.json());
    expect(problem.code).toMatch(new RegExp(`^(${code})$`));
    expect([response.status, problem.status, problem.pointer]).toEqual([status, status, pointer]);
    expect(problem.requestId).toBe(response.headers.get('x-request-id'));
    expect(problem.detail).toMatch(/^Cannot .*: .*: got /);
  });

  it('names the reason for which compressed data cannot be read', async () => {
    const body = new Uint8Array(gzipSync(capture)).subarray(0, 30);
    const problem = problemSchema.parse(await (await ask('/v1/inspect', { method: 'POST', body })).json());
    expect([problem.status, problem.code]).toEqual([400, 'capture-bad-compression']);
    expect(problem.detail).toMatch(
      /^Cannot read capture: gzip data must be sound and complete: got \w.*\w \(after \d+ bytes\)$/,
    );
  });

  it('names the path and the method that it refuses', async () => {
    const detailOf = async (path: string) => (await (await ask(path, {})).json()).detail;
    expect(await detailOf('/v1/none')).toMatch(/: got "\/v1\/none"$/);
    expect(await detailOf(`/${'a'.repeat(1000)}`)).toMatch(/: got "\/a{99}"$/);
    expect(await detailOf('/v1/where')).toBe('Cannot answer: the method must be POST: got GET');
  });

  it('refuses what it cannot answer in the type that is wanted', async () => {
    const response = await ask('/v1/where', { method: 'POST', body: '{}', headers: { Accept: 'image/png' } });
    expect([response.status, (await response.json()).code]).toEqual([406, 'not-acceptable']);
    await expect(client().where({ flow: '?' })).rejects.toBeInstanceOf(ProblemError);
  });

  it('documents itself without loading anything', async () => {
    const document = await (await ask('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const paths = Object.values(ROUTES).map(({ path }) => path);
    expect(Object.keys(document.paths).sort()).toEqual(paths.sort());
    const start = await ask('/', { redirect: 'manual' });
    expect([start.status, start.headers.get('location')]).toEqual([302, 'docs']);
    const page = await ask('/docs');
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).not.toMatch(/<(script|img|link|iframe)|src=|url\(|@import|href="(?!#|openapi\.json)/);
    for (const path of paths) expect(text).toContain(path);
  });
}
