import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const IMPORT = /^(?:import|export) (?!type )(?:[^'";]*? from )?'([^']+)';/gms;

/** The file of a module of ours, undefined of others. */
function fileOf(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  const [, name, path = ''] = /^@midplane\/([\w-]+)(\/.+)?$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const folder = join(root, 'packages', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, exports[`.${path}`]['midplane-source']);
}

/** Everything that is loaded with a module, but for what it loads when it is asked to. */
function loadedWith(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const next = fileOf(specifier, file);
    if (next === undefined) seen.add(specifier);
    else loadedWith(next, seen);
  }
  return seen;
}

it('the app starts without schemas, YAML and the engine', () => {
  const loaded = [...loadedWith(join(root, 'apps/edge/src/app.ts'))];
  expect(loaded).toContain('hono');
  expect(
    loaded.map((file) => file.replace(root, '')).filter((file) => /zod|yaml|pipeline|scenario/.test(file)),
  ).toEqual([]);
});
