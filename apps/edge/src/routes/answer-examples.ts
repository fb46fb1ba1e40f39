import { EXAMPLE_QUERIES, EXAMPLES, ROUTES, type Route, type RouteName } from '@midplane/api/openapi';

/** Asks an endpoint. */
export type Ask = (path: string, init: RequestInit) => Response | Promise<Response>;

/** An example of a body: by the name of its route and what it is. */
export type AnswerExamples = Readonly<Record<string, { readonly value: unknown }>>;

/** Types of an answer that is text, and what the name of an example calls them. */
const TYPES: Readonly<Record<string, string>> = {
  'application/json': 'Json',
  'text/plain': 'Text',
  'text/csv': 'Csv',
  'application/xml': 'Xml',
  'text/event-stream': 'Event',
  'application/x-ndjson': 'Event',
};

/** Name of the example of a type of answer; undefined of a type that has none of its own. */
export function exampleName(name: RouteName, type: string): string | undefined {
  const { example } = ROUTES[name].responses['200'].content[type];
  const kind = TYPES[type];
  return example !== undefined || kind === undefined ? undefined : `${name}${kind}`;
}

/**
 * Asks each route for its example in each type: an example of an answer is one, so that it cannot become untrue.
 *
 * @param ask Asks an endpoint of its own, without limits, that tells progress whenever there is some.
 */
export async function answerExamples(ask: Ask): Promise<AnswerExamples> {
  const examples: Record<string, { value: unknown }> = {};
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    for (const type of Object.keys(route.responses['200'].content)) {
      const key = exampleName(name, type);
      if (key === undefined || key in examples) continue;
      const response = await ask(pathOf(name, route), {
        headers: { Accept: key.endsWith('Event') ? 'application/x-ndjson' : type },
        ...(route.method === 'post' && { method: 'POST', body: JSON.stringify(EXAMPLES[name]) }),
      });
      const text = await response.text();
      examples[key] = { value: bodyOf(key, text) };
    }
  }
  return examples;
}

/** Path and query of the example of a route. */
function pathOf(name: RouteName, { path, parameters = [] }: Route): string {
  const required = parameters.filter((each) => each.in === 'query' && each.required);
  const query = EXAMPLE_QUERIES[name] ?? required.map((each) => `${each.name}=${each.example}`).join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** JSON as data; of events the first. */
function bodyOf(key: string, text: string): unknown {
  if (key.endsWith('Event')) return JSON.parse(text.slice(0, text.indexOf('\n')));
  return key.endsWith('Json') ? JSON.parse(text) : text;
}
