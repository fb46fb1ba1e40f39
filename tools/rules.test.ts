import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkRules, findNamingTests, RULES_FILE, readRules } from './rules.ts';

const SOURCES = `# Rules

| source | what it is |
| --- | --- |
| \`guide\` | a guide |
| \`output\` | output |
| \`RFC\` | a standard |
| \`ours\` | we |
`;

/** A text with rules as rows; the first row stands on line 12. */
function rulesText(...rows: string[]): string {
  return [SOURCES, '| id | rule | mark | source |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

describe('readRules()', () => {
  it('reads rows, whatever tables stand around, and leaves rules without id alone', () => {
    const text = `${rulesText(
      '| `R-a-1` | One \\| two. | documented | guide, page 1 |',
      '| `R-a-2` | Three. | inferred | RFC 1: because |',
      '| `R-b-1` | Four. | observed | output |',
    )}
| mark | means |
| --- | --- |
| maybe | not |

## Rules that the model does not have yet

| rule | mark | source |
| --- | --- | --- |
| Five. | assumed | ours, \`five\` |
`;
    const { rules, problems } = readRules(text);
    expect(problems).toEqual([]);
    expect(rules).toEqual([
      { id: 'R-a-1', text: 'One \\| two.', mark: 'documented', source: 'guide, page 1', line: 12 },
      { id: 'R-a-2', text: 'Three.', mark: 'inferred', source: 'RFC 1: because', line: 13 },
      { id: 'R-b-1', text: 'Four.', mark: 'observed', source: 'output', line: 14 },
    ]);
  });

  it.each([
    ['an id twice', '| `R-a-1` | B. | observed | output |', 'R-a-1 must stand there once: got it on line 12 too'],
    ['an id that is none', '| R-a-2 | B. | observed | output |', "an id must look like `R-hash-5`: got 'R-a-2'"],
    ['no sentence', '| `R-a-2` | | observed | output |', 'a rule must have a sentence'],
    ['no mark', '| `R-a-2` | B. | | output |', "a mark must be one of documented, observed, inferred, assumed: got ''"],
    ['a mark of objects', '| `R-a-2` | B. | toString | output |', "got 'toString'"],
    ['no source', '| `R-a-2` | B. | observed | |', "a source must begin with one of guide, output, RFC, ours: got ''"],
    ['an unknown source', '| `R-a-2` | B. | documented | hearsay |', "got 'hearsay'"],
    ['an assumption of others', '| `R-a-2` | B. | assumed | guide |', "assumed and the source 'guide' must agree"],
    ['documentation of ours', '| `R-a-2` | B. | documented | ours |', "documented and the source 'ours' must agree"],
    ['an inference without reason', '| `R-a-2` | B. | inferred | guide |', 'what is inferred must say why: got'],
    ['a row of three cells', '| `R-a-2` | B. | observed |', 'a row must have 4 cells: got 3'],
  ])('finds %s', (_what, row, expected) => {
    const { problems } = readRules(rulesText('| `R-a-1` | A. | observed | output |', row));
    expect(problems[0]).toMatch(/^docs\/rules\.md:13: /);
    expect(problems.join('\n')).toContain(expected);
  });

  it('finds an id below the rules that are not there yet, and rules without id above', () => {
    const below = `${rulesText('| `R-a-1` | A. | observed | output |')}
## Rules that the model does not have yet

| id | rule | mark | source |
| --- | --- | --- | --- |
| \`R-a-2\` | B. | observed | output |
`;
    expect(readRules(below).problems).toEqual(['docs/rules.md:18: what is not there has no id']);
    const above = `${SOURCES}\n| rule | mark | source |\n| --- | --- | --- |\n| A. | observed | output |\n`;
    expect(readRules(above).problems).toEqual([
      'docs/rules.md:12: a rule must have an id',
      'docs/rules.md:1: it must hold rules: got none',
    ]);
  });
});

describe('findNamingTests()', () => {
  const idsOf = (source: string) => findNamingTests(source).flatMap(({ ids }) => ids);

  it.each([
    ['a title', "it('R-a-1: does x', () => {});", ['R-a-1']],
    ['several ids', "it('R-a-1, R-b-12: does x', () => {});", ['R-a-1', 'R-b-12']],
    ['a describe', "describe('R-a-1: x', () => { it('y', () => {}); });", ['R-a-1']],
    ['test and its modifiers', "test.concurrent.only('R-a-1: x', f);", ['R-a-1']],
    ['a condition', "it.skipIf(!(dir))('R-a-1: x', f);", ['R-a-1']],
    ['a template', 'it(`R-a-1: ${a(")", 1)} x`, f);', ['R-a-1']],
    ['a title below its table', "it.each([\n  [1, ')'],\n])('R-a-1: %i', f);", ['R-a-1']],
    ['a type before the table', "it.each<[string, (a: A<B>) => void]>([])('R-a-1: %s', f);", ['R-a-1']],
    ['rows that the title prints', "it.each([['R-a-1', 1], ['R-a-2', 2]])('%s: x', f);", ['R-a-1', 'R-a-2']],
    ['rows by name', "it.each([{ rule: 'R-a-1' }])('$rule: x', f);", ['R-a-1']],
    ['no row that the title leaves out', "it.each([['R-a-1', 1]])('x', f);", []],
    ['no comment', "// it('R-a-1: x', f);\n/* it('R-a-2', f) */", []],
    ['no string elsewhere', "it('x', () => { expect('R-a-1').toBe(it.name, 'R-a-2'); });", []],
    ['no method', "a.it('R-a-1', f); a.test('R-a-2'); /R-a-3/.test('R-a-4');", []],
    ['nothing skipped', "it.skip('R-a-1', f); it.todo('R-a-2'); it.fails('R-a-3', f);", []],
    ['nothing inside of what is skipped', "describe.skip('x', () => { it('R-a-1', f); });\nit('R-a-2', f);", ['R-a-2']],
    ['no call cut off', 'it.each([1, 2]', []],
  ])('reads %s', (_what, source, expected) => expect(idsOf(source)).toEqual(expected));

  it('tells the line', () => {
    expect(findNamingTests("\n\n  it('R-a-1: x', f);")).toEqual([{ ids: ['R-a-1'], line: 3 }]);
  });
});

describe('checkRules()', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rules-'));
    write('packages/flow/package.json', JSON.stringify({ name: '@midplane/flow', version: '0.1.0' }));
    write(RULES_FILE, rulesText('| `R-a-1` | A. | observed | output |', '| `R-a-2` | B. | assumed | ours |'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }

  it('counts tests of packages and apps, suites too', () => {
    write('packages/flow/src/a.test.ts', "it('R-a-1: x', f);\n");
    write('apps/cli/package.json', JSON.stringify({ name: '@midplane/cli', version: '0.1.0' }));
    write('apps/cli/test/b.suite.ts', "it('R-a-2: x', f);\n");
    const { rules, missing, problems } = checkRules(root);
    expect([rules.length, missing, problems]).toEqual([2, [], []]);
  });

  it('misses what only source and slow tests name', () => {
    write('packages/flow/src/a.ts', "it('R-a-1: x', f);\n");
    write('packages/flow/src/a.slow.test.ts', "it('R-a-2: x', f);\n");
    const { missing, problems } = checkRules(root);
    expect(missing.map(({ id, line }) => [id, line])).toEqual([
      ['R-a-1', 12],
      ['R-a-2', 13],
    ]);
    expect(problems).toEqual([]);
  });

  it('finds unknown ids in tests, source, comments and documents, with file and line', () => {
    write('packages/flow/src/a.test.ts', "it('R-a-1, R-a-3: x', f);\n\nit.skip('R-a-4', f);\n");
    write('packages/flow/src/a.ts', "/** By R-a-2 and\n * R-a-5. */\nexport const a = ['R-a-6', 'R-a-N'];\n");
    write('packages/flow/README.md', 'See R-a-7.\n');
    write('docs/other.md', 'See R-a-8.\n');
    expect(checkRules(root).problems).toEqual([
      'packages/flow/src/a.test.ts:1: R-a-3 must be a rule of docs/rules.md',
      'packages/flow/src/a.test.ts:3: R-a-4 must be a rule of docs/rules.md',
      'packages/flow/src/a.ts:2: R-a-5 must be a rule of docs/rules.md',
      'packages/flow/src/a.ts:3: R-a-6 must be a rule of docs/rules.md',
      'docs/other.md:1: R-a-8 must be a rule of docs/rules.md',
      'packages/flow/README.md:1: R-a-7 must be a rule of docs/rules.md',
    ]);
  });
});

it('docs/rules.md can be read, and every rule of it has a test', () => {
  const { rules, missing, problems } = checkRules(fileURLToPath(new URL('..', import.meta.url)));
  expect(problems).toEqual([]);
  expect(missing.map(({ id }) => id)).toEqual([]);
  expect(rules.length).toBeGreaterThan(200);
});
