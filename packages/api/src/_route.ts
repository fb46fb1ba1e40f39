import type { AnswerName } from './answer-schemas.ts';
import type { JsonSchema } from './components.ts';
import { EXAMPLES } from './examples.ts';

/** Names of the routes. */
export type RouteName =
  | 'spuId'
  | 'catalogue'
  | 'chassisResolve'
  | 'hash'
  | 'where'
  | 'weights'
  | 'simulations'
  | 'inspect'
  | 'sessions'
  | 'explain'
  | 'compare'
  | 'plan'
  | 'ordering'
  | 'traffic'
  | 'schemas'
  | 'healthz'
  | 'readyz'
  | 'version'
  | 'metrics';

/** A type of a body, by media type. */
type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;

/** A parameter of a route. */
export interface RouteParameter {
  readonly in: 'query' | 'path';
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly example?: string;
  readonly schema: JsonSchema;
}

/** A route as OpenAPI 3.1 describes it, and as `createRoute` of `@hono/zod-openapi` takes it. */
export interface Route {
  readonly method: 'get' | 'post';
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly RouteParameter[];
  readonly request?: { readonly body: { readonly required: true; readonly content: Content } };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content }>>;
}

type Responses = Route['responses'];
type Parameters = readonly RouteParameter[];

/** A schema of the document. */
export const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
/** A response that is a problem. */
export const problem = (description: string): Responses[string] => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
/** Bodies that are text, bytes, a capture. */
export const TEXT: Content[string] = { schema: { type: 'string' } };
export const BYTES: Content[string] = { schema: { type: 'string', format: 'binary' } };
export const CAPTURE: Content = { 'application/octet-stream': BYTES, 'application/vnd.tcpdump.pcap': BYTES };

/** Problems that every route of the model may answer with. */
const PROBLEMS: Responses = {
  400: problem('What was sent is not accepted: `code` says why, `pointer` or `parameter` where'),
  401: problem('A bearer token is needed'),
  406: problem('`Accept` names no type that this route has'),
  413: problem('A limit of the endpoint; the detail names it'),
  415: problem('The body has a type that is not read here'),
  429: problem('Too many requests, or too many simulations at a time: come back after `Retry-After` seconds'),
  503: problem('It took longer than a request may take'),
};

/** Responses of a route: its answer in every type, and the problems. */
export function answers(description: string, name: AnswerName | undefined, more: Content = {}): Responses {
  const json: Content = name === undefined ? {} : { 'application/json': { schema: ref(name) } };
  return { 200: { description, content: { ...json, ...more } }, ...PROBLEMS };
}

/** Types of an answer that tells how far a run is. */
export function events(name: AnswerName): Content {
  return { 'text/event-stream': { schema: ref(name) }, 'application/x-ndjson': { schema: ref(name) } };
}

/** A body that is a question. */
export function jsonBody(route: RouteName, name: string): NonNullable<Route['request']> {
  const example = EXAMPLES[route];
  return { body: { required: true, content: { 'application/json': { schema: ref(name), example } } } };
}

const FILE = { type: 'string', format: 'binary' };

/** A form: its parts in their order, and what is said about them. */
function form(description: string, parts: Readonly<Record<string, JsonSchema>>, required: readonly string[]): Content {
  return { 'multipart/form-data': { schema: { type: 'object', description, properties: parts, required } } };
}

const RUN_FORM = form(
  'The scenario first, if there is one; then one capture. It is read while it comes.',
  { scenario: { type: 'string' }, capture: FILE },
  ['capture'],
);
/** Forms of routes that take more than a scenario and a capture. */
export const COMPARE_FORM: Content = form(
  'The scenario of the side before, that of the side after, if there are any; then the capture. Where their traffic differs, ' +
    'first the capture of the side before, then that of the side after.',
  { scenario: { type: 'string' }, after: { type: 'string' }, capture: { type: 'array', items: FILE } },
  [],
);
export const ORDERING_FORM: Content = form(
  'One capture, or two: `ingress`, then `egress`, taken where the packets of the first come out. The first of two is kept ' +
    'in memory.',
  { capture: FILE, ingress: FILE, egress: FILE },
  [],
);

/** The body of routes that take a capture: the capture itself, a scenario, or both as a form. */
export function uploadBody(route: RouteName, forms: Content = RUN_FORM): NonNullable<Route['request']> {
  const example = EXAMPLES[route];
  const content: Content = {
    ...CAPTURE,
    'application/json': { schema: ref('Scenario'), example },
    'application/yaml': {
      ...TEXT,
      example: 'schema: midplane-scenario/1\ntraffic: [{ shape: small, packets: 1000 }]\n',
    },
    ...forms,
  };
  return { body: { required: true, content } };
}

/** A parameter of the query. */
export function query(
  name: string,
  description: string,
  type: 'string' | 'integer' | 'number' | 'boolean' = 'string',
): RouteParameter {
  return { in: 'query', name, description, schema: { type } };
}

/** What the query of every upload may say. */
export const RUN: Parameters = [
  query('scenario', 'Scenario, YAML or JSON, for a capture that is the body; its `traffic` names one capture'),
  query('chassis', 'srx5400, srx5600 or srx5800'),
  query('cards', 'Cards by slot, as 1=SPC2,2=SPC2,7=IOC2'),
  query('release', 'Junos release, as 17.4R1'),
  query('tableLength', 'Rows of the session distribution hash table', 'integer'),
  query('distribution', 'Who chooses the SPU of a session: hash, rr, wrr or adaptive'),
  query('hash', 'Session distribution hash: crc32c, toeplitz, toeplitz-symmetric, xxhash32, murmur3 or fnv1a'),
  query('asymmetric', 'Hash both directions of a flow as they stand: replies may reach another SPU', 'boolean'),
  query('ordering', 'How packets are kept in order, and measure the order: hardware, software or none'),
];

/** A table as text. */
export const PLAIN: Content = { 'text/plain': TEXT };
