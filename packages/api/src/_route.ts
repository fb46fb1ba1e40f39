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
export type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;

/** A parameter of a route. */
export interface RouteParameter {
  readonly in: 'query' | 'path';
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly example: string | number | boolean;
  readonly schema: JsonSchema;
}

/** A header of an answer. */
export interface RouteHeader {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example: string | number;
}

/** What a route answers with one status. */
export interface RouteResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, RouteHeader>>;
  readonly content: Content;
}

/** A route as OpenAPI 3.1 describes it, and as `createRoute` of `@hono/zod-openapi` takes it. */
export interface Route {
  readonly method: 'get' | 'post';
  /** Whether PUT does the same, as `curl -T` sends an upload. */
  readonly takesPut?: true;
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly RouteParameter[];
  readonly request?: { readonly body: { readonly required: true; readonly content: Content } };
  readonly responses: Readonly<Record<string, RouteResponse>>;
}

type Parameters = readonly RouteParameter[];

/** A schema of the document. */
export const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
/** Bodies that are text, bytes, a capture. */
export const TEXT: Content[string] = { schema: { type: 'string' } };
export const BYTES: Content[string] = { schema: { type: 'string', format: 'binary' } };
export const CAPTURE: Content = { 'application/octet-stream': BYTES, 'application/vnd.tcpdump.pcap': BYTES };

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

/** A parameter of the query; its type is that of its example unless a schema is given. */
export function query(
  name: string,
  description: string,
  example: string | number | boolean,
  schema: JsonSchema = { type: typeof example },
): RouteParameter {
  return { in: 'query', name, description, example, schema };
}

/** A parameter that is one of several words. */
export function choice(name: string, description: string, words: readonly string[]): RouteParameter {
  return query(name, description, words[0], { type: 'string', enum: words });
}

/** A parameter that is a whole number. */
export function whole(
  name: string,
  description: string,
  example: number,
  minimum: number,
  maximum: number,
): RouteParameter {
  return query(name, description, example, { type: 'integer', minimum, maximum });
}

/** Words of parameters, the default first: written down here, for a start waits for no schema. */
export const MODELS: readonly string[] = ['srx5800', 'srx5600', 'srx5400'];
export const HASHES: readonly string[] = ['crc32c', 'toeplitz', 'toeplitz-symmetric', 'xxhash32', 'murmur3', 'fnv1a'];
export const DISTRIBUTIONS: readonly string[] = ['hash', 'rr', 'wrr', 'adaptive'];
const ORDERINGS: readonly string[] = ['hardware', 'software', 'none'];
const CARDS = '1=SPC2,2=SPC2,7=IOC2';
export const MOST_ROWS = 16_777_216;
const SCENARIO = '{"schema":"midplane-scenario/1","traffic":[{"capture":"any"}]}';

/** What the query of every upload may say. */
export const RUN: Parameters = [
  query(
    'scenario',
    'Scenario, YAML or JSON, for a capture that is the body; its `traffic` names one capture',
    SCENARIO,
  ),
  choice('chassis', 'Model', MODELS),
  query('cards', 'Cards by slot', CARDS),
  query('release', 'Junos release', '17.4R1'),
  whole('tableLength', 'Rows of the session distribution hash table', 1000, 1, MOST_ROWS),
  choice('distribution', 'Who chooses the SPU of a session', DISTRIBUTIONS),
  choice('hash', 'Session distribution hash', HASHES),
  query('asymmetric', 'Hash both directions of a flow as they stand: replies may reach another SPU', true),
  choice('ordering', 'How packets are kept in order, and measure the order', ORDERINGS),
];
