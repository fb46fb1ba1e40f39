import type { Report, SpuHosting } from '@midplane/pipeline';
import { type RunScenarioOptions, runHosted as runKnown, runScenario, type Scenario } from '@midplane/scenario';
import { expectPackets } from './expected-packets.ts';
import { WORKER_URL } from './worker-url.ts';

/** Tells where SPUs are hosted, and why. */
export type TellHosting = (workers: number, why: string) => void;

/**
 * Runs a scenario with its SPUs where they are wanted; workers last as long as the run.
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
  const { createSpuHost, WorkerPool } = await import('@midplane/pipeline/host');
  const expected = await expectPackets(scenario);
  const pool = new WorkerPool({ url: WORKER_URL });
  try {
    return await runKnown(
      scenario,
      { hosting, ...expected },
      {
        ...options,
        createHost: (of, known) => createSpuHost(of, { ...known, pool }),
        onPlan: ({ workers, why }) => tell(workers, why),
      },
    );
  } finally {
    pool.close();
  }
}
