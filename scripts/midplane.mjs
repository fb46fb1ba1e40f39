// The command from a clone, without a build: `npm run -s midplane -- run CAPTURE`. Works under any Node from 20 on,
// because it only starts the project's own Node 26, which strips the types.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (!existsSync(node)) {
  console.error('Installing dependencies first (once, about half a minute).');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'pnpm.mjs'), 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}

const main = join(root, 'apps', 'cli', 'src', 'main.ts');
const child = spawn(
  node,
  ['--conditions=midplane-source', '--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)],
  // npm changes into the root before it runs a script; capture paths are meant from where the person stands.
  { cwd: process.env.INIT_CWD ?? process.cwd(), stdio: 'inherit' },
);
// Ctrl-C reaches the whole process group: only wait for the child. A signal to this process alone is passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`Cannot start ${node}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
