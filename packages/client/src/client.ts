import type {
  CatalogueAnswer,
  ChassisAnswer,
  ChassisRequest,
  CompareAnswer,
  CompareQuery,
  ComparisonEvent,
  ExplainAnswer,
  ExplainQuery,
  HashAnswer,
  HashRequest,
  InspectAnswer,
  InspectQuery,
  OrderingAnswer,
  OrderingQuery,
  PlanAnswer,
  PlanEvent,
  PlanQuery,
  ProblemEvent,
  ScenarioRequest,
  SessionsAnswer,
  SessionsQuery,
  SimulationAnswer,
  SimulationEvent,
  SimulationQuery,
  SpuIdAnswer,
  TrafficRequest,
  VersionAnswer,
  WeightsAnswer,
  WeightsRequest,
  WhereAnswer,
  WhereRequest,
} from '@midplane/api';
import { brokenOff, ProblemError } from './errors.ts';
import { readLines } from './read-lines.ts';
import { type OrderingSource, orderingUploadOf, type RunSource, type Upload, uploadOf } from './source.ts';
import { type Call, type CallOptions, type ClientOptions, Transport } from './transport.ts';

/** Single settings of a run; `scenario` comes with the source. */
type Settings<Query> = Omit<Query, 'scenario'> & CallOptions;

/** Settings with a scenario in them as text. */
function inQuery<S extends { readonly after?: ScenarioRequest }>({ after, ...settings }: S): object {
  return { ...settings, ...(after !== undefined && { after: JSON.stringify(after) }) };
}

/** An event; undefined if its line was cut. */
function parseEvent<E>(line: string): E | ProblemEvent | undefined {
  try {
    return JSON.parse(line) as E | ProblemEvent;
  } catch {
    return undefined;
  }
}

/**
 * What an endpoint is asked. Every method rejects with a `ProblemError` where the endpoint refuses; `watch`, `watchCompare` and
 * `watchPlan` also where the events break off.
 */
export interface Client {
  /** An SPU ID, its place and names. */
  spuId(spu: string | number, options?: CallOptions): Promise<SpuIdAnswer>;
  /** Models and cards. */
  catalogue(options?: CallOptions): Promise<CatalogueAnswer>;
  /** Slots, SPUs, central point of a chassis. */
  resolveChassis(request?: ChassisRequest, options?: CallOptions): Promise<ChassisAnswer>;
  /** What of a flow is hashed, and the hashes. */
  hash(request: HashRequest, options?: CallOptions): Promise<HashAnswer>;
  /** Which SPU a flow lands on. */
  where(request: WhereRequest, options?: CallOptions): Promise<WhereAnswer>;
  /** Weights and rows of the session distribution hash table. */
  weights(request?: WeightsRequest, options?: CallOptions): Promise<WeightsAnswer>;
  /** Version, runtime and limits of the endpoint. */
  version(options?: CallOptions): Promise<VersionAnswer>;
  /** Runs a capture or a scenario to its report. */
  simulate(source: RunSource, settings?: Settings<SimulationQuery>): Promise<SimulationAnswer>;
  /** The same, as the text that the command prints or the table per SPU as CSV. */
  simulateAsText(
    source: RunSource,
    settings?: Settings<SimulationQuery> & { format?: 'text' | 'csv' },
  ): Promise<string>;
  /**
   * Runs, and tells how far it is: where its SPUs are (`run-info`, if the scenario asks for workers), `progress` events, then
   * one `report`. Stopping early ends the run.
   */
  watch(source: RunSource, settings?: Settings<SimulationQuery>): AsyncGenerator<SimulationEvent, void, undefined>;
  /** What a capture holds. */
  inspect(source: RunSource, settings?: InspectQuery & CallOptions): Promise<InspectAnswer>;
  /** The sessions of a run. */
  sessions(source: RunSource, settings?: Settings<SessionsQuery>): Promise<SessionsAnswer>;
  /** What each stage decided about a packet or a flow. */
  explain(source: RunSource, settings: Settings<ExplainQuery>): Promise<ExplainAnswer>;
  /** Two chassis with the same traffic, or two scenarios, side by side; `after` is the scenario of the side after. */
  compare(
    source: RunSource,
    settings: Omit<Settings<CompareQuery>, 'after'> & { readonly after?: ScenarioRequest },
  ): Promise<CompareAnswer>;
  /** The same, and tells how far it is: `progress` events, then one `comparison`. Stopping early ends the run. */
  watchCompare(
    source: RunSource,
    settings: Omit<Settings<CompareQuery>, 'after'> & { readonly after?: ScenarioRequest },
  ): AsyncGenerator<Exclude<ComparisonEvent, ProblemEvent>, void, undefined>;
  /** The smallest services cards that hold a traffic. */
  plan(source: RunSource, settings?: Settings<PlanQuery>): Promise<PlanAnswer>;
  /** The same, and tells how far it is: `progress` events, then one `plan`. Stopping early ends the run. */
  watchPlan(
    source: RunSource,
    settings?: Settings<PlanQuery>,
  ): AsyncGenerator<Exclude<PlanEvent, ProblemEvent>, void, undefined>;
  /** Reordering in a capture, from one capture to another, or in a list of sequence numbers. */
  ordering(source: OrderingSource, settings?: OrderingQuery & CallOptions): Promise<OrderingAnswer>;
  /** Seeded traffic as a capture, as it is made. */
  traffic(request: TrafficRequest, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
}

/**
 * Makes a client of an endpoint.
 *
 * Questions and uploads that can be read again (scenarios, bytes, `Blob`s) are sent again when the endpoint is busy or not
 * reached: they change nothing there. A stream is sent once.
 *
 * @param options Where the endpoint is.
 * @returns The client; it holds no connection.
 * @example
 * ```ts
 * import { createClient } from '@midplane/client';
 * import assert from 'node:assert/strict';
 *
 * const answer = { spuId: 5, fpc: 1, pic: 1, names: { dot: 'fpc1.pic1', cli: 'FPC1 PIC1', slash: '1/1' } };
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8787', fetch: async () => Response.json(answer) });
 * assert.equal((await client.spuId('fpc1.pic1')).spuId, 5);
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const transport = new Transport(options);
  const json = async <T>(call: Omit<Call, 'accept'>): Promise<T> =>
    (await (await transport.send({ ...call, accept: 'application/json' })).json()) as T;
  const get = <T>(path: string, { signal }: CallOptions = {}, query?: object): Promise<T> =>
    json({ method: 'GET', path, isRepeatable: true, signal, ...(query && { query }) });
  const ask = <T>(path: string, request: object, { signal }: CallOptions = {}): Promise<T> => {
    const body = JSON.stringify(request);
    return json({ method: 'POST', path, body, type: 'application/json', isRepeatable: true, signal });
  };
  const send = (path: string, upload: Upload, settings: object & CallOptions, accept: string): Call => {
    const { signal, ...query } = settings;
    const { scenario, ...rest } = upload;
    return { method: 'POST', path, query: { ...query, scenario }, accept, signal, ...rest };
  };
  const run = (path: string, source: RunSource, settings: object & CallOptions, accept: string): Call =>
    send(path, uploadOf(source), settings, accept);
  const runJson = <T>(path: string, source: RunSource, settings: object & CallOptions = {}): Promise<T> =>
    json<T>(run(path, source, settings, 'application/json'));
  async function* events<E extends { readonly event: string }>(
    path: string,
    source: RunSource,
    settings: object & CallOptions = {},
  ): AsyncGenerator<E, void, undefined> {
    const response = await transport.send(run(path, source, settings, 'application/x-ndjson'));
    let told = 0;
    let isOver = false;
    for await (const line of readLines(response.body!)) {
      const event = parseEvent<E>(line);
      if (event?.event === 'problem') throw new ProblemError((event as ProblemEvent).problem);
      if (event === undefined) break;
      yield event as E;
      if (event.event === 'progress') told++;
      else if (event.event !== 'run-info') isOver = true; // and on to the end of the body: the connection serves again then
    }
    if (!isOver) throw brokenOff(response.status, told);
  }

  return {
    spuId: (spu, call) => get('/v1/spu-id', call, { spu }),
    catalogue: (call) => get('/v1/chassis/catalogue', call),
    resolveChassis: (request = {}, call) => ask('/v1/chassis/resolve', request, call),
    hash: (request, call) => ask('/v1/hash', request, call),
    where: (request, call) => ask('/v1/where', request, call),
    weights: (request = {}, call) => ask('/v1/weights', request, call),
    version: (call) => get('/version', call),
    simulate: (source, settings) => runJson('/v1/simulations', source, settings),
    async simulateAsText(source, { format = 'text', ...settings } = {}) {
      const accept = format === 'csv' ? 'text/csv' : 'text/plain';
      return (await transport.send(run('/v1/simulations', source, settings, accept))).text();
    },
    watch: (source, settings) => events('/v1/simulations', source, settings),
    inspect: (source, settings) => runJson('/v1/inspect', source, settings),
    sessions: (source, settings) => runJson('/v1/sessions', source, settings),
    explain: (source, settings) => runJson('/v1/explain', source, settings),
    compare: (source, settings) => runJson('/v1/compare', source, inQuery(settings)),
    watchCompare: (source, settings) => events('/v1/compare', source, inQuery(settings)),
    watchPlan: (source, settings) => events('/v1/plan', source, settings),
    plan: (source, settings) => runJson('/v1/plan', source, settings),
    ordering: (source, settings = {}) =>
      json(send('/v1/ordering/metrics', orderingUploadOf(source), settings, 'application/json')),
    async traffic(request, { signal } = {}) {
      const body = JSON.stringify(request);
      const type = 'application/json';
      const call = {
        method: 'POST',
        path: '/v1/traffic',
        accept: '*/*',
        body,
        type,
        isRepeatable: true,
        signal,
      } as const;
      return (await transport.send(call)).body!;
    },
  };
}
