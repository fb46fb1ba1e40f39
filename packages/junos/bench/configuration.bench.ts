/*
 * Time to read and write a long configuration, beside JSON.parse and JSON.stringify of the same tree.
 *
 *   node --conditions=midplane-source packages/junos/bench/configuration.bench.ts [lines] [rounds]
 *
 * Rounds alternate between the measurements; figures are medians. Only ratios within one run are evidence.
 */
import { formatConfiguration, parseConfiguration, type Statement } from '../src/index.ts';

const lines = Number(process.argv[2] ?? 44_000);
const rounds = Number(process.argv[3] ?? 9);

/** Seeded generator of numbers below a limit. */
function mulberry32(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

/** A configuration as a firewall of some age has it: zones, addresses, policies, NAT, and parts that the model lacks. */
function generate(seed: number, count: number): string {
  const random = mulberry32(seed);
  const out: string[] = ['set system host-name edge-1'];
  const address = () => `10.${random(256)}.${random(256)}.${random(256)}/32`;
  for (let i = 0; out.length < count * 0.75; i++) {
    const zone = random(20);
    const to = random(20);
    const policy = `set security policies from-zone z${zone} to-zone z${to} policy p${i}`;
    out.push(
      `set security address-book global address host-${i} ${address()}`,
      `set security zones security-zone z${zone} interfaces xe-${random(12)}/${random(4)}/${random(10)}.${i % 4000}`,
      `set applications application app-${i} protocol tcp`,
      `set applications application app-${i} destination-port ${1024 + random(60_000)}`,
      `${policy} match source-address host-${i}`,
      `${policy} match source-address host-${random(i + 1)}`,
      `${policy} match destination-address any`,
      `${policy} match application app-${i}`,
      `${policy} then permit`,
      `set security nat source rule-set r${zone} rule n${i} match source-address ${address()}`,
      `set security nat source rule-set r${zone} rule n${i} then source-nat interface`,
      `set interfaces xe-${random(12)}/${random(4)}/${random(10)} unit ${i % 4000} family inet address ${address()}`,
      `set protocols bgp group g${random(9)} neighbor 192.0.2.${random(255)} peer-as ${random(65_000)}`,
    );
  }
  return `${out.join('\n')}\n`;
}

/** The same tree as plain objects and lists. */
function plain(statement: Statement): unknown {
  const { words, values, children } = statement;
  return { words, ...(values.length > 0 && { values }), ...(children.length > 0 && { children: children.map(plain) }) };
}

/** Cuts the generated configuration so that its curly form has about the wanted number of lines. */
function curlyOf(count: number): string {
  let wanted = count;
  for (let tries = 0; tries < 4; tries++) {
    const text = formatConfiguration(parseConfiguration(generate(1, wanted)).root);
    const got = text.split('\n').length;
    if (Math.abs(got - count) < count / 50) return text;
    wanted = Math.round((wanted * count) / got);
  }
  return formatConfiguration(parseConfiguration(generate(1, wanted)).root);
}

let sink = 0;

function median(list: number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1];
}

function measure(count: number): void {
  const curly = curlyOf(count);
  const { root } = parseConfiguration(curly);
  const set = formatConfiguration(root, 'set');
  const json = JSON.stringify(plain(root));
  const runs: [string, () => number][] = [
    ['JSON.parse of the tree', () => Object.keys(JSON.parse(json) as object).length],
    ['read curly', () => parseConfiguration(curly).root.children.length],
    ['read set', () => parseConfiguration(set).root.children.length],
    ['write curly', () => formatConfiguration(root).length],
    ['write set', () => formatConfiguration(root, 'set').length],
  ];
  const times = runs.map((): number[] => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, [, run]] of runs.entries()) {
      const start = performance.now();
      sink += run();
      if (round >= 0) times[index].push(performance.now() - start);
    }
  }
  const base = median(times[0]);
  const sizes = `${curly.split('\n').length - 1} lines of curly text, ${set.split('\n').length - 1} set lines`;
  console.log(`${sizes}, ${(json.length / 1e6).toFixed(2)} MB of JSON`);
  for (const [index, [name]] of runs.entries()) {
    const ms = median(times[index]);
    console.log(`  ${name.padEnd(24)} ${ms.toFixed(1).padStart(7)} ms ${(ms / base).toFixed(1).padStart(6)} x`);
  }
}

measure(Math.round(lines / 4));
measure(lines);
if (sink === 0) console.log(sink);
