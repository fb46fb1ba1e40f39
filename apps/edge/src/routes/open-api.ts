import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { componentSchemas, ROUTES, type RouteName } from '@midplane/api/openapi';
import { VERSION } from '../version.ts';

/** Routes that may be asked without a token. */
const OPEN: ReadonlySet<RouteName> = new Set(['healthz', 'readyz', 'version']);

/** The routes as an OpenAPI 3.1 document. */
export function openApiDocument(): Record<string, unknown> {
  const routes = new OpenAPIHono();
  for (const [name, route] of Object.entries(ROUTES)) {
    const security = OPEN.has(name as RouteName) ? [] : [{}, { token: [] }];
    routes.openAPIRegistry.registerPath(createRoute({ ...route, security } as never));
  }
  const made = routes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'midplane',
      version: VERSION,
      description:
        'An executable model of the SRX5000 line’s distributed flow architecture: which services processing unit gets each ' +
        'flow of a capture, and how even that is. A model built from public documentation, not a product of the vendor of ' +
        'the modelled machine.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
  });
  const securitySchemes = { token: { type: 'http', scheme: 'bearer' } };
  return { ...made, components: { schemas: componentSchemas(), securitySchemes } };
}
