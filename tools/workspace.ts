/** What the tools know of the workspace: its packages and apps, read from disk. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The fields of a package.json that the tools look at. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports?: unknown;
  bin?: string | Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** One package or app. */
export interface Member {
  /** `@midplane/flow` is `flow`. */
  short: string;
  /** Path from the root with forward slashes: `packages/flow`. */
  folder: string;
  /** Absolute path. */
  path: string;
  isApp: boolean;
  manifest: Manifest;
}

export const SCOPE = '@midplane/';

/** Reads a JSON file; says which file it was when it is not JSON. */
export function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new SyntaxError(`Cannot read ${file}: it must be JSON: got ${(error as Error).message}`);
  }
}

/** Lists packages and apps, sorted by folder. */
export function readMembers(root: string): Member[] {
  return globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: root })
    .map((file) => dirname(file).replaceAll('\\', '/'))
    .sort()
    .map((folder) => {
      const path = join(root, folder);
      const manifest = readJson<Manifest>(join(path, 'package.json'));
      return { short: manifest.name.replace(SCOPE, ''), folder, path, isApp: folder.startsWith('apps/'), manifest };
    });
}

/** Lists the TypeScript files of a member, as paths from its folder. */
export function sourceFiles(member: Member): string[] {
  return globSync('{src,bench,test}/**/*.{ts,tsx}', { cwd: member.path })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.includes('node_modules'))
    .sort();
}

/** Tells whether a path is code that ships, not a test, a suite or a benchmark. */
export function isShipped(file: string): boolean {
  return file.startsWith('src/') && !/\.(test|suite|slow\.test|test-d)\.tsx?$/.test(file);
}

/** Tells whether a member has a file. */
export function hasFile(member: Member, file: string): boolean {
  return existsSync(join(member.path, file));
}
