import type { OpenAPIHono } from '@hono/zod-openapi';
import { componentSchemas } from '@midplane/api/openapi';
import type { Env, Services } from '../context.ts';
import { VERSION } from '../version.ts';
import { jsonText } from './answer.ts';
import { docsPage } from './docs-page.ts';

/** Adds `/openapi.json` and `/docs`; both are made when they are asked for the first time. */
export function addDocuments(app: OpenAPIHono<Env>, { limits }: Services): void {
  let document: string | undefined;
  let page: string | undefined;
  const make = (): Record<string, unknown> => {
    const made = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'midplane',
        version: VERSION,
        description:
          'An executable model of the SRX5000 line’s distributed flow architecture: which services processing unit gets ' +
          'each flow of a capture, and how even that is. A model built from public documentation, not a product of the ' +
          'vendor of the modelled machine.',
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
    });
    const securitySchemes = { token: { type: 'http', scheme: 'bearer' } };
    return { ...made, components: { schemas: componentSchemas(), securitySchemes } };
  };
  app.get('/openapi.json', (c) => {
    document ??= jsonText(make());
    return c.body(document, 200, { 'Content-Type': 'application/json; charset=UTF-8' });
  });
  app.get('/docs', (c) => {
    page ??= docsPage(limits);
    return c.body(page, 200, {
      'Content-Type': 'text/html; charset=UTF-8',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    });
  });
}
