import type { CaptureError, RecordBatch } from '@midplane/capture';
import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { type Report, renderReportCsv, renderReportText } from '@midplane/pipeline';
import { runScenario, SCENARIO_SCHEMA, type Scenario, type ScenarioHash } from '@midplane/scenario';
import type { Command } from 'commander';
import {
  addChassisOptions,
  addHashOption,
  type ChassisArguments,
  chassisOf,
  chassisOptionsOf,
  hashOf,
  wholeIn,
} from '../chassis-options.ts';
import { CommandError, captureCode, EXIT_BAD_INPUT } from '../command-error.ts';
import { linkTypeProblem } from '../link-types.ts';
import { type Input, namingCapture, openInput } from '../open-input.ts';
import { type Output, writeProblem } from '../output.ts';
import { createProgress } from '../progress.ts';
import { readScenarioFile, withPathsFrom } from '../scenario-file.ts';

interface RunArguments extends ChassisArguments {
  readonly hash: string;
  readonly top: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly printScenario?: boolean;
}

/** `midplane run`: a capture or a scenario through the whole path, and the report. */
export function addRunCommand(program: Command, output: Output): void {
  const command = program
    .command('run')
    .description('send a capture through a chassis: packets, bytes and sessions per SPU, evenness, drops')
    .argument(
      '<capture>',
      'pcap, pcapng or snoop file, also gzip or zstd, or a scenario file (YAML, JSON); - reads standard input',
    );
  addHashOption(addChassisOptions(command))
    .option('--top <n>', 'largest sessions to list per SPU, 0 to 5', wholeIn(0, 5), 3)
    .option('--json', 'print the report (or the scenario) as JSON')
    .option('--csv', 'print the table per SPU as CSV')
    .option('--print-scenario', 'run nothing: print the scenario that says the same as this command line')
    .addHelpText(
      'after',
      `
Examples:
  midplane run capture.pcapng
  midplane run capture.pcap.gz --chassis srx5600 --cards 0=SPC2,1=SPC2,2=SPC2,5=IOC2
  zcat big.pcap.gz | midplane run - --csv > per-spu.csv
  midplane run capture.pcap --json | jq '.spus[] | {name, share: .sessionShare}'
  midplane run capture.pcap --hash toeplitz --print-scenario > office.yaml
  midplane run office.yaml --table-length 256

Options change what a scenario file says.`,
    )
    .action(async (capture: string, options: RunArguments) => {
      const hash = command.getOptionValueSource('hash') === 'cli' ? options.hash : undefined;
      const scenario = await scenarioOf(capture, options, hash);
      if (options.printScenario) await printScenario(scenario, options, output);
      else await run(scenario, options, output);
    });
}

/** The scenario of a command line: that of the file, and what the options change in it. */
async function scenarioOf(path: string, options: RunArguments, hash: string | undefined): Promise<Scenario> {
  if (options.json && options.csv) {
    throw new CommandError('one-format', 'Cannot print report: one format must be chosen: got --json and --csv');
  }
  if (hash !== undefined) hashOf(hash);
  const given = chassisOptionsOf(options);
  const file = await readScenarioFile(path).catch((error) => {
    if (!(error instanceof Error && error.cause instanceof SyntaxError)) chassisOf(options); // no scenario: options are told first
    throw error;
  });
  const before = file ?? { schema: SCENARIO_SCHEMA, traffic: [{ capture: path }] };
  const scenario: Scenario = {
    ...before,
    ...(Object.keys(given).length > 0 && { chassis: { ...before.chassis, ...given } }),
    ...(hash !== undefined && { hash: hash as ScenarioHash }),
  };
  resolveChassis(scenario.chassis as ChassisOptions); // what the options change may not fit what the file says
  return scenario;
}

/** Prints a scenario with absolute paths, so that it says the same wherever it is saved. */
async function printScenario(scenario: Scenario, options: RunArguments, output: Output): Promise<void> {
  if (options.csv) {
    const rule = '--csv must be absent where --print-scenario is given';
    throw new CommandError('usage-conflict', `Cannot read command line: ${rule}: got --csv`);
  }
  const { formatScenario } = await import('../scenario-text.ts');
  output.write(formatScenario(withPathsFrom(process.cwd(), scenario), options.json ? 'json' : 'yaml'));
}

async function run(scenario: Scenario, options: RunArguments, output: Output): Promise<void> {
  const report = await play(scenario, options, output);
  if (options.json) output.write(`${JSON.stringify(report, null, 2)}\n`);
  else if (options.csv) output.write(renderReportCsv(report));
  else
    output.write(renderReportText(report, { topSessions: options.top, ...(output.style && { style: output.style }) }));
}

/** Runs a scenario; a corrupt capture gives the report of what came before, and exit code 2. */
async function play(scenario: Scenario, options: RunArguments, output: Output): Promise<Report> {
  const inputs: Input[] = [];
  const progress = createProgress();
  let problem: { code: string; message: string } | undefined;
  try {
    const report = await runScenario(scenario, {
      async openCapture(path) {
        const input = await openInput(path);
        inputs.push(input);
        return checkedBatches(path, input);
      },
      onInputError(error: CaptureError, path) {
        problem = { code: captureCode(error), message: namingCapture(path, error) };
      },
      onProgress(packets) {
        const all = inputs.length === scenario.traffic.length;
        progress.update(
          sum(inputs, (each) => each.bytesRead()),
          all ? sizeOf(inputs) : undefined,
          packets,
        );
      },
    });
    progress.end();
    if (problem !== undefined) {
      writeProblem(output, options.json ?? false, problem);
      output.exitCode = EXIT_BAD_INPUT;
    }
    return report;
  } catch (error) {
    if (problem !== undefined) throw new CommandError(problem.code, problem.message, { cause: error });
    throw error;
  } finally {
    progress.end();
  }
}

async function* checkedBatches(path: string, input: Input): AsyncGenerator<RecordBatch, void, undefined> {
  let isFirst = true;
  for await (const batch of input.batches) {
    const problem = isFirst ? linkTypeProblem(path, batch) : undefined;
    if (problem) throw new CommandError(problem.code, problem.message);
    isFirst = false;
    yield batch;
  }
}

/** Bytes of all inputs; undefined where one of them is not known. */
function sizeOf(inputs: readonly Input[]): number | undefined {
  return inputs.some(({ size }) => size === undefined) ? undefined : sum(inputs, ({ size }) => size ?? 0);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
