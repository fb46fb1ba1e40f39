/**
 * Measures whole processes: CPU time, wall time and peak memory of commands that run alternately.
 *
 * CPU time comes from the kernel's count of this process's finished children (`/proc/self/stat`, steps of 10 ms), so it
 * covers all threads of the command and whatever it waited for itself. Peak memory is the command's own high-water mark
 * (`VmHWM`), read every 25 ms while it runs: only growth within its last 25 ms is missed. Linux only; no other tool needed.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Kernel ticks are 10 ms for every program on Linux, whatever the kernel itself counts in. */
const TICK_SECONDS = 0.01;
const POLL_MS = 25;

/** A command to measure. Its standard output is thrown away unless `keepOutput` is set. */
export interface Command {
  name: string;
  argv: readonly string[];
  cwd?: string;
  /** Fed to standard input; what feeding costs this process is not counted. */
  stdin?: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  keepOutput?: boolean;
}

/** One run of a command. */
export interface Sample {
  /** User and system time. */
  cpuSeconds: number;
  wallSeconds: number;
  peakBytes: number;
  stdout: string;
}

/** The runs of one command, and their middle. */
export interface Measurement {
  name: string;
  samples: Sample[];
  cpuSeconds: number;
  wallSeconds: number;
  /** The largest peak of all runs. */
  peakBytes: number;
}

/** Reads the CPU seconds of all finished children of this process. */
function childCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The second field is the name in parentheses, which may hold spaces; cutime and cstime are fields 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_SECONDS;
}

/** Reads the high-water mark of a process's memory in bytes, 0 when it is gone. */
function peakOf(pid: number): number {
  try {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) * 1024 : 0;
  } catch {
    return 0;
  }
}

/**
 * Runs a command once. No other child process of this one may end meanwhile.
 *
 * @throws {Error} If the command cannot start or does not exit with 0; the message has the end of its standard error.
 */
export async function measure(command: Command): Promise<Sample> {
  const [program = '', ...args] = command.argv;
  const before = childCpuSeconds();
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: [command.stdin ? 'pipe' : 'ignore', command.keepOutput ? 'pipe' : 'ignore', 'pipe'],
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
  let peakBytes = 0;
  let stdout = '';
  let stderr = '';
  const look = () => {
    if (child.pid !== undefined) peakBytes = Math.max(peakBytes, peakOf(child.pid));
  };
  const timer = setInterval(look, POLL_MS);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  if (command.stdin && child.stdin) {
    // A command that stops reading early is no fault of the measurement; its exit code tells.
    pipeline(Readable.from(command.stdin()), child.stdin).catch(() => {});
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const wallSeconds = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(`Cannot measure ${command.name}: it must exit with 0: got ${code}\n${stderr}`);
    return { cpuSeconds: childCpuSeconds() - before, wallSeconds, peakBytes, stdout };
  } finally {
    clearInterval(timer);
  }
}

/** Tells the middle of some numbers, the mean of the two middle ones if their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs commands alternately, in reversed order every other round, and gives the median of each. */
export async function compareCommands(commands: readonly Command[], rounds: number): Promise<Measurement[]> {
  const samples: Sample[][] = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...commands.keys()];
    if (round % 2 === 1) order.reverse();
    for (const index of order) samples[index]!.push(await measure(commands[index]!));
  }
  return commands.map(({ name }, index) => ({
    name,
    samples: samples[index]!,
    cpuSeconds: median(samples[index]!.map((sample) => sample.cpuSeconds)),
    wallSeconds: median(samples[index]!.map((sample) => sample.wallSeconds)),
    peakBytes: Math.max(...samples[index]!.map((sample) => sample.peakBytes)),
  }));
}

/** Formats one measurement over a number of packets as a line. */
export function formatMeasurement({ name, cpuSeconds, wallSeconds, peakBytes }: Measurement, packets: number): string {
  const nanoseconds = Math.round((cpuSeconds * 1e9) / packets).toLocaleString('en');
  const columns = [`${nanoseconds} ns`.padStart(10), `${wallSeconds.toFixed(2)} s`.padStart(9)];
  return `  ${name.padEnd(34)}${columns.join('')}${`${(peakBytes / 1e6).toFixed(0)} MB`.padStart(9)}`;
}
