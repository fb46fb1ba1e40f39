import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWorkspace, formatGraph } from './arrows.ts';
import { blank, findImports } from './scan.ts';
import { readMembers } from './workspace.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'arrows-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** Writes a package that has everything; `fields` go over its package.json. */
function addPackage(short: string, source: string, fields: object = {}): void {
  const manifest = { name: `@midplane/${short}`, version: '0.1.0', ...fields };
  write(`packages/${short}/package.json`, JSON.stringify(manifest));
  write(`packages/${short}/deno.json`, JSON.stringify({ name: manifest.name, version: '0.1.0' }));
  write(`packages/${short}/README.md`, short);
  write(`packages/${short}/src/index.ts`, source);
}

function listInDeno(...shorts: string[]): void {
  write('deno.json', JSON.stringify({ workspace: shorts.map((short) => `./packages/${short}`) }));
}

const needs = (...shorts: string[]) => ({
  dependencies: Object.fromEntries(shorts.map((short) => [`@midplane/${short}`, '^0.1.0'])),
});

describe('checkWorkspace()', () => {
  it('finds nothing in a workspace that follows the table', () => {
    addPackage('flow', 'export const a = 1; // Date.now() in a comment\n');
    addPackage('packet', "import { a } from '@midplane/flow';\nexport const b = a;\n", needs('flow'));
    addPackage('hash', "import type { B } from '@midplane/packet';\nexport type C = B;\n", needs('packet'));
    listInDeno('flow', 'packet', 'hash');
    const { problems, edges } = checkWorkspace(root);
    expect(problems).toEqual([]);
    expect(formatGraph(readMembers(root), edges)).toBe(
      'flow           -> nothing of ours\nhash           -> packet t\npacket         -> flow',
    );
  });

  it.each([
    [
      'an arrow that is not in the table',
      'flow',
      "import { x } from '@midplane/hash';",
      needs('hash'),
      'nothing of ours',
    ],
    [
      'a value import where types are allowed',
      'hash',
      "import { x } from '@midplane/packet';",
      needs('packet'),
      'types only',
    ],
    [
      'inline type names, which stay an import',
      'hash',
      "import { type X } from '@midplane/packet';",
      needs('packet'),
      'types only',
    ],
    ['an undeclared import', 'packet', "import { x } from '@midplane/flow';", {}, 'must be declared in dependencies'],
    ['a dynamic import', 'flow', "export const x = await import('@midplane/hash');", needs('hash'), 'nothing of ours'],
    ['an export from', 'flow', "export * from '@midplane/hash';", needs('hash'), 'nothing of ours'],
    ['a node: import', 'flow', "import { readFileSync } from 'node:fs';", {}, "runtime's own modules"],
    ['a clock', 'flow', 'export const now = () => Date.now();', {}, 'nothing reads a clock'],
    [
      'a clock inside a template',
      'flow',
      'export const now = () => `${performance.now()}`;',
      {},
      'nothing reads a clock',
    ],
    ['chance', 'flow', 'export const x = Math.random();', {}, 'nothing is random'],
    ['a timer', 'flow', 'setTimeout(() => {}, 1);', {}, 'nothing waits'],
    ['inexact mathematics', 'flow', 'export const x = Math.log2(8);', {}, 'differs between engines'],
    ['a language', 'flow', 'export const x = (5).toLocaleString();', {}, 'language of the machine'],
    ["a runtime's global", 'flow', 'export const x = process.env;', {}, 'web-standard'],
    ['a path out of the package', 'flow', "import '../../hash/src/index.ts';", {}, 'stay in the package'],
    [
      'a range that misses the version',
      'packet',
      '',
      { dependencies: { '@midplane/flow': '^1.0.0' } },
      'must be ^0.1.0',
    ],
  ])('finds %s', (_what, short, source, fields, expected) => {
    for (const other of ['flow', 'packet', 'hash']) addPackage(other, '');
    addPackage(short, `${source}\n`, fields);
    listInDeno('flow', 'packet', 'hash');
    const { problems } = checkWorkspace(root);
    expect(problems.filter((problem) => problem.includes(expected))).toHaveLength(1);
    expect(problems[0]).toContain(`packages/${short}/`);
  });

  it('finds missing files and versions that differ', () => {
    addPackage('flow', '');
    rmSync(join(root, 'packages/flow/README.md'));
    write('packages/flow/deno.json', JSON.stringify({ name: '@midplane/flow', version: '0.2.0' }));
    listInDeno();
    expect(checkWorkspace(root).problems).toEqual([
      'packages/flow: README.md is missing',
      'packages/flow/deno.json: version must be 0.1.0 as in package.json: got 0.2.0',
      'deno.json: workspace must list ./packages/flow',
    ]);
  });

  it('finds a cycle, through development dependencies too', () => {
    addPackage('flow', '', { devDependencies: { '@midplane/packet': '^0.1.0' } });
    addPackage('packet', '', needs('flow'));
    listInDeno('flow', 'packet');
    expect(checkWorkspace(root).problems).toEqual(['cycle: flow -> packet -> flow']);
  });

  it('lets a method be called setTimeout', () => {
    addPackage('flow', 'export class A {\n  setTimeout(a: number): void {\n  }\n}\nnew A().setTimeout(1);\n');
    listInDeno('flow');
    expect(checkWorkspace(root).problems).toEqual([]);
  });

  it('lets tests read files and clocks', () => {
    addPackage('flow', '');
    write('packages/flow/src/index.test.ts', "import 'node:fs';\nDate.now();\n");
    listInDeno('flow');
    expect(checkWorkspace(root).problems).toEqual([]);
  });

  it('forbids an app to import another app, unless that exports an entry for it', () => {
    write(
      'apps/cli/package.json',
      JSON.stringify({ name: '@midplane/cli', version: '0.1.0', ...needs('web', 'edge') }),
    );
    write('apps/cli/src/main.ts', "import '@midplane/web';\nimport '@midplane/edge';\n");
    for (const name of ['web', 'edge']) {
      write(`apps/${name}/package.json`, JSON.stringify({ name: `@midplane/${name}`, version: '0.1.0' }));
    }
    expect(checkWorkspace(root).problems).toEqual([
      "apps/cli/src/main.ts:1: apps may import packages, not another app: got 'web'",
    ]);
  });
});

describe('findImports()', () => {
  it('reads clauses over several lines and ignores comments and examples', () => {
    const source = `/**
 * import { no } from 'comment';
 */
import {
  type A,
  b,
} from 'one';
import type C from 'two';
import 'three';
export { d } from "four";
const e = 'import x from "five"';
import type, { f } from 'six';
`;
    expect(findImports(source)).toEqual([
      { specifier: 'one', typeOnly: false, line: 4 },
      { specifier: 'two', typeOnly: true, line: 8 },
      { specifier: 'three', typeOnly: false, line: 9 },
      { specifier: 'four', typeOnly: false, line: 10 },
      { specifier: 'six', typeOnly: false, line: 12 },
    ]);
  });
});

describe('blank()', () => {
  it.each([
    ["a = 'b'; // c", "a = ' ';     "],
    ['a = `b${c + `d`}e`;', 'a = ` ${c + ` `} `;'],
    ['a = /[/\'"]/.test(b);', 'a = /     /.test(b);'],
    ['a = b / c; // d', 'a = b / c;     '],
    ['/* a */ b', '        b'],
    ["'it\\'s' + a", "'     ' + a"],
    ['`${{ a: 1 }.a}b` + c', '`${{ a: 1 }.a} ` + c'],
  ])('of %s', (source, expected) => expect(blank(source, { strings: true })).toBe(expected));
});
