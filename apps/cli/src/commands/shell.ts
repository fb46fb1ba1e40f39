import { createInterface } from 'node:readline';
import { CommandSession } from '@midplane/junos';
import { openScenarioDevice, SCENARIO_SCHEMA, type Scenario, type ScenarioDevice } from '@midplane/scenario';
import type { Command } from 'commander';
import type { Output } from '../output.ts';
import { addPathOptions, type PathArguments, withPathOptions } from '../path-options.ts';
import { readConfiguration } from '../read-configuration.ts';
import { withInputs } from '../scenario-inputs.ts';
import { scenarioOf } from '../scenario-of.ts';
import { atTerminal } from '../shell/at-terminal.ts';
import { runScript } from '../shell/run-script.ts';
import { oneStandardInput, readsStandardInput } from '../standard-input.ts';
import { tellWarnings } from '../tell-warnings.ts';

interface ShellArguments extends PathArguments {
  readonly command?: readonly string[];
  readonly user?: string;
}

/** `midplane shell`: the command line of the modelled device, at the end of a scenario. */
export function addShellCommand(program: Command, output: Output): void {
  const command = program
    .command('shell')
    .description('the command line of the modelled device, at the end of a scenario or idle')
    .argument('[scenario]', 'scenario file (YAML, JSON), or a capture; left out: an idle device');
  addPathOptions(command)
    .option('-c, --command <line>', 'run this line and leave; may be given several times', collect)
    .option('--user <name>', 'name in the prompt (default: user)')
    .addHelpText(
      'after',
      `
At a terminal: Tab and space complete, ? tells what may come, exit leaves. Otherwise lines are read from standard
input; what a command asks is answered by the next line, the first error ends it with exit code 2.
The traffic of the scenario is run first; the shell shows the device at its end. "request simulation" is a command
of midplane, all others are those of the device.

Examples:
  midplane shell capture.pcapng
  midplane shell office.yaml -c 'show security flow session summary'
  midplane shell office.yaml -c 'show security monitoring | match "^  1"' -c 'show chassis alarms'
  midplane shell --configuration box.conf -c 'show configuration | display set'
  printf 'request system reboot\\nyes\\nshow system uptime\\n' | midplane shell`,
    )
    .action(async (path: string | undefined, options: ShellArguments) => {
      const hash = command.getOptionValueSource('hash') === 'cli' ? options.hash : undefined;
      const device = await open(path, options, hash, output);
      await attend(device, options, output);
    });
}

function collect(line: string, before: readonly string[] = []): readonly string[] {
  return [...before, line];
}

async function open(
  path: string | undefined,
  options: ShellArguments,
  hash: string | undefined,
  output: Output,
): Promise<ScenarioDevice> {
  const empty: Scenario = { schema: SCENARIO_SCHEMA, traffic: [] };
  checkLines(path, empty, options);
  const scenario = path === undefined ? withPathOptions(empty, options, hash) : await scenarioOf(path, options, hash);
  checkLines(path, scenario, options);
  tellWarnings(scenario, output);
  // the device stands where a corrupt capture ends
  return withInputs(scenario, { json: false }, output, (reading) =>
    openScenarioDevice(scenario, {
      ...reading,
      readText: readConfiguration,
    }),
  );
}

/** Checks that lines do not come from standard input where that is read already. */
function checkLines(path: string | undefined, scenario: Scenario, { command: lines }: ShellArguments): void {
  if (lines !== undefined || process.stdin.isTTY || !readsStandardInput(path, scenario)) return;
  const rule = 'lines must be given with -c where standard input is read as the scenario or a capture';
  throw oneStandardInput(`Cannot open shell: ${rule}: got none`);
}

async function attend(device: ScenarioDevice, options: ShellArguments, output: Output): Promise<void> {
  const { command: lines, user } = options;
  const { stdin, stdout } = process;
  if (lines === undefined && stdin.isTTY && stdout.isTTY) {
    const { model, release } = device.view();
    output.write(
      `A model of an ${model.toUpperCase()} of release ${release}, no device.\n? lists commands, exit leaves.\n\n`,
    );
    await atTerminal(device, { user, onTick: () => device.advance(process.uptime() * 1e9) });
    return;
  }
  const commands = new CommandSession(device, user === undefined ? {} : { user });
  const source =
    lines === undefined
      ? createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
      : lines[Symbol.iterator]();
  await runScript(commands, source, output, () => device.advance(process.uptime() * 1e9));
  if (lines === undefined) stdin.pause();
}
