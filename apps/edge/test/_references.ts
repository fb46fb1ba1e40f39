import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { office, root } from './_targets.ts';

/** A run whose report is the same everywhere. */
export interface Reference {
  readonly name: string;
  /** Body of the upload and its type. */
  readonly body: Uint8Array<ArrayBuffer> | string;
  readonly type: string;
  readonly query: string;
  /** The same for the command. */
  readonly args: (folder: string) => string[];
}

const SHAPES = `schema: midplane-scenario/1
chassis: { model: srx5600, release: 18.2R1, cards: { 0: SPC3, 1: SPC3, 5: IOC3 } }
hash: toeplitz
parameters: { udpTimeoutS: 5 }
traffic:
  - { shape: small, packets: 30000, seed: 7 }
  - workload: { seed: 3, durationSeconds: 4, packets: 5000, flows: { count: 500 }, floods: [{ kind: syn, perSecond: 2000 }] }
`;

const OLD = JSON.stringify({
  schema: 'midplane-scenario/1',
  chassis: { model: 'srx5800', release: '12.3X48-D10', cards: { 1: 'SPC2', 2: 'SPC2', 7: 'IOC2' } },
  traffic: [{ shape: 'many', packets: 20_000, seed: 2 }],
});

/** A capture over the default chassis, a scenario of an SPC3 chassis, a scenario of a release with a central point. */
export const REFERENCES: readonly Reference[] = [
  {
    name: 'the shipped capture',
    body: new Uint8Array(readFileSync(office)),
    type: 'application/octet-stream',
    query: '?cards=1=SPC2,2=SPC2,7=IOC2&tableLength=1000&ordering=software&asymmetric=true',
    args: () => [
      ...['run', office, '--cards', '1=SPC2,2=SPC2,7=IOC2', '--table-length', '1000'],
      ...['--ordering', 'software', '--asymmetric'],
    ],
  },
  {
    name: 'two kinds of traffic on SPC3',
    body: SHAPES,
    type: 'application/yaml',
    query: '',
    args: (folder) => ['run', join(folder, 'shapes.yaml')],
  },
  {
    name: 'a release with a central point',
    body: OLD,
    type: 'application/json',
    query: '',
    args: (folder) => ['run', join(folder, 'old.json')],
  },
];

const SIDES = ['before', 'after'] as const;

/** The scenario of a side of a comparison; each names a capture of its own. */
export function yamlOf(side: string): string {
  const cards = side === 'before' ? '1=SPC2,7=IOC2' : '1-3=SPC2,7=IOC2';
  return `schema: midplane-scenario/1\nchassis: { cards: "${cards}" }\ntraffic: [{ capture: ${side}.pcapng }]\n`;
}

/** Their files in a folder of the command. */
export function pathsOf(folder: string): string[] {
  return SIDES.map((side) => join(folder, `${side}.yaml`));
}

const said = new Map<string, Promise<Buffer>>();

/** What the command prints, run once as a process of its own; a function gets a folder for its files. */
export function command(args: readonly string[] | ((folder: string) => string[])): Promise<Buffer> {
  const key = String(typeof args === 'function' ? args('folder') : args);
  const known = said.get(key);
  if (known !== undefined) return known;
  const begun = run(args);
  said.set(key, begun);
  return begun;
}

async function run(args: readonly string[] | ((folder: string) => string[])): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'midplane-edge-'));
  const all = typeof args === 'function' ? args(folder) : args;
  writeFileSync(join(folder, 'shapes.yaml'), SHAPES);
  writeFileSync(join(folder, 'old.json'), OLD);
  for (const name of SIDES) writeFileSync(join(folder, `${name}.yaml`), yamlOf(name));
  for (const name of SIDES) symlinkSync(office, join(folder, `${name}.pcapng`));
  const main = join(root, 'apps/cli/src/main.ts');
  const node = ['--conditions=midplane-source', '--disable-warning=ExperimentalWarning', main];
  try {
    return await new Promise((resolve, reject) => {
      const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
      execFile(process.execPath, [...node, ...all], options, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
