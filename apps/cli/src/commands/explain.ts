import { CaptureError } from '@midplane/capture';
import { parseFlow } from '@midplane/flow';
import { Explainer, type Explanation, formatCount, renderExplanationText } from '@midplane/pipeline';
import { pipelineOptionsOf, readScenarioTraffic, type Scenario } from '@midplane/scenario';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { nameOfInput } from '../open-input.ts';
import type { Output } from '../output.ts';
import { wholeIn } from '../parse-number.ts';
import { addPathOptions, type PathArguments } from '../path-options.ts';
import { withInputs } from '../scenario-inputs.ts';
import { scenarioOf } from '../scenario-of.ts';
import { tellWarnings } from '../tell-warnings.ts';

interface ExplainArguments extends PathArguments {
  readonly packet?: number;
  readonly flow?: string;
  readonly json?: boolean;
}

/** `midplane explain`: what each stage decided about a packet, or about the packets of a flow. */
export function addExplainCommand(program: Command, output: Output): void {
  const command = program
    .command('explain')
    .description('tell, packet by packet, what each stage decided and by which rules of the model')
    .argument(
      '<capture>',
      'pcap, pcapng or snoop file, also gzip or zstd, or a scenario file (YAML, JSON); - reads standard input',
    )
    .option('--packet <number>', 'the packet with this number, from 1', wholeIn(1, Number.MAX_SAFE_INTEGER))
    .option(
      '--flow <flow>',
      "packets of this flow in both directions, in quotes, as '192.0.2.1:1234 > 198.51.100.2:443/tcp'",
    );
  addPathOptions(command)
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Examples:
  midplane explain capture.pcapng --packet 4711
  midplane explain capture.pcapng --flow '192.0.2.1:1234 > 198.51.100.2:443/tcp'
  midplane explain capture.pcap --packet 1 --release 12.3X48-D10 --json`,
    )
    .action((capture: string, options: ExplainArguments) => {
      const hash = command.getOptionValueSource('hash') === 'cli' ? options.hash : undefined;
      return explain(capture, options, output, hash);
    });
}

async function explain(path: string, options: ExplainArguments, output: Output, hash?: string): Promise<void> {
  const asked = questionOf(options);
  const scenario = await scenarioOf(path, options, hash);
  tellWarnings(scenario, output);
  const explanation = await play(scenario, asked, options, output);
  if (explanation.matched === 0) throw notFound(path, options, explanation);
  if (options.json) output.write(`${JSON.stringify(explanation, null, 2)}\n`);
  else output.write(renderExplanationText(explanation, output.style && { style: output.style }));
}

/** Reads the question; all that is wrong with it is found before the capture is read. */
function questionOf({ packet, flow }: ExplainArguments): { packet: number } | { flow: Int32Array } {
  if ((packet === undefined) === (flow === undefined)) {
    const got = packet === undefined ? 'neither' : 'both';
    const rule = '--packet or --flow must be given, one of them';
    throw new CommandError('one-question', `Cannot explain packets: ${rule}: got ${got}`);
  }
  return packet === undefined ? { flow: readFlow(flow!) } : { packet };
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

/** Sends the packets down the path; of a corrupt capture, what was asked for may lie before that place: exit code 2 then. */
async function play(
  scenario: Scenario,
  asked: { packet: number } | { flow: Int32Array },
  options: ExplainArguments,
  output: Output,
): Promise<Explanation> {
  const explainer = new Explainer({ ...pipelineOptionsOf(scenario), ...asked });
  const { pipeline } = explainer;
  return withInputs(scenario, { json: options.json ?? false }, output, async (reading) => {
    try {
      for await (const batch of readScenarioTraffic(scenario, reading)) {
        explainer.offer(batch);
        reading.onProgress(pipeline.offered);
        if (explainer.isDone) break;
      }
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      const explanation = explainer.finish();
      if (explanation.matched === 0) throw error;
      return explanation;
    }
    return explainer.finish();
  });
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
