/**
 * Runs the benchmarks, one fresh process after the other: `pnpm bench [name...]`. A name is any part of a bench's path.
 * The machine's load stands first, because a busy machine measures itself.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const all = globSync(['packages/*/bench/*.bench.ts', 'apps/*/bench/*.bench.ts'], { cwd: root }).sort();
const wanted = names.length === 0 ? all : all.filter((file) => names.some((name) => file.includes(name)));
if (wanted.length === 0) {
  console.error(`Cannot run benchmarks: a name must be part of one of these paths: got '${names.join("', '")}'`);
  for (const file of all) console.error(`  ${file}`);
  process.exit(2);
}

const load = loadavg().map((value) => value.toFixed(2));
console.log(
  `load ${load.join(' ')}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.versions.node}`,
);
if ((loadavg()[0] ?? 0) > 0.5) console.log('The machine is busy: trust ratios within one run, not the times.');

const failed: string[] = [];
for (const [index, file] of wanted.entries()) {
  console.log(`\n[${index + 1}/${wanted.length}] ${file}`);
  const { status } = spawnSync(
    process.execPath,
    ['--conditions=midplane-source', '--expose-gc', '--disable-warning=ExperimentalWarning', file],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) failed.push(file);
}
console.log(`\n${wanted.length - failed.length} benchmarks ran, ${failed.length} failed`);
for (const file of failed) console.log(`FAILED ${file}`);
process.exit(failed.length > 0 ? 1 : 0);
