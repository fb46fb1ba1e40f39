/**
 * Checks what would be published, as its users meet it: packs every public package with plain npm, looks at the tarballs
 * (publint, are-the-types-wrong, files), installs them into an empty folder without network, and runs there the examples
 * of every README (Node and Deno), the types of those examples, and the command.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { writeCounts } from './counts.ts';
import { readFences } from './fences.ts';
import { cleanEnvironment, packFolders, removeStale, type Tarball, tarFolders, thirdPartyFolders } from './pack.ts';
import { hasFile, type Member, readMembers } from './workspace.ts';

const CAPTURE = 'testdata/office.pcapng';
const FLOW = '192.0.2.1:1234 > 198.51.100.2:443/tcp';

const root = fileURLToPath(new URL('..', import.meta.url));
const rootBin = join(root, 'node_modules', '.bin');
const scratch = mkdtempSync(join(tmpdir(), 'midplane-packages-'));
const consumer = join(scratch, 'consumer');
const tarballs = join(scratch, 'tarballs');
const counts = { passed: 0, failed: 0, skipped: [] as string[], notes: [] as string[] };

/** A check resolves to nothing when all is well, and to what is wrong otherwise. */
type Check = () => Promise<string | undefined>;

interface Ran {
  code: number;
  stdout: string;
  output: string;
}

// Node 26 alone on PATH, so that nothing of the workspace is found by chance.
mkdirSync(join(scratch, 'bin'));
symlinkSync(realpathSync(join(rootBin, 'node')), join(scratch, 'bin', 'node'));
const env = cleanEnvironment(join(scratch, 'bin'));

function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, stdout, output: `${stdout}${stderr}` || (error?.message ?? '') });
    });
  });
}

/** Runs checks, as many at a time as there are cores, and counts them. */
async function runChecks(checks: readonly (readonly [name: string, check: Check])[]): Promise<void> {
  const queue = [...checks];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [name, check] = next;
      const problem = await check().catch((error: Error) => error.message);
      if (problem === undefined) counts.passed++;
      else {
        counts.failed++;
        console.log(`FAILED ${name}\n${problem.trimEnd().replaceAll(/^/gm, '    ')}`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

const mustPass = async (ran: Promise<Ran>): Promise<string | undefined> => {
  const { code, output } = await ran;
  return code === 0 ? undefined : output;
};

/** What is in a tarball, and what publint and are-the-types-wrong say of it. A command exports nothing that has types. */
function tarballChecks(tarball: Tarball, hasTypes: boolean): [string, Check][] {
  const file = join(tarballs, tarball.filename);
  const paths = tarball.files.map((entry) => entry.path);
  return [
    [
      `${tarball.name}: files`,
      async () => {
        const wrong = paths.filter((path) => /(\.test|\.suite|\.bench)\.|^(bench|test)\/|tsbuildinfo/.test(path));
        if (wrong.length > 0) return `must not be packed: ${wrong.join(', ')}`;
        return paths.includes('README.md') ? undefined : 'README.md must be packed';
      },
    ],
    [
      `${tarball.name}: publint`,
      async () => {
        const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(readFileSync(file)).buffer } });
        return messages.length === 0 ? undefined : messages.map((m) => formatMessage(m, pkg)).join('\n');
      },
    ],
    ...(!hasTypes
      ? []
      : [
          [
            `${tarball.name}: are the types wrong`,
            () => mustPass(run(join(rootBin, 'attw'), [file, '--profile', 'esm-only', '--no-color'], scratch)),
          ] as [string, Check],
        ]),
  ];
}

/** Writes the README's `ts` fences as modules of the consumer; they run in Node and in Deno. */
function exampleChecks(member: Member): [string, Check][] {
  if (member.isApp) return [];
  if (!hasFile(member, 'README.md')) return [[`${member.folder}/README.md`, async () => 'the file is missing']];
  const fences = readFences(readFileSync(join(member.path, 'README.md'), 'utf8')).filter(
    (fence) => fence.info === 'ts',
  );
  if (fences.length === 0) return [[`${member.folder}/README.md`, async () => 'it must have an example (a ts fence)']];
  return fences.flatMap(({ text, line }): [string, Check][] => {
    const file = `examples/${member.short}-${line}.ts`;
    writeFileSync(join(consumer, file), `${text}\nexport {};\n`);
    const where = `${member.folder}/README.md:${line}`;
    const deno = ['run', '--quiet', '--no-remote', '--node-modules-dir=manual', '--allow-read', '--allow-env', file];
    return [
      [`${where} in Node`, () => mustPass(run('node', ['--disable-warning=ExperimentalWarning', file], consumer))],
      [`${where} in Deno`, () => mustPass(run(join(rootBin, 'deno'), deno, consumer))],
    ];
  });
}

/** The command, as installed. */
function commandChecks(member: Member | undefined): [string, Check][] {
  if (!member) return [['apps/cli', async () => 'the command must exist: apps/cli has no package.json']];
  const midplane = (...args: string[]) => run(join(consumer, 'node_modules/.bin/midplane'), args, consumer);
  return [
    [
      'midplane --version',
      async () => {
        const { code, output } = await midplane('--version');
        return code === 0 && output.includes(member.manifest.version)
          ? undefined
          : `must print the version: got ${output}`;
      },
    ],
    [
      `midplane where '${FLOW}'`,
      async () => {
        const { code, stdout, output } = await midplane('where', FLOW);
        return code === 0 && /SPU/.test(stdout) ? undefined : `must name an SPU: got ${output}`;
      },
    ],
    [
      `midplane run ${CAPTURE} --json`,
      async () => {
        const { code, stdout, output } = await midplane('run', CAPTURE, '--json');
        if (code !== 0) return output;
        return typeof JSON.parse(stdout) === 'object' ? undefined : `must print an object: got ${stdout.slice(0, 200)}`;
      },
    ],
  ];
}

/** The examples again, against the packed types and without the source condition. */
async function checkTypes(): Promise<string | undefined> {
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    strict: true,
    noEmit: true,
    // Our declarations are to be checked; those of Node beside a browser's are not ours to mend.
    skipLibCheck: true,
  };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['examples'] }));
  return mustPass(run(join(rootBin, 'tsc'), ['-p', '.'], consumer));
}

async function checkJsr(): Promise<string | undefined> {
  const { code, output } = await run(join(rootBin, 'deno'), ['publish', '--dry-run', '--allow-dirty'], root);
  if (code === 0) return undefined;
  if (/dns error|error sending request|network/i.test(output)) {
    counts.notes.push('JSR dry run not done: it wants the network');
    return undefined;
  }
  return output;
}

async function main(): Promise<void> {
  for (const folder of [tarballs, consumer, join(consumer, 'examples')]) mkdirSync(folder);
  const members = readMembers(root).filter((member) => member.manifest.private !== true);
  for (const member of members) {
    const stale = removeStale(member);
    if (stale.length > 0) console.log(`removed, for their source is gone: ${stale.join(', ')}`);
  }

  const packed = packFolders(
    members.map((member) => member.path),
    tarballs,
    env,
  );
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
  for (const { name, size, unpackedSize, files } of packed) {
    const count = `${files.length} files`.padStart(10);
    console.log(`${name.padEnd(26)}${kilobytes(size)} packed${kilobytes(unpackedSize)} unpacked${count}`);
  }
  const exporting = new Set(
    members.filter(({ manifest }) => manifest.exports !== undefined).map(({ manifest }) => manifest.name),
  );
  const total = packed.reduce((sum, { size }) => sum + size, 0);
  counts.notes.push(`${packed.length} tarballs, ${kilobytes(total).trim()} in all; sizes: pnpm run packages`);
  await runChecks(packed.flatMap((tarball) => tarballChecks(tarball, exporting.has(tarball.name))));

  const foreign = tarFolders(thirdPartyFolders(members), tarballs);
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  // Examples name captures as seen from the repository's root.
  symlinkSync(join(root, 'testdata'), join(consumer, 'testdata'));
  const files = [...packed.map((tarball) => join(tarballs, tarball.filename)), ...foreign];
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', ...files];
  const before = counts.failed;
  await runChecks([
    ['npm install of all tarballs into an empty folder', () => mustPass(run('npm', install, consumer))],
  ]);
  if (counts.failed === before) {
    await runChecks([
      ...members.flatMap(exampleChecks),
      ...commandChecks(members.find((member) => member.short === 'cli')),
      ['types of the examples, from what is packed', checkTypes],
    ]);
  }
  await runChecks([['deno publish --dry-run (JSR)', checkJsr]]);

  writeCounts(counts);
  for (const note of counts.notes) console.log(`note: ${note}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(counts.failed > 0 ? 1 : 0);
