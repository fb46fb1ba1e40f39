/**
 * Checks that every rule of `docs/rules.md` is named by a test, and that nobody names a rule that does not stand there.
 *
 * A test names a rule by the id in its title, `it('R-hash-5: ...')` or `describe('R-hash-5: ...')`, or in a row of its
 * `each` table that the title prints: `it.each([['R-hash-5', ...]])('%s: ...')`. Tests that never run in the gate do not
 * count: those of `*.slow.test.ts`, `skip`, `todo`, `fails`, and what stands inside a skipped `describe`.
 *
 * `node tools/rules.ts` checks; with `--list-missing` it lists rules without a test instead of failing for them.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCounts } from './counts.ts';
import { blank, lineAt } from './scan.ts';
import { readMembers, sourceFiles } from './workspace.ts';

/** Where the rules stand, from the root. */
export const RULES_FILE = 'docs/rules.md';

/** From this heading on, rules have no ids. */
const NOT_YET = '## Rules that the model does not have yet';

const ID = /\bR-[a-z]+-\d+\b/g;

/** What a source may be for each mark: nobody published what is assumed, and the rest has to name who did. */
const SOURCES_OF_MARK: Readonly<Record<string, (source: string) => boolean>> = {
  documented: (source) => source !== 'ours' && source !== 'output',
  observed: (source) => source === 'output',
  inferred: (source) => source !== 'ours',
  assumed: (source) => source === 'ours',
};

/** One row of `docs/rules.md`. */
export interface Rule {
  id: string;
  text: string;
  mark: string;
  source: string;
  line: number;
}

/** The rules of a text, and what is wrong with it. */
export function readRules(text: string): { rules: Rule[]; problems: string[] } {
  const rules: Rule[] = [];
  const problems: string[] = [];
  const sources = new Set<string>();
  let header: string[] = [];
  let withIds = true;
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    const problem = (what: string) => problems.push(`${RULES_FILE}:${line}: ${what}`);
    if (content === NOT_YET) withIds = false;
    const cells = content.startsWith('|') ? cellsOf(content) : [];
    if (cells.length === 0) header = [];
    else if (header.length === 0) header = cells;
    else if (cells.every((cell) => /^:?-+:?$/.test(cell))) continue;
    else if (header.join() === 'source,what it is') sources.add(cells[0]!.replaceAll('`', ''));
    else if (header.includes('rule')) {
      if (cells.length !== header.length) problem(`a row must have ${header.length} cells: got ${cells.length}`);
      const cell = (name: string) => cells[header.indexOf(name)] ?? '';
      const [mark, source] = [cell('mark'), cell('source')];
      if (cell('rule') === '') problem('a rule must have a sentence');
      checkOrigin(mark, source, sources, problem);
      if (withIds !== header.includes('id'))
        problem(withIds ? 'a rule must have an id' : 'what is not there has no id');
      if (!header.includes('id')) continue;
      const id = /^`(R-[a-z]+-\d+)`$/.exec(cell('id'))?.[1];
      const same = rules.find((rule) => rule.id === id);
      if (id === undefined) problem(`an id must look like \`R-hash-5\`: got '${cell('id')}'`);
      else if (same) problem(`${id} must stand there once: got it on line ${same.line} too`);
      else rules.push({ id, text: cell('rule'), mark, source, line });
    }
  }
  if (rules.length === 0) problems.push(`${RULES_FILE}:1: it must hold rules: got none`);
  return { rules, problems };
}

/** Cells of a table row; `\|` is no border. */
function cellsOf(row: string): string[] {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function checkOrigin(mark: string, source: string, sources: Set<string>, problem: (what: string) => void): void {
  const fits = Object.hasOwn(SOURCES_OF_MARK, mark) ? SOURCES_OF_MARK[mark] : undefined;
  if (!fits) problem(`a mark must be one of ${Object.keys(SOURCES_OF_MARK).join(', ')}: got '${mark}'`);
  const kind = /^\w+/.exec(source)?.[0] ?? '';
  if (!sources.has(kind)) problem(`a source must begin with one of ${[...sources].join(', ')}: got '${source}'`);
  else if (fits && !fits(kind)) problem(`${mark} and the source '${kind}' must agree`);
  else if (mark === 'inferred' && !source.includes(': ')) problem(`what is inferred must say why: got '${source}'`);
}

/** One `it`, `test` or `describe` that names rules. */
interface NamingTest {
  ids: string[];
  line: number;
}

/** Lists the tests of a file that run and name rules. */
export function findNamingTests(source: string): NamingTest[] {
  const code = blank(source, { strings: true });
  const text = blank(source, { strings: false });
  const found: NamingTest[] = [];
  let skippedUntil = 0;
  for (const { 0: word, index } of code.matchAll(/(?<![.\w$])(?:it|test|describe)\b/g)) {
    if (index < skippedUntil) continue;
    const call = readCall(code, index + word.length);
    if (!call) continue;
    if (call.modifiers.some((name) => ['skip', 'todo', 'fails'].includes(name))) {
      skippedUntil = call.end;
      continue;
    }
    const title = text.slice(call.title[0], call.title[1]);
    const rows = /[%$]/.test(title) ? call.tables.map(([from, to]) => text.slice(from, to)).join() : '';
    const ids = [...`${title} ${rows}`.matchAll(ID)].map(([id]) => id);
    if (ids.length > 0) found.push({ ids: [...new Set(ids)], line: lineAt(source, index) });
  }
  return found;
}

/** Where the parts of `it.each<T>(table)('title', body)` stand. */
interface Call {
  modifiers: string[];
  tables: [number, number][];
  title: [number, number];
  end: number;
}

/** Reads a call from behind its `it`. */
function readCall(code: string, from: number): Call | undefined {
  const modifiers: string[] = [];
  const tables: [number, number][] = [];
  let at = from;
  while (true) {
    const name = /^\s*\.(\w+)/.exec(code.slice(at, at + 100));
    if (name) {
      modifiers.push(name[1]!);
      at += name[0].length;
    } else if (code[at] === '<') at = closing(code, at) + 1;
    else if (code[at] === '(') {
      const end = closing(code, at);
      if (code[end + 1] !== '(') return { modifiers, tables, title: [at + 1, firstComma(code, at + 1, end)], end };
      tables.push([at + 1, end]);
      at = end + 1;
    } else return undefined;
  }
}

/** Offset of the bracket that closes the one at `open`; the end of the code where none does. */
function closing(code: string, open: number): number {
  const [left, right] = code[open] === '<' ? ['<', '>'] : ['(', ')'];
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === left) depth++;
    else if (code[at] === right && code[at - 1] !== '=' && --depth === 0) return at;
  }
  return code.length;
}

/** Offset of the comma behind the first argument. */
function firstComma(code: string, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end; at++) {
    if ('([{'.includes(code[at]!)) depth++;
    else if (')]}'.includes(code[at]!)) depth--;
    else if (code[at] === ',' && depth === 0) return at;
  }
  return end;
}

/** Compares the rules with everything that names them. */
export function checkRules(root: string): { rules: Rule[]; missing: Rule[]; problems: string[] } {
  const { rules, problems } = readRules(readFileSync(join(root, RULES_FILE), 'utf8'));
  const known = new Set(rules.map((rule) => rule.id));
  const named = new Set<string>();
  const files = readMembers(root).flatMap((member) => sourceFiles(member).map((file) => `${member.folder}/${file}`));
  const texts = globSync(['README.md', 'docs/**/*.md', '{packages,apps}/*/*.md'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file !== RULES_FILE)
    .sort();
  for (const file of [...files, ...texts]) {
    const source = readFileSync(join(root, file), 'utf8');
    for (const { 0: id, index } of source.matchAll(ID)) {
      if (!known.has(id)) problems.push(`${file}:${lineAt(source, index)}: ${id} must be a rule of ${RULES_FILE}`);
    }
    if (!/\.(test|suite)\.tsx?$/.test(file) || file.includes('.slow.')) continue;
    for (const test of findNamingTests(source)) for (const id of test.ids) named.add(id);
  }
  return { rules, missing: rules.filter((rule) => !named.has(rule.id)), problems };
}

if (import.meta.main) {
  const { rules, missing, problems } = checkRules(fileURLToPath(new URL('..', import.meta.url)));
  const listing = process.argv.includes('--list-missing');
  for (const { id, text, line } of missing) {
    if (listing) console.log(`${id.padEnd(14)} ${text}`);
    else problems.push(`${RULES_FILE}:${line}: ${id} must be named in the title of a test: got none`);
  }
  for (const problem of problems) console.log(problem);
  const marks = Object.keys(SOURCES_OF_MARK).map(
    (mark) => `${rules.filter((rule) => rule.mark === mark).length} ${mark}`,
  );
  console.log(`${rules.length} rules: ${marks.join(', ')}`);
  console.log(`${rules.length - missing.length} named by tests, ${missing.length} not, ${problems.length} problems`);
  const notes =
    listing && missing.length > 0
      ? [`${missing.length} rules have no test that names them yet: node tools/rules.ts`]
      : [];
  writeCounts({ passed: rules.length - missing.length, failed: problems.length, skipped: [], notes });
  process.exit(problems.length > 0 ? 1 : 0);
}
