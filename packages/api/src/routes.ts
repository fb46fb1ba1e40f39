import {
  ALWAYS,
  answers,
  events,
  OF_BODY,
  OF_MODEL,
  OF_QUERY,
  PLAIN,
  problem,
  problems,
  RETRY_AFTER,
  RUN_INFO,
  runs,
} from './_responses.ts';
import {
  BYTES,
  CAPTURE,
  COMPARE_FORM,
  choice,
  DISTRIBUTIONS,
  HASHES,
  jsonBody,
  MODELS,
  MOST_ROWS,
  ORDERING_FORM,
  query,
  type Route,
  type RouteName,
  RUN,
  TEXT,
  uploadBody,
  whole,
} from './_route.ts';
import { EXAMPLES } from './examples.ts';

export type { Route, RouteHeader, RouteName, RouteParameter, RouteResponse } from './_route.ts';

const AFTER = '{"schema":"midplane-scenario/1","hash":"toeplitz","traffic":[{"capture":"any"}]}';
const METRICS = '# HELP midplane_runs_running Runs now.\n# TYPE midplane_runs_running gauge\nmidplane_runs_running 0\n';
/** Text, with an example. */
const plain = (example: string): typeof PLAIN => ({ 'text/plain': { ...TEXT, example } });

/** The routes, by name. Paths with a parameter are as in OpenAPI: `{name}`. */
export const ROUTES: Readonly<Record<RouteName, Route>> = {
  spuId: {
    method: 'get',
    path: '/v1/spu-id',
    summary: 'An SPU ID, its FPC and PIC, and its names',
    parameters: [{ ...query('spu', '5, fpc1.pic1, FPC1 PIC1 or 1/1', 'fpc1.pic1'), required: true }],
    responses: answers('The SPU', 'SpuId', OF_QUERY),
  },
  catalogue: {
    method: 'get',
    path: '/v1/chassis/catalogue',
    summary: 'Models and cards, every figure with its fidelity mark',
    responses: answers('The catalogue', 'Catalogue', OF_MODEL),
  },
  chassisResolve: {
    method: 'post',
    path: '/v1/chassis/resolve',
    summary: 'Slots, SPUs, central point and distribution of a chassis',
    request: jsonBody('chassisResolve', 'ChassisRequest'),
    responses: answers('The chassis', 'Chassis', OF_BODY),
  },
  hash: {
    method: 'post',
    path: '/v1/hash',
    summary: 'Which fields of a flow are hashed, and the hash by every function',
    request: jsonBody('hash', 'HashRequest'),
    responses: answers('Key and hashes', 'Hash', OF_BODY),
  },
  where: {
    method: 'post',
    path: '/v1/where',
    summary: 'Which SPU a flow lands on, step by step, and what would change it',
    request: jsonBody('where', 'WhereRequest'),
    responses: answers('The steps', 'Where', [406, ...OF_BODY], PLAIN),
  },
  weights: {
    method: 'post',
    path: '/v1/weights',
    summary: 'The SPU session weight table and the rows that follow from it',
    request: jsonBody('weights', 'WeightsRequest'),
    responses: answers('Weights and rows', 'Weights', OF_BODY),
  },
  simulations: {
    method: 'post',
    takesPut: true,
    path: '/v1/simulations',
    summary: 'A capture or a scenario through the whole path, to the report',
    description:
      'PUT does the same, for `curl -T`. The capture is read while it comes: pcap, pcapng or snoop, also gzip; any upload may have ' +
      '`Content-Encoding: gzip`. A capture that is corrupt in ' +
      'the middle gives the report of what came before, with `input.error`, and the header `Midplane-Input-Error`.',
    parameters: [...RUN, whole('top', 'Largest sessions to list per SPU in text', 3, 0, 5)],
    request: uploadBody('simulations'),
    responses: runs('The report', 'Report', { 'text/csv': TEXT, ...PLAIN, ...events('SimulationEvent') }, RUN_INFO),
  },
  inspect: {
    method: 'post',
    takesPut: true,
    path: '/v1/inspect',
    summary: 'Packets by kind and distinct flows of a capture',
    parameters: [query('communityId', 'Add the Community ID of every flow', true)],
    request: uploadBody('inspect'),
    responses: runs('The figures', 'Inspection', PLAIN),
  },
  sessions: {
    method: 'post',
    takesPut: true,
    path: '/v1/sessions',
    summary: 'The sessions at the end of a capture, or at another moment',
    parameters: [
      ...RUN,
      query('at', 'Seconds after the first packet; default at the last packet', 60, { type: 'number', minimum: 0 }),
      choice('level', 'How much is told', ['brief', 'extensive', 'summary']),
      query('sourcePrefix', 'Source address', '10.0.0.0/8'),
      query('destinationPrefix', 'Destination address', '198.51.100.0/24'),
      query('sourcePort', 'Source port', '1234'),
      query('destinationPort', 'Destination port', '443'),
      query('protocol', 'Name or number', 'tcp'),
      choice('family', 'Address family', ['inet', 'inet6']),
      query('application', 'Application', 'junos-https'),
      query('interface', 'Interface of either wing', 'xe-7/0/0'),
      query('sessionIdentifier', 'A session ID', '1'),
    ],
    request: uploadBody('sessions'),
    responses: runs('The sessions', 'Sessions', { ...PLAIN, 'application/xml': TEXT }),
  },
  explain: {
    method: 'post',
    takesPut: true,
    path: '/v1/explain',
    summary: 'What each stage decided about a packet, or about the packets of a flow',
    parameters: [
      ...RUN,
      whole('packet', 'Number of the packet, from 1', 1, 1, Number.MAX_SAFE_INTEGER),
      query('flow', 'Packets of this flow, in both directions', '192.0.2.1:1234 > 198.51.100.2:443/tcp'),
    ],
    request: uploadBody('explain'),
    responses: runs('The explanation', 'Explanation', PLAIN),
  },
  compare: {
    method: 'post',
    takesPut: true,
    path: '/v1/compare',
    summary: 'Two chassis with the same traffic, side by side: load, headroom, what moves, what the change costs',
    description:
      'The body is the traffic, or the scenario, of both sides; what the names with `to` say, or a second scenario, is the side ' +
      'after. A capture is read once and sent down both paths while it comes. PUT does the same, for `curl -T`.',
    parameters: [
      ...RUN,
      query('after', 'Scenario of the side after, YAML or JSON; also as a part of a form', AFTER),
      choice('toChassis', 'After: model', MODELS),
      query('toCards', 'After: all cards by slot', '1-3=SPC2,7=IOC2'),
      query('toRelease', 'After: Junos release', '18.2R1'),
      whole('toTableLength', 'After: rows of the session distribution hash table', 1000, 1, MOST_ROWS),
      choice('toDistribution', 'After: who chooses the SPU of a session', DISTRIBUTIONS),
      choice('toHash', 'After: session distribution hash', HASHES),
    ],
    request: uploadBody('compare', COMPARE_FORM),
    responses: runs('The comparison', 'Comparison', { ...PLAIN, ...events('ComparisonEvent') }),
  },
  plan: {
    method: 'post',
    takesPut: true,
    path: '/v1/plan',
    summary: 'The smallest services cards that hold a traffic so many times, and why smaller ones do not',
    description:
      'The traffic is run over one set of cards after the other: a capture is kept in memory as it was sent, up to a limit of ' +
      'its own (`keptBytes`). PUT does the same, for `curl -T`.',
    parameters: [
      ...RUN,
      query('growth', 'How many times the traffic has to fit; default 1', 3, {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 1_000_000,
      }),
      query('cpuTarget', 'CPU of the busiest second that counts as full, percent; default 70', 70, {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 100,
      }),
      query('types', 'Kinds of services cards to look at; default all of the release', 'SPC2,SPC3', {
        type: 'string',
        pattern: '^[Ss][Pp][Cc][123](,[Ss][Pp][Cc][123])*$',
      }),
      query('keep', 'Keep the services cards of `cards` or the scenario, and add others', true),
    ],
    request: uploadBody('plan'),
    responses: runs('The plan', 'Plan', { ...PLAIN, ...events('PlanEvent') }),
  },
  ordering: {
    method: 'post',
    takesPut: true,
    path: '/v1/ordering/metrics',
    summary:
      'Reordering in a capture, from one capture to another, or in a list of sequence numbers (RFC 4737, RFC 5236)',
    description:
      'A capture is measured by TCP sequence numbers and IP IDs, two captures by the place of each packet in the first, a list ' +
      'by its numbers, in the order of arrival. PUT does the same, for `curl -T`.',
    parameters: [
      whole('top', 'Most reordered flows that are listed; default 5', 5, 0, 1000),
      whole('flows', 'Flows that are remembered at once; default 16384', 16_384, 1, 16_384),
      whole('threshold', 'Displacement beyond which RFC 5236 counts loss; default 16', 16, 1, 1024),
      query('lostAfter', 'TCP: milliseconds after which what fills a gap was sent again; default 3', 3, {
        type: 'number',
        minimum: 0,
      }),
      query('translated', 'Two captures: addresses and ports may have been translated between them', true),
    ],
    request: {
      body: {
        required: true,
        content: {
          ...CAPTURE,
          'application/json': {
            schema: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 4_294_967_295 } },
            example: EXAMPLES['ordering'],
          },
          ...ORDERING_FORM,
        },
      },
    },
    responses: runs('The figures', 'Ordering', PLAIN),
  },
  traffic: {
    method: 'post',
    path: '/v1/traffic',
    summary: 'Seeded synthetic traffic as a capture',
    request: jsonBody('traffic', 'TrafficRequest'),
    responses: answers('The capture', undefined, OF_BODY, {
      'application/vnd.tcpdump.pcap': BYTES,
      'application/x-pcapng': BYTES,
    }),
  },
  schemas: {
    method: 'get',
    path: '/v1/schemas/{name}',
    summary: 'JSON Schema of a scenario, a report, a comparison or a plan',
    parameters: [
      {
        in: 'path',
        name: 'name',
        required: true,
        schema: { type: 'string', enum: ['scenario', 'report', 'comparison', 'plan'] },
        example: 'report',
      },
    ],
    responses: {
      200: {
        description: 'The schema',
        content: {
          'application/schema+json': {
            schema: { type: 'object' },
            example: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
          },
        },
      },
      404: problem(
        'There is no schema of that name',
        'no-such-schema',
        'Cannot find schema: name must be one of scenario, report, comparison, plan: got "none"',
      ),
      ...problems(OF_MODEL),
    },
  },
  healthz: {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process lives',
    responses: answers('It does', undefined, ALWAYS, plain('ok\n')),
  },
  readyz: {
    method: 'get',
    path: '/readyz',
    summary: 'Whether another simulation may begin',
    responses: {
      ...answers('It may', undefined, ALWAYS, plain('ready\n')),
      503: { description: 'Not now', headers: RETRY_AFTER, content: plain('busy\n') },
    },
  },
  version: {
    method: 'get',
    path: '/version',
    summary: 'Version, runtime and limits',
    responses: answers('Them', 'Version', ALWAYS),
  },
  metrics: {
    method: 'get',
    path: '/metrics',
    summary: 'Counters in the text format of Prometheus',
    responses: answers('Them', undefined, [401, ...ALWAYS], plain(METRICS)),
  },
};
