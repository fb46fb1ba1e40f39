import { closeSync, openSync, writeSync } from 'node:fs';
import { PcapngWriter, PcapWriter } from '@midplane/capture';
import { createTraffic, planTraffic, type TrafficRecords, type TrafficShape, WorkloadTraffic } from '@midplane/traffic';
import { type Command, Option } from 'commander';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import { parseNumber, parseWhole, wholeIn } from '../parse-number.ts';
import { createProgress, QUIET_PROGRESS } from '../progress.ts';
import {
  addWorkloadOptions,
  asksForWorkload,
  readWorkloadOptions,
  type SharedArguments,
  type WorkloadArguments,
} from '../workload-options.ts';

/** Bytes that are collected before they are written. */
const WRITE_BYTES = 1 << 20;

interface TrafficArguments extends WorkloadArguments, SharedArguments {
  readonly shape: TrafficShape;
  readonly seed: number;
  readonly repeat: number;
  readonly format?: 'pcap' | 'pcapng';
  readonly output: string;
  readonly json?: boolean;
}

/** What is written: packets from a start on. */
interface Source {
  readonly packets: number;
  /** Flows, without those of floods: of them only the packets are known before they are drawn. */
  readonly flows: number;
  readonly startSeconds: number;
  readonly snaplen: number;
  readonly interfaces: number;
  /** The description, where it is a workload. */
  readonly workload?: object;
  start(startSeconds: number): {
    readonly made: number;
    /** Of these, packets of floods; a shape has none. */
    readonly floodPackets?: number;
    createRecords(capacity: number): TrafficRecords;
    nextInto(records: TrafficRecords): number;
  };
}

/** `midplane traffic`: seeded synthetic traffic as a capture. */
export function addTrafficCommand(program: Command, output: Output): void {
  const command = program
    .command('traffic')
    .description('write seeded synthetic traffic as a capture: the same arguments give the same bytes')
    .addOption(
      new Option('--shape <name>', 'small: IMIX, 50,000 flows in 1 M packets; many: 64 bytes, 1 M flows in 4 M packets')
        .choices(['small', 'many'])
        .default('small'),
    )
    .option('--packets <n>', 'packets (default: by shape)', parseWhole)
    .option('--flows <n>', 'flows (default: by shape, in proportion to the packets)', parseWhole)
    .option('--seed <n>', 'seed: another one gives other traffic of the same shape', parseWhole, 1)
    .option('--ipv6-share <share>', 'share of flows that are IPv6, 0 to 1 (default: by shape)', parseNumber)
    .option('--udp-share <share>', 'share of flows that are UDP, 0 to 1 (default: by shape)', parseNumber)
    .option(
      '--zipf <exponent>',
      'popularity of flows: 0 all alike, 1 the classic, up to 4 (default: by shape)',
      parseNumber,
    )
    .option('--rate <n>', 'packets per second (default: by shape)', parseNumber);
  addWorkloadOptions(command)
    .option('--repeat <n>', 'write the same traffic so many times, one after the other', wholeIn(1, 1_000_000), 1)
    .addOption(
      new Option('--format <format>', 'format (default: by the ending of the file)').choices(['pcap', 'pcapng']),
    )
    .requiredOption('-o, --output <file>', 'file to write; - is standard output')
    .option('--json', 'print what was written as JSON (with -o - on standard error)')
    .addHelpText(
      'after',
      `
Examples:
  midplane traffic --shape small -o small.pcap
  midplane traffic --shape many --packets 100000 --seed 7 -o many.pcapng
  midplane traffic --packets 20000 --flows 500 -o - | midplane run -
  midplane traffic --arrivals 0:0,10:5000 --sizes 1500 --elephants 2:0.3 -o ramp.pcap
  midplane traffic --packets 50000 --fragments 0.1 --flood syn:20000@4-6 -o attack.pcap
  midplane traffic --workload mix.json --seed 7 -o mix.pcapng

--workload, --duration, --arrivals, --sizes, --elephants, --fragments and --flood make a workload of their own instead of a
shape: 10 seconds, IMIX, 20 packets a flow unless told otherwise.`,
    )
    .action((options: TrafficArguments) => writeTraffic(options, sourceOf(options, command), output));
}

function sourceOf(options: TrafficArguments, command: Command): Source {
  if (!asksForWorkload(options)) return shapeSource(options);
  if (command.getOptionValueSource('shape') === 'cli') {
    const rule =
      '--shape must be absent where --workload, --duration, --arrivals, --sizes, --elephants, --fragments or';
    throw new CommandError(
      'usage-conflict',
      `Cannot read command line: ${rule} --flood is given: got "${options.shape}"`,
    );
  }
  const seed = command.getOptionValueSource('seed') === 'cli' ? options.seed : undefined;
  const plan = readWorkloadOptions(options, { ...options, seed });
  const flooded = plan.floods.map((flood) => (flood.untilSeconds - flood.fromSeconds) * flood.perSecond);
  return {
    packets: flooded.reduce((sum, packets) => sum + packets, plan.packets),
    flows: plan.flows.count + plan.elephants.count,
    startSeconds: plan.startSeconds,
    snaplen: plan.snaplen,
    interfaces: plan.interfaces,
    workload: plan,
    start: (startSeconds) => new WorkloadTraffic({ ...plan, startSeconds }),
  };
}

function shapeSource(options: TrafficArguments): Source {
  const given = {
    shape: options.shape,
    packets: options.packets,
    flows: options.flows,
    seed: options.seed,
    ipv6Share: options.ipv6Share,
    udpShare: options.udpShare,
    zipfExponent: options.zipf,
    packetsPerSecond: options.rate,
  };
  const { packets, flows, startSeconds, snaplen, interfaces } = planTraffic(given);
  const start: Source['start'] = (from) => createTraffic({ ...given, startSeconds: from });
  return { packets, flows, startSeconds, snaplen, interfaces, start };
}

function writeTraffic(options: TrafficArguments, source: Source, output: Output): void {
  const { packets, flows, snaplen, interfaces, workload } = source;
  const format = options.format ?? (options.output.endsWith('.pcapng') ? 'pcapng' : 'pcap');
  const file = openOutput(options.output);
  const writeAll = (part: Uint8Array): number => writeWhole(file, part, options.output);
  const progress = options.output === '-' ? QUIET_PROGRESS : createProgress(); // the reader of a pipe shows its own
  let bytes = 0;
  let made = 0;
  let floodPackets = 0;
  let startSeconds = source.startSeconds;
  try {
    const writer =
      format === 'pcap' ? new PcapWriter({ snaplen, resolution: 'ns' }) : pcapngWriter(snaplen, interfaces);
    for (let round = 0; round < options.repeat; round++) {
      const traffic = source.start(startSeconds);
      const records = traffic.createRecords(1024);
      while (traffic.nextInto(records) > 0) {
        const { count, offset, capturedLength, length, seconds, nanoseconds, interfaceIndex } = records;
        for (let row = 0; row < count; row++) {
          writer.add(
            records.bytes,
            offset[row],
            capturedLength[row],
            length[row],
            seconds[row],
            nanoseconds[row],
            interfaceIndex[row],
          );
        }
        startSeconds = seconds[count - 1] + 1; // of the next round
        if (writer.pending >= WRITE_BYTES) bytes += writeAll(writer.take());
        progress.update(made + traffic.made, options.repeat * packets, made + traffic.made);
      }
      made += traffic.made;
      floodPackets += traffic.floodPackets ?? 0;
    }
    bytes += writeAll(writer.take());
  } finally {
    progress.end();
    if (file !== 1) closeSync(file);
  }
  const written = { file: options.output, format, packets: made, flows, floodPackets, bytes, workload };
  if (options.output === '-') {
    if (options.json) output.error(`${JSON.stringify(written)}\n`);
  } else if (options.json) output.write(`${JSON.stringify(written, null, 2)}\n`);
  else output.write(`${options.output}: ${describeMade(made, flows, floodPackets)}, ${bytes} bytes, ${format}\n`);
}

/** What was made, in words. A packet of a flood belongs to none of the flows. */
function describeMade(packets: number, flows: number, floodPackets: number): string {
  if (floodPackets === 0) return `${packets} packets of ${flows} flows`;
  return `${packets} packets, ${packets - floodPackets} of ${flows} flows and ${floodPackets} of floods`;
}

function pcapngWriter(snaplen: number, interfaces: number): PcapngWriter {
  const writer = new PcapngWriter();
  for (let index = 0; index < interfaces; index++) writer.addInterface({ snaplen, timeExponent: 9 });
  return writer;
}

function writeWhole(file: number, bytes: Uint8Array, path: string): number {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at, bytes.length - at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') throw error;
      if (code !== 'EAGAIN') throw writeError(path, code);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // a pipe that is full: its reader needs a moment
    }
  }
  return bytes.length;
}

function openOutput(path: string): number {
  if (path === '-') {
    if (!process.stdout.isTTY) return 1;
    const rule = 'standard output must be a file or a pipe, as in "midplane traffic -o - | midplane run -"';
    throw new CommandError('output-is-terminal', `Cannot write capture: ${rule}: got a terminal`);
  }
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw writeError(path, (error as NodeJS.ErrnoException).code);
  }
}

function writeError(path: string, code = 'an error'): CommandError {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CommandError('no-such-folder', `Cannot write capture: the folder must exist: got "${path}"`);
  }
  if (code === 'EISDIR') {
    return new CommandError('not-a-file', `Cannot write capture: path must be a file: got the directory "${path}"`);
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new CommandError(
      'not-writable',
      `Cannot write capture: the file must be writable: got ${code} for "${path}"`,
    );
  }
  return new CommandError(
    'write-failed',
    `Cannot write capture: every byte must be written: got ${code} for "${path}"`,
  );
}
