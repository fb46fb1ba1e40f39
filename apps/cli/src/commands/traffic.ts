import { closeSync, openSync, writeSync } from 'node:fs';
import { PcapngWriter, PcapWriter } from '@midplane/capture';
import { createTraffic, type TrafficShape } from '@midplane/traffic';
import { type Command, Option } from 'commander';
import { parseNumber, parseWhole, wholeIn } from '../chassis-options.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import { createProgress, QUIET_PROGRESS } from '../progress.ts';

/** Bytes that are collected before they are written. */
const WRITE_BYTES = 1 << 20;

interface TrafficArguments {
  readonly shape: TrafficShape;
  readonly packets?: number;
  readonly flows?: number;
  readonly seed: number;
  readonly ipv6Share?: number;
  readonly udpShare?: number;
  readonly zipf?: number;
  readonly rate?: number;
  readonly repeat: number;
  readonly format?: 'pcap' | 'pcapng';
  readonly output: string;
  readonly json?: boolean;
}

/** `midplane traffic`: seeded synthetic traffic as a capture. */
export function addTrafficCommand(program: Command, output: Output): void {
  program
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
    .option('--rate <n>', 'packets per second (default: by shape)', parseNumber)
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
  midplane traffic --packets 20000 --flows 500 -o - | midplane run -`,
    )
    .action((options: TrafficArguments) => writeTraffic(options, output));
}

function writeTraffic(options: TrafficArguments, output: Output): void {
  const plan = {
    shape: options.shape,
    packets: options.packets,
    flows: options.flows,
    seed: options.seed,
    ipv6Share: options.ipv6Share,
    udpShare: options.udpShare,
    zipfExponent: options.zipf,
    packetsPerSecond: options.rate,
  };
  const first = createTraffic(plan); // checks the arguments before the file is touched
  const { packets, flows, packetsPerSecond, startSeconds, snaplen } = first.plan;
  const format = options.format ?? (options.output.endsWith('.pcapng') ? 'pcapng' : 'pcap');
  const file = openOutput(options.output);
  const writeAll = (part: Uint8Array): number => writeWhole(file, part, options.output);
  const progress = options.output === '-' ? QUIET_PROGRESS : createProgress(); // the reader of a pipe shows its own
  let bytes = 0;
  try {
    const writer = format === 'pcap' ? new PcapWriter({ snaplen, resolution: 'ns' }) : pcapngWriter(snaplen);
    for (let round = 0; round < options.repeat; round++) {
      const shift = round * Math.ceil(packets / packetsPerSecond);
      const traffic = round === 0 ? first : createTraffic({ ...plan, startSeconds: startSeconds + shift });
      const records = traffic.createRecords(1024);
      while (traffic.nextInto(records) > 0) {
        const { count, offset, capturedLength, length, seconds, nanoseconds } = records;
        for (let row = 0; row < count; row++) {
          writer.add(records.bytes, offset[row], capturedLength[row], length[row], seconds[row], nanoseconds[row]);
        }
        if (writer.pending >= WRITE_BYTES) bytes += writeAll(writer.take());
        progress.update(round * packets + traffic.made, options.repeat * packets, round * packets + traffic.made);
      }
    }
    bytes += writeAll(writer.take());
  } finally {
    progress.end();
    if (file !== 1) closeSync(file);
  }
  const written = { file: options.output, format, packets: packets * options.repeat, flows, bytes };
  if (options.output === '-') {
    if (options.json) output.error(`${JSON.stringify(written)}\n`);
  } else if (options.json) output.write(`${JSON.stringify(written, null, 2)}\n`);
  else output.write(`${options.output}: ${written.packets} packets of ${flows} flows, ${bytes} bytes, ${format}\n`);
}

function pcapngWriter(snaplen: number): PcapngWriter {
  const writer = new PcapngWriter();
  writer.addInterface({ snaplen, timeExponent: 9 });
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
