import type { Services } from '../context.ts';
import type { Handler } from '../frame.ts';
import { answerText, jsonText } from './answer.ts';

/** `/openapi.json` and `/docs`; both are made when they are asked for the first time. */
export function documents({ limits }: Services): readonly (readonly [path: string, handle: Handler])[] {
  let document: string | undefined;
  let page: string | undefined;
  return [
    [
      '/openapi.json',
      async (c) => {
        document ??= jsonText((await import('./open-api.ts')).openApiDocument());
        return answerText(c, document, 'application/json');
      },
    ],
    [
      '/docs',
      async (c) => {
        page ??= (await import('./docs-page.ts')).docsPage(limits);
        return answerText(c, page, 'text/html', {
          'Content-Security-Policy':
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        });
      },
    ],
  ];
}
