import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConfiguration, parseConfiguration, toModel } from '../index.ts';
import { parseXml } from '../xml.suite.ts';
import { KNOWN_TEXT, UNKNOWN_TEXT } from './trees.suite.ts';

const text = (source: string) => formatConfiguration(parseConfiguration(source).root);
const set = (source: string) => formatConfiguration(parseConfiguration(source).root, 'set');

/** What `set` lines say: each once, and none that a longer one says as well. */
function said(lines: string): Set<string> {
  const all = lines.split('\n');
  return new Set(all.filter((line) => !all.some((other) => other.startsWith(`${line} `))));
}

describe('round trips', () => {
  it('curly -> set -> curly gives the same text for statements that the schema knows', () => {
    fc.assert(
      fc.property(KNOWN_TEXT, (source) => {
        const parsed = parseConfiguration(source);
        expect(parsed.errors).toEqual([]);
        const curly = formatConfiguration(parsed.root);
        expect(text(curly)).toBe(curly);
        expect(text(formatConfiguration(parsed.root, 'set'))).toBe(curly);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('curly -> curly and set -> curly -> set give the same text for statements that it does not know', () => {
    fc.assert(
      fc.property(UNKNOWN_TEXT, (source) => {
        const parsed = parseConfiguration(source);
        expect(parsed.errors).toEqual([]);
        const curly = formatConfiguration(parsed.root);
        expect(text(curly)).toBe(curly);
        const lines = formatConfiguration(parsed.root, 'set');
        expect(said(set(lines))).toEqual(said(lines));
        expect(said(set(text(lines)))).toEqual(said(lines));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('XML is well-formed and JSON is JSON', () => {
    fc.assert(
      fc.property(KNOWN_TEXT, UNKNOWN_TEXT, (known, unknown) => {
        const { root } = parseConfiguration(`${known}\n${unknown}`);
        expect(parseXml(formatConfiguration(root, 'xml')).name).toBe('rpc-reply');
        expect(Object.keys(JSON.parse(formatConfiguration(root, 'json')))).toEqual(['configuration']);
      }),
      { seed: 3 },
    );
  });
});

describe('identifiers of a list in a block of their own', () => {
  const BOOK = `security {
    inactive: address-book {
        global {
            address a 192.0.2.1/32;
            address-set both { address a; address b; }
        }
        /* of the branch */
        branch { address b 192.0.2.2/32; }
    }
}`;

  it('are read as behind the keyword, with marks, lists and annotations', () => {
    const { errors, warnings } = parseConfiguration(BOOK);
    expect([errors, warnings]).toEqual([[], []]);
    expect(text(BOOK)).toBe(`security {
    inactive: address-book global {
        address a 192.0.2.1/32;
        address-set both {
            address a;
            address b;
        }
    }
    /* of the branch */
    inactive: address-book branch {
        address b 192.0.2.2/32;
    }
}
`);
    expect(text(text(BOOK))).toBe(text(BOOK));
  });

  it('name the place of what is wrong in them', () => {
    const { errors } = parseConfiguration(
      'chassis {\n    fpc {\n        7 { np-cache; }\n        99 { np-cache; }\n    }\n}',
    );
    expect(errors.map(({ line, column }) => [line, column])).toEqual([[4, 9]]);
    expect(parseConfiguration('chassis { fpc { } }').errors).toEqual([]);
    expect(parseConfiguration('chassis { fpc; }').errors).toMatchObject([{ message: 'missing argument' }]);
  });
});

describe('forms that the device writes', () => {
  it.each([
    ['words on one line', 'security flow tcp-session no-syn-check;', 'set security flow tcp-session no-syn-check\n'],
    ['no blank before {', 'system{host-name gw;}', 'set system host-name gw\n'],
    ['a comment', '# one\nsystem { ## two\n host-name gw; # three\n}', 'set system host-name gw\n'],
    [
      'several statements on a set line',
      'set security flow aging low-watermark 50 high-watermark 90',
      'set security flow aging low-watermark 50\nset security flow aging high-watermark 90\n',
    ],
    [
      'statements after a list',
      'set security policies global policy p match source-address [ a b ] application any',
      'set security policies global policy p match source-address a\nset security policies global policy p match source-address b\nset security policies global policy p match application any\n',
    ],
    ['a list on a set line', 'set apply-groups [ a b ]', 'set apply-groups a\nset apply-groups b\n'],
    [
      'a range of a pool',
      'security { nat { source { pool p { address { 192.0.2.1/32 to 192.0.2.9/32; } } } } }',
      'set security nat source pool p address 192.0.2.1/32 to 192.0.2.9/32\n',
    ],
    ['another value', 'set system host-name a\nset system host-name b', 'set system host-name b\n'],
    [
      'another choice',
      'set security policies global policy p then deny\nset security policies global policy p then permit',
      'set security policies global policy p then permit\n',
    ],
    ['delete of a value', 'set apply-groups [ a b ]\ndelete apply-groups a', 'set apply-groups b\n'],
    ['delete of the last statement', 'set system host-name a\ndelete system host-name', ''],
    [
      'delete of unknown statements',
      'set protocols bgp group a\nset protocols bgp group b\nset protocols ospf\ndelete protocols bgp',
      'set protocols ospf\n',
    ],
    ['activate', 'set system host-name a\ndeactivate system\nactivate system', 'set system host-name a\n'],
    [
      'line ends of Windows',
      'set system host-name a\r\nset apply-groups b\r\n',
      'set system host-name a\nset apply-groups b\n',
    ],
    ['a string over two lines', 'set snmp contact "a\nb"', 'set snmp contact "a\nb"\n'],
    ['nothing', '', ''],
  ])('parseConfiguration() reads %s', (_, source, expected) => {
    const parsed = parseConfiguration(source);
    expect(parsed.errors).toEqual([]);
    expect(formatConfiguration(parsed.root, 'set')).toBe(expected);
  });

  it('annotations stay above their statement', () => {
    const source = `/* edge */\nsystem {\n    /* a\n       b */\n    host-name gw;\n}\n`;
    expect(text(source)).toBe(source);
  });

  it('keys such as __proto__ are names like others', () => {
    const lines = 'set security zones security-zone __proto__\nset constructor toString\n';
    expect(set(lines)).toBe(lines);
    expect(
      JSON.parse(formatConfiguration(parseConfiguration(lines).root, 'json')).configuration.security.zones,
    ).toEqual({
      'security-zone': [{ name: '__proto__' }],
    });
  });
});

describe('errors', () => {
  it.each([
    [
      'a value out of range',
      'security {\n    flow {\n        tcp-session {\n            tcp-initial-timeout 3;\n        }\n    }\n}',
      4,
      33,
      'Value 3 is not within range (4..300)',
    ],
    ['no number', 'set security flow aging early-ageout soon', 1, 38, "Invalid numeric value: 'soon'"],
    ['another word', 'set security flow pending-sess-queue-length low', 1, 45, "invalid value 'low'"],
    ['no value', 'system { host-name; }', 1, 20, 'missing argument'],
    ['a list of what has one value', 'set system host-name [ a b ]', 1, 22, 'syntax error'],
    ['no semicolon', 'system {\n host-name a\n}', 3, 1, 'statement must end with ;: got }'],
    ['no }', 'system {\n host-name a;\n', 1, 8, '{ without }'],
    ['no {', 'system { }\n}', 2, 1, '} without {'],
    ['no quote', 'system { host-name "a; }', 1, 20, 'string without " at its end'],
    ['no end of an annotation', 'system { /* a; }', 1, 10, 'annotation without */ at its end'],
    ['no ]', 'apply-groups [ a ; ]', 1, 18, '[ must be followed by words and ]: got ;'],
    ['an empty list', 'apply-groups [ ];', 1, 16, '[ must be followed by a value'],
    ['words after a list', 'apply-groups [ a ] b;', 1, 14, 'syntax error'],
    ['a block after a list', 'apply-groups [ a ] { }', 1, 20, 'statement with values in [ ] must end with ;: got {'],
    [
      'another command',
      'set system host-name a\nshow version',
      2,
      1,
      'line must begin with set, delete, deactivate, activate: got "show"',
    ],
    [
      'a prompt before set lines',
      'lab@fw> show configuration | display set\nset system host-name a',
      1,
      1,
      'line must begin with set, delete, deactivate, activate: got "lab@fw>"',
    ],
    ['nothing to delete', 'set system host-name a\ndelete system domain-name', 2, 15, 'statement not found'],
    ['a command alone', 'set system host-name a\ndelete', 2, 8, 'delete must be followed by a statement'],
  ])('parseConfiguration() tells where there is %s', (_, source, line, column, message) => {
    expect(parseConfiguration(source).errors).toEqual([expect.objectContaining({ line, column, message })]);
  });

  it('statements around a wrong one are there, and containers of a wrong one are not', () => {
    const { root, errors } = parseConfiguration(
      'set system host-name a\nset security flow aging early-ageout 0\nset apply-groups b',
    );
    expect(errors).toHaveLength(1);
    expect(formatConfiguration(root, 'set')).toBe('set system host-name a\nset apply-groups b\n');
  });

  it('a kind of unknown statement is warned about once, with its place', () => {
    const { warnings } = parseConfiguration(
      'snmp {\n    community a;\n    community b;\n}\nfoo 1;\nsecurity {\n    flow {\n        bar;\n    }\n}',
    );
    expect(
      warnings.map(({ line, column, path, message }) => [line, column, path.join(' '), message.split(':')[0]]),
    ).toEqual([
      [2, 5, 'snmp community', 'snmp community is not part of the model'],
      [5, 1, 'foo', 'foo is not known to the model'],
      [8, 9, 'security flow bar', 'security flow bar is not known to the model'],
    ]);
  });

  it('R-cfg-6: a block below what the schema takes for a value or a keyword is kept', () => {
    const source =
      'security {\n    policies {\n        global {\n            policy p {\n                then {\n                    count {\n                        alarm;\n                    }\n                }\n            }\n        }\n    }\n}\nsystem {\n    host-name a {\n        b;\n    }\n}\n';
    const { root, errors, warnings } = parseConfiguration(source);
    expect(errors).toEqual([]);
    expect(formatConfiguration(root)).toBe(source);
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [
        6,
        'security policies global policy p then count has another form than the model knows: it is kept and has no effect',
      ],
      [15, 'system host-name has another form than the model knows: it is kept and has no effect'],
    ]);
  });

  it('values of an unknown statement stand in one list, however often it is given', () => {
    expect(text('x { y [ a b ]; y [ c ]; y [ a c ]; y [ a ]; }')).toBe('x {\n    y [ a b c ];\n}\n');
  });

  it('an address of a destination pool has its port on its line', () => {
    const lines =
      'set security nat destination pool p address 192.168.2.10/32\nset security nat destination pool p address port 443\n';
    expect(text(lines)).toContain('                address 192.168.2.10/32 port 443;\n');
    expect(set(text(lines))).toBe(lines);
    expect(set('set security nat destination pool p address 192.168.2.10/32 port 443')).toBe(lines);
  });

  it('parts of an application stand on one line', () => {
    const source = 'applications {\n    application a {\n        term t protocol tcp destination-port 80;\n    }\n}\n';
    expect(text(source)).toBe(source);
  });

  it('words that mean something at the start of a statement stand in quotes there', () => {
    const source = '"set" a b;\nx {\n    "inactive:" y;\n}\n';
    expect(text(source)).toBe(source);
    expect(parseConfiguration(source).form).toBe('text');
  });

  it('formatConfiguration() throws for another form', () => {
    expect(() => formatConfiguration(parseConfiguration('').root, 'yaml' as 'text')).toThrow(RangeError);
  });
});

describe('any text', () => {
  const sources = fc.oneof(
    fc.string({
      unit: fc.constantFrom(
        'a',
        'set ',
        'system',
        ' ',
        '\n',
        '{',
        '}',
        ';',
        '[',
        ']',
        '"',
        '\\',
        '/*',
        '*/',
        '#',
        'inactive:',
        'delete ',
        '<*>',
        '\0',
        '\u{1f600}',
      ),
    }),
    fc
      .tuple(KNOWN_TEXT, fc.nat(), fc.nat({ max: 8 }), fc.constantFrom('', '}', '{', '"', ';', '[', 'x'))
      .map(([known, at, cut, put]) => {
        const place = at % (known.length + 1);
        return known.slice(0, place) + put + known.slice(place + cut);
      }),
  );

  it('parseConfiguration() never throws, and what it read can be written and read again', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const { root, errors, warnings } = parseConfiguration(source);
        for (const { line, column, message } of [...errors, ...warnings]) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toMatch(/\n\s+at |undefined|NaN/);
        }
        const curly = formatConfiguration(root);
        expect(text(curly)).toBe(curly);
        formatConfiguration(root, 'set');
        JSON.parse(formatConfiguration(root, 'json'));
        toModel(root);
      }),
      { seed: 4, numRuns: 600 },
    );
  });

  it('a statement of very many words is an error and takes no time', () => {
    expect(parseConfiguration(`set ${'a '.repeat(100_000)}`).errors[0].message).toBe(
      'statement of more than 200 words',
    );
  });

  it('deep nesting is an error and no overflow', () => {
    const { errors } = parseConfiguration('a {'.repeat(100_000));
    expect(errors[0].message).toBe('{ must stand at most 100 levels deep');
    const lines = Array.from({ length: 300 }, (_, i) => `set ${'a '.repeat(i + 1)}`).join('\n');
    expect(parseConfiguration(lines).errors[0].message).toBe('statement more than 100 levels deep');
  });
});
