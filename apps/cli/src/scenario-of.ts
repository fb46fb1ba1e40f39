import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { SCENARIO_SCHEMA, type Scenario } from '@midplane/scenario';
import { chassisOf } from './chassis-options.ts';
import { type PathArguments, withPathOptions } from './path-options.ts';
import { readScenarioFile } from './scenario-file.ts';

/**
 * The scenario of a command line: that of the file, and what the options change in it; a capture alone is one, too.
 *
 * @param hash The option `--hash`, if it was given.
 */
export async function scenarioOf(path: string, options: PathArguments, hash: string | undefined): Promise<Scenario> {
  const empty: Scenario = { schema: SCENARIO_SCHEMA, traffic: [{ capture: path }] };
  const file = await readScenarioFile(path).catch((error) => {
    // no scenario: options are told first
    if (!(error instanceof Error && error.cause instanceof SyntaxError)) chassisOf(options);
    throw error;
  });
  const scenario = withPathOptions(file ?? empty, options, hash);
  resolveChassis(scenario.chassis as ChassisOptions); // what the options change may not fit what the file says
  return scenario;
}
