// Runs the pinned pnpm through npm's own `npm exec`, so that a machine with only Node and npm needs nothing else.
// Plain Node 18+, no dependencies.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const npm = process.env.npm_execpath;
const onWindows = process.platform === 'win32';
const [command, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : [onWindows ? 'npm.cmd' : 'npm', []];
const { status, signal, error } = spawnSync(
  command,
  [...before, 'exec', '--yes', '--prefer-offline', '--', packageManager, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    shell: command.endsWith('.cmd'),
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  },
);
if (error) throw error;
process.exit(signal ? 1 : (status ?? 1));
