import type { Services } from '../context.ts';
import type { Handler } from '../frame.ts';
import { answer, answerText, jsonText } from './answer.ts';
import type { Ask } from './answer-examples.ts';

/**
 * `/openapi.json` and `/docs`, made when they are asked for the first time; whoever asks
 * for nothing is sent to the page.
 *
 * @param ask Asks an endpoint for examples.
 */
export function documents({ limits }: Services, ask: Ask): readonly (readonly [path: string, handle: Handler])[] {
  let document: Promise<string> | undefined;
  let page: string | undefined;
  return [
    ['/', (c) => answer(c, 302, 'docs\n', { 'Content-Type': 'text/plain; charset=UTF-8', Location: 'docs' })],
    [
      '/openapi.json',
      async (c) => {
        document ??= import('./open-api.ts').then(async ({ openApiDocument }) => jsonText(await openApiDocument(ask)));
        return answerText(c, await document, 'application/json');
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
