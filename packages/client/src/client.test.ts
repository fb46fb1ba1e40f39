import type { SimulationEvent } from '@midplane/api';
import { describe, expect, it } from 'vitest';
import { type ClientOptions, createClient, ProblemError } from './index.ts';

interface Sent {
  readonly url: URL;
  readonly init: RequestInit;
}

/** A client whose endpoint gives these answers one after the other, and what was sent to it. */
function clientOf(answers: readonly (() => Response)[], options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    sent.push({ url: new URL(url), init });
    init.signal?.throwIfAborted();
    return answers[Math.min(sent.length, answers.length) - 1]();
  };
  return { client: createClient({ baseUrl: 'http://endpoint/base/', fetch, ...options }), sent };
}

const problem =
  (status: number, code: string, headers: Record<string, string> = {}) =>
  () =>
    Response.json(
      { type: `urn:midplane:problem:${code}`, title: 'x', status, detail: 'Cannot', code },
      { status, headers },
    );
const unreachable = (): never => {
  throw new TypeError('fetch failed');
};
const good = () => Response.json({ spuId: 5 });
const busy = problem(429, 'too-busy', { 'Retry-After': '0' });
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const FLOW = '192.0.2.1:1 > 192.0.2.2:2/tcp';

describe('a comparison, a plan and a measure of order', () => {
  it('send scenarios in the query, captures and numbers in the body', async () => {
    const { client, sent } = clientOf([good]);
    const after = { schema: 'midplane-scenario/1', traffic: [{ capture: 'a.pcap' }] } as const;
    await client.compare(new Uint8Array(24), { toHash: 'toeplitz', after });
    expect(Object.fromEntries(sent[0].url.searchParams)).toEqual({ toHash: 'toeplitz', after: JSON.stringify(after) });
    await client.plan(after, { growth: 2.5, keep: true });
    expect([sent[1].url.search, sent[1].init.body]).toEqual(['?growth=2.5&keep=true', JSON.stringify(after)]);
    await client.ordering([1, 3, 2]);
    expect(sent[2]).toMatchObject({ init: { body: '[1,3,2]', headers: { 'Content-Type': 'application/json' } } });
    const [ingress, egress] = [new Blob(['a']), new Blob(['b'])];
    await client.ordering({ ingress, egress }, { translated: true });
    const { body, headers } = sent[3].init;
    expect([...(body as FormData).keys()]).toEqual(['ingress', 'egress']);
    expect(headers).toEqual({ Accept: 'application/json' });
  });
});

describe('a question', () => {
  it('goes to its route, with the token', async () => {
    const { client, sent } = clientOf([good], { token: 'secret' });
    await client.spuId('fpc1.pic1');
    expect(sent[0].url.href).toBe('http://endpoint/base/v1/spu-id?spu=fpc1.pic1');
    expect(sent[0].init.headers).toEqual({ Accept: 'application/json', Authorization: 'Bearer secret' });
    await client.where({ flow: FLOW });
    expect(sent[1]).toMatchObject({ init: { method: 'POST', body: JSON.stringify({ flow: FLOW }) } });
  });

  it.each([
    ['busy', busy],
    ['not reached', unreachable],
  ])('is sent again where the endpoint is %s, three times in all', async (_what, fails) => {
    const { client, sent } = clientOf([fails, fails, good]);
    expect(await client.where({ flow: FLOW })).toEqual({ spuId: 5 });
    expect(sent).toHaveLength(3);
    const never = clientOf([fails]);
    await expect(never.client.where({ flow: FLOW })).rejects.toThrow();
    expect(never.sent).toHaveLength(3);
  });

  it('is not sent again where it is refused, or nobody wants that', async () => {
    const { client, sent } = clientOf([problem(400, 'malformed-flow')]);
    await expect(client.where({ flow: 'x' })).rejects.toMatchObject({
      name: 'ProblemError',
      status: 400,
      code: 'malformed-flow',
    });
    expect(sent).toHaveLength(1);
    const once = clientOf([busy], { retries: 0 });
    await expect(once.client.where({ flow: FLOW })).rejects.toMatchObject({ code: 'too-busy', retryAfterSeconds: 0 });
    expect(once.sent).toHaveLength(1);
  });

  it.each([
    ['a base URL that is none', { baseUrl: 'http://a b' }, 'baseUrl must be a URL: got "http://a b"'],
    ['no base URL', { baseUrl: '' }, 'baseUrl must be a URL: got ""'],
    [
      'a token of two lines',
      { token: 'one\ntwo' },
      'token must be of ASCII characters without spaces: got another one',
    ],
  ])('is not sent at all with %s', async (_what, options, message) => {
    const { client, sent } = clientOf([good], options);
    await expect(client.spuId(5)).rejects.toThrow(new TypeError(`Cannot reach endpoint: ${message}`));
    expect(sent).toEqual([]);
  });

  it('ends with the signal, also while it waits', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    const { client } = clientOf([problem(429, 'too-busy', { 'Retry-After': '20' })]);
    const asked = client.where({ flow: FLOW }, { signal: control.signal });
    setTimeout(() => control.abort(reason), 10);
    await expect(asked).rejects.toBe(reason);
    await expect(client.where({ flow: FLOW }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('that something else answers is told as such', async () => {
    const { client } = clientOf([() => new Response('<html>', { status: 404 })]);
    await expect(client.version()).rejects.toMatchObject({ code: 'foreign-answer', status: 404 });
  });
});

describe('a run', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const scenario = { schema: 'midplane-scenario/1', traffic: [{ capture: 'x' }] } as const;

  it.each([
    ['a scenario', scenario, 'application/json', null],
    ['bytes', bytes, 'application/octet-stream', null],
    ['a Blob', new Blob([bytes]), 'application/octet-stream', null],
    ['both', { scenario, capture: bytes }, 'application/octet-stream', JSON.stringify(scenario)],
  ])('of %s is sent as it is, again if it must', async (_what, source, type, query) => {
    const { client, sent } = clientOf([busy, () => Response.json({ spus: [] })]);
    expect(await client.simulate(source, { release: '18.2R1' })).toEqual({ spus: [] });
    expect(sent).toHaveLength(2);
    expect(sent[1].url.searchParams.get('release')).toBe('18.2R1');
    expect(sent[1].url.searchParams.get('scenario')).toBe(query);
    expect(sent[1].init.headers).toMatchObject({ 'Content-Type': type });
  });

  it('of a stream is sent once, and closes what it read from', async () => {
    let isClosed = false;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        yield bytes;
        yield bytes;
      } finally {
        isClosed = true;
      }
    }
    const { client, sent } = clientOf([busy]);
    await expect(client.simulate(pieces())).rejects.toBeInstanceOf(ProblemError);
    expect(sent).toHaveLength(1);
    expect(sent[0].init).toMatchObject({ duplex: 'half' });
    const body = sent[0].init.body as ReadableStream<Uint8Array>;
    const reader = body.getReader();
    expect((await reader.read()).value).toEqual(bytes);
    await reader.cancel();
    expect(isClosed).toBe(true);
  });

  it('tells its events however the lines are cut, and rejects at a problem', async () => {
    const events = [
      { event: 'progress', packets: 1, bytes: 2, spus: [] },
      { event: 'report', report: { note: 'ünïcode' } },
    ] as unknown as SimulationEvent[];
    const text = new TextEncoder().encode(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    for (const size of [1, 7, 1000]) {
      let at = 0;
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        if (at >= text.length) controller.close();
        else controller.enqueue(text.slice(at, at + size));
        at += size;
      };
      const { client, sent } = clientOf([() => new Response(new ReadableStream({ pull }))]);
      expect(await collect(client.watch(bytes))).toEqual(events);
      expect(sent[0].init.headers).toMatchObject({ Accept: 'application/x-ndjson' });
    }
    const refused = { event: 'problem', problem: { status: 413, code: 'too-many-packets', detail: 'Cannot go on' } };
    const { client } = clientOf([() => new Response(JSON.stringify(refused))]);
    await expect(collect(client.watch(bytes))).rejects.toMatchObject({ code: 'too-many-packets', status: 413 });
  });

  it.each([
    ['nothing', '', 0],
    ['progress', '{"event":"progress","packets":1,"bytes":2,"spus":[]}\n', 1],
    ['where its SPUs are', '{"event":"run-info","runInfo":{"spus":{"workers":0,"why":"-"}}}\n', 0],
    ['half a report', '{"event":"progress","packets":1,"bytes":2,"spus":[]}\n{"event":"report","rep', 1],
  ])('whose events break off after %s rejects', async (_what, text, told) => {
    const { client } = clientOf([() => new Response(text)]);
    for (const events of [
      client.watch(bytes),
      client.watchCompare(bytes, { toHash: 'toeplitz' }),
      client.watchPlan(bytes),
    ]) {
      let seen = 0;
      const watch = async (): Promise<void> => {
        for await (const { event } of events) if (event === 'progress') seen++;
      };
      await expect(watch()).rejects.toMatchObject({
        code: 'answer-broken-off',
        message: `Cannot watch run: its events must end with its result or a problem: got ${told} events of progress and no more`,
      });
      expect(seen).toBe(told);
    }
  });

  it('ends when the loop over its events is left', async () => {
    let isCancelled = false;
    const line = new TextEncoder().encode('{"event":"progress","packets":1,"bytes":2,"spus":[]}\n');
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(line),
      cancel: () => {
        isCancelled = true;
      },
    });
    const { client } = clientOf([() => new Response(body)]);
    for await (const event of client.watch(bytes)) if (event.event === 'progress') break;
    expect(isCancelled).toBe(true);
  });

  it('has the command’s text where that is wanted', async () => {
    const { client, sent } = clientOf([() => new Response('spu_id,name\r\n')]);
    expect(await client.simulateAsText(bytes, { format: 'csv' })).toBe('spu_id,name\r\n');
    expect(sent[0].init.headers).toMatchObject({ Accept: 'text/csv' });
    expect(sent[0].url.search).toBe('');
  });
});
