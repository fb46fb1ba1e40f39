import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { componentSchemas, ROUTES, type Route, type RouteName } from '@midplane/api/openapi';
import { VERSION } from '../version.ts';
import { type Ask, answerExamples, exampleName } from './answer-examples.ts';

/** Routes that may be asked without a token. */
const OPEN: ReadonlySet<RouteName> = new Set(['healthz', 'readyz', 'version']);

/**
 * The routes as an OpenAPI 3.1 document.
 *
 * @param ask Asks for the examples of answers.
 */
export async function openApiDocument(ask: Ask): Promise<Record<string, unknown>> {
  const routes = new OpenAPIHono();
  for (const [name, { takesPut, ...route }] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const security = OPEN.has(name) ? [] : [{}, { token: [] }];
    for (const method of takesPut ? (['post', 'put'] as const) : [route.method]) {
      const operationId = method === 'put' ? `${name}ByPut` : name;
      const responses = withExamples(name, route.responses);
      const operation = createRoute({ ...route, method, operationId, responses, security } as never);
      routes.openAPIRegistry.registerPath(operation);
    }
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
  const examples = await answerExamples(ask);
  return { ...made, components: { schemas: componentSchemas(), examples, securitySchemes } };
}

/** Responses that refer to their examples: an example stands once, whatever methods have it. */
function withExamples(name: RouteName, responses: Route['responses']): Record<string, unknown> {
  const { 200: ok, ...problems } = responses;
  const content = Object.entries(ok.content).map(([type, body]) => {
    const key = exampleName(name, type);
    const example = key === undefined ? {} : { examples: { answer: { $ref: `#/components/examples/${key}` } } };
    return [type, { ...body, ...example }] as const;
  });
  return { 200: { ...ok, content: Object.fromEntries(content) }, ...problems };
}
