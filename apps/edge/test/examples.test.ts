import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, office, root, start, type Target } from './_targets.ts';

const HERE = 'http://127.0.0.1:8787';
const readme = (path: string): string => readFileSync(join(root, path, 'README.md'), 'utf8');
const fence = (text: string, info: string, contains: string): string =>
  [...text.matchAll(/^```(.*)\n([\s\S]*?)^```/gm)].find(
    ([, found, body]) => found === info && body.includes(contains),
  )![2];

const curls = fence(readme('apps/edge'), 'sh', 'curl')
  .split('\n')
  .filter((line) => line.startsWith('curl '));

/** Examples of the READMEs, against a server: the address and the names of files are all that differs. */
describe.skipIf(missing('node') !== undefined)('examples', () => {
  let target: Target;
  const folder = mkdtempSync(join(tmpdir(), 'midplane-examples-'));
  beforeAll(async () => {
    target = await start('node');
    for (const name of ['capture.pcapng', 'capture.pcap']) symlinkSync(office, join(folder, name));
    const scenario = 'schema: midplane-scenario/1\ntraffic: [{ shape: small, packets: 1000 }]\n';
    writeFileSync(join(folder, 'office.yaml'), scenario);
    const upload = 'schema: midplane-scenario/1\ntraffic: [{ capture: capture.pcap }]\n';
    writeFileSync(join(folder, 'upload.yaml'), upload);
    writeFileSync(join(folder, 'after.yaml'), `${upload}hash: toeplitz\n`);
  });
  afterAll(async () => {
    await target?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(curls)('%s', (line) => {
    const command = line.replace('curl ', 'curl -sS --fail-with-body ').replaceAll(HERE, target.url);
    const said = execFileSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect(said).toMatch(/SPU|spu|reordered/);
  });

  it.each(['deno', 'bun'] as const)('of the client on %s', async (name) => {
    if (missing(name) !== undefined) return;
    const file = join(root, 'apps/edge/test', `.client-${name}-${process.pid}.ts`);
    writeFileSync(
      file,
      `import { createClient, ProblemError } from '@midplane/client';
const client = createClient({ baseUrl: '${target.url}' });
async function* pieces() { for (let i = 0; i < 3; i++) yield new Uint8Array(8).fill(i); }
const code = await client.simulate(pieces()).catch((error) => error instanceof ProblemError && error.code);
const traffic = await client.traffic({ traffic: { shape: 'small', packets: 500 } });
const bytes = new Uint8Array(await new Response(traffic).arrayBuffer());
const events = [];
for await (const event of client.watch(new Blob([bytes]))) events.push(event);
console.log(code, events.at(-1).report.totals.offered);
`,
    );
    const binary = join(root, name === 'deno' ? 'node_modules/.bin/deno' : 'apps/edge/node_modules/.bin/bun');
    const before = name === 'deno' ? ['run', '--no-check', '--no-lock', '--allow-net'] : [];
    try {
      const said = execFileSync(binary, [...before, '--conditions=midplane-source', file], { encoding: 'utf8' });
      expect(said).toBe('capture-bad-magic 500\n');
    } finally {
      rmSync(file);
    }
  });

  it('of the client: progress while a capture is uploaded', () => {
    const source = fence(readme('packages/client'), 'ts ignore', 'openAsBlob').replaceAll(HERE, target.url);
    const file = join(root, 'apps/edge/test', `.example-${process.pid}.ts`);
    writeFileSync(file, source.replaceAll("'capture.pcapng'", JSON.stringify(office)));
    try {
      const node = ['--conditions=midplane-source', '--disable-warning=ExperimentalWarning', file];
      expect(execFileSync(process.execPath, node, { encoding: 'utf8' })).toMatch(/maxOverMean: 1\.\d+/);
    } finally {
      rmSync(file);
    }
  });
});
