import { CaptureError, type RecordBatch } from '@midplane/capture';
import { createPipeline, type Pipeline, type Report, renderReportCsv, renderReportText } from '@midplane/pipeline';
import type { Command } from 'commander';
import {
  addChassisOptions,
  addHashOption,
  type ChassisArguments,
  chassisOf,
  hashOf,
  wholeIn,
} from '../chassis-options.ts';
import { CommandError, captureCode, EXIT_BAD_INPUT } from '../command-error.ts';
import { linkTypeProblem } from '../link-types.ts';
import { namingCapture, openInput } from '../open-input.ts';
import { type Output, writeProblem } from '../output.ts';
import { createProgress } from '../progress.ts';

interface RunArguments extends ChassisArguments {
  readonly hash: string;
  readonly top: number;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** `midplane run`: a capture through the whole path, and the report. */
export function addRunCommand(program: Command, output: Output): void {
  const command = program
    .command('run')
    .description('send a capture through a chassis: packets, bytes and sessions per SPU, evenness, drops')
    .argument('<capture>', 'pcap, pcapng or snoop file, also gzip or zstd; - reads standard input');
  addHashOption(addChassisOptions(command))
    .option('--top <n>', 'largest sessions to list per SPU, 0 to 5', wholeIn(0, 5), 3)
    .option('--json', 'print the report as JSON')
    .option('--csv', 'print the table per SPU as CSV')
    .addHelpText(
      'after',
      `
Examples:
  midplane run capture.pcapng
  midplane run capture.pcap.gz --chassis srx5600 --cards 0=SPC2,1=SPC2,2=SPC2,5=IOC2
  zcat big.pcap.gz | midplane run - --csv > per-spu.csv
  midplane run capture.pcap --json | jq '.spus[] | {name, share: .sessionShare}'`,
    )
    .action((capture: string, options: RunArguments) => run(capture, options, output));
}

async function run(path: string, options: RunArguments, output: Output): Promise<void> {
  if (options.json && options.csv) {
    throw new CommandError('one-format', 'Cannot print report: one format must be chosen: got --json and --csv');
  }
  const report = await playCapture(createPath(options), path, options, output);
  if (options.json) output.write(`${JSON.stringify(report, null, 2)}\n`);
  else if (options.csv) output.write(renderReportCsv(report));
  else
    output.write(renderReportText(report, { topSessions: options.top, ...(output.style && { style: output.style }) }));
}

function createPath(options: RunArguments): Pipeline {
  const chassis = chassisOf(options);
  const hash = hashOf(options.hash);
  try {
    return createPipeline({ chassis, hash });
  } catch (error) {
    if (chassis.regime === 'distributed') throw error;
    throw new CommandError(
      'unsupported-release',
      `Cannot run release ${chassis.release}: release must be 15.1X49-D30, 17.3R1 or later (only the distributed regime is ` +
        `modelled today): got the ${chassis.regime} regime`,
      { cause: error },
    );
  }
}

/** Offers a capture to a pipeline; a corrupt one gives the report of what came before, and exit code 2. */
async function playCapture(pipeline: Pipeline, path: string, options: RunArguments, output: Output): Promise<Report> {
  const input = await openInput(path);
  const progress = createProgress();
  try {
    for await (const batch of input.batches) {
      if (pipeline.offered === 0) refuseUnknownLinkType(path, batch);
      pipeline.offer(batch);
      progress.update(input.bytesRead(), input.size, pipeline.offered);
    }
    return pipeline.finish();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const problem = { code: captureCode(error), message: namingCapture(path, error) };
    if (pipeline.offered === 0) throw new CommandError(problem.code, problem.message, { cause: error });
    progress.end();
    writeProblem(output, options.json ?? false, problem);
    output.exitCode = EXIT_BAD_INPUT;
    return pipeline.finish(error.message);
  } finally {
    progress.end();
  }
}

function refuseUnknownLinkType(path: string, batch: RecordBatch): void {
  const problem = linkTypeProblem(path, batch);
  if (problem) throw new CommandError(problem.code, problem.message);
}
