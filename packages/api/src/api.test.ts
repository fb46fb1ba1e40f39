import { scenarioSchema } from '@midplane/scenario/schema';
import { describe, expect, it } from 'vitest';
import {
  ANSWER_SCHEMAS,
  PROBLEM_STATUS,
  problemOf,
  problemSchema,
  simulationQuerySchema,
  whereRequestSchema,
} from './index.ts';
import { componentSchemas, EXAMPLES, ROUTES, type RouteName } from './openapi.ts';

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
