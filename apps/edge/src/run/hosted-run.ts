import type { RunInfo } from '@midplane/api';
import type { Report } from '@midplane/pipeline';
import {
  generatedPackets,
  type KnownRun,
  type RunScenarioOptions,
  runHosted,
  runScenario,
  type Scenario,
} from '@midplane/scenario';
import type { Run } from './run.ts';
import type { SpuHosts } from './spu-hosts.ts';

/** Says where SPUs are simulated; again where a run begins anew. */
export type TellRunInfo = (info: RunInfo) => void;

/**
 * Runs a scenario with its SPUs where it wants them, and tells where that is: as the command does.
 *
 * @throws {WorkerDied} If a worker dies, and the run cannot or is not to be repeated.
 */
export async function runOnEndpoint(
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
  return runHosted(
    scenario,
    { hosting, ...expectPackets(scenario) },
    {
      ...options,
      createHost: (of, known) => hosts.create(of, known),
      onPlan: ({ workers, why }) => tell({ spus: { workers, why } }),
      onAgain: () => budget.readAgain(),
    },
  );
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
