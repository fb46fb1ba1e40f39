/** The captures that the whole-process benchmarks read: written once by the project's own generator into `.bench/`. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(root, '.bench');
export const midplane: string = join(root, 'apps/cli/dist/main.js');

/** A capture to measure with. */
export interface Input {
  name: string;
  file: string;
  packets: number;
}

/** Makes a file once: into a name of its own first, so that a broken run leaves nothing that looks whole. */
function once(name: string, make: (file: string) => void): string {
  const file = join(cache, name);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  console.log(`  writing .bench/${name} (once)`);
  const part = join(cache, `part-${name}`);
  make(part);
  renameSync(part, file);
  return file;
}

function generate(...args: string[]): void {
  const node = ['--conditions=midplane-source', '--disable-warning=ExperimentalWarning'];
  const main = join(root, 'apps/cli/src/main.ts');
  execFileSync(process.execPath, [...node, main, 'traffic', ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** 4 M packets of 1 M flows. */
export function manyCapture(): Input {
  const file = once('many.pcap', (part) => generate('--shape', 'many', '-o', part));
  return { name: 'many', file, packets: 4_000_000 };
}

/** 1 M packets of 50,000 flows. */
export function smallCapture(): Input {
  const file = once('small.pcap', (part) => generate('--shape', 'small', '-o', part));
  return { name: 'small', file, packets: 1_000_000 };
}

/** *small* eight times over, with times that go on. */
export function smallRepeatedCapture(): Input {
  const file = once('small-8.pcap', (part) => generate('--shape', 'small', '--repeat', '8', '-o', part));
  return { name: 'small x 8', file, packets: 8_000_000 };
}

/** Cuts the first packets off a capture, for tools that take minutes over the whole. */
export function cutCapture(input: Input, packets: number): Input {
  const name = `${input.name.replaceAll(/\W+/g, '-')}-first-${packets}.pcap`;
  const file = once(name, (part) => writeFileSync(part, readPackets(input.file, packets)));
  return { name: `first ${packets.toLocaleString('en')} of ${input.name}`, file, packets };
}

/** Reads a little-endian pcap up to a number of packets. */
function readPackets(file: string, packets: number): Uint8Array {
  const handle = openSync(file, 'r');
  const bytes = Buffer.alloc(Math.min(statSync(file).size, 24 + packets * 2048));
  readSync(handle, bytes, 0, bytes.length, 0);
  closeSync(handle);
  let end = 24;
  for (let i = 0; i < packets; i++) end += 16 + bytes.readUInt32LE(end + 8);
  return bytes.subarray(0, end);
}

/** Streams a pcap several times over as one: its header once, its packets `times` times. */
export async function* repeatCapture(file: string, times: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < times; i++) {
    yield* createReadStream(file, { start: i === 0 ? 0 : 24, highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
  }
}
