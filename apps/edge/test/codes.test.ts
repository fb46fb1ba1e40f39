import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/index.ts';
import { office, root } from './_targets.ts';

const FLOW = '192.0.2.1:1234 > 198.51.100.2:443/tcp';
const capture = new Uint8Array(readFileSync(office));

/** The same fault, told to the command and to the endpoint. */
interface Fault {
  readonly what: string;
  readonly args: (folder: string) => string[];
  readonly path: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Of a capture: options, and what they are in the query. */
const ofCapture = (command: string, path: string, ...rows: readonly [option: string, value: string][]): Fault[] =>
  rows.map(([option, value]) => {
    const name = option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return {
      what: `${command} --${option} ${JSON.stringify(value)}`,
      args: () => [command, office, ...(option === '' ? [] : [`--${option}`, value])],
      path: `${path}${option === '' ? '' : `?${name}=${encodeURIComponent(value)}`}`,
      body: capture,
    };
  });

/** Of a question, or of traffic: options, and a body. */
const ofBody = (what: string, args: readonly string[], path: string, body: object): Fault => ({
  what: `${what} ${JSON.stringify(body)}`,
  args: () => [...args],
  path,
  body: JSON.stringify(body),
});

/** Of a scenario: the same text as a file and as a body. */
const ofScenario = (rest: string): Fault => {
  const text = `schema: midplane-scenario/1\n${rest}`;
  return {
    what: `run ${JSON.stringify(rest)}`,
    args: (folder) => {
      writeFileSync(join(folder, 'wrong.yaml'), text);
      return ['run', join(folder, 'wrong.yaml')];
    },
    path: '/v1/simulations',
    body: text,
  };
};

/** Of a workload: the same description as a file and in a body. */
const ofWorkload = (workload: object): Fault => ({
  what: `traffic --workload ${JSON.stringify(workload)}`,
  args: (folder) => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(workload));
    return ['traffic', '-o', join(folder, 'x.pcap'), '--workload', join(folder, 'wrong.json')];
  },
  path: '/v1/traffic',
  body: JSON.stringify({ traffic: { workload } }),
});

const traffic = (...args: readonly string[]): string[] => ['traffic', '-o', '/dev/null', ...args];
const TRAFFIC = 'traffic: [{ shape: small, packets: 1000 }]\n';

const FAULTS: readonly Fault[] = [
  ...ofCapture(
    'run',
    '/v1/simulations',
    ['hash', 'md5'],
    ['hash', ''],
    ['table-length', '0'],
    ['table-length', '-1'],
    ['table-length', '16777217'],
    ['table-length', 'x'],
    ['chassis', 'srx1'],
    ['chassis', ''],
    ['cards', ''],
    ['cards', '1=SPC9,7=IOC2'],
    ['cards', '99=SPC2,7=IOC2'],
    ['cards', '7=IOC2'],
    ['release', ''],
    ['release', 'x'],
    ['distribution', 'x'],
    ['ordering', 'x'],
    ['top', '6'],
    ['no-such', 'x'],
  ),
  ...ofCapture(
    'sessions',
    '/v1/sessions',
    ['source-prefix', ''],
    ['source-prefix', 'x'],
    ['destination-port', '70000'],
    ['protocol', 'x'],
    ['family', 'x'],
    ['application', 'x'],
    ['interface', '7/0'],
    ['session-identifier', 'x'],
    ['at', '-1'],
    ['hash', 'md5'],
  ),
  ...ofCapture(
    'explain',
    '/v1/explain',
    ['', ''],
    ['flow', ''],
    ['flow', 'x'],
    ['flow', '203.0.113.1:1 > 203.0.113.2:2/tcp'],
    ['packet', '0'],
    ['packet', '99999'],
  ),
  ...ofCapture(
    'compare',
    '/v1/compare',
    ['', ''],
    ['to-hash', 'md5'],
    ['to-table-length', '0'],
    ['to-cards', '1=SPC9,7=IOC2'],
    ['to-release', 'x'],
    ['to-distribution', 'x'],
  ),
  ...ofCapture('plan', '/v1/plan', ['growth', '0'], ['types', 'SPC9'], ['types', 'SPC3'], ['table-length', '0']),
  ...ofCapture(
    'ordering',
    '/v1/ordering/metrics',
    ['lost-after', '-1'],
    ['lost-after', 'x'],
    ['top', '1001'],
    ['threshold', '0'],
  ),
  ofBody('where', ['where', FLOW, '--hash', 'md5'], '/v1/where', { flow: FLOW, hash: 'md5' }),
  ofBody('where', ['where', ''], '/v1/where', { flow: '' }),
  ofBody('where', ['where', 'x'], '/v1/where', { flow: 'x' }),
  ofBody('where', ['where', FLOW, '--chassis', 'srx1'], '/v1/where', { flow: FLOW, chassis: { model: 'srx1' } }),
  ofBody('where', ['where', FLOW, '--release', '12.3X48-D10', '--distribution', 'wrr'], '/v1/where', {
    flow: FLOW,
    chassis: { release: '12.3X48-D10', distributionMode: 'wrr' },
  }),
  ofBody('chassis', ['chassis', '--cards', '1=SPC9'], '/v1/chassis/resolve', { chassis: { cards: '1=SPC9' } }),
  ofBody('chassis', ['chassis', '--release', ''], '/v1/chassis/resolve', { chassis: { release: '1' } }),
  ofBody('traffic', traffic('--packets', '0'), '/v1/traffic', { traffic: { shape: 'small', packets: 0 } }),
  ofBody('traffic', traffic('--flows', '0'), '/v1/traffic', { traffic: { shape: 'small', flows: 0 } }),
  ofBody('traffic', traffic('--packets', '1', '--flows', '2'), '/v1/traffic', {
    traffic: { shape: 'small', packets: 1, flows: 2 },
  }),
  ofBody('traffic', traffic('--zipf', '9'), '/v1/traffic', { traffic: { shape: 'small', zipfExponent: 9 } }),
  ofBody('traffic', traffic('--rate', '0'), '/v1/traffic', { traffic: { shape: 'small', packetsPerSecond: 0 } }),
  ofBody('traffic', traffic('--udp-share', '1'), '/v1/traffic', { traffic: { shape: 'small', udpShare: 1 } }),
  ofWorkload({ packets: -1 }),
  ofWorkload({ pakcets: 1 }),
  ofWorkload({ sizes: 'x' }),
  ofWorkload({ durationSeconds: 0 }),
  ofWorkload({ protocols: { tcp: 0, udp: 0, icmp: 0 } }),
  ofScenario(`hsah: x\n${TRAFFIC}`),
  ofScenario(`hash: md5\n${TRAFFIC}`),
  ofScenario(`chassis: { tableLength: 0 }\n${TRAFFIC}`),
  ofScenario(`chassis: { cards: { 1: SPC9 } }\n${TRAFFIC}`),
  ofScenario('traffic: [{ shape: small, packets: 0 }]\n'),
  ofScenario('traffic: [\n'),
  ofScenario(`a: &a [*b]\n${TRAFFIC}`),
];

/** What is wrong with the words of a command line has no code of its own in a request, but one of requests. */
const WORDS: Readonly<Record<string, string>> = {
  'usage-invalid-value': 'request-bad-value',
  'usage-unknown-option': 'request-unknown-key',
};

/** The codes with which the command refuses them. */
function codesOfCommand(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'midplane-codes-'));
  try {
    const file = join(folder, 'arguments.json');
    writeFileSync(
      file,
      JSON.stringify(
        FAULTS.map(({ args }, index) => {
          const own = join(folder, String(index));
          mkdirSync(own);
          return args(own);
        }),
      ),
    );
    const node = ['--conditions=midplane-source', '--disable-warning=ExperimentalWarning'];
    const script = join(root, 'apps/edge/test/_refusals.ts');
    const program = join(root, 'apps/cli/src/program.ts');
    return JSON.parse(
      execFileSync(process.execPath, [...node, script, program, file], { encoding: 'utf8' }),
    ) as string[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a fault has the code that the command gives it', () => {
  const app = createApp({ limits: { requestsPerMinute: 0, tableLength: 16_777_216 } });
  const told = new Map<Fault, string>();
  beforeAll(() => {
    const codes = codesOfCommand();
    for (const [index, fault] of FAULTS.entries()) told.set(fault, codes[index]);
  });

  it.each(FAULTS)('$what', async (fault) => {
    const response = await app.request(fault.path, { method: 'POST', body: fault.body });
    const said = told.get(fault)!;
    expect(said).not.toBe('none');
    const { code } = await response.json();
    expect(code).toBe(WORDS[said] ?? said);
  });
});
