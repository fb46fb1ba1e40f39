import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { rolldown } from 'rolldown';
import { createApp } from '../src/index.ts';
import { root } from './_targets.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** What a page may share memory with its workers for, and what it loads. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cache-Control': 'no-store',
};

/** The browser's command; undefined if there is none: then a test is skipped, loudly. */
export function findChromium(): string | undefined {
  for (const name of NAMES) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // the next name
    }
  }
  const message = `SKIPPED: a browser is not installed (${NAMES.join(', ')})`;
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1') throw new Error(message);
  console.warn(message);
  return undefined;
}

/** Bundles a module for a page, as a page's developer would. */
async function bundled(file: string): Promise<string> {
  const build = await rolldown({
    input: file,
    platform: 'browser',
    cwd: join(root, 'apps/edge'),
    resolve: { conditionNames: ['midplane-source', 'import', 'default'] },
    logLevel: 'silent',
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  return output[0].code;
}

/** What a page tells with `say`, and the endpoint that it can ask. */
const page = `<!doctype html>
<meta charset="utf-8">
<title>midplane</title>
<script type="importmap">{ "imports": { "@midplane/pipeline/worker": "/worker.js" } }</script>
<script>
  const say = (text) => fetch('/said', { method: 'POST', body: text });
  console.log = say;
  addEventListener('error', ({ message }) => say(JSON.stringify({ error: message })));
  addEventListener('unhandledrejection', ({ reason }) => say(JSON.stringify({ error: String(reason?.stack ?? reason) })));
</script>
<script type="module" src="/page.js"></script>
`;

/**
 * Opens a page in a browser and waits for the first thing that its script logs.
 *
 * The page is isolated from other origins, as one must be that shares memory with workers; `/v1` of its origin is the
 * endpoint.
 *
 * @param script Module of the page.
 * @param files What else there is, by path.
 * @returns What it said, as JSON.
 */
export async function openPage(chromium: string, script: string, files: Record<string, string | Uint8Array> = {}) {
  const scripts: Record<string, string> = {
    '/page.js': await bundled(script),
    '/worker.js': await bundled(join(root, 'packages/pipeline/src/host/worker.ts')),
  };
  const endpoint = getRequestListener(createApp({ runtime: 'node', limits: { requestsPerMinute: 0 } }).fetch);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    const path = request.url!.split('?')[0];
    if (path === '/said') {
      return void textOf(request).then((text) => {
        response.end();
        resolve(text);
      });
    }
    if (path in scripts) return send(response, 'text/javascript', scripts[path]);
    if (path in files) return send(response, 'application/octet-stream', files[path]);
    if (path === '/') return send(response, 'text/html', page);
    return void endpoint(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const folder = mkdtempSync(join(tmpdir(), 'midplane-page-'));
  const { port } = server.address() as AddressInfo;
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const browser = spawn(chromium, [...args, `--user-data-dir=${folder}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
    detached: true,
  });
  browser.on('exit', (code) => reject(new Error(`Cannot open page: the browser must stay: got exit code ${code}`)));
  try {
    return JSON.parse(await promise) as Record<string, unknown>;
  } finally {
    const gone = new Promise((done) => browser.once('exit', done));
    process.kill(-browser.pid!, 'SIGKILL'); // with all its processes
    await gone;
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { ...HEADERS, 'Content-Type': type });
  response.end(body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
