import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandContext,
  type CommandError,
  Configuration,
  ConfigurationSyntaxError,
  completeCommand,
  type ExpandedCommand,
  expandCommand,
  parseShow,
  SHOW_COMMANDS,
} from '../index.ts';

const configuration = new Configuration();
for (const command of [
  'security zones security-zone trust interfaces xe-7/0/0',
  'security zones security-zone untrust',
  'security zones security-zone guest-wifi',
  'security policies from-zone trust to-zone untrust policy web then permit',
  'security policies from-zone trust to-zone untrust policy web match source-address any destination-address any application any',
  'security policies from-zone trust to-zone untrust policy dns match source-address any destination-address any application any',
  'security policies from-zone trust to-zone untrust policy dns then deny',
  'groups one system host-name a',
  'groups two system host-name b',
  'apply-groups [ one two ]',
  'protocols bgp group g neighbor 192.0.2.1',
]) {
  configuration.set(command);
}
expect(configuration.commit().output).toBe('commit complete\n');

const operational: CommandContext = { mode: 'operational', configuration };
const editing: CommandContext = { mode: 'configuration', configuration };

const shown = (line: string, context = operational) =>
  completeCommand(line, context).completions.map((each) => each.shown);
const addition = (line: string, context = operational) => completeCommand(line, context).addition;
const words = (line: string, context = operational) => {
  const expanded = expandCommand(line, context);
  return 'message' in expanded
    ? expanded
    : [expanded.words.join(' '), ...expanded.pipes.map((pipe) => pipe.join(' '))].join(' | ');
};

describe('words that are shortened', () => {
  it.each([
    ['sh sec fl statu', 'show security flow status'],
    [
      'sh sec fl se prot tcp destination-po 443 sum',
      'show security flow session protocol tcp destination-port 443 summary',
    ],
    ['sh sec mon perf spu', 'show security monitoring performance spu'],
    ['sh conf sec zon | d s | m trust', 'show configuration security zones | display set | match trust'],
    ['sh ch fpc pic | no', 'show chassis fpc pic-status | no-more'],
    ['req ch fpc sl 1 off', 'request chassis fpc slot 1 offline'],
    ['req sim start speed 10 capture "a b.pcap"', 'request simulation start speed 10 capture a b.pcap'],
    ['cle sec fl ses all', 'clear security flow session all'],
    ['conf', 'configure'],
    ['', ''],
  ])('expandCommand() writes out %s', (line, expected) => {
    expect(words(line)).toBe(expected);
  });

  it.each([
    [
      'set sec forwarding-p app packet soft',
      'set security forwarding-process application-services packet-ordering-mode software',
    ],
    ['set ch fp 7 np', 'set chassis fpc 7 np-cache'],
    [
      'set sec pol from-z tr to-z un pol x m source-address any destination-address any',
      'set security policies from-zone tr to-zone un policy x match source-address any destination-address any',
    ],
    ['set apply-groups [ a b ]', 'set apply-groups [ a b ]'],
    ['del sec zon sec trust', 'delete security zones security-zone trust'],
    ['del protocols bgp', 'delete protocols bgp'],
    ['sh sec zon | comp roll 3', 'show security zones | compare rollback 3'],
    ['com che', 'commit check'],
    ['com conf 5', 'commit confirmed 5'],
    ['roll 3', 'rollback 3'],
    ['run sh sys up', 'run show system uptime'],
    [
      'ren sec pol from-zone trust to-zone untrust pol web to pol www',
      'rename security policies from-zone trust to-zone untrust policy web to pol www',
    ],
    ['load m t', 'load merge terminal'],
  ])('expandCommand() writes out %s in configuration mode', (line, expected) => {
    expect(words(line, editing)).toBe(expected);
  });

  it('expandCommand() takes every command that can be shown', () => {
    for (const { name } of SHOW_COMMANDS) {
      const line = name.endsWith('fpc') ? `${name} 1` : name;
      expect(words(line)).toBe(line);
      expect(parseShow(words(`${line} node 1`) as string)).toMatchObject({ command: name, node: 1 });
    }
  });

  it('what is expanded can be set', () => {
    const fresh = new Configuration();
    const expanded = expandCommand('set sec pol global pol p match application [ a b ]', {
      mode: 'configuration',
      configuration: fresh,
    });
    fresh.set((expanded as ExpandedCommand).words.slice(1));
    expect(fresh.show('security policies', 'set')).toContain('match application b\n');
  });
});

describe('errors', () => {
  it.each([
    ['shw version', operational, 'unknown command.', 0],
    ['show cpu', operational, 'syntax error.', 5],
    ['s', editing, "'s' is ambiguous.", 0],
    ['show se fl s', operational, "'s' is ambiguous.", 11],
    ['show security', operational, 'missing argument.', 13],
    ['show security monitoring fpc x', operational, "Invalid numeric value: 'x'", 29],
    ['show version | mach x', operational, 'syntax error.', 15],
    ['show | match x', operational, 'syntax error.', 5],
    ['configure foo', operational, 'syntax error.', 10],
    ['set securty', editing, 'syntax error.', 4],
    ['set security flow tcp-session tcp-initial-timeout 3', editing, 'Value 3 is not within range (4..300)', 50],
    ['delete chassis', editing, 'statement not found.', 7],
    ['rollback 50', editing, 'Value 50 is not within range (0..49)', 9],
  ])('expandCommand() tells what is wrong with %s', (line, context, message, offset) => {
    expect(words(line, context as CommandContext)).toMatchObject({ message, offset });
  });

  it('an ambiguous word comes with what it could mean', () => {
    const result = words('show security flow s') as CommandError;
    expect(result.completions.map((each) => each.shown)).toEqual(['session', 'statistics', 'status']);
  });
});

describe('completion', () => {
  it.each([
    ['show se', 'curity '],
    ['show security flow st', 'at'],
    ['show security flow s', ''],
    ['show v', 'ersion '],
    ['show version', ' '],
    ['show cpu', ''],
    ['request chassis fpc slot 1 o', ''],
  ])('completeCommand() adds to %s what is sure', (line, expected) => {
    expect(addition(line)).toBe(expected);
  });

  it('words come in order of the alphabet, after <[Enter]> and before values and the pipe', () => {
    expect(shown('show security ')).toEqual(['flow', 'forwarding-process', 'monitoring']);
    expect(shown('show security monitoring ')).toEqual(['<[Enter]>', 'fpc', 'node', 'performance', '|']);
    expect(shown('show security monitoring fpc ')).toEqual(['<0..23>']);
    expect(shown('show version | ')).toEqual(['count', 'display', 'except', 'find', 'last', 'match', 'no-more']);
    expect(shown('show configuration | display ')).toEqual(['json', 'set', 'xml']);
    expect(shown('show version | display ')).toEqual(['json', 'xml']);
  });

  it('what was given is not offered again', () => {
    expect(shown('show security flow session protocol tcp brief ')).not.toContain('protocol');
    expect(shown('show security flow session protocol tcp brief ')).not.toContain('summary');
    expect(shown('show security flow session protocol tcp ')).toContain('summary');
  });

  it('names that are configured are offered', () => {
    expect(shown('set security zones security-zone ', editing)).toEqual(['guest-wifi', 'trust', 'untrust', '<name>']);
    expect(addition('set security zones security-zone gu', editing)).toBe('est-wifi ');
    expect(shown('delete apply-groups ', editing)).toEqual(['<[Enter]>', 'one', 'two', '|']);
    expect(shown('show security policies from-zone trust to-zone ', editing)).toEqual(['untrust', '<name>']);
    expect(shown('delete security policies from-zone trust to-zone untrust policy ', editing)).toEqual(['dns', 'web']);
    expect(shown('show configuration security zones security-zone ')).toEqual(['guest-wifi', 'trust', 'untrust']);
    expect(shown('delete protocols ', editing)).toContain('bgp');
  });

  it('words of a value are offered with their help', () => {
    const { completions } = completeCommand(
      'set security forwarding-process application-services packet-ordering-mode ',
      editing,
    );
    expect(completions).toEqual([
      { shown: 'hardware', help: 'Hardware mode', word: 'hardware' },
      { shown: 'software', help: 'Software mode', word: 'software' },
    ]);
    expect(shown('set security flow aging early-ageout ', editing)).toEqual(['<1..65535>']);
  });

  it('the level that is edited is where words begin', () => {
    const own = new Configuration();
    own.edit('security flow aging');
    const context: CommandContext = { mode: 'configuration', configuration: own };
    expect(shown('set ', context)).toEqual(['early-ageout', 'high-watermark', 'low-watermark']);
    expect(addition('set e', context)).toBe('arly-ageout ');
  });
});

describe('any line', () => {
  it('completeCommand() and expandCommand() never throw, and what is expanded expands to itself', () => {
    const piece = fc.constantFrom(
      'show',
      'sh',
      'set',
      's',
      'security',
      'sec',
      'flow',
      'session',
      'zones',
      'security-zone',
      'trust',
      '|',
      'match',
      'display',
      'set',
      '"',
      '[',
      ']',
      'commit',
      'run',
      'protocol',
      'tcp',
      '10',
      'x',
      '\\',
      '{',
      'to',
      'rename',
      'delete',
      'policies',
      'from-zone',
      'configuration',
      'interfaces',
      '/*',
      '#',
    );
    const lines = fc.oneof(
      fc
        .array(piece, { maxLength: 9 })
        .chain((list) => fc.constantFrom(list.join(' '), `${list.join(' ')} `, list.join('  '))),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(lines, fc.constantFrom(operational, editing), (line, context) => {
        const { offset, completions } = completeCommand(line, context);
        expect(offset).toBeLessThanOrEqual(line.length);
        for (const each of completions) expect(each.shown).not.toBe('');
        const result = expandCommand(line, context);
        if ('message' in result) {
          expect(result.message).not.toMatch(/\n|undefined|NaN/);
          expect(result.offset).toBeLessThanOrEqual(line.length);
        } else if (result.words.every((word) => /^[\w/.[\]-]+$/.test(word)) && result.pipes.length === 0) {
          expect(expandCommand(result.words.join(' '), context)).toEqual(result);
          if (context === editing && result.words[0] === 'set') {
            const own = new Configuration();
            try {
              own.set(result.words.slice(1));
            } catch (error) {
              expect(error).toBeInstanceOf(ConfigurationSyntaxError);
            }
          }
        }
      }),
      { seed: 7, numRuns: 1500 },
    );
  });
});
