// Goals P8 and P9: what the endpoint adds to the command's time for an upload, how many small questions it answers beside a bare
// Hono handler, how large its bundle is, how soon it answers first.
// node --conditions=midplane-source apps/edge/bench/endpoint.bench.ts
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { answersOf, requestOf } from './load.ts';
import {
  bundle,
  cpuSecondsOf,
  cpuSecondsOfEnded,
  median,
  midplane,
  root,
  type Server,
  startBare,
  startEndpoint,
  workerdFirstAnswer,
} from './servers.ts';

const ROUNDS = Number(process.env['MIDPLANE_BENCH_ROUNDS'] ?? 3);
const RATE_ROUNDS = 3 * ROUNDS;
const RATE_MS = Number(process.env['MIDPLANE_BENCH_RATE_MS'] ?? 300);
const BUNDLE_GOAL_BYTES = 350e3;
const FIRST_ANSWER_GOAL_SECONDS = 0.1;
const UPLOAD_GOAL = 1.2;
const RATE_GOAL = 0.8;

let missed = 0;

function report(goal: string, says: string, holds: boolean): void {
  if (!holds) missed++;
  console.log(`  ${goal} ${says}: ${holds ? 'PASS' : 'FAIL'}`);
}

const list = (values: readonly number[], digits: number): string =>
  values.map((value) => value.toFixed(digits)).join(' ');

/** 1 M packets of the project's own generator, 89 MB; the same file as the command's benchmarks read. */
function smallCapture(): string {
  const file = join(root, '.bench/small.pcap');
  if (existsSync(file)) return file;
  mkdirSync(join(root, '.bench'), { recursive: true });
  const part = join(root, '.bench/part-small.pcap');
  spawnSync(process.execPath, [midplane, 'traffic', '--shape', 'small', '-o', part]);
  renameSync(part, file);
  return file;
}

async function upload(url: string, file: string): Promise<{ seconds: number; body: Buffer }> {
  const begun = performance.now();
  const sent = request(`${url}/v1/simulations`, { method: 'PUT', headers: { 'Content-Length': statSync(file).size } });
  const answered = new Promise<Buffer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts)));
    });
  });
  await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), sent);
  const body = await answered;
  return { seconds: (performance.now() - begun) / 1000, body };
}

async function measureUpload(): Promise<void> {
  const file = smallCapture();
  console.log(`\nupload of ${(statSync(file).size / 1e6).toFixed(0)} MB, 1,000,000 packets, against midplane run`);
  const server = await startEndpoint();
  const command: number[] = [];
  const endpoint: number[] = [];
  const cpu: number[] = [];
  const commandCpu: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const cpuBefore = cpuSecondsOfEnded();
      const begun = performance.now();
      const ran = spawnSync(process.execPath, [midplane, 'run', file, '--json'], { maxBuffer: 1 << 28 });
      command.push((performance.now() - begun) / 1000);
      commandCpu.push(cpuSecondsOfEnded() - cpuBefore);
      const before = cpuSecondsOf(server.pid);
      const { seconds, body } = await upload(server.url, file);
      endpoint.push(seconds);
      cpu.push(cpuSecondsOf(server.pid) - before);
      if (!body.equals(ran.stdout)) throw new Error('Cannot compare: both must say the same: got another report');
    }
  } finally {
    await server.close();
  }
  console.log(`  command, wall s:    ${list(command, 2)}, its CPU s: ${list(commandCpu, 2)}`);
  console.log(`  endpoint, wall s:   ${list(endpoint, 2)}, its CPU s: ${list(cpu, 2)}`);
  const ratio = median(endpoint) / median(command);
  report('P8', `${ratio.toFixed(2)} x the command's time, goal ${UPLOAD_GOAL} x at most`, ratio <= UPLOAD_GOAL);
}

const flow = (n: number): string => `10.${(n >> 8) & 255}.${n & 255}.1:${1024 + n} > 198.51.100.2:443/tcp`;
const QUESTIONS: readonly (readonly [name: string, requests: readonly Uint8Array[]])[] = [
  ['spu-id', Array.from({ length: 96 }, (_, spu) => requestOf('GET', `/v1/spu-id?spu=${spu}`))],
  ['where, one flow', [requestOf('POST', '/v1/where', JSON.stringify({ flow: flow(1) }))]],
  [
    'where, 4,096 flows',
    Array.from({ length: 4096 }, (_, n) => requestOf('POST', '/v1/where', JSON.stringify({ flow: flow(n) }))),
  ],
  ['weights', [requestOf('POST', '/v1/weights', '{"chassis":{"cards":{"1":"SPC2","2":"SPC2","7":"IOC2"}}}')]],
];

async function measureRates(): Promise<void> {
  console.log(
    '\nsmall questions, answers per second of the server’s CPU time, against a bare Hono handler with as long an answer',
  );
  const server = await startEndpoint();
  try {
    for (const [name, requests] of QUESTIONS) {
      const bytes = await lengthOf(server.url, requests[0]!);
      const bare = await startBare(bytes);
      const ours: number[] = [];
      const theirs: number[] = [];
      try {
        for (let round = 0; round < RATE_ROUNDS + 1; round++) {
          ours.push(await perCpuSecond(server, requests));
          theirs.push(await perCpuSecond(bare, requests));
        }
      } finally {
        await bare.close();
      }
      const [mine, its] = [ours.slice(1), theirs.slice(1)]; // the first round warms up
      console.log(`  ${name} (${bytes} bytes): ours ${list(mine, 0)}, bare ${list(its, 0)}`);
      const ratio = median(mine.map((rate, round) => rate / its[round]!)); // of rounds: the machine is another one each time
      report('P8', `${name}: ${(ratio * 100).toFixed(0)} %, goal ${RATE_GOAL * 100} % at least`, ratio >= RATE_GOAL);
    }
    // what of that is the question itself: a bare handler that reads, asks the model, writes JSON, and checks nothing
    const flows = QUESTIONS[2]![1];
    const asking = flows.map((bytes) => Buffer.from(String(bytes).replace('/v1/where', '/asks')));
    const bare = await startBare(1);
    const rounds: [ours: number, its: number][] = [];
    for (let round = 0; round < RATE_ROUNDS + 1; round++) {
      rounds.push([await perCpuSecond(server, flows), await perCpuSecond(bare, asking)]);
    }
    await bare.close();
    const ratio = median(rounds.slice(1).map(([ours, its]) => ours / its));
    const rates = list(
      rounds.slice(1).map(([, its]) => its),
      0,
    );
    console.log(
      `  where, 4,096 flows, by a bare handler that asks the model: ${rates}; ours ${(ratio * 100).toFixed(0)} % of it`,
    );
  } finally {
    await server.close();
  }
}

/** Answers per second of the server's CPU time: what it gives where nothing else wants the machine. */
async function perCpuSecond(server: Server, requests: readonly Uint8Array[]): Promise<number> {
  const before = cpuSecondsOf(server.pid);
  const answers = await answersOf(server.url, requests, RATE_MS);
  return answers / (cpuSecondsOf(server.pid) - before);
}

/** Length of the answer to a question. */
async function lengthOf(url: string, bytes: Uint8Array): Promise<number> {
  const text = String(bytes);
  const [, method, path] = /^(\S+) (\S+)/.exec(text)!;
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  const response = await fetch(url + path, { method: method!, ...(body !== '' && { body }) });
  return (await response.arrayBuffer()).byteLength;
}

async function measureStart(): Promise<void> {
  console.log('\nbundle and start');
  if (existsSync(bundle)) {
    const packed = gzipSync(readFileSync(bundle), { level: 9 }).length;
    const says = `bundle for workerd ${(packed / 1e3).toFixed(0)} kB gzipped, goal ${BUNDLE_GOAL_BYTES / 1e3} kB at most`;
    report('P9', says, packed <= BUNDLE_GOAL_BYTES);
    const starts: number[] = [];
    for (let round = 0; round < ROUNDS; round++) starts.push((await workerdFirstAnswer()) ?? Number.NaN);
    const least = Math.min(...starts) * 1000; // another process can only make it longer
    const first = `workerd: first answer ${least.toFixed(0)} ms after its process began (${list(starts, 3)} s), goal ${FIRST_ANSWER_GOAL_SECONDS * 1000} ms`;
    if (Number.isNaN(least)) console.log('  workerd SKIPPED: it is not installed');
    else report('P9', first, least <= FIRST_ANSWER_GOAL_SECONDS * 1000);
  } else console.log('  bundle SKIPPED: run pnpm build first');
  const seconds: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startEndpoint();
    seconds.push(server.firstAnswerSeconds);
    await server.close();
    const began = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    floor.push((performance.now() - began) / 1000);
  }
  console.log(`  process start to first answer, s: ${list(seconds, 3)}; Node that does nothing: ${list(floor, 3)}`);
  const own = (Math.min(...seconds) - Math.min(...floor)) * 1000; // another process can only make it longer
  const says = `Node: first answer ${own.toFixed(0)} ms after Node itself has started, goal ${FIRST_ANSWER_GOAL_SECONDS * 1000} ms`;
  report('P9', says, own <= FIRST_ANSWER_GOAL_SECONDS * 1000);
}

await measureStart();
await measureUpload();
await measureRates();
process.exitCode = missed > 0 ? 1 : 0;
