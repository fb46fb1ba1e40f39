import type { Report, SpuHosting } from '@midplane/pipeline';
import { type RunScenarioOptions, runScenario, type Scenario } from '@midplane/scenario';
import { expectPackets } from './expected-packets.ts';
import { WORKER_URL } from './worker-url.ts';

/** Tells where SPUs are hosted, and why. */
export type TellHosting = (workers: number, why: string) => void;

/**
 * Runs a scenario with its SPUs where they are wanted.
 *
 * Where it turns out that groups of SPUs do not do, the run begins anew with one worker; where a worker dies and
 * `hosting` is `auto`, without any.
 *
 * @throws {WorkerDied} If a worker dies, and the run cannot or is not to be repeated.
 */
export async function runHosted(
  scenario: Scenario,
  hosting: SpuHosting,
  options: RunScenarioOptions,
  tell: TellHosting,
): Promise<Report> {
  if (hosting === 'inline') return runScenario(scenario, options);
  const { createSpuHost, WorkerDied, WorkerPool } = await import('@midplane/pipeline/host');
  const { packets, isRepeatable } = await expectPackets(scenario);
  const pool = new WorkerPool({ url: WORKER_URL });
  const run = (change: { readonly workers?: number } = {}, why?: string): Promise<Report> =>
    runScenario(scenario, {
      ...options,
      createHost(of) {
        const host = createSpuHost(of, { hosting, packets, isRepeatable, pool, ...change });
        tell(host.plan.workers, why ?? host.plan.why);
        return host;
      },
    });
  try {
    return await run().catch((error) => {
      if ((error as { code?: string }).code !== 'npu-table-shared') throw error;
      return run({ workers: 1 }, 'the run begins anew, as groups of SPUs could fill the table of an NPU');
    });
  } catch (error) {
    if (!(error instanceof WorkerDied) || hosting !== 'auto' || !isRepeatable) throw error;
    tell(0, 'a worker has died, and the input can be read again');
    return await runScenario(scenario, options);
  } finally {
    pool.close();
  }
}
