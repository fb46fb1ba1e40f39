// All gates of the project, one after the other: `pnpm ok [--verbose] [gate...]`, or `npm test`, which installs first.
// Each gate is one line with its time; its whole output is shown only when it fails, or with --verbose.
// The last line is `N passed, N failed`, with `, N skipped` when something was skipped.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const node = join(bin, 'node');
const toolsRequired = process.env.MIDPLANE_REQUIRE_TOOLS === '1';

// turbo wants a `pnpm` on PATH, which only `pnpm run` gives it: go through the project's own pnpm.
const turbo = (task) => [
  process.execPath,
  'scripts/pnpm.mjs',
  'exec',
  'turbo',
  'run',
  task,
  '--output-logs=errors-only',
];

/** Every gate: its name, what it shows, its commands, and the gates without which it makes no sense. */
const GATES = [
  { name: 'types', says: 'every package and tool type-checks', run: [turbo('types'), ['tsc', '-p', 'tools']] },
  { name: 'lint', says: 'format and lint rules (biome)', run: [['biome', 'check', '--error-on-warnings', '.']] },
  { name: 'sherif', says: 'one version of everything', run: [['sherif']] },
  { name: 'knip', says: 'no unused file, export or dependency', run: [['knip', '--no-config-hints']] },
  { name: 'arrows', says: 'only the allowed imports between packages', run: [[node, 'tools/arrows.ts']] },
  { name: 'rules', says: 'every rule has a test, and all name rules that exist', run: [[node, 'tools/rules.ts']] },
  { name: 'tests', says: 'unit, oracle and property tests (vitest)', run: [['vitest', 'run']] },
  { name: 'docs', says: 'every example in doc comments and READMEs runs', run: [[node, 'tools/doc-examples.ts']] },
  { name: 'build', says: 'dist/ of every package (turbo)', run: [turbo('build')] },
  {
    name: 'packages',
    says: 'what is packed installs and works elsewhere',
    run: [[node, 'tools/packages.ts']],
    needs: ['build'],
  },
];

const args = process.argv.slice(2);
const verbose = args.includes('--verbose');
const wanted = args.filter((arg) => !arg.startsWith('-'));
const unknown = wanted.filter((name) => !GATES.some((gate) => gate.name === name));
if (unknown.length > 0) {
  console.error(
    `Cannot run gate: it must be one of ${GATES.map((g) => g.name).join(', ')}: got '${unknown.join("', '")}'`,
  );
  process.exit(2);
}
const gates = wanted.length > 0 ? GATES.filter((gate) => wanted.includes(gate.name)) : GATES;

/** Runs one command; resolves to its exit code and everything it printed. */
function execute([command, ...rest], countsFile) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, rest, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: bin + delimiter + process.env.PATH,
        MIDPLANE_COUNTS: countsFile,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        DO_NOT_TRACK: '1',
        TURBO_TELEMETRY_DISABLED: '1',
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (verbose ? process.stdout.write(chunk) : chunks.push(chunk)));
    }
    child.on('error', (error) => resolve({ code: 127, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** Runs one gate; a gate that counts nothing itself counts as one. */
async function runGate(gate, countsFile) {
  rmSync(countsFile, { force: true });
  let output = '';
  let code = 0;
  for (const command of gate.run) {
    const result = await execute(command, countsFile);
    output += result.output;
    code ||= result.code;
  }
  let counts = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], notes: [] };
  try {
    counts = { ...counts, ...JSON.parse(readFileSync(countsFile, 'utf8')) };
  } catch {
    // The gate wrote no counts, or died before it could.
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return { ...counts, code, output };
}

const counted = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;

const scratch = mkdtempSync(join(tmpdir(), 'midplane-ok-'));
const total = { passed: 0, failed: 0, skipped: [] };
const broken = [];
const begun = Date.now();
console.log(
  `Running ${gates.length} ${gates.length === 1 ? 'gate' : 'gates'}; all of them take five to eight minutes on two cores.`,
);
for (const gate of gates) {
  const missing = gate.needs?.filter((name) => broken.includes(name)) ?? [];
  process.stdout.write(`  ${gate.name.padEnd(9)} ${gate.says.padEnd(52)}`);
  if (verbose) process.stdout.write('\n');
  if (missing.length > 0) {
    console.log(` not run: ${missing.join(', ')} failed`);
    total.failed += 1;
    broken.push(gate.name);
    continue;
  }
  const start = Date.now();
  const result = await runGate(gate, join(scratch, `${gate.name}.json`));
  const seconds = `${((Date.now() - start) / 1000).toFixed(1)} s`.padStart(8);
  console.log(`${seconds}  ${result.failed > 0 ? 'FAILED  ' : 'ok  '}${counted(result)}`);
  if (result.failed > 0) {
    broken.push(gate.name);
    if (!verbose) console.log(`\n${result.output.trimEnd()}\n`);
  }
  for (const note of result.notes) console.log(`            note: ${note}`);
  for (const name of result.skipped) console.log(`            SKIPPED ${name}`);
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped.push(...result.skipped);
}
rmSync(scratch, { recursive: true, force: true });

if (toolsRequired && total.skipped.length > 0) {
  console.log(`MIDPLANE_REQUIRE_TOOLS=1: what was skipped counts as failed (${total.skipped.length}).`);
  total.failed += total.skipped.length;
  total.skipped = [];
}
console.log(
  `\n${gates.length} ${gates.length === 1 ? 'gate' : 'gates'} in ${((Date.now() - begun) / 1000).toFixed(0)} s.`,
);
console.log(
  broken.length > 0 || total.failed > 0
    ? `Next: pnpm ok --verbose ${broken.join(' ')}`.trimEnd()
    : 'Next: npm start runs the model on a shipped capture; pnpm bench measures it.',
);
console.log(
  total.skipped.length > 0
    ? 'Skipped tests want Debian tools or a folder of captures: .ci/run installs the tools, MIDPLANE_CAPTURES names the folder.'
    : 'README.md tells what else there is.',
);
console.log(counted(total));
process.exit(total.failed > 0 ? 1 : 0);
