import { readFileSync } from 'node:fs';
import { problemSchema } from '@midplane/api';
import { EXAMPLE_QUERIES, EXAMPLES, ROUTES, type RouteName } from '@midplane/api/openapi';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApp } from '../src/index.ts';
import { office } from './_targets.ts';

const SEED = 20_261_121;
const limits = { requestsPerMinute: 0, packets: 20_000, wallSeconds: 5, tableLength: 70_000, flows: 20_000 };
const app = createApp({ limits });
const capture = new Uint8Array(readFileSync(office)).slice(0, 60_000);
const names = Object.keys(ROUTES) as RouteName[];
const urlOf = (name: RouteName): string => ROUTES[name].path.replace('{name}', 'report');

/** Whatever was sent: no fault, and every refusal is a problem with a sentence. */
async function isWell(response: Response): Promise<void> {
  const text = await response.text();
  expect(response.status, text).not.toBe(500);
  if (response.status < 400 || response.status === 503) return;
  const problem = problemSchema.parse(JSON.parse(text));
  expect(problem.detail).toMatch(/^Cannot [\s\S]*: [\s\S]*: got /);
  expect(problem.status).toBe(response.status);
}

/** A value with one of its parts replaced. */
function mutated(value: unknown, path: readonly number[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return other;
  if (Array.isArray(value)) {
    const at = step % (value.length + 1);
    return value.toSpliced(at, 1, mutated(value[at], rest, other));
  }
  const keys = [...Object.keys(value), 'another'];
  const key = keys[step % keys.length];
  return { ...value, [key]: mutated((value as Record<string, unknown>)[key], rest, other) };
}

const scalar = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, true, [], {}, '', '__proto__', 1e300, -0, '192.0.2.1', '1=SPC2', 'srx5800'),
  fc.jsonValue({ maxDepth: 2 }),
);

it('questions and scenarios with something else in one place give an answer or a problem', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(EXAMPLES)),
      fc.array(fc.nat(8), { maxLength: 4 }),
      scalar,
      async (name, path, other) => {
        const body = JSON.stringify(mutated(EXAMPLES[name], path, other)) ?? 'null';
        const query = `?${EXAMPLE_QUERIES[name] ?? ''}`;
        const headers = { 'Content-Type': 'application/json' };
        await isWell(await app.request(urlOf(name as RouteName) + query, { method: 'POST', body, headers }));
      },
    ),
    { seed: SEED, numRuns: 300 },
  );
});

it('bytes that were changed in a capture give an answer or a problem', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('simulations', 'inspect', 'sessions', 'explain', 'compare', 'plan', 'ordering'),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 }),
      fc.nat(capture.length),
      async (name, changes, length) => {
        const body = capture.slice(0, length);
        for (const [at, byte] of changes) if (at < length) body[at] = byte;
        const table = name === 'inspect' || name === 'ordering' ? '' : 'tableLength=256';
        const query = `?${[EXAMPLE_QUERIES[name] ?? '', table].filter((part) => part !== '').join('&')}`;
        await isWell(await app.request(urlOf(name as RouteName) + query, { method: 'POST', body }));
      },
    ),
    { seed: SEED, numRuns: 150 },
  );
});

it('whatever stands in method, path, query and headers, there is an answer or a problem', async () => {
  const word = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom('5', '1=SPC2,7=IOC2', 'schema: x', '17.4R1', 'wrr', '-1'),
  );
  const parameters = [...new Set(names.flatMap((name) => (ROUTES[name].parameters ?? []).map((each) => each.name)))];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
      fc.array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), word), word), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          'accept',
          'content-type',
          'content-encoding',
          'content-length',
          'authorization',
          'x-request-id',
          'x-forwarded-for',
        ),
        fc.oneof(
          fc.stringMatching(/^[\x21-\x7e]{0,40}$/),
          fc.constantFrom(
            'application/json',
            'multipart/form-data; boundary=b',
            'text/csv;q=0.5',
            'text/event-stream',
            'gzip',
            '99999999999',
          ),
        ),
      ),
      fc.uint8Array({ maxLength: 60 }),
      async (name, method, query, headers, bytes) => {
        const search = new URLSearchParams(query).toString();
        const body = method === 'GET' ? null : new Uint8Array(bytes);
        await isWell(await app.request(`${urlOf(name)}?${search}`, { method, headers, body }));
      },
    ),
    { seed: SEED, numRuns: 500 },
  );
});

it('a form that was cut or changed gives an answer or a problem', async () => {
  const form = new FormData();
  form.set('scenario', 'schema: midplane-scenario/1\nchassis: { tableLength: 256 }\ntraffic: [{ capture: x }]\n');
  form.set('capture', new Blob([capture.slice(0, 3000)]), 'a.pcap');
  const request = new Request('http://x', { method: 'POST', body: form });
  const type = request.headers.get('content-type')!;
  const whole = new Uint8Array(await request.arrayBuffer());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 4 }),
      fc.nat(whole.length),
      async (changes, length) => {
        const body = whole.slice(0, length);
        for (const [at, byte] of changes) if (at < length) body[at] = byte;
        await isWell(await app.request('/v1/simulations', { method: 'POST', body, headers: { 'Content-Type': type } }));
      },
    ),
    { seed: SEED, numRuns: 150 },
  );
});
