/** Servers to measure, each a process of its own: the endpoint as the command serves it, and a bare Hono handler. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
/** The command as it is built. */
export const midplane: string = join(root, 'apps/cli/dist/main.js');

if (!existsSync(midplane)) {
  console.error('Cannot measure: apps/cli/dist/main.js must exist: run pnpm build first');
  process.exit(2);
}

/** A server that answers. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Seconds from its start to its first answer. */
  readonly firstAnswerSeconds: number;
  close(): Promise<void>;
}

/** Starts the endpoint. */
export function startEndpoint(): Promise<Server> {
  return start([midplane, 'serve', '--port', '0']);
}

/** Starts a bare Hono handler that reads a body and answers with as many bytes. */
export function startBare(bytes: number): Promise<Server> {
  const file = fileURLToPath(new URL('./bare.ts', import.meta.url));
  return start(['--conditions=midplane-source', '--disable-warning=ExperimentalWarning', file, String(bytes)]);
}

async function start(args: readonly string[]): Promise<Server> {
  const env = { ...process.env, MIDPLANE_LOG: '0', MIDPLANE_MAX_REQUESTS_PER_MINUTE: '0' };
  const begun = performance.now();
  const child: ChildProcess = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  while (!said.includes('\n')) said += String((await once(child.stdout!, 'data'))[0]);
  const url = /http:\/\/[\d.:]+/.exec(said)![0];
  await (await fetch(`${url}/v1/spu-id?spu=5`)).arrayBuffer();
  const firstAnswerSeconds = (performance.now() - begun) / 1000;
  return {
    url,
    pid: child.pid!,
    firstAnswerSeconds,
    close: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** CPU seconds that a process has used, in steps of 10 ms. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
