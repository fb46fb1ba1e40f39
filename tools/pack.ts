/** Packs folders as npm would publish them, and finds third-party packages that an install without network needs. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Manifest, type Member, readJson } from './workspace.ts';

/** What `npm pack --json` tells of one tarball. */
export interface Tarball {
  name: string;
  version: string;
  filename: string;
  /** Bytes of the tarball. */
  size: number;
  /** Bytes of the files in it. */
  unpackedSize: number;
  files: { path: string; size: number }[];
}

/** Environment for an npm of its own: without what the npm or pnpm above put there, and with `bin` first on PATH. */
export function cleanEnvironment(bin: string): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|INIT_CWD|NODE_PATH|NODE_OPTIONS)/i.test(key),
  );
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules/.bin'));
  return { ...Object.fromEntries(entries), PATH: [bin, ...path].join(':'), NO_COLOR: '1', DO_NOT_TRACK: '1' };
}

/** Packs folders into `destination` with plain npm; no script of theirs runs. */
export function packFolders(folders: readonly string[], destination: string, env: NodeJS.ProcessEnv): Tarball[] {
  if (folders.length === 0) return [];
  const args = [
    'pack',
    '--json',
    '--ignore-scripts',
    '--loglevel=error',
    '--pack-destination',
    destination,
    ...folders,
  ];
  const output = execFileSync('npm', args, { cwd: destination, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(output) as Tarball[];
}

/** Puts installed third-party packages into tarballs as they are: npm refuses to pack some of them again. */
export function tarFolders(folders: readonly string[], destination: string): string[] {
  return folders.map((folder, index) => {
    const scratch = join(destination, `third-party-${index}`);
    cpSync(folder, join(scratch, 'package'), {
      recursive: true,
      filter: (from) => from === folder || basename(from) !== 'node_modules',
    });
    const file = `${scratch}.tgz`;
    execFileSync('tar', ['-czf', file, '-C', scratch, 'package']);
    rmSync(scratch, { recursive: true });
    return file;
  });
}

/** Removes files of `dist/` whose source is gone: the compiler never does, and they would be packed. Returns their names. */
export function removeStale(member: Member): string[] {
  // the bundler empties its folder itself, and names chunks as it likes
  if (existsSync(join(member.path, 'rolldown.config.ts'))) return [];
  const stale = globSync('dist/**/*.{js,js.map,d.ts,d.ts.map}', { cwd: member.path }).filter((file) => {
    const source = join(member.path, file.replace(/^dist/, 'src').replace(/\.(d\.ts|js)(\.map)?$/, ''));
    return !existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`);
  });
  for (const file of stale) rmSync(join(member.path, file));
  return stale.map((file) => `${member.folder}/${file}`);
}

/** Finds an installed package as Node would, from a folder upwards. */
function findInstalled(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Lists the folders of all third-party packages that some members need at run time, theirs included.
 *
 * @throws {Error} If a dependency is not installed. An optional one may be missing.
 */
export function thirdPartyFolders(members: readonly Member[]): string[] {
  const ours = new Set(members.map((member) => member.manifest.name));
  const found = new Set<string>();
  const visit = (manifest: Manifest, path: string): void => {
    const optional = manifest.optionalDependencies ?? {};
    for (const name of Object.keys({ ...manifest.dependencies, ...optional })) {
      if (ours.has(name)) continue;
      const folder = findInstalled(name, path);
      if (folder === undefined) {
        if (name in optional) continue;
        throw new Error(`Cannot pack ${name}: it must be installed: ${manifest.name} depends on it`);
      }
      if (found.has(folder)) continue;
      found.add(folder);
      visit(readJson<Manifest>(join(folder, 'package.json')), folder);
    }
  };
  for (const member of members) visit(member.manifest, member.path);
  return [...found];
}
