import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Configuration, ConfigurationSyntaxError, formatConfiguration } from '../index.ts';

const ORDERING = 'security forwarding-process application-services packet-ordering-mode';
const ORDERING_WARNING =
  'warning: System packet ordering mode changed, reboot is required to take effect. If you have deployed a cluster, be sure to reboot all nodes.\n';

function configured(...commands: readonly string[]): Configuration {
  const configuration = new Configuration();
  for (const command of commands) configuration.set(command);
  return configuration;
}

/** The error of a command, as place and text. */
function errorOf(run: () => unknown): { wordIndex: number; column: number; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationSyntaxError) {
      const { wordIndex, column, message } = error;
      return { wordIndex, column, message };
    }
    throw error;
  }
  throw new Error('no error');
}

describe('a change that needs a reboot', () => {
  it('R-cfg-3: the ordering mode is told word for word, and waits for the reboot', () => {
    const configuration = configured(`${ORDERING} software`);
    expect(configuration.check().output).toBe(`${ORDERING_WARNING}configuration check succeeds\n`);
    expect(configuration.commit().output).toBe(`${ORDERING_WARNING}commit complete\n`);
    expect([configuration.running.orderingMode, configuration.afterReboot.orderingMode]).toEqual([
      'hardware',
      'software',
    ]);
    expect(configuration.commit().output).toBe('commit complete\n');
    configuration.reboot();
    expect(configuration.running.orderingMode).toBe('software');
  });

  it('hardware is the default, so setting it changes nothing', () => {
    expect(configured(`${ORDERING} hardware`).check().warnings).toEqual([]);
  });

  it('distribution mode and IPv6 are told too', () => {
    const configuration = configured(
      'security forwarding-process application-services session-distribution-mode rr-based',
      'security forwarding-options family inet6 mode flow-based',
    );
    expect(configuration.commit().warnings).toEqual([
      expect.stringContaining('distribution mode changed'),
      expect.stringContaining('inet6'),
    ]);
    expect(configuration.running).toEqual({ orderingMode: 'hardware', distributionMode: null, inet6: 'drop' });
    expect(configuration.afterReboot).toEqual({
      orderingMode: 'hardware',
      distributionMode: 'rr-based',
      inet6: 'flow-based',
    });
  });

  it('what is inactive or in a group counts as it should', () => {
    const configuration = configured(`groups g ${ORDERING} software`, 'apply-groups g');
    expect(configuration.check().warnings).toHaveLength(1);
    configuration.deactivate('apply-groups');
    expect(configuration.check().warnings).toEqual([]);
  });
});

describe('a statement', () => {
  it.each([
    ['unknown word', 'security flow agin', 2, 15, 'syntax error'],
    [
      'value out of range',
      'security flow tcp-session tcp-initial-timeout 301',
      4,
      47,
      'Value 301 is not within range (4..300)',
    ],
    ['missing value', 'system host-name', 2, 18, 'missing argument'],
    ['missing identifier', 'chassis fpc', 2, 13, 'missing argument'],
    ['missing to-zone', 'security policies from-zone a policy p', 4, 31, 'syntax error'],
    ['nothing', '', 0, 0, 'missing argument'],
    ['quote that does not end', 'system host-name "a', 2, 18, 'string without " at its end'],
    ['bracket that does not end', 'apply-groups [ a', 2, 17, 'syntax error'],
  ])('R-cfg-2: set() throws with the place for %s', (_, command, wordIndex, column, message) => {
    const configuration = configured('system host-name a');
    expect(errorOf(() => configuration.set(command))).toEqual({ wordIndex, column, message });
    expect(configuration.show([], 'set')).toBe('set system host-name a\n');
  });

  it('set() keeps what it has when a later word is wrong', () => {
    const policy = 'security policies global policy p';
    const configuration = configured(`${policy} match source-address a`, `${policy} then permit`);
    const before = configuration.show();
    errorOf(() => configuration.set(`${policy} match source-address b application any oops`));
    errorOf(() => configuration.set(`${policy} then deny oops`));
    expect(configuration.show()).toBe(before);
  });

  it('set() keeps statements of hierarchies that the model does without, and warns', () => {
    const configuration = new Configuration();
    expect(configuration.set('protocols bgp group a type internal')).toEqual([
      expect.objectContaining({ message: 'protocols bgp is not part of the model: it is kept and has no effect' }),
    ]);
    expect(configuration.show()).toBe('protocols {\n    bgp group a type internal;\n}\n');
  });

  it('delete() takes it away with containers that it leaves empty', () => {
    const configuration = configured('security flow aging low-watermark 5', 'system host-name a');
    configuration.delete('security flow aging low-watermark');
    expect(configuration.show([], 'set')).toBe('set system host-name a\n');
    expect(errorOf(() => configuration.delete('security flow'))).toMatchObject({
      wordIndex: 0,
      message: 'statement not found',
    });
  });

  it('delete() of one value leaves the others', () => {
    const configuration = configured('apply-groups [ a b ]');
    configuration.delete('apply-groups a');
    expect(configuration.show([], 'set')).toBe('set apply-groups b\n');
    expect(errorOf(() => configuration.delete('apply-groups [ b c ]')).message).toBe('statement not found');
    expect(configuration.show([], 'set')).toBe('set apply-groups b\n');
  });

  it('delete() without words empties the level', () => {
    const configuration = configured('security flow aging low-watermark 5', 'system host-name a');
    configuration.edit('security');
    configuration.delete([]);
    configuration.top();
    expect(configuration.show([], 'set')).toContain('set system host-name a\n');
    expect(configuration.show([], 'set')).not.toContain('flow');
  });

  it('rename() gives it another name in its place', () => {
    const configuration = configured(
      'security policies global policy a then permit',
      'security policies global policy b then deny',
    );
    configuration.rename('security policies global policy a to policy c');
    expect(configuration.show('security policies global', 'set')).toBe(
      'set security policies global policy c then permit\nset security policies global policy b then deny\n',
    );
    expect(errorOf(() => configuration.rename('security policies global policy c to policy b')).message).toBe(
      'statement already exists',
    );
    expect(errorOf(() => configuration.rename('security policies global policy c to term x')).message).toBe(
      'syntax error',
    );
    expect(errorOf(() => configuration.rename('security policies global policy x to policy y')).message).toBe(
      'statement not found',
    );
    configuration.set('interfaces xe-7/0/0 unit 0');
    configuration.rename('interfaces xe-7/0/0 to xe-7/0/1');
    expect(configuration.show('interfaces')).toBe('xe-7/0/1 {\n    unit 0;\n}\n');
  });

  it('insertStatement() moves it', () => {
    const configuration = configured(
      ...['a', 'b', 'c'].map((name) => `security policies global policy ${name} then permit`),
    );
    const order = () => [...configuration.show().matchAll(/policy (\w)/g)].map((match) => match[1]).join('');
    configuration.insertStatement('security policies global policy c before policy a');
    expect(order()).toBe('cab');
    configuration.insertStatement('security policies global policy c after policy b');
    expect(order()).toBe('abc');
    expect(
      errorOf(() => configuration.insertStatement('security policies global policy c after policy d')).message,
    ).toBe('statement not found');
    expect(order()).toBe('abc');
  });

  it('annotate() puts a text above it', () => {
    const configuration = configured('system host-name a');
    configuration.annotate(['system', 'the edge']);
    expect(configuration.show()).toBe('/* the edge */\nsystem {\n    host-name a;\n}\n');
    configuration.annotate(['system', '']);
    expect(configuration.show()).toBe('system {\n    host-name a;\n}\n');
    expect(errorOf(() => configuration.annotate(['system', 'a */ b'])).wordIndex).toBe(1);
  });

  it('R-cfg-5: deactivate() leaves it without effect, and show() says so below it', () => {
    const configuration = configured('system host-name a');
    configuration.deactivate('system');
    expect(configuration.show()).toBe('inactive: system {\n    host-name a;\n}\n');
    expect(configuration.show('system')).toBe('##\n## inactive: system\n##\nhost-name a;\n');
    configuration.commit();
    expect(formatConfiguration(configuration.effective)).toBe('');
    configuration.activate('system');
    expect(configuration.show()).toBe('system {\n    host-name a;\n}\n');
    expect(errorOf(() => configuration.activate('chassis')).message).toBe('statement not found');
  });
});

describe('a statement of which another is the beginning', () => {
  const both = () => configured('protocols lldp interface all disable', 'protocols lldp interface all');

  it('deactivate() marks one of them, or both where it names both', () => {
    const one = both();
    one.deactivate('protocols lldp interface all disable');
    expect(one.show([], 'set')).toBe(
      'set protocols lldp interface all disable\ndeactivate protocols lldp interface all disable\nset protocols lldp interface all\n',
    );
    one.activate('protocols lldp interface all disable');
    expect(one.show([], 'set')).toBe(both().show([], 'set'));
    const two = both();
    two.deactivate('protocols lldp interface all');
    expect(two.show([], 'set').match(/^deactivate/gm)).toHaveLength(2);
    const gathered = both();
    gathered.deactivate('protocols lldp interface');
    expect(gathered.show('protocols')).toBe('inactive: lldp interface {\n    all disable;\n    all;\n}\n');
  });

  it('deactivate() works alike at a level, and delete() takes away what begins so', () => {
    const configuration = configured('snmp a b c', 'snmp a b');
    configuration.edit('snmp a b');
    configuration.deactivate('c');
    expect(configuration.show()).toContain('inactive: c;');
    configuration.delete('c');
    expect(configuration.show([])).toBe('');
    const deleted = both();
    deleted.delete('protocols lldp interface all');
    expect(deleted.show([], 'set')).not.toContain('lldp');
  });
});

describe('show() of a part', () => {
  it('shows what begins with the words, where the schema does not know it', () => {
    const configuration = configured(
      'protocols ospf area 0.0.0.0 interface xe-1/0/0.0',
      'protocols ospf area 0.0.0.0 interface lo0.0 passive',
    );
    const below = 'area 0.0.0.0 interface xe-1/0/0.0;\narea 0.0.0.0 interface lo0.0 passive;\n';
    expect(configuration.show('protocols ospf')).toBe(below);
    expect(configuration.show('protocols ospf area 0.0.0.0', 'set')).toBe(
      'set protocols ospf area 0.0.0.0 interface xe-1/0/0.0\nset protocols ospf area 0.0.0.0 interface lo0.0 passive\n',
    );
    expect(configuration.show('protocols', 'set')).toBe(configuration.show('protocols ospf', 'set'));
    configuration.edit('protocols ospf');
    expect(configuration.show()).toBe(below);
  });

  it('shows all entries of a list without their identifiers', () => {
    const configuration = configured(
      'interfaces xe-7/0/0 unit 0 family inet address 192.0.2.1/24',
      'chassis fpc 7 np-cache',
      'chassis fpc 1 np-cache',
    );
    expect(configuration.show('interfaces xe-7/0/0 unit 0 family inet address')).toBe('address 192.0.2.1/24;\n');
    expect(configuration.show('chassis fpc')).toBe('fpc 7 {\n    np-cache;\n}\nfpc 1 {\n    np-cache;\n}\n');
    expect(configuration.show('security zones security-zone')).toBe('');
  });
});

describe('the level that is edited', () => {
  it('commands and show() are relative to it', () => {
    const configuration = new Configuration();
    configuration.edit('security flow');
    expect(configuration.editPath).toEqual(['security', 'flow']);
    configuration.set('aging low-watermark 5');
    expect(configuration.show()).toBe('aging {\n    low-watermark 5;\n}\n');
    expect(configuration.show('aging low-watermark')).toBe('low-watermark 5;\n');
    expect(errorOf(() => configuration.set('aging low-watermark 101'))).toMatchObject({ wordIndex: 2, column: 21 });
    expect(configuration.show([], 'set')).toBe('set security flow aging low-watermark 5\n');
  });

  it('up(), top() and exit() go back', () => {
    const configuration = new Configuration();
    configuration.edit('security policies from-zone a to-zone b');
    configuration.edit('policy p');
    configuration.up();
    expect(configuration.editPath.join(' ')).toBe('security policies from-zone a to-zone b');
    configuration.up(2);
    expect(configuration.editPath).toEqual(['security']);
    expect(configuration.exit()).toBe(true);
    expect(configuration.editPath.join(' ')).toBe('security policies from-zone a to-zone b');
    configuration.top();
    expect([configuration.editPath, configuration.exit()]).toEqual([[], false]);
    expect(configuration.show()).toBe('');
  });

  it('edit() throws for what is no level', () => {
    const configuration = configured('system host-name a');
    for (const command of [
      'system host-name a',
      'system host-name',
      'oops',
      'security flow tcp-session no-syn-check',
    ]) {
      expect(() => configuration.edit(command)).toThrow(ConfigurationSyntaxError);
    }
    expect(configuration.show([], 'set')).toBe('set system host-name a\n');
  });

  it('show() throws for what cannot be there, and shows nothing of what is not', () => {
    const configuration = new Configuration();
    expect(configuration.show('security flow')).toBe('');
    expect(configuration.show('system host-name')).toBe('');
    expect(() => configuration.show('security oops')).toThrow(ConfigurationSyntaxError);
  });
});

describe('commit, rollback and load', () => {
  it('R-cfg-1: the candidate differs until it is committed', () => {
    const configuration = configured('system host-name a');
    expect(configuration.compare()).toBe('[edit]\n+  system {\n+      host-name a;\n+  }\n');
    expect(formatConfiguration(configuration.active)).toBe('');
    configuration.commit({ nowNs: 5, comment: 'first' });
    expect(configuration.compare()).toBe('');
    expect(configuration.history[0]).toMatchObject({ committedNs: 5, comment: 'first' });
  });

  it('what is active does not change with the candidate', () => {
    const configuration = configured('system host-name a');
    configuration.commit();
    configuration.set('system host-name b');
    configuration.delete('system');
    expect(formatConfiguration(configuration.active, 'set')).toBe('set system host-name a\n');
    expect(configuration.rollback()).toBe('load complete\n');
    expect(configuration.show([], 'set')).toBe('set system host-name a\n');
  });

  it('R-cfg-1: the last 50 can be had again', () => {
    const configuration = new Configuration();
    for (let i = 0; i < 60; i++) {
      configuration.set(`system host-name h${i}`);
      configuration.commit();
    }
    expect(configuration.history).toHaveLength(50);
    configuration.rollback(49);
    expect(configuration.show([], 'set')).toBe('set system host-name h10\n');
    expect(configuration.compare(48)).toBe('[edit system]\n-  host-name h11;\n+  host-name h10;\n');
    expect(() => configuration.rollback(50)).toThrow(
      'Cannot roll back configuration: number must be from 0 to 49: got 50',
    );
    expect(() => configuration.compare(-1)).toThrow(RangeError);
  });

  it('R-cfg-8: a commit that nobody confirms is taken back, one that is confirmed stays', () => {
    const configuration = configured('system host-name a');
    configuration.commit();
    configuration.set('system host-name b');
    expect(configuration.commit({ confirmedMinutes: 5, nowNs: 0 }).output).toBe(
      'commit confirmed will be automatically rolled back in 5 minutes unless confirmed\ncommit complete\n',
    );
    expect(configuration.advance(299e9)).toBe(false);
    expect(configuration.advance(300e9)).toBe(true);
    expect(configuration.show([], 'set')).toBe('set system host-name a\n');
    configuration.set('system host-name c');
    configuration.commit({ confirmedMinutes: 1, nowNs: 400e9 });
    expect(configuration.confirmDueNs).toBe(460e9);
    configuration.commit({ nowNs: 410e9 });
    expect(configuration.advance(1000e9)).toBe(false);
    expect(configuration.show([], 'set')).toBe('set system host-name c\n');
    expect(() => configuration.commit({ confirmedMinutes: 0 })).toThrow(RangeError);
  });

  it('load() leaves out what delete: stands before, and warns', () => {
    const configuration = configured('security flow aging low-watermark 5', 'system host-name a');
    const before = configuration.show();
    for (const text of ['security { delete: flow; }', 'security { delete: flow { aging { high-watermark 9; } } }']) {
      const { output, warnings } = configuration.load('merge', text);
      expect(output).toBe('load complete\n');
      expect(warnings.map(({ message }) => message)).toEqual(['mark delete: is left out with its statement']);
      expect(configuration.show()).toBe(before);
    }
    configuration.load('merge', 'security { delete: flow; flow { aging { high-watermark 9; } } }');
    expect(configuration.show('security', 'set')).toContain('high-watermark 9\n');
  });

  it('load() puts a text in place of everything, or adds it', () => {
    const configuration = configured('system host-name a');
    expect(configuration.load('merge', 'chassis { fpc 1 { np-cache; } }').output).toBe('load complete\n');
    expect(configuration.show([], 'set')).toBe('set system host-name a\nset chassis fpc 1 np-cache\n');
    configuration.load('set', 'delete system\nset apply-groups g');
    expect(configuration.show([], 'set')).toBe('set chassis fpc 1 np-cache\nset apply-groups g\n');
    const { errors, output } = configuration.load(
      'override',
      'system {\n    host-name b;\n}\nsecurity flow aging high-watermark 0;',
    );
    expect(output).toBe('terminal:4:(36) Value 0 is not within range (1..100)\nload complete (1 error)\n');
    expect(errors).toHaveLength(1);
    expect(configuration.show([], 'set')).toBe('set system host-name b\n');
    expect(configuration.load('set', 'system { host-name c; }').errors).toHaveLength(1);
  });
});

describe('checks of a commit', () => {
  const policy = 'security policies from-zone a to-zone b policy p';
  const match = `${policy} match source-address any destination-address any application any`;
  const zones = ['security zones security-zone a', 'security zones security-zone b'];

  it.each<[string, string[], string]>([
    ['a policy without match', [...zones, `${policy} then permit`], "Missing mandatory statement: 'match'"],
    [
      'a policy without application',
      [...zones, `${policy} match source-address any destination-address any`, `${policy} then deny`],
      "Missing mandatory statement: 'application'",
    ],
    ['a policy without action', [...zones, match], "Missing mandatory statement: 'then'"],
    ['a zone that is not there', [zones[0], match, `${policy} then permit`], 'Security zone b is not configured'],
    [
      'an address that is not there',
      [...zones, match, `${policy} match source-address host`, `${policy} then permit`],
      'source-address host is not in the address book',
    ],
    [
      'an application that is not there',
      [...zones, match, `${policy} match application app`, `${policy} then permit`],
      'application app is not defined',
    ],
    [
      'an interface of two zones',
      [`${zones[0]} interfaces xe-7/0/0`, `${zones[1]} interfaces xe-7/0/0.0`],
      'interface xe-7/0/0.0 is already in zone a',
    ],
    [
      'a pool that is not there',
      [
        zones[0],
        'security nat source rule-set r from zone a',
        'security nat source rule-set r rule n then source-nat pool p',
      ],
      'pool p is not defined',
    ],
    [
      'a rule set from nowhere',
      ['security nat source rule-set r rule n then source-nat interface'],
      "Missing mandatory statement: 'from'",
    ],
    [
      'watermarks the wrong way round',
      ['security flow aging high-watermark 50 low-watermark 60'],
      'low-watermark 60 must not be above high-watermark 50',
    ],
    ['a group that is not there', ['apply-groups g'], 'group g is not defined'],
  ])('commit() refuses %s', (_, commands, message) => {
    const configuration = configured(...commands);
    const { ok, output } = configuration.commit();
    expect(ok).toBe(false);
    expect(output).toMatch(
      /^\[edit[^\n]*\]\n {2}'[^\n]+'\n {4}[^\n]+\n(?:.*\n)*error: configuration check-out failed\n$/,
    );
    expect(output).toContain(`    ${message}\n`);
    expect(configuration.check().output).toBe(output);
    expect(configuration.history).toHaveLength(1);
  });

  it('commit() takes one watermark alone: the default of the other one is no statement', () => {
    expect(configured('security flow aging high-watermark 80').commit().ok).toBe(true);
    expect(configured('security flow aging low-watermark 80').commit().ok).toBe(true);
  });

  it('commit() takes addresses of the global book, of one that is attached, and of the zone', () => {
    const configuration = configured(
      ...zones,
      'security address-book global address g 10.0.0.0/8',
      'security address-book mine address m 10.1.0.0/16',
      'security address-book mine attach zone a',
      'security zones security-zone a address-book address z 10.2.0.0/16',
      match,
      `${policy} match source-address [ g m z ]`,
      `${policy} then permit`,
    );
    expect(configuration.commit().output).toBe('commit complete\n');
  });
});

describe('any commands', () => {
  it('throw errors of one kind only, and change nothing then', () => {
    const words = fc.constantFrom(
      'system',
      'host-name',
      'a',
      'security',
      'flow',
      'aging',
      '5',
      'policies',
      'global',
      'policy',
      'to',
      'before',
      '[',
      ']',
      '"',
      'protocols',
      'apply-groups',
      'unit',
      '',
      'interfaces',
      'xe-7/0/0',
      'family',
      'inet',
      'then',
      'permit',
      'deny',
    );
    const names = [
      'set',
      'delete',
      'deactivate',
      'activate',
      'rename',
      'insertStatement',
      'annotate',
      'edit',
      'show',
      'up',
      'exit',
      'commit',
      'rollback',
    ] as const;
    const command = fc.tuple(fc.constantFrom(...names), fc.array(words, { maxLength: 6 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const configuration = new Configuration();
        for (const [name, list, asText] of commands) {
          const before = formatConfiguration(configuration.candidate);
          try {
            if (name === 'up') configuration.up();
            else if (name === 'exit') configuration.exit();
            else if (name === 'commit') configuration.commit();
            else if (name === 'rollback') configuration.rollback(0);
            else configuration[name](asText ? list.join(' ') : list);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationSyntaxError);
            expect((error as Error).message).not.toMatch(/undefined|NaN|\n/);
            expect(formatConfiguration(configuration.candidate)).toBe(before);
          }
        }
        configuration.compare();
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});
