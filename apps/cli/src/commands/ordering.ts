import { basename } from 'node:path';
import type { CaptureOrder, CapturesOrder, OrderOptions } from '@midplane/pipeline/capture-order';
import type { Command } from 'commander';
import { checkCapturePath } from '../check-capture-path.ts';
import { CommandError, EXIT_BAD_INPUT } from '../command-error.ts';
import { OrderInput, type OrderProblem } from '../order-input.ts';
import { type Output, writeProblem } from '../output.ts';
import { parseNumber, wholeIn } from '../parse-number.ts';
import { createProgress } from '../progress.ts';
import { checkStandardInput } from '../standard-input.ts';

interface OrderingArguments {
  readonly top: number;
  readonly flows: number;
  readonly threshold: number;
  readonly lostAfter: number;
  readonly translated?: boolean;
  readonly json?: boolean;
}

/** `midplane ordering`: reordering in a capture, or between two. */
export function addOrderingCommand(program: Command, output: Output): void {
  program
    .command('ordering')
    .description('measure the reordering in a capture, or on the way from one capture to another (RFC 4737, RFC 5236)')
    .argument('<capture>', 'pcap, pcapng or snoop file, also gzip or zstd; - reads standard input')
    .argument('[egress]', 'a second capture, taken where the packets of the first come out')
    .option('--top <n>', 'most reordered flows that are listed', wholeIn(0, 1000), 5)
    .option('--flows <n>', 'flows that are remembered at once; the oldest makes room', wholeIn(1, 1_048_576), 16_384)
    .option('--threshold <n>', 'displacement beyond which RFC 5236 counts loss', wholeIn(1, 1024), 16)
    .option(
      '--lost-after <ms>',
      'TCP: what fills a gap later than this was sent again, where IP IDs do not tell',
      parseNumber,
      3,
    )
    .option('--translated', 'two captures: addresses and ports may have been translated between them')
    .option('--json', 'print all figures as JSON')
    .addHelpText(
      'after',
      `
One capture: TCP segments are measured by their sequence numbers, per flow and
direction; IPv4 packets by their ID, per source, destination and protocol (TCP:
per flow), where IDs increase. Two captures: a packet is found again by what it keeps on its way
(lengths, IP ID, addresses, ports, TCP numbers and flags, 64 bytes of payload; no
checksums, no TTL), and its number is its place in its flow in the first capture.
Both want the same snaplen.

Examples:
  midplane ordering capture.pcap
  midplane ordering inside.pcap outside.pcap --translated
  midplane ordering capture.pcap --json | jq .tcp.figures.ratio`,
    )
    .action((capture: string, egress: string | undefined, options: OrderingArguments) =>
      measure(capture, egress, options, output),
    );
}

async function measure(
  capture: string,
  egress: string | undefined,
  args: OrderingArguments,
  output: Output,
): Promise<void> {
  const options = optionsOf(args);
  checkStandardInput(egress === undefined ? [capture] : [capture, egress]);
  for (const path of [capture, egress]) if (path !== undefined && path !== '-') await checkCapturePath(path);
  if (args.translated && egress === undefined) {
    throw new CommandError('two-captures', 'Cannot measure: --translated must come with two captures: got one');
  }
  const { renderCaptureOrder, renderCapturesOrder } = await import('@midplane/pipeline/capture-order');
  const heading = output.style?.heading ?? ((text: string) => text);
  if (egress === undefined) {
    const { result, problem } = await measureOne(capture, options);
    const shown = { schema: SCHEMA, file: nameOf(capture), ...statusOf(problem), ...result };
    write(result.packets, problem, shown, () => renderCaptureOrder(result, heading), args, output);
    return;
  }
  const { result, problem } = await measureTwo([capture, egress], options, args.translated ?? false);
  const shown = { schema: SCHEMA, files: [nameOf(capture), nameOf(egress)], ...statusOf(problem), ...result };
  const packets = Math.max(...result.packets);
  write(packets, problem, shown, () => renderCapturesOrder(result, heading), args, output);
}

/** What was measured, and what was wrong with a capture. */
interface Measured<T> {
  readonly result: T;
  readonly problem: OrderProblem | undefined;
}

async function measureOne(path: string, options: OrderOptions): Promise<Measured<CaptureOrder>> {
  const { measureCaptureOrder } = await import('@midplane/pipeline/capture-order');
  const input = await OrderInput.open(path);
  const result = await withProgress([input], (onProgress) => measureCaptureOrder(input, options, onProgress));
  return { result, problem: input.problem };
}

async function measureTwo(
  paths: readonly [ingress: string, egress: string],
  options: OrderOptions,
  isTranslated: boolean,
): Promise<Measured<CapturesOrder>> {
  const { measurePathOrder } = await import('@midplane/pipeline/capture-order');
  const inputs = [await OrderInput.open(paths[0]), await OrderInput.open(paths[1])] as const;
  const result = await withProgress(inputs, (onProgress) =>
    measurePathOrder(inputs, options, isTranslated, onProgress),
  );
  return { result, problem: inputs[0].problem ?? inputs[1].problem };
}

/** Shows how far captures are read. */
async function withProgress<T>(
  inputs: readonly OrderInput[],
  measureAll: (onProgress: (packets: number) => void) => Promise<T>,
): Promise<T> {
  const progress = createProgress();
  const sizes = inputs.map(({ input }) => input.size);
  const size = sizes.reduce<number | undefined>(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
  const bytesRead = (): number => inputs.reduce((sum, { input }) => sum + input.bytesRead(), 0);
  try {
    return await measureAll((packets) => progress.update(bytesRead(), size, packets));
  } finally {
    progress.end();
  }
}

const SCHEMA = 'midplane-ordering/1';

function optionsOf({ flows, threshold, top, lostAfter }: OrderingArguments): OrderOptions {
  if (lostAfter < 0) {
    throw new CommandError('out-of-range', `Cannot measure: --lost-after must be 0 or above: got ${lostAfter}`);
  }
  return { flows, threshold, top, lostAfterNs: lostAfter * 1e6 };
}

function write(
  packets: number,
  problem: OrderProblem | undefined,
  shown: object,
  render: () => string,
  { json = false }: OrderingArguments,
  output: Output,
): void {
  if (problem) {
    output.exitCode = EXIT_BAD_INPUT;
    writeProblem(output, json, problem);
  }
  if (json) output.write(`${JSON.stringify(shown, null, 2)}\n`);
  else if (problem === undefined || packets > 0) output.write(render());
}

function nameOf(path: string): string {
  return path === '-' ? '-' : basename(path);
}

function statusOf(problem: OrderProblem | undefined): { status: string; error?: OrderProblem } {
  if (problem === undefined) return { status: 'ok' };
  return { status: problem.code === 'unsupported-link-type' ? 'unsupported' : 'error', error: problem };
}
