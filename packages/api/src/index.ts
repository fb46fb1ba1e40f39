/**
 * What the endpoint is asked and what it answers: types and schemas of requests, queries, answers and problems, shared by
 * the endpoint and its client. The routes and the OpenAPI document are in `@midplane/api/openapi`.
 *
 * @example A body, checked
 * ```ts
 * import { whereRequestSchema } from '@midplane/api';
 * import assert from 'node:assert/strict';
 *
 * const body = { flow: '192.0.2.1:1234 > 198.51.100.2:443/tcp', hash: 'crc32c' };
 * assert.deepEqual(whereRequestSchema.parse(body), body);
 * assert.equal(whereRequestSchema.safeParse({ flow: 5 }).success, false);
 * ```
 *
 * @module
 */
export * from './answer-schemas.ts';
export * from './answers.ts';
export * from './problem.ts';
export * from './problem-schema.ts';
export * from './query.ts';
export * from './requests.ts';
