import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join } from 'node:path';
import type { Scenario, ScenarioTraffic } from '@midplane/scenario';
import { checkCapturePath, readError } from './check-capture-path.ts';
import { CommandError } from './command-error.ts';
import { readConfiguration } from './read-configuration.ts';

/** Endings of scenario files. */
const ENDINGS: readonly string[] = ['.yaml', '.yml', '.json'];
/** Bytes at the begin of a file in which a scenario shows its schema; a capture begins with zeros and small numbers. */
const HEAD = 4096;
const SHOWS_SCENARIO = /midplane-scenario\//;
/** Bytes that are read: more than a scenario may have, so that its own rule is told. */
const MOST_BYTES = 4 * 1_048_577;

/**
 * Reads a scenario file, with the captures' paths taken from its folder.
 *
 * @param path A path, or `-` for standard input.
 * @returns `undefined` if what stands there is no scenario: it has another ending, and does not begin as one.
 * @throws {CommandError} If the file cannot be read or the scenario is refused.
 */
export async function readScenarioFile(path: string): Promise<Scenario | undefined> {
  const text = path === '-' ? await readStandardInput() : await readText(path);
  if (text === undefined) return undefined;
  const { loadScenario, ScenarioError } = await import('./scenario-text.ts');
  try {
    const folder = path === '-' ? '.' : dirname(path);
    const scenario = loadScenario(text, {
      name: path === '-' ? 'from standard input' : path,
      isStandardInput: path === '-',
      readText: (file) => readConfiguration(isAbsolute(file) ? file : join(folder, file)),
    });
    return withPathsFrom(folder, scenario);
  } catch (error) {
    if (error instanceof ScenarioError) throw new CommandError(error.code, error.message, { cause: error });
    throw error;
  }
}

/** The scenario with the paths of its captures taken from a folder; `-` stays standard input. */
export function withPathsFrom(folder: string, scenario: Scenario): Scenario {
  const traffic = scenario.traffic.map((item): ScenarioTraffic => {
    if (!('capture' in item) || item.capture === '-' || isAbsolute(item.capture)) return item;
    return { capture: join(folder, item.capture) };
  });
  return { ...scenario, traffic };
}

async function readText(path: string): Promise<string | undefined> {
  const isNamedSo = ENDINGS.includes(extname(path).toLowerCase());
  const status = await checkCapturePath(path).catch((error) => {
    if (!isNamedSo || !(error instanceof CommandError)) throw error;
    throw new CommandError(error.code, error.message.replace('Cannot read capture', 'Cannot read scenario'));
  });
  if (!status.isFile()) return undefined; // a pipe can be read once only: it is a capture
  const file = await open(path);
  try {
    const head = await readBytes(file, HEAD, path);
    if (!isNamedSo && !SHOWS_SCENARIO.test(new TextDecoder().decode(head))) return undefined;
    return new TextDecoder().decode(Buffer.concat([head, await readBytes(file, MOST_BYTES, path)]));
  } finally {
    await file.close();
  }
}

async function readBytes(file: Awaited<ReturnType<typeof open>>, most: number, path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let size = 0; size < most; ) {
    const buffer = Buffer.alloc(Math.min(65_536, most - size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null).catch((error) => {
      throw readError(path, error);
    });
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  return Buffer.concat(chunks);
}

/** What standard input holds, if it begins as a scenario; else nothing of it is taken. */
async function readStandardInput(): Promise<string | undefined> {
  const { stdin } = process;
  if (stdin.isTTY) return undefined;
  await Promise.race([once(stdin, 'readable'), once(stdin, 'end')]).catch(() => {}); // who reads the capture is told
  const first = stdin.read() as Buffer | null;
  if (first === null) return undefined;
  if (!SHOWS_SCENARIO.test(first.subarray(0, HEAD).toString('utf8'))) {
    stdin.unshift(first);
    return undefined;
  }
  const chunks = [first];
  let size = first.length;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
