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

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const problem = (description: string): Responses[string] => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const TEXT = { schema: { type: 'string' } } as const;
const BYTES = { schema: { type: 'string', format: 'binary' } } as const;

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
function answers(description: string, name: AnswerName | undefined, more: Content = {}): Responses {
  const json: Content = name === undefined ? {} : { 'application/json': { schema: ref(name) } };
  return { 200: { description, content: { ...json, ...more } }, ...PROBLEMS };
}

function jsonBody(route: RouteName, name: string): NonNullable<Route['request']> {
  const example = EXAMPLES[route];
  return { body: { required: true, content: { 'application/json': { schema: ref(name), example } } } };
}

/** The body of routes that take a capture: the capture itself, a scenario, or both as a form. */
function uploadBody(route: RouteName): NonNullable<Route['request']> {
  const example = EXAMPLES[route];
  const form = {
    type: 'object',
    description: 'The scenario first, if there is one; then one capture. It is read while it comes.',
    properties: { scenario: { type: 'string' }, capture: { type: 'string', format: 'binary' } },
    required: ['capture'],
  };
  const content: Content = {
    'application/octet-stream': BYTES,
    'application/vnd.tcpdump.pcap': BYTES,
    'application/json': { schema: ref('Scenario'), example },
    'application/yaml': {
      ...TEXT,
      example: 'schema: midplane-scenario/1\ntraffic: [{ shape: small, packets: 1000 }]\n',
    },
    'multipart/form-data': { schema: form },
  };
  return { body: { required: true, content } };
}

function query(
  name: string,
  description: string,
  type: 'string' | 'integer' | 'number' | 'boolean' = 'string',
): RouteParameter {
  return { in: 'query', name, description, schema: { type } };
}

const RUN: Parameters = [
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

const PLAIN = { 'text/plain': TEXT };

/** The routes, by name. Paths with a parameter are as in OpenAPI: `{name}`. */
export const ROUTES: Readonly<Record<RouteName, Route>> = {
  spuId: {
    method: 'get',
    path: '/v1/spu-id',
    summary: 'An SPU ID, its FPC and PIC, and its names',
    parameters: [{ ...query('spu', '5, fpc1.pic1, FPC1 PIC1 or 1/1'), required: true, example: 'fpc1.pic1' }],
    responses: answers('The SPU', 'SpuId'),
  },
  catalogue: {
    method: 'get',
    path: '/v1/chassis/catalogue',
    summary: 'Models and cards, every figure with its fidelity mark',
    responses: answers('The catalogue', 'Catalogue'),
  },
  chassisResolve: {
    method: 'post',
    path: '/v1/chassis/resolve',
    summary: 'Slots, SPUs, central point and distribution of a chassis',
    request: jsonBody('chassisResolve', 'ChassisRequest'),
    responses: answers('The chassis', 'Chassis'),
  },
  hash: {
    method: 'post',
    path: '/v1/hash',
    summary: 'Which fields of a flow are hashed, and the hash by every function',
    request: jsonBody('hash', 'HashRequest'),
    responses: answers('Key and hashes', 'Hash'),
  },
  where: {
    method: 'post',
    path: '/v1/where',
    summary: 'Which SPU a flow lands on, step by step, and what would change it',
    request: jsonBody('where', 'WhereRequest'),
    responses: answers('The steps', 'Where', PLAIN),
  },
  weights: {
    method: 'post',
    path: '/v1/weights',
    summary: 'The SPU session weight table and the rows that follow from it',
    request: jsonBody('weights', 'WeightsRequest'),
    responses: answers('Weights and rows', 'Weights'),
  },
  simulations: {
    method: 'post',
    path: '/v1/simulations',
    summary: 'A capture or a scenario through the whole path, to the report',
    description:
      'PUT does the same, for `curl -T`. The capture is read while it comes: pcap, pcapng or snoop, also gzip. One that is corrupt in ' +
      'the middle gives the report of what came before, with `input.error`, and the header `Midplane-Input-Error`.',
    parameters: [...RUN, query('top', 'Largest sessions to list per SPU in text, 0 to 5', 'integer')],
    request: uploadBody('simulations'),
    responses: answers('The report', 'Report', {
      'text/csv': TEXT,
      ...PLAIN,
      'text/event-stream': { schema: ref('SimulationEvent') },
      'application/x-ndjson': { schema: ref('SimulationEvent') },
    }),
  },
  inspect: {
    method: 'post',
    path: '/v1/inspect',
    summary: 'Packets by kind and distinct flows of a capture',
    parameters: [query('communityId', 'Add the Community ID of every flow', 'boolean')],
    request: uploadBody('inspect'),
    responses: answers('The figures', 'Inspection'),
  },
  sessions: {
    method: 'post',
    path: '/v1/sessions',
    summary: 'The sessions at the end of a capture, or at another moment',
    parameters: [
      ...RUN,
      query('at', 'Seconds after the first packet', 'number'),
      query('level', 'brief, extensive or summary'),
      query('sourcePrefix', 'As 10.0.0.0/8'),
      query('destinationPrefix', 'As 10.0.0.0/8'),
      query('sourcePort', 'A port'),
      query('destinationPort', 'A port'),
      query('protocol', 'As tcp or 47'),
      query('family', 'inet or inet6'),
      query('application', 'As junos-https'),
      query('sessionIdentifier', 'A session ID'),
    ],
    request: uploadBody('sessions'),
    responses: answers('The sessions', 'Sessions', { ...PLAIN, 'application/xml': TEXT }),
  },
  explain: {
    method: 'post',
    path: '/v1/explain',
    summary: 'What each stage decided about a packet, or about the packets of a flow',
    parameters: [
      ...RUN,
      query('packet', 'Number of the packet, from 1', 'integer'),
      query('flow', 'Packets of this flow, as 192.0.2.1:1234 > 198.51.100.2:443/tcp'),
    ],
    request: uploadBody('explain'),
    responses: answers('The explanation', 'Explanation', PLAIN),
  },
  traffic: {
    method: 'post',
    path: '/v1/traffic',
    summary: 'Seeded synthetic traffic as a capture',
    request: jsonBody('traffic', 'TrafficRequest'),
    responses: answers('The capture', undefined, {
      'application/vnd.tcpdump.pcap': BYTES,
      'application/x-pcapng': BYTES,
    }),
  },
  schemas: {
    method: 'get',
    path: '/v1/schemas/{name}',
    summary: 'JSON Schema of a scenario or a report',
    parameters: [
      {
        in: 'path',
        name: 'name',
        required: true,
        schema: { type: 'string', enum: ['scenario', 'report'] },
        example: 'report',
      },
    ],
    responses: {
      200: { description: 'The schema', content: { 'application/schema+json': { schema: { type: 'object' } } } },
      404: problem('There is no schema of that name'),
    },
  },
  healthz: {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process lives',
    responses: { 200: { description: 'It does', content: PLAIN } },
  },
  readyz: {
    method: 'get',
    path: '/readyz',
    summary: 'Whether another simulation may begin',
    responses: { 200: { description: 'It may', content: PLAIN }, 503: { description: 'Not now', content: PLAIN } },
  },
  version: {
    method: 'get',
    path: '/version',
    summary: 'Version, runtime and limits',
    responses: { 200: { description: 'Them', content: { 'application/json': { schema: ref('Version') } } } },
  },
  metrics: {
    method: 'get',
    path: '/metrics',
    summary: 'Counters in the text format of Prometheus',
    responses: { 200: { description: 'Them', content: PLAIN } },
  },
};
