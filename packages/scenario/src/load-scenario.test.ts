import { resolveChassis } from '@midplane/chassis';
import { createPipeline } from '@midplane/pipeline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatScenario } from './format-scenario.ts';
import { checkScenario, loadScenario } from './load-scenario.ts';
import { SCENARIO_HASHES, type Scenario } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';

const HEAD = 'schema: midplane-scenario/1\n';
const TRAFFIC = 'traffic: [{ capture: a.pcap }]\n';

function refusal(text: string): ScenarioError {
  try {
    loadScenario(text, { name: 's.yaml' });
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** The message without its begin, the code, the path. */
function told(text: string): string {
  const { code, path, message } = refusal(text);
  expect(message).toMatch(/^Cannot read scenario s\.yaml: [^\n]* must [^\n]*\(line \d+, column \d+\): got [^\n]+$/);
  return `[${code}] ${path} | ${message.slice('Cannot read scenario s.yaml: '.length)}`;
}

describe('every error names path, line, column and what is accepted', () => {
  const with_ = (lines: string) => `${HEAD}${TRAFFIC}${lines}`;
  const workload = (parts: string) => `${HEAD}traffic: [{ workload: { ${parts} } }]`;

  it.each<[string, string, RegExp]>([
    ['empty', '', /^\[scenario-bad-value\] {2}\| the scenario must be an object with the keys schema, .*: got nothing/],
    ['a list', '- 1', /\(line 1, column 1\): got a list of 1 item$/],
    [
      'other version',
      `schema: midplane-scenario/9\nfoo: 1\n`,
      /^\[scenario-version\] schema .*column 9\): got "midplane-scenario\/9"/,
    ],
    ['no version', TRAFFIC, /^\[scenario-version\] schema .*: got nothing/],
    [
      'unknown key',
      with_('hahs: x'),
      /^\[scenario-unknown-key\] hahs .*\(line 3, column 1\): got "hahs" \(nearest: hash\)$/,
    ],
    [
      'unknown inner key',
      with_('chassis:\n  modle: srx5800'),
      /chassis\.modle must be one of the keys model, .*\(line 4, column 3\)/,
    ],
    [
      'rate out of range',
      with_('egress: { gigabitsPerSecond: 0 }'),
      /egress\.gigabitsPerSecond must be a number from 0\.001 to 100,000 \(line 3, column 30\): got 0$/,
    ],
    [
      'queue without a rate',
      with_('egress: { queuePackets: 10 }'),
      /^\[scenario-bad-value\] egress.* egress: queuePackets must stand beside gigabitsPerSecond \(line 3, column 9\): got 10$/,
    ],
    [
      'no size of memory',
      with_('packetMemory: {}'),
      /packetMemory\.spuBytes must be a whole number from 1 to .*nothing$/,
    ],
    ['unknown parameter', with_('parameters: { udpTimeout: 3 }'), /nearest: udpTimeoutS/],
    ['missing key', HEAD, /^\[scenario-missing-key\] traffic \| traffic must be a list of 1 to 64 items/],
    ['no source', `${HEAD}traffic: []`, /got a list of 0 items/],
    [
      'unknown source',
      `${HEAD}traffic: [{ captur: a }]`,
      /traffic\.0 must be .* capture, workload, shape, .*: got an object with the key captur$/,
    ],
    [
      'two sources in one',
      `${HEAD}traffic: [{ shape: small, capture: a }]`,
      /got an object with the keys shape, capture$/,
    ],
    [
      'key of another source',
      `${HEAD}traffic: [{ capture: a, seed: 1 }]`,
      /traffic\.0\.seed must be one of the keys capture/,
    ],
    ['path with NUL', `${HEAD}traffic: [{ capture: "a\\0b" }]`, /traffic\.0\.capture must be the path of a capture/],
    [
      'unknown hash',
      with_('hash: crc32'),
      /hash must be one of crc32c, .*\(line 3, column 7\): got "crc32" \(nearest: crc32c\)$/,
    ],
    [
      'unknown model',
      with_('chassis: { model: srx5900 }'),
      /^\[unknown-model\] chassis\.model \| chassis\.model must be one of srx5400/,
    ],
    [
      'release as number',
      with_('chassis: { release: 17.4 }'),
      /chassis\.release must be a release such as 17\.4R1 .*: got 17\.4$/,
    ],
    ['malformed release', with_('chassis: { release: 17.4X }'), /^\[malformed-release\] chassis\.release/],
    [
      'unknown card',
      with_('chassis:\n  cards:\n    1: SPC2\n    2: SPC9'),
      /^\[unknown-card\] chassis\.cards\.2 \| chassis\.cards\.2 must be one of SPC1 .*\(line 6, column 8\): got "SPC9"/,
    ],
    [
      'unknown card in text',
      with_('chassis: { cards: 1=SPC9 }'),
      /^\[unknown-card\] chassis\.cards \| chassis\.cards: card must be/,
    ],
    ['malformed cards', with_('chassis: { cards: SPC2 }'), /^\[malformed-cards\] chassis\.cards/],
    [
      'slot out of range',
      with_('chassis: { cards: { 1: SPC2, 12: IOC2 } }'),
      /^\[slot-out-of-range\] chassis\.cards\.12 .*from 0 to 11 \(line 3, column 30\)/,
    ],
    ['slot that is none', with_('chassis: { cards: { a: SPC2 } }'), /chassis\.cards\.a must be a slot number/],
    ['no IOC', with_('chassis: { cards: { 1: SPC2 } }'), /^\[no-ioc\] chassis\.cards/],
    [
      'card of a later release',
      with_('chassis: { cards: { 1: SPC3, 7: IOC2 } }'),
      /^\[card-needs-release\] chassis\.cards\.1 .*: got 17\.4R1/,
    ],
    [
      'central point elsewhere',
      with_('chassis: { centralPoint: fpc9.pic0 }'),
      /^\[unknown-central-point\] chassis\.centralPoint/,
    ],
    [
      'mode of another release',
      with_('chassis: { distributionMode: rr-based }'),
      /^\[unsupported-mode\] chassis\.distributionMode/,
    ],
    [
      'table too long',
      with_('chassis: { tableLength: 1e9 }'),
      /chassis\.tableLength must be a whole number from 1 to 16,777,216/,
    ],
    [
      'wrong unit',
      with_('parameters: { udpTimeoutS: 9 parsecs }'),
      /a time with its unit \(ns, us, ms, s, min, h, d\) .*: got "9 parsecs"/,
    ],
    [
      'no whole number of units',
      with_('parameters: { udpTimeoutS: 1500 ms }'),
      /must be a whole number of s .*: got "1500 ms"/,
    ],
    ['unit where there is none', with_('parameters: { fragmentChains: 3 s }'), /fragmentChains must be a whole number/],
    [
      'parameter out of range',
      with_('parameters: { udpTimeoutS: 0 }'),
      /parameters\.udpTimeoutS must be a whole number of s from 1 to 500,000, or .* such as "90 s" \(line 3, column 28\): got 0$/,
    ],
    [
      'parameter below zero',
      with_('parameters: { udpTimeoutS: -3 }'),
      /parameters\.udpTimeoutS must be a whole number of s from 1 to 500,000, .*: got -3$/,
    ],
    [
      'written parameter out of range',
      with_('parameters: { spuToSpuDelayNs: 11 s }'),
      /spuToSpuDelayNs must be a whole number of ns from 1 to 10,000,000,000, .* such as "10 us" \(.*\): got "11 s"$/,
    ],
    [
      'parameter without a unit out of range',
      with_('parameters: { fragmentChains: 5000 }'),
      /fragmentChains must be a whole number from 1 to 4,096 \(.*\): got 5000$/,
    ],
    [
      'table too short for the SPUs',
      with_('chassis:\n  tableLength: 3'),
      /^\[out-of-range\] chassis\.tableLength \| chassis\.tableLength must be at least the number of SPUs with a weight, 7 \(line 4, column 16\): got 3$/,
    ],
    [
      'threads that are no power of two',
      with_('spuSpeeds:\n  SPC2: { threads: 3 }'),
      /^\[scenario-bad-value\] spuSpeeds\.SPC2\.threads \| spuSpeeds\.SPC2\.threads must be a power of two from 1 to 64 \(line 4, column 20\): got 3$/,
    ],
    [
      'no threads',
      with_('spuSpeeds: { SPC2: { threads: 0 } }'),
      /spuSpeeds\.SPC2\.threads must be a power of two from 1 to 64 \(line 3, column 31\): got 0$/,
    ],
    [
      'sessions of the central point out of range',
      with_('chassis: { centralPointSessions: { SPC2: 0 } }'),
      /chassis\.centralPointSessions\.SPC2 must be a whole number from 1 to 268,435,456 \(line 3, column 42\): got 0$/,
    ],
    [
      'central point of a card that has none with a limit',
      with_('chassis: { centralPointSessions: { SPC3: 9 } }'),
      /^\[scenario-unknown-key\] .*\.SPC3 must be one of the keys SPC1, SPC2 \(line 3, column 36\)/,
    ],
    [
      'standard input twice',
      `${HEAD}traffic:\n  - capture: "-"\n  - shape: small\n  - capture: "-"`,
      /^\[scenario-bad-value\] traffic\.2\.capture \| traffic\.2\.capture must be a file, as standard input can be read once, and traffic\.0\.capture is read from it \(line 5, column 14\): got "-"$/,
    ],
    ['infinite', with_('parameters: { udpTimeoutS: .inf }'), /got Infinity/],
    [
      'prefix that is none',
      workload('clients: { ipv4: 10.0.0.0/33 }'),
      /traffic\.0\.workload\.clients\.ipv4 must be an IPv4 prefix/,
    ],
    [
      'prefix of sources',
      workload('floods: [{ kind: syn, perSecond: 1, sources: 300.0.0.0/8 }]'),
      /workload\.floods\.0\.sources must be an IPv4 prefix/,
    ],
    [
      'before the start',
      workload('floods: [{ kind: syn, perSecond: 1, fromSeconds: -1 }]'),
      /floods\.0\.fromSeconds must be a number of s from 0 to 1,000,000, or .*: got -1/,
    ],
    [
      'time runs backwards',
      workload('arrivals: [{ atSeconds: 5 s, perSecond: 1 }, { atSeconds: 2 s, perSecond: 1 }]'),
      /arrivals\.1\.atSeconds must be a number from 5/,
    ],
    [
      'no packets',
      workload('packets: 0'),
      /^\[scenario-bad-value\] traffic\.0\.workload\.packets \| .* must be at least 1 where there are no elephants and no floods \(line 2, column 34\): got 0$/,
    ],
    [
      'clients that are too few for the flows',
      workload('flows: { count: 200000 }, clients: { ipv4: 192.0.2.0/30 }'),
      /workload\.clients\.ipv4 must have at least 4 hosts for 200000 flows \(line 2, column \d+\): got "192\.0\.2\.0\/30"$/,
    ],
    [
      'flood that begins after the end',
      workload('floods: [{ kind: syn, perSecond: 1, fromSeconds: 20 }]'),
      /floods\.0\.fromSeconds must be below the end of the workload \(10\) .*: got 20$/,
    ],
    [
      'parts that contradict',
      workload('packets: 1, flows: { count: 4 }'),
      /workload\.packets must be at least the number of flows \(4\)/,
    ],
    [
      'size out of range',
      workload('sizes: [{ bytes: 3, weight: 1 }]'),
      /sizes\.0\.bytes must be a whole number from 40 to 9,000/,
    ],
    [
      'shape that contradicts',
      `${HEAD}traffic: [{ shape: small, packets: 10, flows: 20 }]`,
      /traffic\.0\.packets must be at least flows \(20\)/,
    ],
    [
      'shares above 1',
      `${HEAD}traffic: [{ shape: small, udpShare: 0.9, icmpShare: 0.5 }]`,
      /traffic\.0: udpShare and icmpShare must be at most 1/,
    ],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toMatch(expected);
  });

  it.each<[string, string, RegExp]>([
    ['open bracket', `${HEAD}traffic: [`, /^\[scenario-syntax\] .*\(line 2, column 11\)/],
    ['tab as indentation', `${HEAD}chassis:\n\tmodel: srx5800`, /tabs are not allowed as indentation/],
    ['two documents', `${HEAD}${TRAFFIC}---\n${HEAD}`, /\(line 3, column 1\): got an error, a second document/],
    ['tag', `${HEAD}traffic: !!binary x`, /unresolved tag/],
    ['complex key', '? [a]\n: 1', /a key is not a plain word/],
    ['JSON without end', '{"schema": "midplane-scenario/1"', /^\[scenario-syntax\]/],
    [
      'key twice',
      `${HEAD}${TRAFFIC}${TRAFFIC}`,
      /^\[scenario-duplicate-key\] traffic \| traffic must stand once \(line 3, column 1\)/,
    ],
    ['key twice in JSON', '{"traffic": [], "traffic": []}', /^\[scenario-duplicate-key\] traffic .*column 17/],
    [
      'number and text as key',
      `${HEAD}chassis: { cards: { 1: SPC2, "1": SPC2 } }`,
      /^\[scenario-duplicate-key\] chassis\.cards\.1/,
    ],
    ['merge key', `${HEAD}${TRAFFIC}chassis: { <<: { model: srx5800 } }`, /^\[scenario-unknown-key\] chassis\.<</],
    ['__proto__', '__proto__: { a: 1 }', /^\[scenario-unknown-key\] __proto__ \| __proto__ must not be a key/],
    [
      'alias of nothing',
      `${HEAD}traffic: *x`,
      /^\[scenario-alias\] traffic \| traffic must name an anchor .*: got \*x/,
    ],
    [
      'alias of itself',
      `${HEAD}traffic: &a [*a]`,
      /^\[scenario-alias\] traffic\.0 \| traffic\.0 must not stand inside/,
    ],
  ])('text: %s', (_, text, expected) => {
    expect(told(text)).toMatch(expected);
  });

  it('tells the steps of the path apart from points in keys', () => {
    const text = `${HEAD}${TRAFFIC}chassis: { cards: { "1.5": SPC2 } }`;
    expect(() => loadScenario(text)).toThrow(
      expect.objectContaining({ path: 'chassis.cards.1.5', steps: ['chassis', 'cards', '1.5'] }),
    );
  });
});

describe('hostile texts cost no more than large ones', () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `k${i}: &k${i} [${Array(9).fill(i === 0 ? 'x' : `*k${i - 1}`)}]`);

  it.each<[string, string, string]>([
    ['too long', '#'.repeat(1_048_577), 'scenario-too-large'],
    ['deep', `traffic: ${'['.repeat(20_000)}`, 'scenario-too-large'],
    ['deep and closed', `traffic: ${'['.repeat(65)}${']'.repeat(65)}`, 'scenario-too-large'],
    ['many values', `traffic: [${'1,'.repeat(200_001)}]`, 'scenario-too-large'],
    ['many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n'), 'scenario-version'],
    ['a billion laughs', laughs.join('\n'), 'scenario-alias'],
    ['many aliases', `a: &a x\ntraffic: [${'*a,'.repeat(1000)}]`, 'scenario-alias'],
  ])('%s', (_, text, code) => {
    expect(refusal(text).code).toBe(code);
  });

  it('anything at all is a scenario or a ScenarioError', () => {
    const good = `${HEAD}chassis: { cards: { 1: SPC2, 7: IOC2 }, tableLength: 64 }\nparameters: { udpTimeoutS: 90 s }\ntraffic:\n  - &a { shape: small, packets: 100 }\n  - *a\n`;
    const piece = fc.oneof(
      fc.constantFrom(
        '[',
        ']',
        '{',
        '}',
        ':',
        ' ',
        '\n',
        '- ',
        '"',
        "'",
        '&a ',
        '*a',
        '!x ',
        '|',
        '>',
        '#',
        '\t',
        '\0',
        '1e999',
        '? ',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(6), piece, (at, gone, put) => {
        const text = good.slice(0, at) + put + good.slice(at + gone);
        try {
          loadScenario(text);
        } catch (error) {
          expect(error, text).toBeInstanceOf(ScenarioError);
          expect((error as Error).message).toMatch(/^Cannot read scenario from text: .+: got [^\n]+$/);
        }
      }),
      { numRuns: 400, seed: 3 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => checkScenario({ schema: 'midplane-scenario/1', traffic: [value] })).toThrow(
          /^Cannot read scenario from data: /,
        );
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});

describe('what is read', () => {
  it('times may have units, in parameters and workloads', () => {
    const { parameters, traffic } = loadScenario(
      `${HEAD}parameters: { udpTimeoutS: 1.5 min, maxGapNs: 0.1 s, tcpTimeWaitS: 7 }\ntraffic: [{ workload: { durationSeconds: 250 ms, floods: [{ kind: udp, perSecond: 1, untilSeconds: 1h }] } }]`,
    );
    expect(parameters).toEqual({ udpTimeoutS: 90, maxGapNs: 100_000_000, tcpTimeWaitS: 7 });
    const floods = [{ kind: 'udp', perSecond: 1, untilSeconds: 3600 }];
    expect(traffic).toEqual([{ workload: { durationSeconds: 0.25, floods } }]);
  });

  it('JSON with tabs, a byte-order mark and CRLF', () => {
    const wanted = { schema: 'midplane-scenario/1', traffic: [{ capture: 'a.pcap' }] };
    const json = JSON.stringify(wanted, null, '\t');
    for (const text of [
      json,
      `\ufeff${json}`,
      json.replaceAll('\n', '\r\n'),
      `\ufeff${HEAD}${TRAFFIC}`.replaceAll('\n', '\r\n'),
    ]) {
      expect(loadScenario(text)).toEqual(wanted);
    }
  });

  it('data is not changed, and a scenario written is read as the same', () => {
    const seed = fc.nat(1000);
    const item = fc.oneof(
      fc.record({ capture: fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0')) }),
      fc.record({
        shape: fc.constantFrom('small' as const, 'many' as const),
        seed,
        packets: fc.integer({ min: 100, max: 1e6 }),
      }),
      fc.record({ workload: fc.record({ seed, ipv6Share: fc.double({ min: 0, max: 1, noNaN: true }) }) }),
    );
    const scenario = fc.record(
      {
        schema: fc.constant('midplane-scenario/1' as const),
        chassis: fc.constantFrom({ cards: '1=SPC2,7=IOC2' }, { cards: { 0: 'SPC2', 2: 'IOC2' }, model: 'srx5400' }, {}),
        hash: fc.constantFrom(...SCENARIO_HASHES),
        parameters: fc.record({
          udpTimeoutS: fc.integer({ min: 1, max: 500_000 }),
          maxGapNs: fc.maxSafeNat().filter((ns) => ns > 0),
        }),
        traffic: fc.array(item, { minLength: 1, maxLength: 5 }),
      },
      { requiredKeys: ['schema', 'traffic'] },
    );
    fc.assert(
      fc.property(scenario, (value) => {
        const before = structuredClone(value);
        const checked = checkScenario(value);
        expect(value).toEqual(before);
        expect(checked).toEqual(value);
        expect(loadScenario(formatScenario(checked))).toEqual(checked);
        expect(loadScenario(formatScenario(checked, 'json'))).toEqual(checked);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('standard input once, unless the text itself came from there', () => {
    const text = `${HEAD}traffic: [{ capture: "-" }, { capture: a.pcap }]`;
    expect(loadScenario(text).traffic).toHaveLength(2);
    expect(() => loadScenario(text, { name: 's', isStandardInput: true })).toThrow(
      'traffic.0.capture must be a file, as standard input can be read once, and the scenario is read from it (line 2, column 22): got "-"',
    );
  });

  it('the latest time of an event', () => {
    const text = `${HEAD}${TRAFFIC}events: [{ atSeconds: 9007199, clearSessions: {} }]`;
    expect(loadScenario(text).events).toEqual([{ atSeconds: 9_007_199, clearSessions: {} }]);
  });

  it('takes the hash functions that the path has, all of them', () => {
    const names = SCENARIO_HASHES.join(', ');
    expect(() => createPipeline({ chassis: resolveChassis(), hash: '' })).toThrow(`one of ${names}: got ""`);
  });

  it('formats keys in the order of the schema', () => {
    const scenario: Scenario = { traffic: [{ capture: 'a' }], hash: 'fnv1a', schema: 'midplane-scenario/1' };
    expect(formatScenario(scenario)).toBe(`${HEAD}hash: fnv1a\ntraffic:\n  - capture: a\n`);
  });
});

describe('configuration, faults and events', () => {
  const head = `schema: midplane-scenario/1
traffic:
  - shape: small
    packets: 100
`;
  const errorOf = (text: string): { message: string; path: string; line?: number; column?: number } => {
    try {
      loadScenario(head + text, { name: 'x.yaml' });
    } catch (error) {
      const { message, path, line, column } = error as ScenarioError;
      return { message, path, line: line!, column: column! };
    }
    throw new Error('no error');
  };

  it('reads all of it as plain data', () => {
    const scenario = loadScenario(`${head}
symmetric: false
configuration:
  sides: { 10.0.0.0/8: xe-7/0/0, 0.0.0.0/0: xe-7/0/1 }
  sourceNat:
    pools: { out: { addresses: 203.0.113.1 } }
    rules: [{ source: 10.0.0.0/8, translate: { pool: out } }]
faults: { seed: 1, loss: 0.1, duplication: 0.1 }
events:
  - atSeconds: 1.5 min
    clearSessions: { spu: fpc1.pic1 }
`);
    expect(scenario.events).toEqual([{ atSeconds: 90, clearSessions: { spu: 'fpc1.pic1' } }]);
    expect(scenario.configuration!.sides).toEqual({ '10.0.0.0/8': 'xe-7/0/0', '0.0.0.0/0': 'xe-7/0/1' });
    expect(scenario.symmetric).toBe(false);
    expect(loadScenario(formatScenario(scenario))).toEqual(scenario);
  });

  it.each([
    [
      'a prefix that is none',
      'configuration:\n  sides:\n    10.0.0.1/8: xe-7/0/0\n',
      /configuration\.sides\.10\.0\.0\.1\/8 must .*: got "10\.0\.0\.1\/8"/,
      { line: 7, column: 5 },
    ],
    [
      'a pool that there is not',
      'configuration:\n  sourceNat:\n    rules:\n      - translate: { pool: nowhere }\n',
      /configuration\.sourceNat\.rules\.0\.translate\.pool must .*: got "nowhere"/,
      { line: 8, column: 28 },
    ],
    [
      'an unknown key',
      'configuration:\n  polices: []\n',
      /configuration\.polices must be one of the keys junos, file, zones, .*: got "polices" \(nearest: policies\)/,
      { line: 6, column: 3 },
    ],
    [
      'a wrong action',
      'configuration:\n  policies:\n    - { name: a, action: allow }\n',
      /configuration\.policies\.0\.action must be one of permit, deny, reject .*: got "allow"/,
      { line: 7, column: 26 },
    ],
    [
      'an interface on a slot without I/O card',
      'configuration:\n  sides: { 10.0.0.0/8: xe-3/0/0 }\n',
      /configuration: use interface xe-3\/0\/0\.0: its slot must have an I\/O card, which slots 7 have .*: got slot 3/,
      { line: 6, column: 3 },
    ],
    [
      'an event before the start',
      'events:\n  - { atSeconds: -1, clearSessions: {} }\n',
      /events\.0\.atSeconds must be a number of s from 0 to 9,007,199, or a time .*: got -1/,
      { line: 6, column: 18 },
    ],
    [
      'an event after all time',
      'events:\n  - { atSeconds: 1e300, clearSessions: {} }\n',
      /events\.0\.atSeconds must be a number of s from 0 to 9,007,199, or a time .*: got 1e\+300/,
      { line: 6, column: 18 },
    ],
    [
      'an event after all time, with a unit',
      'events:\n  - { atSeconds: 105 d, clearSessions: {} }\n',
      /events\.0\.atSeconds must be a number of s from 0 to 9,007,199, or a time .*: got "105 d"/,
      { line: 6, column: 18 },
    ],
    [
      'a parameter of an event out of range',
      'events:\n  - { atSeconds: 1, set: { udpTimeoutS: 0 s } }\n',
      /events\.0\.set\.udpTimeoutS must be a whole number of s from 1 to 500,000, .*: got "0 s"/,
      { line: 6, column: 41 },
    ],
    [
      'a destination of the other IP version',
      'configuration:\n  destinationNat:\n    - { destination: 10.0.0.1, translate: { address: "2001:db8::1" } }\n',
      /configuration\.destinationNat\.0\.destination must be of the IP version of translate\.address .*: got "10\.0\.0\.1"$/,
      { line: 7, column: 22 },
    ],
    [
      'one of several destinations of the other IP version',
      'configuration:\n  destinationNat:\n    - { destination: ["2001:db8::2", 10.0.0.1], translate: { address: "2001:db8::1" } }\n',
      /configuration\.destinationNat\.0\.destination\.1 must be of the IP version of .*: got "10\.0\.0\.1"$/,
      { line: 7, column: 38 },
    ],
    [
      'an event with a wrong unit',
      'events:\n  - { atSeconds: 5 m, clearSessions: {} }\n',
      /events\.0\.atSeconds must be a number of s from 0 to 9,007,199, or a time with its unit \(ns, us, ms, s, min, h, d\).*: got "5 m"/,
      { line: 6, column: 18 },
    ],
    [
      'an np-cache in a slot without an I/O card',
      'configuration: { npCache: [7, 3] }\n',
      /configuration\.npCache\.1 must be a slot with an I\/O card, which slots 7 have .*: got 3$/,
      { line: 5, column: 31 },
    ],
    [
      'an event without a time',
      'events:\n  - reboot: {}\n',
      /events\.0 must have one of the keys atSeconds, afterPackets \(line \d+, column 5\): got none$/,
      { line: 6, column: 5 },
    ],
    [
      'a reboot that is no object',
      'events: [{ atSeconds: 1, reboot: 1 }]\n',
      /events\.0\.reboot must be \{\}, an object without keys \(line 5, column 34\): got 1$/,
      { line: 5, column: 34 },
    ],
    [
      'a reboot with something to say',
      'events: [{ atSeconds: 1, reboot: { now: true } }]\n',
      /events\.0\.reboot must be \{\}, an object without keys \(line 5, column 34\): got an object with the key now$/,
      { line: 5, column: 34 },
    ],
    [
      'an event with two times',
      'events: [{ atSeconds: 1, afterPackets: 5, reboot: {} }]\n',
      /events\.0 must have one of the keys atSeconds, afterPackets .*: got atSeconds, afterPackets$/,
      { line: 5, column: 10 },
    ],
    [
      'an event in which nothing happens',
      'events: [{ atSeconds: 1 }]\n',
      /events\.0 must have one of the keys clearSessions, failSpu, failCard, .*, set \(.*\): got none$/,
      { line: 5, column: 10 },
    ],
    [
      'an event in which two things happen',
      'events: [{ atSeconds: 1, failSpu: fpc1.pic1, failCard: 7 }]\n',
      /events\.0 must have one of the keys .*: got failSpu, failCard$/,
      { line: 5, column: 10 },
    ],
    [
      'an event with a card that there is not',
      'events:\n  - { atSeconds: 1, insertCard: { slot: 3, card: SPC9 } }\n',
      /events\.0\.insertCard\.card must be one of SPC1 .* \(line \d+, column \d+\): got "SPC9" \(nearest: SPC1\)$/,
      { line: 6, column: 50 },
    ],
    [
      'an event of an SPU that there is not',
      'events:\n  - { atSeconds: 1, clearSessions: { spu: fpc9.pic0 } }\n',
      /events: find SPU: name must be one of fpc1\.pic0, .*: got "fpc9\.pic0"/,
      { line: 6, column: 3 },
    ],
    [
      'faults out of range',
      'faults: { seed: 1, loss: 1, duplication: 0 }\n',
      /faults\.loss must be a number from 0 to 0\.9 .*: got 1/,
      { line: 5, column: 26 },
    ],
  ])('says where and why: %s', (_, text, message, place) => {
    const error = errorOf(text);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject(place);
  });
});
