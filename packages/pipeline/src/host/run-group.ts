import { ChassisState, type ChassisStateOptions } from '@midplane/chassis';
import { createEngine } from '../compose/create-engine.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { GroupReport } from './merge-reports.ts';
import { createGrants } from './npu-grants.ts';
import { RingExchange, RunAborted } from './ring-exchange.ts';
import { countsOf, type RingMemory } from './ring-memory.ts';
import { RingReader } from './ring-reader.ts';

/** What a worker needs to host a group of SPUs. All of it can be cloned. */
export interface GroupSetup {
  readonly options: Omit<PipelineOptions, 'stages' | 'chassisState'>;
  readonly chassisState: ChassisStateOptions | undefined;
  /** SPU ID by hash index: made once for all. */
  readonly distributionTable: Uint16Array;
  readonly memory: RingMemory;
  readonly group: number;
  /** By group and SPU position: 1 = the SPU is in it. */
  readonly shares: readonly Uint8Array[];
}

/** What a worker can be asked. */
export interface SpuWorker {
  /** Hosts a group of SPUs for one run, to its end. */
  run(setup: GroupSetup): GroupReport;
}

/**
 * Hosts a group of SPUs for one run, to its end. It blocks its thread.
 *
 * @param sayRoom Called when there is some room in the ring, if the other end waits for that.
 * @throws {RunAborted} If the run was given up.
 * @throws {NpuShared} If all groups together could fill the table of an NPU.
 */
export function runGroup(
  { options, chassisState, distributionTable, memory, group, shares }: GroupSetup,
  sayRoom: () => void,
): GroupReport {
  const isHosted = shares[group];
  const share = {
    isHosted,
    exchange: new RingExchange(memory, group, shares.length, isHosted),
    grant: createGrants(memory),
  };
  const engine = createEngine(
    { ...options, ...(chassisState && { chassisState: new ChassisState(chassisState) }) },
    shares.length > 1 ? share : undefined,
    distributionTable,
  );
  const counts = countsOf(memory);
  const reader = new RingReader(memory, group, sayRoom);
  const isWhole = reader.read((batch, number, untilNs, mayHandOver, elsewhere) => {
    engine.take(batch, untilNs, mayHandOver, elsewhere);
    engine.countsInto(counts[number % counts.length], isHosted);
  });
  if (!isWhole) throw new RunAborted('Cannot go on: the run must not be given up');
  return { report: engine.finish(), latencies: engine.latencies().figures() };
}
