import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Root of the repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
/** The capture that the project ships. */
export const office: string = join(root, 'testdata', 'office.pcapng');

/** An endpoint that is asked. */
export interface Target {
  readonly name: string;
  readonly url: string;
  /** Process of the server. */
  readonly pid: number;
  /** What it has written to standard error: its log. */
  said(): string;
  close(): Promise<void>;
}

/** Names of the runtimes. */
export type RuntimeName = 'node' | 'deno' | 'bun' | 'workerd';

/** Where the runtimes are. */
export const binaries: Readonly<Record<RuntimeName, string>> = {
  node: process.execPath,
  deno: join(root, 'node_modules/.bin/deno'),
  bun: join(root, 'apps/edge/node_modules/.bin/bun'),
  workerd: join(root, 'apps/edge/node_modules/.bin/workerd'),
};
const entry = (name: string): string => join(root, 'apps/edge/src/entry', `${name}.ts`);

/** Why a runtime cannot be started; undefined if it can. Without it a test is skipped, loudly. */
export function missing(name: RuntimeName): string | undefined {
  const file = binaries[name];
  if (existsSync(file)) return undefined;
  const message = `SKIPPED: ${name} is not installed (${file})`;
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1') throw new Error(message);
  console.warn(message);
  return message;
}

/**
 * Starts the endpoint on a runtime, with settings in its environment, and waits until it answers.
 *
 * @param mayRead Whether Deno lets it read files; default: if it is to have workers, for a worker is a module that is read.
 */
export async function start(
  name: RuntimeName,
  settings: Readonly<Record<string, string>> = {},
  mayRead: boolean = settings['MIDPLANE_WORKERS'] !== undefined,
): Promise<Target> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), name, settings, mayRead);
    } catch (error) {
      // Between our asking for a free port and the server's taking it, anybody may have taken it.
      if (attempt === 3 || !/in use|EADDRINUSE/i.test((error as Error).message)) throw error;
    }
  }
}

async function startOn(
  port: number,
  name: RuntimeName,
  settings: Readonly<Record<string, string>>,
  mayRead: boolean,
): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'midplane-edge-'));
  const variables = { MIDPLANE_LOG: '0', MIDPLANE_MAX_REQUESTS_PER_MINUTE: '0', ...settings };
  const args = await argumentsOf(name, port, folder, variables, mayRead);
  const env = { ...process.env, ...variables, MIDPLANE_PORT: String(port), NO_COLOR: '1' };
  const child = spawn(binaries[name], args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url, child, () => said);
  return {
    name,
    url,
    pid: child.pid!,
    said: () => said,
    close: async () => {
      if (child.exitCode === null) {
        const over = new Promise((resolve) => child.once('exit', resolve));
        process.kill(-child.pid!, 'SIGKILL'); // a group of its own: some binaries are started by a script
        await over;
      }
      child.stderr.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function argumentsOf(
  name: RuntimeName,
  port: number,
  folder: string,
  variables: Readonly<Record<string, string>>,
  mayRead: boolean,
): Promise<string[]> {
  const source = '--conditions=midplane-source';
  const address = ['--host', '127.0.0.1', '--port', String(port)];
  switch (name) {
    case 'node':
      return [
        source,
        '--disable-warning=ExperimentalWarning',
        join(root, 'apps/cli/src/main.ts'),
        'serve',
        '--port',
        String(port),
      ];
    case 'deno':
      return [
        'serve',
        '--quiet',
        source,
        '--no-lock',
        '--no-remote',
        '--unstable-no-legacy-abort',
        '--allow-env',
        ...(mayRead ? ['--allow-read'] : []),
        ...address,
        entry(name),
      ];
    case 'bun':
      return [source, entry(name)];
    case 'workerd': {
      await bundleWorker(folder);
      const bindings = Object.entries(variables).map(([key, value]) => `(name = "${key}", text = "${value}")`);
      writeFileSync(join(folder, 'config.capnp'), workerdConfig(port, bindings));
      return ['serve', join(folder, 'config.capnp')];
    }
  }
}

/** Bundles the worker as the build does. */
export async function bundleWorker(folder: string): Promise<string> {
  const { default: options } = (await import('../rolldown.config.ts')) as { default: Record<string, unknown> };
  const { output, ...input } = options;
  const build = await rolldown({
    ...input,
    input: { worker: entry('workerd') },
    cwd: join(root, 'apps/edge'),
  } as never);
  await build.write({ ...(output as object), dir: folder });
  return join(folder, 'worker.js');
}

function workerdConfig(port: number, bindings: readonly string[]): string {
  const { compatibility_date, compatibility_flags } = wranglerSettings();
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "${compatibility_date}",
    compatibilityFlags = ${JSON.stringify(compatibility_flags)},
    bindings = [${bindings.join(', ')}],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
`;
}

/** The settings that `wrangler` deploys with. */
function wranglerSettings(): { compatibility_date: string; compatibility_flags: string[] } {
  const text = readFileSync(join(root, 'apps/edge/wrangler.jsonc'), 'utf8');
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '')) as ReturnType<typeof wranglerSettings>;
}

/** How long a server may take to answer for the first time, in ms. A machine that runs all tests at once is slow. */
const PATIENCE = 60_000;

async function untilHealthy(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const begun = Date.now();
  while (child.exitCode === null && child.signalCode === null && Date.now() - begun < PATIENCE) {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const { exitCode, signalCode } = child;
  if (exitCode === null && signalCode === null) process.kill(-child.pid!, 'SIGKILL');
  else await new Promise((resolve) => setTimeout(resolve, 100)); // what it said last comes after its end
  const how = exitCode === null && signalCode === null ? 'no answer' : `its end (${exitCode ?? signalCode})`;
  throw new Error(
    `Cannot start server: it must answer within ${PATIENCE / 1000} s: got ${how} after ${Date.now() - begun} ms\n${said()}`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
