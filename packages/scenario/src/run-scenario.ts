import { CaptureError } from '@midplane/capture';
import { type ChassisCommand, ChassisState, type ResolvedChassis, resolveChassis } from '@midplane/chassis';
import {
  createPipeline,
  type Pipeline,
  type PipelineCommit,
  type PipelineEvent,
  type PipelineOptions,
  type Report,
  type SpuHost,
} from '@midplane/pipeline';
import { createTraffic, type TrafficRecords, WorkloadTraffic } from '@midplane/traffic';
import { commitsOf } from './junos/commits.ts';
import { configuredScenario } from './junos/configured-scenario.ts';
import { mergeRecords, type RecordBatches } from './merge-records.ts';
import {
  chassisOptionsOf,
  chassisStateOptionsOf,
  type Scenario,
  type ScenarioEvent,
  type ScenarioTraffic,
} from './scenario.ts';

/**
 * Packets as a pipeline takes them: `PacketRecords` of `@midplane/packet`, the shape of
 * `RecordBatch` and `TrafficRecords`.
 */
export type PacketRecords = Parameters<Pipeline['offer']>[0];

/** What a scenario's traffic needs of its surroundings. */
export interface ScenarioTrafficOptions {
  /**
   * Opens a capture by the path that stands in the scenario; `readCapture` of `@midplane/capture` gives what it returns. It
   * may throw a `CaptureError` where the capture is corrupt, after the packets before that place.
   */
  readonly openCapture?: (path: string) => RecordBatches | Promise<RecordBatches>;
  /** Told of a capture that is corrupt: the input of the run ends there. */
  readonly onInputError?: (error: CaptureError, capture: string) => void;
}

/** How a scenario is run. */
export interface RunScenarioOptions extends ScenarioTrafficOptions {
  /** Told the packets so far, and whom to ask what each SPU has counted, after every batch; a promise is waited for. */
  readonly onProgress?: (packets: number, pipeline: Pick<Pipeline, 'spuCounts'>) => void | Promise<void>;
  /** Ends the run: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Makes the host of the SPUs, as `createSpuHost` of `@midplane/pipeline/host` does; default: they are in this thread. */
  readonly createHost?: (options: PipelineOptions) => SpuHost;
}

/**
 * Returns what `createPipeline` takes for a scenario: all of it but the traffic.
 *
 * @param given The scenario.
 * @throws {ChassisError} If the chassis cannot exist.
 * @throws {SyntaxError} If a Junos text has something wrong in it.
 * @example
 * ```ts
 * import { createPipeline } from '@midplane/pipeline';
 * import { pipelineOptionsOf } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const options = pipelineOptionsOf({ schema: 'midplane-scenario/1', chassis: { tableLength: 100 }, traffic: [] });
 * assert.equal(createPipeline(options).distributionTable.length, 100);
 * ```
 */
export function pipelineOptionsOf(given: Scenario): PipelineOptions {
  const { scenario: told, warnings } = configuredScenario(given);
  const { hash, symmetric, configuration, parameters, ordering, egress, packetMemory, spuSpeeds, faults, events } =
    told;
  const chassis = resolveChassis(chassisOptionsOf(told.chassis));
  const { commits, warnings: ofCommits } = commitsOf(given);
  return {
    chassis,
    ...(hash !== undefined && { hash }),
    ...(symmetric !== undefined && { symmetric }),
    ...(configuration !== undefined && { configuration }),
    ...(parameters !== undefined && { parameters }),
    ...(ordering !== undefined && { ordering }),
    ...(egress !== undefined && { egress }),
    ...(packetMemory !== undefined && { packetMemory }),
    ...(spuSpeeds !== undefined && { spuSpeeds }),
    ...(isInMotion(told) && { chassisState: new ChassisState(chassisStateOptionsOf(told.chassis)) }),
    ...(faults !== undefined && { faults }),
    ...(events !== undefined && {
      events: events.map((event, at) => pipelineEventOf(event, chassis, commits.get(at))),
    }),
    ...(warnings.length + ofCommits.length > 0 && { warnings: [...warnings, ...ofCommits] }),
  };
}

/** The event as the pipeline takes it. */
function pipelineEventOf(event: ScenarioEvent, chassis: ResolvedChassis, commit?: PipelineCommit): PipelineEvent {
  const { atSeconds, afterPackets, clearSessions, setOrdering, set } = event;
  const when = {
    ...(atSeconds !== undefined && { atNs: Math.round(atSeconds * 1e9) }),
    ...(afterPackets !== undefined && { afterPackets }),
  };
  if (commit !== undefined) return { ...when, commit };
  if (typeof set === 'object') return { ...when, set };
  if (setOrdering !== undefined) return { ...when, ordering: setOrdering };
  if (clearSessions !== undefined) {
    const { spu } = clearSessions;
    const spuId = typeof spu === 'string' ? findSpu(spu, chassis) : spu;
    return { ...when, clearSessions: spuId === undefined ? {} : { spuId } };
  }
  const command = chassisCommandOf(event);
  return command === undefined ? when : { ...when, chassis: command };
}

/** What an event does to the chassis. */
function chassisCommandOf(event: ScenarioEvent): ChassisCommand | undefined {
  const { failSpu, failCard, insertCard, reboot } = event;
  if (failSpu !== undefined) {
    const { spu, permanent } = typeof failSpu === 'object' ? failSpu : { spu: failSpu };
    return { command: 'failSpu', spu, ...(permanent && { permanent }) };
  }
  if (failCard !== undefined) {
    const { slot, permanent } = typeof failCard === 'object' ? failCard : { slot: failCard };
    return { command: 'failCard', slot, ...(permanent && { permanent }) };
  }
  if (insertCard !== undefined) return { command: 'insertCard', ...insertCard };
  if (reboot !== undefined) return { command: 'reboot' };
  for (const command of ['removeCard', 'offline', 'online', 'restart'] as const) {
    const slot = event[command];
    if (slot !== undefined) return { command, slot };
  }
  return undefined;
}

/** Whether something happens to the chassis. */
function isInMotion({ chassis, events = [] }: Scenario): boolean {
  const { timing, start } = chassis ?? {};
  return timing !== undefined || start !== undefined || events.some((event) => chassisCommandOf(event) !== undefined);
}

/** ID of the SPU of a name such as `fpc1.pic1`. */
function findSpu(name: string, chassis: ResolvedChassis): number {
  const found = chassis.spus.find((each) => each.name === name);
  if (found !== undefined) return found.spuId;
  const names = chassis.spus.map((each) => each.name).join(', ');
  throw new RangeError(`Cannot find SPU: name must be one of ${names}: got ${JSON.stringify(name)}`);
}

/**
 * Reads the packets of a scenario: its sources merged by time, then by their place in the list, in constant memory.
 *
 * Nothing is opened before the first batch is asked for; what was opened is closed when the reader stops. Interface indexes
 * stay those of the captures.
 *
 * @returns Batches, valid until the next is asked for.
 * @throws {TypeError} If the scenario names captures and `openCapture` is not given.
 * @throws {CaptureError} If a capture is corrupt, after the packets before that place.
 * @example
 * ```ts
 * import { readScenarioTraffic } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const traffic = [{ shape: 'small', packets: 2000, seed: 1 }, { shape: 'many', packets: 400, seed: 2 }] as const;
 * let packets = 0;
 * for await (const batch of readScenarioTraffic({ schema: 'midplane-scenario/1', traffic })) packets += batch.count;
 * assert.equal(packets, 2400);
 * ```
 */
export async function* readScenarioTraffic(
  scenario: Scenario,
  options: ScenarioTrafficOptions = {},
): AsyncGenerator<PacketRecords, void, undefined> {
  yield* mergeRecords(scenario.traffic.map((item) => sourceOf(item, options)));
}

/**
 * Runs a scenario: its traffic through the path of its chassis, to the report.
 *
 * The report depends on the scenario and the captures only. A capture that is corrupt in the middle ends the input: the
 * report is of the packets before, and its `input.error` says so.
 *
 * @param scenario From `loadScenario` or `checkScenario`, or written down.
 * @param options Where captures come from, and who watches.
 * @returns The report.
 * @throws {ChassisError} If the chassis cannot exist.
 * @throws {RangeError} If the hash, a parameter or the traffic is not accepted, or the release's regime is not modelled.
 * @throws {CaptureError} If a capture is corrupt before any packet was offered.
 * @example A capture in memory and a seeded flood, side by side
 * ```ts
 * import { PcapWriter, readCapture } from '@midplane/capture';
 * import { runScenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapWriter();
 * writer.add(new Uint8Array(60), 0, 60, 60, 1_767_225_600, 0);
 * const capture = writer.take();
 *
 * const flood = { workload: { packets: 0, flows: { count: 0 }, floods: [{ kind: 'syn', perSecond: 100 }] } } as const;
 * const report = await runScenario(
 *   { schema: 'midplane-scenario/1', traffic: [{ capture: 'one.pcap' }, flood] },
 *   { openCapture: () => readCapture(capture) },
 * );
 * assert.equal(report.totals.offered, 1001);
 * ```
 */
export async function runScenario(scenario: Scenario, options: RunScenarioOptions = {}): Promise<Report> {
  const { openCapture, onProgress, onInputError, signal, createHost } = options;
  signal?.throwIfAborted();
  const host = createHost?.(pipelineOptionsOf(scenario));
  const pipeline = host ?? createPipeline(pipelineOptionsOf(scenario));
  let failed = '';
  const watched: ScenarioTrafficOptions = {
    ...(openCapture && { openCapture }),
    onInputError: (error, capture) => {
      failed = capture;
      onInputError?.(error, capture);
    },
  };
  try {
    for await (const batch of readScenarioTraffic(scenario, watched)) {
      signal?.throwIfAborted();
      const isFull = pipeline.offer(batch);
      if (isFull !== undefined) await isFull;
      const pause = onProgress?.(pipeline.offered, pipeline);
      if (pause !== undefined) await pause;
    }
    return await pipeline.finish();
  } catch (error) {
    if (!(error instanceof CaptureError) || pipeline.offered === 0) throw error;
    const { message } = error;
    // of one source the report knows no name, as of everything outside the model; of several it must say which
    return await pipeline.finish(scenario.traffic.length === 1 ? message : `${failed}: ${message}`);
  } finally {
    await host?.close();
  }
}

async function* sourceOf(
  item: ScenarioTraffic,
  options: ScenarioTrafficOptions,
): AsyncGenerator<PacketRecords, void, undefined> {
  if (!('capture' in item)) {
    const traffic = 'workload' in item ? new WorkloadTraffic(item.workload) : createTraffic(item);
    const records: TrafficRecords = traffic.createRecords(1024);
    while (traffic.nextInto(records) > 0) yield records;
    return;
  }
  const { openCapture, onInputError } = options;
  if (openCapture === undefined) {
    throw new TypeError(`Cannot run scenario: openCapture must be given: got nothing for "${item.capture}"`);
  }
  try {
    yield* await openCapture(item.capture);
  } catch (error) {
    if (error instanceof CaptureError) onInputError?.(error, item.capture);
    throw error;
  }
}
