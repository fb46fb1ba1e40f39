/**
 * The routes of the endpoint as `createRoute` of `@hono/zod-openapi` takes them, and the schemas that they refer to.
 *
 * @example
 * ```ts
 * import { ROUTES } from '@midplane/api/openapi';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(ROUTES.where.path, '/v1/where');
 * ```
 *
 * @module
 */
export { componentSchemas, type JsonSchema } from './components.ts';
export { EXAMPLE_QUERIES, EXAMPLES } from './examples.ts';
export {
  ROUTES,
  type Route,
  type RouteHeader,
  type RouteName,
  type RouteParameter,
  type RouteResponse,
} from './routes.ts';
