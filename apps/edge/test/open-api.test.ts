import { ANSWER_SCHEMAS, type AnswerName } from '@midplane/api';
import { ROUTES } from '@midplane/api/openapi';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/index.ts';

/** Formats that JSON Schema and OpenAPI know. */
const FORMATS = ['binary', 'int32', 'int64', 'double', 'uri', 'date-time', 'uuid', 'ipv4', 'ipv6', 'regex'];

interface Body {
  readonly schema: { readonly $ref?: string; readonly format?: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly example?: unknown; readonly schema: object }[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Body>> }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly examples: Readonly<Record<string, { readonly value: unknown }>> };
}

describe('the OpenAPI document', () => {
  let document: Document;
  let operations: readonly Operation[];
  beforeAll(async () => {
    const app = createApp({ tokens: ['secret'], limits: { packets: 1, requestsPerMinute: 1 } });
    document = await (await app.request('/openapi.json')).json();
    operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(await (await app.request('/readyz')).text()).toBe('ready\n');
    const headers = { Authorization: 'Bearer secret' };
    const metrics = await (await app.request('/metrics', { headers })).text();
    expect(metrics).toMatch(/^midplane_runs_total 0$/m); // examples count nowhere
  });

  it('has the uploads with POST and with PUT, each under a name of its own', () => {
    const both = Object.entries(document.paths).filter(([, path]) => 'put' in path);
    expect(both.map(([path]) => path)).toEqual(
      Object.values(ROUTES).flatMap(({ path, takesPut }) => (takesPut ? [path] : [])),
    );
    expect(both).toHaveLength(7);
    for (const [, { post, put }] of both) expect({ ...put, operationId: '' }).toEqual({ ...post, operationId: '' });
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has an example of every parameter and of every answer that is no bytes', () => {
    for (const { operationId, parameters = [], responses } of operations) {
      for (const { name, example } of parameters) expect(example, `${operationId} ${name}`).toBeDefined();
      for (const [status, { content }] of Object.entries(responses)) {
        for (const [type, { schema, example, examples }] of Object.entries(content)) {
          if (schema.format === 'binary') continue;
          const value = example ?? document.components.examples[examples!['answer'].$ref.split('/').at(-1)!].value;
          expect(value, `${operationId} ${status} ${type}`).toBeDefined();
          const name = schema.$ref?.split('/').at(-1);
          if (name !== undefined) ANSWER_SCHEMAS[name as AnswerName].parse(value);
        }
      }
    }
  });

  it('has no format that nobody knows', () => {
    const formats = [...JSON.stringify(document).matchAll(/"type":"string","format":"([^"]*)"/g)].map(
      ([, format]) => format,
    );
    expect(formats.length).toBeGreaterThan(0);
    expect([...new Set(formats)].filter((format) => !FORMATS.includes(format))).toEqual([]);
  });

  it('tells of 401 where a token is wanted, and of no choice of types where there is none', async () => {
    const app = createApp({ tokens: ['secret'] });
    for (const { path, method, responses } of Object.values(ROUTES)) {
      const { status } = await app.request(path.replace('{name}', 'report'), { method: method.toUpperCase() });
      expect([path, status === 401]).toEqual([path, '401' in responses]);
    }
    const open = createApp();
    for (const [name, { path, responses }] of Object.entries(ROUTES)) {
      if (!('400' in responses)) continue;
      const init = name === 'spuId' ? {} : { method: 'POST', body: '{' };
      const { status } = await open.request(path, { ...init, headers: { Accept: 'image/png' } });
      expect([path, status === 406]).toEqual([path, '406' in responses]);
    }
  });
});
