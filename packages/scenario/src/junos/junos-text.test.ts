import { readFileSync } from 'node:fs';
import { readCapture } from '@midplane/capture';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatScenario } from '../format-scenario.ts';
import { checkScenario, loadScenario } from '../load-scenario.ts';
import { pipelineOptionsOf, runScenario } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { ScenarioError } from '../scenario-error.ts';

const HEAD = 'schema: midplane-scenario/1\ntraffic: [{ shape: small, packets: 2000 }]\n';
const examples = new URL('../../../../examples/', import.meta.url);
const exampleOf = (name: string) => readFileSync(new URL(name, examples), 'utf8');

const CURLY = `security {
    flow {
        aging {
            early-ageout 7;
        }
    }
    policies {
        default-policy {
            deny-all;
        }
    }
    zones {
        security-zone a {
            interfaces {
                xe-7/0/0.0;
            }
        }
    }
    forwarding-options {
        family {
            inet6 {
                mode flow-based;
            }
        }
    }
}
`;
const SET = `set security flow aging early-ageout 7
set security policies default-policy deny-all
set security zones security-zone a interfaces xe-7/0/0.0
set security forwarding-options family inet6 mode flow-based
`;
const OWN = { zones: { a: ['xe-7/0/0.0'] }, defaultPolicy: 'deny', forwarding: { inet6: 'flow-based' } } as const;

/** A text as a block of YAML. */
const block = (text: string, indent = '  ') => `|\n${text.replaceAll(/^(?=.)/gm, indent)}`;

function refusal(text: string, readText?: (path: string) => string): ScenarioError {
  try {
    loadScenario(text, { name: 's.yaml', ...(readText && { readText }) });
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('a Junos configuration in a scenario file', () => {
  it('is the same in curly form, as set lines, in a key, in a file, and in the keys of the model', async () => {
    const files = new Map([['fw.conf', CURLY]]);
    const texts = [
      `configuration: ${block(CURLY)}`,
      `configuration: ${block(SET)}`,
      `configuration:\n  junos: ${block(SET, '      ')}`,
      `configuration: ${JSON.stringify(CURLY)}\n`,
      'configuration: { file: fw.conf }\n',
    ];
    const [first, ...others] = await Promise.all(
      texts.map((text) => runScenario(loadScenario(HEAD + text, { readText: (path) => files.get(path)! }))),
    );
    for (const other of others) expect(other).toEqual(first);
    const own = checkScenario({
      schema: 'midplane-scenario/1',
      traffic: [{ shape: 'small', packets: 2000 }],
      parameters: { earlyAgeoutS: 7 },
      configuration: OWN,
    });
    expect(first).toEqual(await runScenario(own));
    expect(first.drops).toMatchObject([{ reason: 'policy-deny' }]);
  });

  it('is written back as it was', () => {
    const scenario = loadScenario(`${HEAD}configuration: ${block(CURLY)}`);
    expect(scenario.configuration).toEqual({ junos: CURLY });
    expect(loadScenario(formatScenario(scenario))).toEqual(scenario);
    expect(loadScenario(formatScenario(scenario, 'json'))).toEqual(scenario);
  });

  it('drops IPv6 without the statement, as a device does (R-cfg-4)', () => {
    const { configuration } = pipelineOptionsOf(loadScenario(`${HEAD}configuration: set system host-name edge\n`));
    expect(configuration?.forwarding).toEqual({ inet6: 'drop' });
  });

  it('gives way to other keys of the file, but sides of both count', () => {
    const junos = [
      'set security flow aging early-ageout 7',
      'set security flow tcp-session tcp-initial-timeout 9',
      'set security forwarding-process application-services packet-ordering-mode software',
      'set interfaces xe-7/0/0 unit 0 family inet address 10.0.0.1/8',
      'set chassis fpc 7 np-cache',
    ].join('\n');
    const made = pipelineOptionsOf({
      schema: 'midplane-scenario/1',
      parameters: { earlyAgeoutS: 9, udpTimeoutS: 5 },
      ordering: { mode: 'hardware' },
      configuration: { junos, sides: { '0.0.0.0/0': 'xe-7/0/1' }, forwarding: { inet6: 'flow-based' } },
      traffic: [],
    });
    expect(made.parameters).toEqual({ earlyAgeoutS: 9, udpTimeoutS: 5, tcpInitialTimeoutS: 9 });
    expect(made.ordering?.mode).toBe('hardware');
    expect(made.configuration).toMatchObject({
      sides: { '10.0.0.0/8': 'xe-7/0/0.0', '0.0.0.0/0': 'xe-7/0/1' },
      npCache: [7],
      forwarding: { inet6: 'flow-based' },
    });
  });
});

describe('what the model does not know', () => {
  const warningsOf = (junos: string, more: Partial<Scenario> = {}) =>
    pipelineOptionsOf({ schema: 'midplane-scenario/1', configuration: { junos }, traffic: [], ...more }).warnings?.map(
      ({ message }) => message,
    );

  it('is named in one warning with its lines, and stays in the report (R-cfg-6)', async () => {
    const junos = `${CURLY}snmp { community public; }\nprotocols {\n  ospf { area 0; }\n}\n`;
    const message =
      'configuration: 2 statements have no effect in the model: snmp community (line 27), protocols ospf (line 29)';
    expect(warningsOf(junos)).toEqual([message]);
    const report = await runScenario(loadScenario(`${HEAD}configuration: ${block(junos)}`));
    expect(report.warnings).toEqual([{ code: 'configuration-statement', message }]);
  });

  it('is told too where it is read and cannot be followed', () => {
    expect(warningsOf('set security flow pending-sess-queue-length high')).toContainEqual(
      expect.stringContaining('the parameter pendingQueuePackets counts'),
    );
    expect(warningsOf('set chassis cluster reth-count 2')).toContainEqual(
      expect.stringContaining('one chassis is simulated'),
    );
    expect(warningsOf('set security zones security-zone a interfaces xe-3/0/0.0')).toContain(
      'configuration: xe-3/0/0.0 is in a slot without an I/O card: nothing passes there',
    );
    expect(warningsOf('set chassis fpc 9 np-cache\nset chassis fpc 0 np-cache')).toContain(
      'configuration: np-cache of fpc 0, np-cache of fpc 9 are in slots without an I/O card: nothing is cached there',
    );
    const mode = 'set security forwarding-process application-services session-distribution-mode normal';
    expect(warningsOf(mode)).toContainEqual(
      expect.stringMatching(/session-distribution-mode rr-based is left out: mode must be hash-based from 15\.1X49/),
    );
    const old = { chassis: { release: '12.1X44-D10', cards: '0=SPC1,1=SPC1,7=IOC1' } };
    expect(warningsOf(mode, old)?.join()).not.toContain('session-distribution-mode');
  });

  it('leaves nothing to warn of where all is known', () => {
    expect(warningsOf(SET)).toBeUndefined();
  });
});

describe('errors name the place in the file', () => {
  const bad = CURLY.replace('early-ageout 7', 'early-ageout 0');
  const message = 'Value 0 is not within range (1..65535)';

  it.each<[string, string, string, number, number]>([
    ['a block', `${HEAD}configuration: ${block(bad)}`, 'configuration', 7, 28],
    ['a block in a key', `${HEAD}configuration:\n  junos: ${block(bad, '      ')}`, 'configuration.junos', 8, 32],
    ['a string in quotes', `${HEAD}configuration: ${JSON.stringify(bad)}\n`, 'configuration', 3, 83],
    ['a plain line', `${HEAD}configuration: set security flow aging early-ageout 0\n`, 'configuration', 3, 53],
    [
      'text that is folded: the begin of the value',
      `${HEAD}configuration: >\n  set security flow\n  aging early-ageout 0\n`,
      'configuration',
      3,
      16,
    ],
    [
      'an event',
      `${HEAD}events:\n  - { atSeconds: 1, set: security flow aging early-ageout 0 }\n`,
      'events.0.set',
      4,
      59,
    ],
    [
      'an event with its command',
      `${HEAD}events:\n  - atSeconds: 1\n    set: |\n      # one\n      set security flow aging early-ageout 0\n`,
      'events.0.set',
      7,
      44,
    ],
  ])('in %s', (_, text, path, line, column) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'scenario-bad-value', path, line, column });
    expect(error.message).toBe(
      `Cannot read scenario s.yaml: ${path} must be a Junos configuration: ${message} (line ${line}, column ${column}): got "0"`,
    );
  });

  it('says once what it got', () => {
    expect(refusal(`${HEAD}configuration: 'security { zones }'\n`).message).toMatch(
      /must be a Junos configuration: statement must end with ; \(line \d+, column \d+\): got "}"$/,
    );
  });

  it('in a file of its own', () => {
    const error = refusal(`${HEAD}configuration: { file: fw.conf }\n`, () => bad);
    expect(error.message).toBe(
      `Cannot read scenario s.yaml: configuration.file must be a Junos configuration: ${message} (fw.conf, line 4, column 26): got "0"`,
    );
    expect(error).toMatchObject({ path: 'configuration.file', line: 4, column: 26 });
  });

  it('in data, which has no lines, within the text', () => {
    expect(() =>
      checkScenario({ schema: 'midplane-scenario/1', configuration: bad, traffic: [{ shape: 'small' }] }),
    ).toThrow(/configuration must be a Junos configuration in line 4, column 26: Value 0 is not within range/);
  });

  it.each<[string, string, RegExp]>([
    ['{ without }', `configuration: ${block('security {\n')}`, /\{ without \} \(line 4, column 12\): got "\{"$/],
    [
      'a file where none is read',
      'configuration: { file: a.conf }\n',
      /configuration\.file must be absent where no files/,
    ],
    [
      'a text and a file',
      'configuration: { junos: a, file: b }\n',
      /configuration\.file must be absent where junos is given/,
    ],
    ['nothing', 'configuration: ""\n', /configuration must be a Junos configuration/],
    ['a number', 'configuration: 7\n', /configuration must be a Junos configuration as text, or an object .*: got 7/],
    [
      'an event of a wrong type',
      'events: [{ atSeconds: 1, set: [a] }]\n',
      /events\.0\.set must be parameters .*or Junos lines/,
    ],
    [
      'an event that no device commits',
      'events: [{ atSeconds: 1, set: security zones security-zone a interfaces xe-7/0/0.0 },' +
        ' { atSeconds: 2, set: security zones security-zone b interfaces xe-7/0/0.0 }]\n',
      /events\.1\.set must be a Junos configuration: \[edit security zones security-zone b\] 'interfaces' interface xe-7\/0\/0\.0 is already in zone a/,
    ],
    [
      'events against the order of time',
      'events: [{ atSeconds: 5, set: system host-name a }, { atSeconds: 2, set: system host-name b }]\n',
      /events\.1: its Junos lines must not come before those of event 0.*got 2 s/,
    ],
  ])('%s', (_, text, expected) => {
    expect(refusal(HEAD + text).message).toMatch(expected);
  });
});

describe('set events with Junos lines', () => {
  it('are warned of where the model does not know them, or cannot follow', () => {
    const mode = 'security forwarding-process application-services session-distribution-mode normal';
    const { warnings, events } = pipelineOptionsOf({
      schema: 'midplane-scenario/1',
      events: [
        { atSeconds: 1, set: 'set snmp community public\nset protocols lldp interface all' },
        { atSeconds: 2, set: mode },
        { atSeconds: 3, set: 'snmp community private' },
      ],
      traffic: [],
    });
    expect(warnings?.map(({ message }) => message)).toEqual([
      'events.0.set: 2 statements have no effect in the model: snmp community (line 1), protocols lldp (line 2)',
      expect.stringMatching(/^events\.1\.set: session-distribution-mode rr-based is left out: mode must be hash-based/),
      'events.2.set: 1 statement has no effect in the model: snmp community (line 1)',
    ]);
    expect(events?.map(({ commit }) => Object.keys(commit!))).toEqual([['name'], ['name'], ['name']]);
  });

  it('are bounded by the length of the configuration', () => {
    const events = Array.from({ length: 1001 }, (_, at) => ({ atSeconds: at, set: 'system host-name a' }));
    const many = { schema: 'midplane-scenario/1', events, traffic: [] } as const;
    expect(() => pipelineOptionsOf(many)).toThrow(
      'Cannot schedule event 1000: at most 1000 events may have Junos lines',
    );
  });

  it('apply what needs no reboot, and say what waits for one (R-cfg-12)', async () => {
    const scenario = loadScenario(exampleOf('datacenter.yaml'), { readText: exampleOf });
    const report = await runScenario(scenario, {
      openCapture: (path) => readCapture(readFileSync(new URL(path, examples))),
    });
    const [policies, ordering] = report.events;
    expect(policies.event).toMatch(/^delete security policies from-zone inside .*\.\.\. \(2 lines\)$/);
    expect(policies.sessionsEnded).toBeGreaterThan(100);
    expect(ordering).toMatchObject({
      event: 'set security forwarding-process application-services packet-ordering-mode software',
      result: 'reboot needed to change to software',
    });
    expect(report.chassis).toMatchObject({ ordering: 'hardware', orderingConfigured: 'software' });
    expect(report.warnings[0].message).toMatch(
      /^configuration: 31 statements have no effect .*snmp community \(line 295\)/,
    );
    expect(report.spus.reduce((sum, { sessions }) => sum + sessions.created, 0)).toBeGreaterThan(500);
  });

  it('change parameters, and give them back when a statement goes', async () => {
    const events = [
      { atSeconds: 1, set: 'security flow tcp-session tcp-initial-timeout 4' },
      { atSeconds: 2, set: 'delete security flow tcp-session' },
      { atSeconds: 3, set: 'system host-name other' },
    ];
    const made = pipelineOptionsOf({ schema: 'midplane-scenario/1', events, traffic: [] });
    expect(made.events?.map(({ commit }) => commit)).toEqual([
      { name: 'set security flow tcp-session tcp-initial-timeout 4', parameters: { tcpInitialTimeoutS: 4 } },
      { name: 'delete security flow tcp-session', parameters: { tcpInitialTimeoutS: 20 } },
      { name: 'set system host-name other' },
    ]);
  });

  it('add to zones and policies that the file has in keys of the model (R-cfg-10)', () => {
    const { events } = pipelineOptionsOf({
      schema: 'midplane-scenario/1',
      configuration: { multicast: [{ group: '233.252.0.1', interfaces: ['xe-7/0/0'] }], sides: { '::/0': 'xe-7/0/0' } },
      events: [{ afterPackets: 1, set: 'set security zones security-zone a interfaces xe-7/0/0.0' }],
      traffic: [],
    });
    expect(events?.[0].commit?.configuration).toMatchObject({
      zones: { a: ['xe-7/0/0.0'] },
      multicast: [{ group: '233.252.0.1' }],
      sides: { '::/0': 'xe-7/0/0' },
      defaultPolicy: 'deny',
    });
  });
});

describe('any text', () => {
  const load = (configuration: string, set: string) => {
    const events = [{ atSeconds: 1, set }];
    try {
      checkScenario({ schema: 'midplane-scenario/1', configuration, events, traffic: [{ shape: 'small' }] });
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      expect(error.message).toMatch(/^Cannot read scenario from data: [^\n]* must [^\n]*: got [^\n]+$/s);
    }
  };

  it('is read or refused in one sentence, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (configuration, set) => load(configuration, set)),
      { seed: 11 },
    );
  });

  it('that was good and is changed in one place is read or refused too', () => {
    const place = fc.tuple(fc.nat(CURLY.length - 1), fc.nat(4), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.constantFrom(CURLY, SET), place, ([...text], [at, gone, put]) => {
        const changed = [...text];
        changed.splice(at, gone, put);
        load(changed.join(''), SET.slice(at % SET.length));
      }),
      { seed: 12, numRuns: 300 },
    );
  });
});
