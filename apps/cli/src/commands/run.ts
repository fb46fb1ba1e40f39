import {
  type PartialReport,
  renderReportCsv,
  renderReportText,
  SPU_HOSTINGS,
  type SpuHosting,
} from '@midplane/pipeline';
import type { Scenario } from '@midplane/scenario';
import { type Command, Option } from 'commander';
import { CommandError } from '../command-error.ts';
import { runHosted } from '../hosted-run.ts';
import type { Output } from '../output.ts';
import { wholeIn } from '../parse-number.ts';
import { addPathOptions, type PathArguments } from '../path-options.ts';
import { renderPartial } from '../render-partial.ts';
import { withPathsFrom } from '../scenario-file.ts';
import { withInputs } from '../scenario-inputs.ts';
import { scenarioOf } from '../scenario-of.ts';

interface RunArguments extends PathArguments {
  readonly top: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly printScenario?: boolean;
  readonly spus?: SpuHosting;
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
  addPathOptions(command)
    .option('--top <n>', 'largest sessions to list per SPU, 0 to 5', wholeIn(0, 5), 3)
    .option('--json', 'print the report (or the scenario) as JSON')
    .option('--csv', 'print the table per SPU as CSV')
    .addOption(
      new Option(
        '--spus <where>',
        'where SPUs are simulated: in this thread, in workers, or where it is faster; the report is the same (default: "inline")',
      ).choices(SPU_HOSTINGS),
    )
    .option('--print-scenario', 'run nothing: print the scenario that says the same as this command line')
    .addHelpText(
      'after',
      `
Examples:
  midplane run capture.pcapng
  midplane run capture.pcap.gz --chassis srx5600 --cards 0=SPC2,1=SPC2,2=SPC2,5=IOC2
  zcat big.pcap.gz | midplane run - --csv > per-spu.csv
  midplane run capture.pcap --json | jq '.spus[] | {name, share: .sessionShare}'
  midplane run capture.pcap --side 10.0.0.0/8=xe-7/0/0 --side 0.0.0.0/0=xe-8/0/0 --cards 1=SPC2,7=IOC2,8=IOC2
  midplane run capture.pcap --hash toeplitz --print-scenario > office.yaml
  midplane run office.yaml --table-length 256
  midplane run capture.pcap --cards 1=SPC2,7-8=IOC2 --configuration fw.conf
  midplane run big.pcap --spus auto

Options change what a scenario file says.`,
    )
    .action(async (capture: string, options: RunArguments) => {
      if (options.json && options.csv) {
        throw new CommandError('one-format', 'Cannot print report: one format must be chosen: got --json and --csv');
      }
      const hash = command.getOptionValueSource('hash') === 'cli' ? options.hash : undefined;
      const said = await scenarioOf(capture, options, hash);
      const scenario = options.spus === undefined ? said : { ...said, spus: options.spus };
      if (options.printScenario) await printScenario(scenario, options, output);
      else await run(scenario, options, output);
    });
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
  const { json = false } = options;
  const report = await withInputs(scenario, { json }, output, (reading) =>
    runHosted(scenario, scenario.spus ?? 'inline', reading, (workers, why) => tellHosting(output, json, workers, why)),
  ).catch((error) => {
    throw workerProblem(error, json, output);
  });
  if (options.json) output.write(`${JSON.stringify(report, null, 2)}\n`);
  else if (options.csv) output.write(renderReportCsv(report));
  else
    output.write(renderReportText(report, { topSessions: options.top, ...(output.style && { style: output.style }) }));
}

/** Says where SPUs are simulated: not a word of it is in the report. */
function tellHosting(output: Output, json: boolean, workers: number, why: string): void {
  const where = workers === 0 ? 'in this thread' : workers === 1 ? 'in a worker' : `in ${workers} workers`;
  output.error(
    json ? `${JSON.stringify({ runInfo: { spus: { workers, why } } })}\n` : `midplane: SPUs ${where}: ${why}\n`,
  );
}

/** Prints what is known of a run that a dead worker has ended, and makes the error of the command; others stay. */
function workerProblem(error: unknown, json: boolean, output: Output): unknown {
  const { code, message, partial } = error as { code?: string; message: string; partial?: PartialReport };
  if (code !== 'worker-died' || partial === undefined) return error;
  output.write(json ? `${JSON.stringify(partial, null, 2)}\n` : renderPartial(partial));
  return new CommandError(code, message, { cause: error });
}
