/** Writes each package's version into its deno.json, after `changeset version` has raised the ones in package.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasFile, readMembers } from './workspace.ts';

for (const member of readMembers(fileURLToPath(new URL('..', import.meta.url)))) {
  if (!hasFile(member, 'deno.json')) continue;
  const file = join(member.path, 'deno.json');
  const text = readFileSync(file, 'utf8');
  const synced = text.replace(/("version":\s*")[^"]*"/, `$1${member.manifest.version}"`);
  if (synced === text) continue;
  writeFileSync(file, synced);
  console.log(`${member.folder}/deno.json: ${member.manifest.version}`);
}
