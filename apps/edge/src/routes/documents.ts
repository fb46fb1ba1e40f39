import type { Services } from '../context.ts';
import type { Handler } from '../frame.ts';
import { answer, answerText, jsonText } from './answer.ts';

/**
 * `/openapi.json` and `/docs`, made when they are asked for the first time; whoever asks
 * for nothing is sent to the page.
 */
export function documents({ limits }: Services): readonly (readonly [path: string, handle: Handler])[] {
  let document: string | undefined;
  let page: string | undefined;
  return [
    ['/', (c) => answer(c, 302, 'docs\n', { 'Content-Type': 'text/plain; charset=UTF-8', Location: 'docs' })],
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
