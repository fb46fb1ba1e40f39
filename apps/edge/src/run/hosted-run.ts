import type { RunInfo } from '@midplane/api';
import type { Report } from '@midplane/pipeline';
import { generatedPackets, type RunScenarioOptions, runScenario, type Scenario } from '@midplane/scenario';
import type { Run } from './run.ts';
import type { KnownRun, SpuHosts } from './spu-hosts.ts';

/** Says where SPUs are simulated; again where a run begins anew. */
export type TellRunInfo = (info: RunInfo) => void;

/**
 * Runs a scenario with its SPUs where it wants them, and tells where that is: as the command does.
 *
 * Generated traffic can be made again. Where it turns out that groups of SPUs do not do, its run begins anew with one worker;
 * where a worker dies and the scenario says `auto`, without any.
 *
 * @throws {WorkerDied} If a worker dies, and the run cannot or is not to be repeated.
 */
export async function runHosted(
  { scenario, budget }: Pick<Run, 'scenario' | 'budget'>,
  hosts: SpuHosts | undefined,
  options: RunScenarioOptions,
  tell: TellRunInfo,
): Promise<Report> {
  const { spus: hosting = 'inline' } = scenario;
  if (hosting === 'inline') return runScenario(scenario, options);
  if (hosts === undefined) {
    tell({ spus: { workers: 0, why: 'this endpoint has no workers' } });
    return runScenario(scenario, options);
  }
  const known: KnownRun = { hosting, ...expectPackets(scenario) };
  const run = (change: Pick<KnownRun, 'workers'> = {}, why?: string): Promise<Report> =>
    runScenario(scenario, {
      ...options,
      createHost(of) {
        const host = hosts.create(of, { ...known, ...change });
        tell({ spus: { workers: host.plan.workers, why: why ?? host.plan.why } });
        return host;
      },
    });
  try {
    return await run().catch((error) => {
      if ((error as { code?: string }).code !== 'npu-table-shared') throw error;
      budget.readAgain();
      return run({ workers: 1 }, 'the run begins anew, as groups of SPUs could fill the table of an NPU');
    });
  } catch (error) {
    if ((error as { code?: string }).code !== 'worker-died' || hosting !== 'auto' || !known.isRepeatable) throw error;
    budget.readAgain();
    tell({ spus: { workers: 0, why: 'a worker has died, and the input can be read again' } });
    return runScenario(scenario, options);
  }
}

/** The header that tells it; of a run that was not asked where, there is nothing to tell. */
export function runInfoHeader(info: RunInfo | undefined): Record<string, string> {
  return info === undefined ? {} : { 'Midplane-Run-Info': JSON.stringify(info) };
}

/** What is known of the traffic before it comes: of an upload nothing, and it comes once. */
function expectPackets({ traffic }: Scenario): Pick<KnownRun, 'packets' | 'isRepeatable'> {
  const packets = traffic.map(generatedPackets);
  const isRepeatable = packets.every((each) => each !== undefined);
  return { packets: isRepeatable ? packets.reduce((sum, each) => sum + each, 0) : undefined, isRepeatable };
}
