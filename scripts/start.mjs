// `npm start`: from a clean clone to the main job on a real capture. Plain Node 20, no dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const CAPTURE = 'testdata/office.pcapng';
const pnpm = ['scripts/pnpm.mjs'];

/** Runs one step quietly: a line with its time, and the output only when it fails. */
function step(says, command, args) {
  process.stdout.write(`${says} ... `);
  const start = Date.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return console.log(`${((Date.now() - start) / 1000).toFixed(1)} s`);
  console.log(`failed\n\n${stdout ?? ''}${stderr ?? ''}${error ? error.message : ''}`);
  console.error(`Cannot start: this step must succeed: ${[command, ...args].join(' ')}`);
  process.exit(1);
}

console.log('midplane: installs what it needs (npm registry only), builds, and runs the model on a shipped capture.\n');
step('1/3 Installing dependencies (first time about half a minute)', process.execPath, [
  ...pnpm,
  'install',
  '--frozen-lockfile',
]);
step('2/3 Building the packages', process.execPath, [
  ...pnpm,
  'exec',
  'turbo',
  'run',
  'build',
  '--output-logs=errors-only',
]);
console.log(`3/3 Running: midplane run ${CAPTURE}\n`);
if (!existsSync(join(root, CAPTURE))) {
  console.error(`Cannot run the model: ${CAPTURE} must exist: it is part of the repository`);
  process.exit(1);
}
const node = join(root, 'node_modules', '.bin', 'node');
const { status, error } = spawnSync(node, ['apps/cli/dist/main.js', 'run', CAPTURE], { cwd: root, stdio: 'inherit' });
if (error) console.error(error.message);
if (status !== 0) process.exit(status ?? 1);

console.log(`
Where to go next
  npm run -s midplane -- where '192.0.2.1:1234 > 198.51.100.2:443/tcp'   where one flow lands, step by step
  npm run -s midplane -- run YOUR.pcap --chassis srx5800                 the same table for your capture
  npm run -s midplane -- serve                                           the same over HTTP, with its documentation at /docs
  npm run -s midplane -- --help                                          everything the command can do
  npm test                                                               all tests and checks
  README.md                                                              the packages, and how to compose your own pipeline`);
