import { ChassisError, type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { SCENARIO_SCHEMA, type Scenario } from '@midplane/scenario';
import { chassisOf } from './chassis-options.ts';
import { CommandError } from './command-error.ts';
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
  checkChanged(scenario, options.tableLength !== undefined);
  return scenario;
}

/**
 * Checks the chassis of a scenario that options have changed: that may not fit what the file says.
 *
 * @param namesTableLength Whether an option says how long the table is; otherwise it is the scenario's, and no option is
 * told as wrong.
 */
export function checkChanged({ chassis }: Scenario, namesTableLength: boolean): void {
  try {
    resolveChassis(chassis as ChassisOptions);
  } catch (error) {
    if (!(error instanceof ChassisError) || !error.rule.startsWith('tableLength ') || namesTableLength) throw error;
    throw new CommandError(error.code, error.message.replace('tableLength', 'chassis.tableLength of the scenario'));
  }
}
