import type { Hono } from 'hono';
import type { Env, Services } from '../context.ts';
import { answerText, jsonText } from './answer.ts';
import { docsPage } from './docs-page.ts';

/** Adds `/openapi.json` and `/docs`; both are made when they are asked for the first time. */
export function addDocuments(app: Hono<Env>, { limits }: Services): void {
  let document: string | undefined;
  let page: string | undefined;
  app.get('/openapi.json', async (c) => {
    document ??= jsonText((await import('./open-api.ts')).openApiDocument());
    return answerText(c, document, 'application/json');
  });
  app.get('/docs', (c) => {
    page ??= docsPage(limits);
    return answerText(c, page, 'text/html', {
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    });
  });
}
