import { basename } from 'node:path';
import { CaptureError } from '@midplane/capture';
import { Inspection, type InspectionResult } from '@midplane/pipeline';
import type { Command } from 'commander';
import { EXIT_BAD_INPUT } from '../command-error.ts';
import { openInput } from '../open-input.ts';
import type { Output } from '../output.ts';
import { createProgress } from '../progress.ts';

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
  readonly error?: { readonly code: string; readonly message: string; readonly offset: number };
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
  const results: CaptureInspection[] = [];
  for (const capture of captures) {
    const result = await inspectOne(capture, options, output);
    if (result.status !== 'ok') output.exitCode = EXIT_BAD_INPUT;
    results.push(result);
    if (!options.json) output.write(render(result, captures.length > 1));
  }
  if (options.json) output.write(`${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`);
}

async function inspectOne(path: string, options: InspectArguments, output: Output): Promise<CaptureInspection> {
  const inspection = new Inspection({ communityId: options.communityId ?? false });
  const input = await openInput(path);
  const progress = createProgress();
  const file = path === '-' ? '-' : basename(path);
  const id = file.replace(/\.(pcap|pcapng|cap|snoop)(\.gz|\.zst)?$/i, '');
  try {
    for await (const batch of input.batches) {
      inspection.offer(batch);
      progress.update(input.bytesRead(), input.size, inspection.offered);
    }
    return { file, id, status: 'ok', ...inspection.finish() };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    output.error(`midplane: ${error.message} [capture-${error.code}] (${path})\n`);
    const { code, message, offset } = error;
    return { file, id, status: 'error', error: { code, message, offset }, ...inspection.finish() };
  } finally {
    progress.end();
  }
}

function render({ file, status, counts, flows, community_id: ids }: CaptureInspection, named: boolean): string {
  const l4 = Object.entries(counts.l4).map(([protocol, packets]) => `${protocol}: ${packets}`);
  const lines = [
    ...(named ? [`${file}:`] : []),
    `packets ${counts.packets_total}${status === 'ok' ? '' : ' before the error'}: IPv4 ${counts.ipv4}, IPv6 ${counts.ipv6}, not IP ${counts.non_ip}, malformed ${counts.ip_malformed}`,
    `bytes   ${counts.bytes_wire} on the wire, ${counts.bytes_captured} captured`,
    `by IP protocol ${l4.length > 0 ? l4.join(', ') : 'none'}`,
    `fragments IPv4 ${counts.ipv4_fragments.total}, IPv6 ${counts.ipv6_fragments.total}`,
    `flows ${flows.total}: TCP ${flows.tcp}, UDP ${flows.udp}, SCTP ${flows.sctp}, ICMP ${flows.icmp}, ICMPv6 ${flows.icmpv6}, other ${flows.other}`,
    ...(ids === undefined ? [] : Object.entries(ids.ids).map(([id, packets]) => `${id} ${packets}`)),
    '',
  ];
  return `${lines.join('\n')}`;
}
