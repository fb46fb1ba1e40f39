import { ORDERING_MODES } from '@midplane/pipeline';
import { SCENARIO_HASHES } from '@midplane/scenario';
import { scenarioSchema } from '@midplane/scenario/schema';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  ANSWER_SCHEMAS,
  compareQuerySchema,
  explainQuerySchema,
  inspectQuerySchema,
  orderingQuerySchema,
  PROBLEM_STATUS,
  planQuerySchema,
  problemOf,
  problemSchema,
  sessionsQuerySchema,
  simulationQuerySchema,
  whereRequestSchema,
} from './index.ts';
import { componentSchemas, EXAMPLES, ROUTES, type RouteName } from './openapi.ts';

const QUERIES: Readonly<Partial<Record<RouteName, z.ZodType>>> = {
  simulations: simulationQuerySchema,
  inspect: inspectQuerySchema,
  sessions: sessionsQuerySchema,
  explain: explainQuerySchema,
  compare: compareQuerySchema,
  plan: planQuerySchema,
  ordering: orderingQuerySchema,
};

describe('routes', () => {
  it('refer to schemas that there are', () => {
    const schemas = componentSchemas();
    const text = JSON.stringify([ROUTES, schemas]);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)].map(([, path]) =>
      path.split('/'),
    );
    expect(references.length).toBeGreaterThan(20);
    for (const path of references) {
      const found = path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], schemas);
      expect(found, path.join('/')).toBeDefined();
    }
    // a schema that points into itself would point into the whole document
    expect(text).not.toMatch(/"\$ref":"#\/\$defs/);
  });

  it('have an example for every body', () => {
    const withBody = Object.entries(ROUTES).flatMap(([name, { request }]) => (request === undefined ? [] : [name]));
    expect(Object.keys(EXAMPLES).sort()).toEqual(withBody.sort());
    for (const [name, example] of Object.entries(EXAMPLES)) {
      const content = ROUTES[name as RouteName].request!.body.content['application/json'];
      expect(content.example).toBe(example);
      if ('schema' in example) scenarioSchema.parse(example);
    }
    expect(whereRequestSchema.parse(EXAMPLES['where'])).toEqual(EXAMPLES['where']);
  });

  it('have queries of which the schemas know every parameter, and take every example and every word', () => {
    for (const [name, schema] of Object.entries(QUERIES)) {
      const parameters = ROUTES[name as RouteName].parameters!;
      const refused = schema.safeParse({ none: '' }).error!.issues[0].message;
      expect(refused).toBe(`be one of ${parameters.map((each) => each.name).join(', ')}`);
      for (const { name: key, example, schema: said } of parameters) {
        const words = (said as { enum?: readonly string[] }).enum ?? [example];
        for (const word of words) expect([key, schema.safeParse({ [key]: String(word) }).success]).toEqual([key, true]);
      }
    }
    const uploads = Object.entries(ROUTES).flatMap(([name, { takesPut }]) => (takesPut ? [name] : []));
    expect(Object.keys(QUERIES).sort()).toEqual(uploads.sort());
  });

  it('name all words of settings that are closed sets', () => {
    const wordsOf = (name: string): unknown =>
      ROUTES.simulations.parameters!.find((each) => each.name === name)!.schema['enum'];
    expect(wordsOf('hash')).toEqual(SCENARIO_HASHES);
    expect(wordsOf('ordering')).toEqual(ORDERING_MODES);
    expect(wordsOf('distribution')).toEqual(['hash', 'rr', 'wrr', 'adaptive']);
    expect(wordsOf('chassis')).toEqual(['srx5800', 'srx5600', 'srx5400']);
  });

  it('have an example of every problem, of its status', () => {
    for (const { responses } of Object.values(ROUTES)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const example = content['application/problem+json']?.example;
        if (example !== undefined) expect(problemSchema.parse(example).status).toBe(Number(status));
        else expect(['200', '503']).toContain(status); // readyz says in one word that it is not
      }
    }
  });

  it('answer with schemas that have no others', () => {
    const used = JSON.stringify(ROUTES);
    for (const name of Object.keys(ANSWER_SCHEMAS)) expect(used).toContain(`#/components/schemas/${name}"`);
  });
});

describe('problems', () => {
  it.each(Object.entries(PROBLEM_STATUS))('%s has status %i and a title', (code, status) => {
    const problem = problemOf(code, 'Cannot x: y: got z', { pointer: '/a' });
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect([problem.status, problem.pointer]).toEqual([status, '/a']);
  });

  it('of another code is a fault of what was sent', () => {
    expect(problemOf('unknown-card', 'Cannot x: y: got z')).toMatchObject({ status: 400, title: 'Bad Request' });
  });
});

describe('queries', () => {
  it.each([
    [
      { top: '5', tableLength: '256', distribution: 'wrr' },
      { top: 5, tableLength: 256, distribution: 'wrr' },
    ],
    [{}, {}],
  ])('%j is read', (query, expected) => {
    expect(simulationQuerySchema.parse(query)).toEqual(expected);
  });

  it.each([
    { top: '6' },
    { top: '-1' },
    { top: '1.0' },
    { tableLength: '1.5' },
    { tableLength: 'x' },
    { distribution: 'x' },
    { hsah: 'x' },
    { cards: 'x'.repeat(4097) },
  ])('%j is refused', (query) => {
    expect(simulationQuerySchema.safeParse(query).success).toBe(false);
  });
});
