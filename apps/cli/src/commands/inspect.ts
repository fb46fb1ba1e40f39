import { basename } from 'node:path';
import { CaptureError } from '@midplane/capture';
import { Inspection, type InspectionResult, renderInspectionText } from '@midplane/pipeline';
import type { Command } from 'commander';
import { checkCapturePath } from '../check-capture-path.ts';
import { captureCode, EXIT_BAD_INPUT } from '../command-error.ts';
import { linkTypeProblem } from '../link-types.ts';
import { namingCapture, openInput } from '../open-input.ts';
import { type Output, writeProblem } from '../output.ts';
import { createProgress } from '../progress.ts';
import { checkStandardInput } from '../standard-input.ts';

interface InspectArguments {
  readonly json?: boolean;
  readonly communityId?: boolean;
}

/** What is said about one capture. */
interface CaptureInspection extends InspectionResult {
  readonly file: string;
  /** File name without the ending of a capture file. */
  readonly id: string;
  readonly status: 'ok' | 'error' | 'unsupported';
  readonly error?: InspectionProblem;
}

/** Why a capture could not be read to its end, or its packets not be decoded. */
interface InspectionProblem {
  readonly code: string;
  readonly message: string;
  /** Byte offset in the uncompressed capture, where it is corrupt. */
  readonly offset?: number;
}

/** `midplane inspect`: counts and flows of captures. */
export function addInspectCommand(program: Command, output: Output): void {
  program
    .command('inspect')
    .description('count packets and distinct flows of captures, by the outermost headers')
    .argument('<capture...>', 'pcap, pcapng or snoop files, also gzip or zstd; - reads standard input')
    .option('--json', 'print one object for one capture, a list for several')
    .option('--community-id', 'add the Community ID (v1) of every flow')
    .addHelpText(
      'after',
      `
Examples:
  midplane inspect capture.pcap
  midplane inspect *.pcapng --json
  midplane inspect capture.pcap --community-id --json | jq '.community_id.ids'`,
    )
    .action((captures: string[], options: InspectArguments) => inspect(captures, options, output));
}

async function inspect(captures: readonly string[], options: InspectArguments, output: Output): Promise<void> {
  const json = options.json ?? false;
  checkStandardInput(captures);
  // a typing mistake in the last name shows at once, not after the first captures were read
  for (const capture of captures) if (capture !== '-') await checkCapturePath(capture);
  const results: CaptureInspection[] = [];
  for (const capture of captures) {
    const result = await inspectOne(capture, options);
    if (result.error) {
      output.exitCode = EXIT_BAD_INPUT;
      writeProblem(output, json, result.error);
    }
    if (json) results.push(result);
    else if (result.status !== 'error' || result.counts.packets_total > 0) {
      const isCorrupt = result.status === 'error';
      const named = captures.length > 1 && { name: result.file };
      output.write(renderInspectionText(result, { isCorrupt, style: output.style, ...named }));
    }
  }
  if (json) output.write(`${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`);
}

async function inspectOne(path: string, options: InspectArguments): Promise<CaptureInspection> {
  const inspection = new Inspection({ communityId: options.communityId ?? false });
  const input = await openInput(path);
  const progress = createProgress();
  let problem: InspectionProblem | undefined;
  try {
    for await (const batch of input.batches) {
      if (inspection.offered === 0) problem = linkTypeProblem(path, batch);
      inspection.offer(batch);
      progress.update(input.bytesRead(), input.size, inspection.offered);
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    problem = { code: captureCode(error), message: namingCapture(path, error), offset: error.offset };
  } finally {
    progress.end();
  }
  const file = path === '-' ? '-' : basename(path);
  const id = file.replace(/\.(pcap|pcapng|cap|snoop)(\.gz|\.zst)?$/i, '');
  return { file, id, status: statusOf(problem), ...(problem && { error: problem }), ...inspection.finish() };
}

function statusOf(problem: InspectionProblem | undefined): CaptureInspection['status'] {
  if (problem === undefined) return 'ok';
  return problem.code === 'unsupported-link-type' ? 'unsupported' : 'error';
}
