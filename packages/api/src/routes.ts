import {
  answers,
  BYTES,
  CAPTURE,
  COMPARE_FORM,
  events,
  jsonBody,
  ORDERING_FORM,
  PLAIN,
  problem,
  query,
  type Route,
  type RouteName,
  RUN,
  ref,
  TEXT,
  uploadBody,
} from './_route.ts';
import { EXAMPLES } from './examples.ts';

export type { Route, RouteName, RouteParameter } from './_route.ts';

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
    responses: answers('The report', 'Report', { 'text/csv': TEXT, ...PLAIN, ...events('SimulationEvent') }),
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
  compare: {
    method: 'post',
    path: '/v1/compare',
    summary: 'Two chassis with the same traffic, side by side: load, headroom, what moves, what the change costs',
    description:
      'The body is the traffic, or the scenario, of both sides; what the names with `to` say, or a second scenario, is the side ' +
      'after. A capture is read once and sent down both paths while it comes. PUT does the same, for `curl -T`.',
    parameters: [
      ...RUN,
      query('after', 'Scenario of the side after, YAML or JSON; also as a part of a form'),
      query('toChassis', 'After: srx5400, srx5600 or srx5800'),
      query('toCards', 'After: all cards by slot, as 1-3=SPC2,7=IOC2'),
      query('toRelease', 'After: Junos release'),
      query('toTableLength', 'After: rows of the session distribution hash table', 'integer'),
      query('toDistribution', 'After: hash, rr, wrr or adaptive'),
      query('toHash', 'After: session distribution hash'),
    ],
    request: uploadBody('compare', COMPARE_FORM),
    responses: answers('The comparison', 'Comparison', { ...PLAIN, ...events('ComparisonEvent') }),
  },
  plan: {
    method: 'post',
    path: '/v1/plan',
    summary: 'The smallest services cards that hold a traffic so many times, and why smaller ones do not',
    description:
      'The traffic is run over one set of cards after the other: a capture is kept in memory as it was sent, up to a limit of ' +
      'its own (`keptBytes`). PUT does the same, for `curl -T`.',
    parameters: [
      ...RUN,
      query('growth', 'How many times the traffic has to fit; default 1', 'number'),
      query('cpuTarget', 'CPU of the busiest second that counts as full, percent; default 70', 'number'),
      query('types', 'Kinds of services cards to look at, as SPC2,SPC3; default all of the release'),
      query('keep', 'Keep the services cards of `cards` or the scenario, and add others', 'boolean'),
    ],
    request: uploadBody('plan'),
    responses: answers('The plan', 'Plan', { ...PLAIN, ...events('PlanEvent') }),
  },
  ordering: {
    method: 'post',
    path: '/v1/ordering/metrics',
    summary:
      'Reordering in a capture, from one capture to another, or in a list of sequence numbers (RFC 4737, RFC 5236)',
    description:
      'A capture is measured by TCP sequence numbers and IP IDs, two captures by the place of each packet in the first, a list ' +
      'by its numbers, in the order of arrival. PUT does the same, for `curl -T`.',
    parameters: [
      query('top', 'Most reordered flows that are listed, 0 to 1000; default 5', 'integer'),
      query('flows', 'Flows that are remembered at once, 1 to 16384; default 16384', 'integer'),
      query('threshold', 'Displacement beyond which RFC 5236 counts loss, 1 to 1024; default 16', 'integer'),
      query('lostAfter', 'TCP: milliseconds after which what fills a gap was sent again; default 3', 'number'),
      query('translated', 'Two captures: addresses and ports may have been translated between them', 'boolean'),
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
    responses: answers('The figures', 'Ordering', PLAIN),
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
