/** Servers to measure, each a process of its own: the endpoint as the command serves it, and a bare Hono handler. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
/** The command as it is built. */
export const midplane: string = join(root, 'apps/cli/dist/main.js');

if (!existsSync(midplane)) {
  console.error('Cannot measure: apps/cli/dist/main.js must exist: run pnpm build first');
  process.exit(2);
}

/** The worker as it is built. */
export const bundle: string = join(root, 'apps/edge/dist/worker.js');

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

const WORKERD = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "2026-07-01",
    bindings = [(name = "MIDPLANE_LOG", text = "0")],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:18787", http = (), service = "main")]
);
`;

/** Seconds from the start of workerd with the bundle to its first answer; undefined where it is not installed. */
export async function workerdFirstAnswer(): Promise<number | undefined> {
  const binary = join(root, 'apps/edge/node_modules/.bin/workerd');
  if (!existsSync(binary)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'midplane-bench-'));
  copyFileSync(bundle, join(folder, 'worker.js'));
  writeFileSync(join(folder, 'config.capnp'), WORKERD);
  const begun = performance.now();
  const child = spawn(binary, ['serve', join(folder, 'config.capnp')], { stdio: 'ignore', detached: true });
  try {
    for (;;) {
      const response = await fetch('http://127.0.0.1:18787/v1/spu-id?spu=5').catch(() => undefined);
      if (response?.ok) return (performance.now() - begun) / 1000;
      if (performance.now() - begun > 10_000) throw new Error('Cannot measure workerd: it must answer: got nothing');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  } finally {
    process.kill(-child.pid!, 'SIGKILL');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU seconds that a process has used, in steps of 10 ms. */
export function cpuSecondsOf(pid: number): number {
  const fields = statOf(String(pid));
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** CPU seconds of the processes that this one started and that have ended. */
export function cpuSecondsOfEnded(): number {
  const fields = statOf('self');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function statOf(pid: string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
