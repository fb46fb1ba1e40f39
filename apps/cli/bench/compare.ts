/** Compares a command of ours with well-known tools over the same file, whole processes, both sides in the same run. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, compareCommands, formatMeasurement, type Measurement } from '../../../tools/measure.ts';
import {
  cutCapture,
  type Input,
  manyCapture,
  midplane,
  repeatCapture,
  root,
  smallCapture,
  smallRepeatedCapture,
} from './inputs.ts';

const ROUNDS = Number(process.env['MIDPLANE_BENCH_ROUNDS'] ?? 3);
/** tshark needs minutes and gigabytes for all of *many*: by default it gets the first tenth. */
const FULL = process.env['MIDPLANE_BENCH_FULL'] === '1';
const MEMORY_LIMIT_BYTES = 300e6;

/** What a command must reach, as multiples of the other tool's packets per CPU second. */
export interface Goals {
  id: string;
  command: 'inspect' | 'run';
  softflowdOnMany: number;
  softflowdOnSmall: number;
  tsharkOnMany: number;
}

let missed = 0;

function report(goal: string, says: string, holds: boolean): void {
  if (!holds) missed++;
  console.log(`  ${goal} ${says}: ${holds ? 'PASS' : 'FAIL'}`);
}

const ours = (command: string, file: string): Command => ({
  name: `midplane ${command} --json`,
  argv: [process.execPath, midplane, command, file, '--json'],
  cwd: root,
});

// Without -n nothing is exported; IPv6 is not tracked then, which is less work than ours.
const softflowd = (file: string): Command => {
  const pid = join(tmpdir(), `midplane-bench-softflowd-${process.pid}.pid`);
  rmSync(pid, { force: true });
  return {
    name: 'softflowd -m 2000000',
    argv: ['softflowd', '-d', '-m', '2000000', '-p', pid, '-c', 'none', '-r', file],
  };
};

const tshark = (file: string): Command => ({
  name: 'tshark -q -z conv,tcp',
  argv: ['tshark', '-n', '-q', '-z', 'conv,tcp', '-r', file],
});

function isInstalled(tool: string): boolean {
  // softflowd lives in /usr/sbin, which is not on everybody's PATH.
  process.env['PATH'] = `${process.env['PATH']}:/usr/sbin:/sbin`;
  const found = !spawnSync(tool, ['-h'], { stdio: 'ignore' }).error;
  if (!found) console.log(`  ${tool} is not installed: comparison SKIPPED (apt-get install ${tool})`);
  return found;
}

function printAll(input: Input, measurements: readonly Measurement[]): void {
  console.log(`  ${''.padEnd(34)}${'CPU/packet'.padStart(10)}${'wall'.padStart(9)}${'peak'.padStart(9)}`);
  for (const measurement of measurements) {
    console.log(formatMeasurement(measurement, input.packets));
    const raw = measurement.samples.map((sample) => sample.cpuSeconds.toFixed(2));
    if (raw.length > 1) console.log(`    rounds, CPU s: ${raw.join(' ')}`);
  }
}

/** Measures ours and others over one input, and judges each ratio. */
async function against(
  goals: Goals,
  input: Input,
  other: (file: string) => Command,
  times: number,
): Promise<Measurement> {
  console.log(`\n${input.name}: ${input.packets.toLocaleString('en')} packets, ${megabytes(input.file)}`);
  const commands = [ours(goals.command, input.file)];
  const theirs = other(input.file);
  if (isInstalled(theirs.argv[0]!)) commands.push(theirs);
  const measurements = await compareCommands(commands, ROUNDS);
  printAll(input, measurements);
  const [mine, its] = measurements;
  if (its) {
    const ratio = its.cpuSeconds / mine!.cpuSeconds;
    report(goals.id, `${ratio.toFixed(1)} x ${theirs.argv[0]}, goal ${times} x`, ratio >= times);
  }
  reportMemory(mine!);
  return mine!;
}

function reportMemory({ peakBytes }: Measurement): void {
  const limit = `at most ${MEMORY_LIMIT_BYTES / 1e6} MB`;
  report('P5', `${(peakBytes / 1e6).toFixed(0)} MB, ${limit}`, peakBytes <= MEMORY_LIMIT_BYTES);
}

const megabytes = (file: string): string => `${(statSync(file).size / 1e6).toFixed(0)} MB`;

/** Runs all comparisons of one command; ends the process with 1 when a goal is missed. */
export async function compareWithTools(goals: Goals): Promise<void> {
  if (!existsSync(midplane)) {
    console.error('Cannot compare: apps/cli/dist/main.js must exist: run pnpm build first');
    process.exit(2);
  }
  const many = manyCapture();
  const onMany = await against(goals, many, softflowd, goals.softflowdOnMany);
  await against(goals, smallRepeatedCapture(), softflowd, goals.softflowdOnSmall);
  await againstTshark(goals, many, onMany);
  await fromStandardInput(goals);
  process.exitCode = missed > 0 ? 1 : 0;
}

/** Its time a packet grows with the flows, so a tenth of the capture is the kinder measure for tshark. */
async function againstTshark(goals: Goals, many: Input, onMany: Measurement): Promise<void> {
  const input = FULL ? many : cutCapture(many, many.packets / 10);
  console.log(`\ntshark on ${FULL ? 'all' : 'the first tenth'} of many, against ours on all of it`);
  if (!isInstalled('tshark')) return;
  const [theirs] = await compareCommands([tshark(input.file)], 1);
  printAll(input, [theirs!]);
  const ratio = theirs!.cpuSeconds / input.packets / (onMany.cpuSeconds / many.packets);
  report(goals.id, `${ratio.toFixed(0)} x tshark, goal ${goals.tsharkOnMany} x`, ratio >= goals.tsharkOnMany);
  if (!FULL) console.log('  MIDPLANE_BENCH_FULL=1 gives it the whole file (minutes, about 4 GB)');
}

/** More than 2 GB through a pipe: memory must not follow the size. */
async function fromStandardInput(goals: Goals): Promise<void> {
  const small = smallCapture();
  const times = Math.ceil(2e9 / statSync(small.file).size);
  const input = { ...small, packets: small.packets * times };
  const size = ((statSync(small.file).size * times) / 1e9).toFixed(1);
  console.log(`\nstandard input: small ${times} times over, ${size} GB`);
  const command = { ...ours(goals.command, '-'), stdin: () => repeatCapture(small.file, times) };
  const [mine] = await compareCommands([command], 1);
  printAll(input, [mine!]);
  reportMemory(mine!);
}
