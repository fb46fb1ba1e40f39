import { type ChassisOptions, resolveChassis, type SpcType } from '@midplane/chassis';
import { SCENARIO_SCHEMA, type Scenario } from '@midplane/scenario';
import { type Command, InvalidArgumentError } from 'commander';
import { checkCapturePath } from '../check-capture-path.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import { parseNumber, parseWhole } from '../parse-number.ts';
import { addPathOptions, type PathArguments, withPathOptions } from '../path-options.ts';
import { withInputs } from '../scenario-inputs.ts';
import { scenarioOf } from '../scenario-of.ts';
import { tellWarnings } from '../tell-warnings.ts';
import {
  addWorkloadOptions,
  asksForWorkload,
  readWorkloadOptions,
  type SharedArguments,
  type WorkloadArguments,
} from '../workload-options.ts';

interface PlanArguments extends PathArguments, WorkloadArguments, SharedArguments {
  readonly growth: number;
  readonly cpuTarget: number;
  readonly types?: readonly SpcType[];
  readonly keep?: boolean;
  readonly json?: boolean;
}

const TYPES: readonly string[] = ['SPC1', 'SPC2', 'SPC3'];

/** `midplane plan`: the smallest services cards that hold a traffic. */
export function addPlanCommand(program: Command, output: Output): void {
  const command = program
    .command('plan')
    .description('find the smallest services cards that hold a traffic so many times, and say why smaller ones do not')
    .argument('[capture]', 'capture or scenario file; without it, a workload that the options describe');
  addWorkloadOptions(addPathOptions(command))
    .option('--packets <n>', 'workload: packets', parseWhole)
    .option('--flows <n>', 'workload: flows', parseWhole)
    .option('--seed <n>', 'workload: seed', parseWhole)
    .option('--rate <n>', 'workload: packets per second', parseNumber)
    .option('--zipf <exponent>', 'workload: popularity of flows', parseNumber)
    .option('--growth <times>', 'how many times the traffic has to fit', above(1_000_000), 1)
    .option('--cpu-target <percent>', 'CPU of the busiest second that counts as full', above(100), 70)
    .option(
      '--types <cards>',
      'kinds of services cards to look at, as SPC2,SPC3 (default: all of the release)',
      parseTypes,
    )
    .option('--keep', 'keep the services cards of --cards or the scenario, and add others')
    .option('--json', 'print the plan as JSON')
    .addHelpText(
      'after',
      `
Examples:
  midplane plan office.pcapng --growth 3
  midplane plan office.pcapng --growth 3 --chassis srx5600 --release 18.2R1 --types SPC3
  midplane plan office.pcapng --growth 10 --cards 1=SPC2,2=SPC2,7=IOC2 --keep
  midplane plan --arrivals 0:0,10:5000 --sizes imix --growth 4

Of --cards the I/O cards stay where they are; services cards stay with --keep only.`,
    )
    .action(async (path: string | undefined, options: PlanArguments) => {
      const hash = command.getOptionValueSource('hash') === 'cli' ? options.hash : undefined;
      const scenario = await trafficOf(path, options, hash);
      await checkReadable(scenario);
      tellWarnings(scenario, output);
      await plan(scenario, options, output);
    });
}

function above(most: number): (text: string) => number {
  return (text) => {
    const value = parseNumber(text);
    if (value > 0 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number above 0 and at most ${most}.`);
  };
}

function parseTypes(text: string): SpcType[] {
  const types = text.toUpperCase().split(',');
  if (types.every((type) => TYPES.includes(type))) return types as SpcType[];
  throw new InvalidArgumentError(`It must be some of ${TYPES.join(', ')}, separated by commas.`);
}

/** The scenario of the command line: a file, or a workload. */
async function trafficOf(
  path: string | undefined,
  options: PlanArguments,
  hash: string | undefined,
): Promise<Scenario> {
  const { packets, flows, seed, rate, zipf } = options;
  const shared = { packets, flows, seed, rate, zipf };
  const asksFor = asksForWorkload(options) || Object.values(shared).some((value) => value !== undefined);
  if (path !== undefined) {
    if (!asksFor) return scenarioOf(path, options, hash);
    const rule = 'options of a workload must be absent where a capture or a scenario is given';
    throw new CommandError('usage-conflict', `Cannot read command line: ${rule}: got ${JSON.stringify(path)}`);
  }
  if (!asksFor) {
    const rule = 'a capture, a scenario, or options of a workload such as --arrivals must be given';
    throw new CommandError('usage-missing-argument', `Cannot read command line: ${rule}: got none`);
  }
  const workload = readWorkloadOptions(options, shared);
  const scenario = withPathOptions({ schema: SCENARIO_SCHEMA, traffic: [{ workload }] }, options, hash);
  resolveChassis(scenario.chassis as ChassisOptions);
  return scenario;
}

/** Captures are read once for each set of cards that is run: standard input and pipes cannot be. */
async function checkReadable({ traffic }: Scenario): Promise<void> {
  for (const item of traffic) {
    if (!('capture' in item)) continue;
    if (item.capture !== '-' && (await checkCapturePath(item.capture)).isFile()) continue;
    const got = item.capture === '-' ? 'standard input' : `the pipe ${JSON.stringify(item.capture)}`;
    const rule = 'captures must be files, as they are read again for each set of cards';
    throw new CommandError('input-read-once', `Cannot plan cards: ${rule}: got ${got}`);
  }
}

async function plan(scenario: Scenario, options: PlanArguments, output: Output): Promise<void> {
  const { growth, cpuTarget, types, keep = false, json = false } = options;
  const { planCards, renderPlan } = await import('../what-if.ts');
  const made = await withInputs(scenario, { json, isReread: true }, output, (reading) =>
    planCards(scenario, { growth, cpuTargetPercent: cpuTarget, keep, ...(types && { types }), ...reading }),
  );
  output.write(
    json ? `${JSON.stringify(made, null, 2)}\n` : renderPlan(made, { ...(output.style && { style: output.style }) }),
  );
}
