/**
 * Checks what may import what: the table of allowed arrows, dependencies that are declared, no cycle, no runtime's own
 * interface and no clock or chance inside packages, and the files that every package has.
 *
 * `pnpm arrows` checks, `pnpm arrows --graph` prints the graph as well.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { blank, findImports, lineAt } from './scan.ts';
import { hasFile, isShipped, type Member, readJson, readMembers, SCOPE, sourceFiles } from './workspace.ts';

/** What a package's shipped source may import of ours. A name with ` t` may be imported as types only. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  flow: [],
  'spu-id': [],
  capture: [],
  ordering: [],
  packet: ['flow'],
  'session-table': ['flow'],
  hash: ['flow', 'packet t'],
  weights: ['spu-id t'],
  chassis: ['spu-id'],
  junos: ['chassis', 'spu-id', 'flow t'],
  traffic: ['flow', 'packet'],
  pipeline: ['flow', 'spu-id', 'capture', 'ordering', 'packet', 'session-table', 'hash', 'weights', 'chassis'],
  scenario: ['pipeline', 'junos', 'traffic', 'capture', 'chassis'],
  api: ['scenario', 'pipeline'],
  client: ['api'],
};

/** Apps that export an entry for other apps: the command serves the endpoint. Their source is as closed as any. */
export const EXPORTING_APPS: readonly string[] = ['edge'];

/** What shipped source of packages must not use, and why. */
const FORBIDDEN: readonly { pattern: RegExp; why: string }[] = [
  {
    pattern: /\b(?:Date\.now|performance\.now)\b|\bnew Date\(\s*\)/g,
    why: 'nothing reads a clock: take nowNs as argument',
  },
  {
    pattern: /\bMath\.random\b|\bcrypto\.(?:getRandomValues|randomUUID)\b/g,
    why: 'nothing is random: take a seed as argument',
  },
  {
    // A method of that name is fine: `.setTimeout(` and its definition, `setTimeout(a, b): void {`.
    pattern: /(?<![.\w$])(?:setTimeout|setInterval|setImmediate)\b(?!\([^\n]*\)\s*(?::[^\n=]*)?\{[ \t]*$)/gm,
    why: 'nothing waits: time is an argument',
  },
  {
    pattern:
      /\bMath\.(?:log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)\b/g,
    why: 'its last bit differs between engines: use + - * / and sqrt',
  },
  {
    pattern: /\.(?:toLocale\w+|localeCompare)\b|\bIntl\./g,
    why: 'its answer depends on the language of the machine',
  },
  { pattern: /\b(?:process|Buffer|Deno|Bun|require)\b(?=\s*[.(])/g, why: 'packages use web-standard interfaces only' },
];

/** Uses that are allowed all the same: file from the root, the text found, and the reason. Keep it short. */
export const EXCEPTIONS: readonly { file: string; text: string; reason: string }[] = [
  {
    file: 'packages/pipeline/src/host/news.ts',
    text: 'setTimeout',
    reason: 'a silent worker is given up after a while, which no report depends on',
  },
  { file: 'packages/client/src/wait.ts', text: 'setTimeout', reason: 'a busy endpoint says when to come back' },
];

interface Edge {
  from: string;
  to: string;
  typeOnly: boolean;
}

/** Everything the check found. */
export interface Findings {
  problems: string[];
  edges: Edge[];
}

/** Checks a workspace that stands at `root`. */
export function checkWorkspace(root: string): Findings {
  const members = readMembers(root);
  const problems: string[] = [];
  const edges: Edge[] = [];
  for (const member of members) {
    if (!member.isApp) problems.push(...checkFiles(root, member));
    problems.push(...checkRanges(member, members));
    for (const file of sourceFiles(member)) checkSource(member, file, problems, edges);
  }
  problems.push(...findCycles(members));
  return { problems, edges };
}

/** Every package has its README and its deno.json, and the latter agrees with package.json. */
function checkFiles(root: string, member: Member): string[] {
  const problems: string[] = [];
  if (!(member.short in ARROWS)) problems.push(`${member.folder}: it has no row in the table of tools/arrows.ts`);
  if (!hasFile(member, 'README.md')) problems.push(`${member.folder}: README.md is missing`);
  if (!hasFile(member, 'deno.json')) return [...problems, `${member.folder}: deno.json is missing`];
  const deno = readJson<{ name?: string; version?: string }>(join(member.path, 'deno.json'));
  const { name, version } = member.manifest;
  if (deno.name !== name) problems.push(`${member.folder}/deno.json: name must be ${name}: got ${deno.name}`);
  if (deno.version !== version) {
    problems.push(`${member.folder}/deno.json: version must be ${version} as in package.json: got ${deno.version}`);
  }
  const rootFile = join(root, 'deno.json');
  const listed = existsSync(rootFile) ? (readJson<{ workspace?: string[] }>(rootFile).workspace ?? []) : [];
  if (!listed.includes(`./${member.folder}`)) problems.push(`deno.json: workspace must list ./${member.folder}`);
  return problems;
}

/** Plain ranges between our packages must accept the version that stands beside them. */
function checkRanges(member: Member, members: readonly Member[]): string[] {
  const problems: string[] = [];
  for (const [name, range] of Object.entries({ ...member.manifest.devDependencies, ...member.manifest.dependencies })) {
    const target = members.find((other) => other.manifest.name === name);
    if (!name.startsWith(SCOPE)) continue;
    if (!target) problems.push(`${member.folder}/package.json: ${name} is not a package of this workspace`);
    else if (range !== `^${target.manifest.version}`) {
      problems.push(`${member.folder}/package.json: ${name} must be ^${target.manifest.version}: got ${range}`);
    }
  }
  return problems;
}

function checkSource(member: Member, file: string, problems: string[], edges: Edge[]): void {
  const source = readFileSync(join(member.path, file), 'utf8');
  const where = (line: number) => `${member.folder}/${file}:${line}`;
  const shipped = isShipped(file);
  const { dependencies = {}, devDependencies = {} } = member.manifest;

  for (const { specifier, typeOnly, line } of findImports(source)) {
    if (!member.isApp && shipped && specifier.startsWith('node:')) {
      problems.push(`${where(line)}: packages must not import a runtime's own modules: got '${specifier}'`);
    }
    if (specifier.startsWith('.')) {
      if (!shipped) continue; // Tests and benchmarks may use the workspace's tools.
      if (leavesPackage(file, specifier))
        problems.push(`${where(line)}: import must stay in the package: got '${specifier}'`);
      continue;
    }
    if (!specifier.startsWith(SCOPE)) continue;
    const target = specifier.slice(SCOPE.length).split('/')[0]!;
    const name = SCOPE + target;
    if (name === member.manifest.name) continue;
    if (!(name in dependencies) && (shipped || !(name in devDependencies))) {
      const field = shipped ? 'dependencies' : 'dependencies or devDependencies';
      problems.push(`${where(line)}: ${name} must be declared in ${field} of ${member.folder}/package.json`);
    }
    if (!shipped) continue;
    edges.push({ from: member.short, to: target, typeOnly });
    const problem = arrowProblem(member, target, typeOnly);
    if (problem) problems.push(`${where(line)}: ${problem}`);
  }

  if (member.isApp || !shipped) return;
  const code = blank(source, { strings: true });
  for (const { pattern, why } of FORBIDDEN) {
    for (const { 0: text, index } of code.matchAll(pattern)) {
      const excepted = EXCEPTIONS.some((entry) => entry.file === `${member.folder}/${file}` && entry.text === text);
      if (!excepted) problems.push(`${where(lineAt(code, index))}: ${text} must not be used here: ${why}`);
    }
  }
}

/** Says why an import is not allowed, or nothing. */
function arrowProblem(member: Member, target: string, typeOnly: boolean): string | undefined {
  if (member.isApp) {
    if (target in ARROWS || EXPORTING_APPS.includes(target)) return undefined;
    return `apps may import packages, not another app: got '${target}'`;
  }
  const allowed = ARROWS[member.short] ?? [];
  if (allowed.includes(target) || (typeOnly && allowed.includes(`${target} t`))) return undefined;
  if (allowed.includes(`${target} t`)) return `${member.short} may import ${target} as types only: write 'import type'`;
  return `${member.short} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}: got '${target}'`;
}

function leavesPackage(file: string, specifier: string): boolean {
  let depth = file.split('/').length - 1;
  for (const part of specifier.split('/')) {
    if (part === '..') depth--;
    if (depth < 0) return true;
    if (part !== '..' && part !== '.') depth++;
  }
  return false;
}

/** Finds a cycle among declared dependencies, development ones included, since the build follows both. */
function findCycles(members: readonly Member[]): string[] {
  const byName = new Map(members.map((member) => [member.manifest.name, member]));
  const done = new Set<string>();
  const problems: string[] = [];
  const visit = (member: Member, path: string[]): void => {
    if (path.includes(member.short)) {
      problems.push(`cycle: ${[...path.slice(path.indexOf(member.short)), member.short].join(' -> ')}`);
      return;
    }
    if (done.has(member.short)) return;
    for (const name of Object.keys({ ...member.manifest.dependencies, ...member.manifest.devDependencies })) {
      const next = byName.get(name);
      if (next) visit(next, [...path, member.short]);
    }
    done.add(member.short);
  };
  for (const member of members) visit(member, []);
  return problems;
}

/** Prints each member with what it imports; ` t` marks types only. */
export function formatGraph(members: readonly Member[], edges: readonly Edge[]): string {
  return members
    .map(({ short }) => {
      const targets = new Map<string, boolean>();
      for (const edge of edges) {
        if (edge.from === short) targets.set(edge.to, (targets.get(edge.to) ?? true) && edge.typeOnly);
      }
      const list = [...targets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([to, t]) => (t ? `${to} t` : to));
      return `${short.padEnd(14)} -> ${list.join(', ') || 'nothing of ours'}`;
    })
    .join('\n');
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { problems, edges } = checkWorkspace(root);
  if (process.argv.includes('--graph')) console.log(formatGraph(readMembers(root), edges));
  for (const problem of problems) console.log(problem);
  console.log(`${edges.length} arrows, ${problems.length} problems`);
  process.exit(problems.length > 0 ? 1 : 0);
}
