import { ROUTES, type Route } from '@midplane/api/openapi';
import { expect } from 'vitest';

/** Headers that say something of their own, where an answer has them. */
const TELLING = ['retry-after', 'midplane-input-error', 'midplane-run-info', 'www-authenticate', 'allow'];
/** What is no route of the document: the documents, and paths that there are not. */
const OTHERS = ['/', '/docs', '/openapi.json'];

/** The route of a path, whatever the method. */
function routeOf(path: string): Route | undefined {
  const { pathname } = new URL(path, 'http://endpoint');
  return Object.values(ROUTES).find((route) =>
    new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
}

/** Expects that an answer is one that the OpenAPI document tells of: its status, its type, its headers. */
export function expectDocumented(path: string, { status, headers }: Response): void {
  const route = routeOf(path);
  if (route === undefined) {
    if (!OTHERS.includes(path)) expect([401, 404, 429], path).toContain(status);
    return;
  }
  const response = route.responses[status];
  expect(Object.keys(route.responses), `${path} has the status`).toContain(String(status));
  const type = headers.get('content-type')?.split(';')[0];
  expect(Object.keys(response.content), `${path} with ${status} has the type`).toContain(type);
  const documented = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
  for (const name of TELLING) if (headers.has(name)) expect(documented, `${path} with ${status}`).toContain(name);
}
