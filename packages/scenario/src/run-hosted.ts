import type { PipelineOptions, Report, SpuHost, SpuHosting, SpuHostPlan } from '@midplane/pipeline';
import { type RunScenarioOptions, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** What is known of a run before it begins: what `createSpuHost` of `@midplane/pipeline/host` plans by. */
export interface KnownRun {
  /** Where its SPUs are wanted. */
  readonly hosting: SpuHosting;
  /** Packets that are expected; undefined: nobody knows. */
  readonly packets?: number | undefined;
  /** Whether its traffic can be read once more. */
  readonly isRepeatable: boolean;
  /** Workers at most; default: as many as the host has. */
  readonly workers?: number;
}

/** How a scenario is run with its SPUs where they are wanted. */
export interface RunHostedOptions extends Omit<RunScenarioOptions, 'createHost'> {
  /** Makes the host of a run, by what is known of it. */
  readonly createHost: (options: PipelineOptions, known: KnownRun) => SpuHost;
  /** Told where SPUs are, and why; again where the run begins anew. */
  readonly onPlan: (plan: SpuHostPlan) => void;
  /** Told that the run begins anew. */
  readonly onAgain?: () => void;
}

/**
 * Runs a scenario with its SPUs where they are wanted.
 *
 * Where it turns out that groups of SPUs do not do, the run begins anew with one worker; where a worker dies and `hosting` is
 * `auto`, in this thread, if its traffic can be read once more.
 *
 * @throws {WorkerDied} If a worker dies, and the run cannot or is not to be repeated; else as `runScenario`.
 * @example
 * ```ts
 * import { runHosted, type Scenario } from '@midplane/scenario';
 * import { createSpuHost } from '@midplane/pipeline/host';
 * import assert from 'node:assert/strict';
 *
 * const scenario: Scenario = { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 100 }] };
 * const plans: number[] = [];
 * const report = await runHosted(scenario, { hosting: 'auto', packets: 100, isRepeatable: true }, {
 *   createHost: (options, known) => createSpuHost(options, known),
 *   onPlan: ({ workers }) => plans.push(workers),
 * });
 * assert.deepEqual([report.input.packets, plans], [100, [0]]); // too few packets for workers
 * ```
 */
export async function runHosted(
  scenario: Scenario,
  known: KnownRun,
  { createHost, onPlan, onAgain, ...options }: RunHostedOptions,
): Promise<Report> {
  const run = (change: Pick<KnownRun, 'workers'> = {}, why?: string): Promise<Report> =>
    runScenario(scenario, {
      ...options,
      createHost(of) {
        const host = createHost(of, { ...known, ...change });
        onPlan({ workers: host.plan.workers, why: why ?? host.plan.why });
        return host;
      },
    });
  try {
    return await run().catch((error) => {
      if (codeOf(error) !== 'npu-table-shared') throw error;
      onAgain?.();
      return run({ workers: 1 }, 'the run begins anew, as groups of SPUs could fill the table of an NPU');
    });
  } catch (error) {
    if (codeOf(error) !== 'worker-died' || known.hosting !== 'auto' || !known.isRepeatable) throw error;
    onAgain?.();
    onPlan({ workers: 0, why: 'a worker has died, and the input can be read again' });
    return runScenario(scenario, options);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
