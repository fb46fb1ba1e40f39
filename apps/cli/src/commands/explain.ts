import { CaptureError } from '@midplane/capture';
import { parseFlow } from '@midplane/flow';
import { Explainer, type Explanation, formatCount, renderExplanationText } from '@midplane/pipeline';
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
import { nameOfInput, namingCapture, openInput } from '../open-input.ts';
import { type Output, writeProblem } from '../output.ts';
import { createProgress } from '../progress.ts';

interface ExplainArguments extends ChassisArguments {
  readonly hash: string;
  readonly packet?: number;
  readonly flow?: string;
  readonly json?: boolean;
}

/** `midplane explain`: what each stage decided about a packet, or about the packets of a flow. */
export function addExplainCommand(program: Command, output: Output): void {
  const command = program
    .command('explain')
    .description('tell, packet by packet, what each stage decided and by which rules of the model')
    .argument('<capture>', 'pcap, pcapng or snoop file, also gzip or zstd; - reads standard input')
    .option('--packet <number>', 'the packet with this number, from 1', wholeIn(1, Number.MAX_SAFE_INTEGER))
    .option(
      '--flow <flow>',
      "packets of this flow in both directions, in quotes, as '192.0.2.1:1234 > 198.51.100.2:443/tcp'",
    );
  addHashOption(addChassisOptions(command))
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Examples:
  midplane explain capture.pcapng --packet 4711
  midplane explain capture.pcapng --flow '192.0.2.1:1234 > 198.51.100.2:443/tcp'
  midplane explain capture.pcap --packet 1 --release 12.3X48-D10 --json`,
    )
    .action((capture: string, options: ExplainArguments) => explain(capture, options, output));
}

async function explain(path: string, options: ExplainArguments, output: Output): Promise<void> {
  const explanation = await play(path, explainerOf(options), options, output);
  if (explanation.matched === 0) throw notFound(path, options, explanation);
  if (options.json) output.write(`${JSON.stringify(explanation, null, 2)}\n`);
  else output.write(renderExplanationText(explanation, output.style && { style: output.style }));
}

/** Reads the question; all that is wrong with it is found before the capture is read. */
function explainerOf(options: ExplainArguments): Explainer {
  const { packet, flow } = options;
  if ((packet === undefined) === (flow === undefined)) {
    const got = packet === undefined ? 'neither' : 'both';
    const rule = '--packet or --flow must be given, one of them';
    throw new CommandError('one-question', `Cannot explain packets: ${rule}: got ${got}`);
  }
  const asked = packet === undefined ? { flow: readFlow(flow!) } : { packet };
  return new Explainer({ chassis: chassisOf(options), hash: hashOf(options.hash), ...asked });
}

function readFlow(text: string): Int32Array {
  try {
    return parseFlow(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const hint = text.includes('>') ? '' : " (a flow is written in quotes, as '192.0.2.1:1234 > 198.51.100.2:443/tcp')";
    throw new CommandError('malformed-flow', `${error.message}${hint}`, { cause: error });
  }
}

/** Sends the capture down the path; of a corrupt one, what was asked for may lie before that place: exit code 2 then. */
async function play(
  path: string,
  explainer: Explainer,
  options: ExplainArguments,
  output: Output,
): Promise<Explanation> {
  const input = await openInput(path);
  const progress = createProgress();
  const { pipeline } = explainer;
  try {
    for await (const batch of input.batches) {
      const problem = pipeline.offered === 0 ? linkTypeProblem(path, batch) : undefined;
      if (problem) throw new CommandError(problem.code, problem.message);
      explainer.offer(batch);
      progress.update(input.bytesRead(), input.size, pipeline.offered);
      if (explainer.isDone) break;
    }
    return explainer.finish();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const explanation = explainer.finish();
    const problem = { code: captureCode(error), message: namingCapture(path, error) };
    if (explanation.matched === 0) throw new CommandError(problem.code, problem.message, { cause: error });
    progress.end();
    writeProblem(output, options.json ?? false, problem);
    output.exitCode = EXIT_BAD_INPUT;
    return explanation;
  } finally {
    progress.end();
  }
}

function notFound(path: string, { packet, flow }: ExplainArguments, explanation: Explanation): CommandError {
  const { offered, nearestFlow } = explanation;
  const capture = `the capture ${nameOfInput(path)}`;
  if (packet === undefined) {
    const hint = nearestFlow === undefined ? '' : ` (nearest: ${nearestFlow})`;
    const rule = `${capture} must have packets of it, in either direction`;
    return new CommandError('flow-not-found', `Cannot explain flow: ${rule}: got ${JSON.stringify(flow)}${hint}`);
  }
  if (offered === 0) {
    return new CommandError('packet-not-found', `Cannot explain packet: ${capture} must have packets: got none`);
  }
  const rule = `--packet must be from 1 to ${formatCount(offered)}, the packets of ${capture}`;
  return new CommandError('packet-not-found', `Cannot explain packet: ${rule}: got ${packet} (nearest: ${offered})`);
}
