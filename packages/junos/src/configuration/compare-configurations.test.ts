import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareConfigurations, parseConfiguration } from '../index.ts';
import { KNOWN_TEXT, UNKNOWN_TEXT } from './trees.suite.ts';

function compare(candidate: string, active: string): string {
  return compareConfigurations(parseConfiguration(candidate).root, parseConfiguration(active).root);
}

const POLICY = 'set security policies from-zone a to-zone b policy';

describe('layout as on published sessions', () => {
  it.each([
    [
      'a value',
      'set system host-name new',
      'set system host-name old',
      '[edit system]\n-  host-name old;\n+  host-name new;\n',
    ],
    [
      'an interface',
      'set interfaces xe-7/0/0 unit 0\nset interfaces xe-7/0/1 unit 0 family inet address 192.0.2.1/24',
      'set interfaces xe-7/0/0 unit 0',
      '[edit interfaces]\n+   xe-7/0/1 {\n+       unit 0 {\n+           family inet {\n+               address 192.0.2.1/24;\n+           }\n+       }\n+   }\n',
    ],
    [
      'an address after another',
      'set interfaces xe-7/0/0 unit 0 family inet address 198.18.10.12/24\nset interfaces xe-7/0/0 unit 0 family inet address 198.18.20.12/24',
      'set interfaces xe-7/0/0 unit 0 family inet address 198.18.10.12/24',
      '[edit interfaces xe-7/0/0 unit 0 family inet]\n        address 198.18.10.12/24 { ... }\n+       address 198.18.20.12/24;\n',
    ],
    [
      'a family beside another',
      'set interfaces xe-7/0/0 unit 0 family inet\nset interfaces xe-7/0/0 unit 0 family inet6',
      'set interfaces xe-7/0/0 unit 0 family inet',
      '[edit interfaces xe-7/0/0 unit 0]\n+     family inet6;\n',
    ],
    [
      'values of a list',
      `${POLICY} p match source-address [ x z ]`,
      `${POLICY} p match source-address [ x y ]`,
      '[edit security policies from-zone a to-zone b policy p match]\n-       source-address y;\n+       source-address z;\n',
    ],
    [
      'a mark',
      'set system host-name a\ndeactivate system',
      'set system host-name a',
      '[edit]\n!   inactive: system { ... }\n',
    ],
    [
      'a mark that is gone',
      'set system host-name a',
      'set system host-name a\ndeactivate system',
      '[edit]\n!   active: system { ... }\n',
    ],
    [
      'an order',
      `${POLICY} p then deny\n${POLICY} q then permit`,
      `${POLICY} q then permit\n${POLICY} p then deny`,
      '[edit security policies from-zone a to-zone b]\n!     policy p { ... }\n',
    ],
    [
      'an entry that moved to the end',
      `${POLICY} q then permit\n${POLICY} r then permit\n${POLICY} p then deny`,
      `${POLICY} p then deny\n${POLICY} q then permit\n${POLICY} r then permit`,
      '[edit security policies from-zone a to-zone b]\n!     policy q { ... }\n!     policy r { ... }\n',
    ],
    [
      'an interface of a zone',
      'set security zones security-zone trust interfaces ge-0/0/1.0\nset security zones security-zone trust interfaces lo0.0',
      'set security zones security-zone trust interfaces ge-0/0/1.0',
      '[edit security zones security-zone trust interfaces]\n      ge-0/0/1.0 { ... }\n+     lo0.0;\n',
    ],
    [
      'a rule of NAT after another',
      'set security nat source rule-set r rule a then source-nat off\nset security nat source rule-set r rule b then source-nat off',
      'set security nat source rule-set r rule a then source-nat off',
      '[edit security nat source rule-set r]\n       rule a { ... }\n+      rule b {\n+          then {\n+              source-nat {\n+                  off;\n+              }\n+          }\n+      }\n',
    ],
    [
      'an application after another',
      'set applications application tcp-2096 protocol tcp\nset applications application tcp-8888 protocol tcp',
      'set applications application tcp-2096 protocol tcp',
      '[edit applications]\n    application tcp-2096 { ... }\n+   application tcp-8888 {\n+       protocol tcp;\n+   }\n',
    ],
    [
      'a route',
      'set routing-options static route 0.0.0.0/0 next-hop 1.1.4.2',
      'set routing-options static route 0.0.0.0/0 next-hop 192.168.4.1',
      '[edit routing-options static]\n-    route 0.0.0.0/0 next-hop 192.168.4.1;\n+    route 0.0.0.0/0 next-hop 1.1.4.2;\n',
    ],
    [
      'a unit that is inactive',
      'set interfaces ge-0/0/0 unit 0 family inet\ndeactivate interfaces ge-0/0/0 unit 0',
      'set interfaces ge-0/0/0 unit 0 family inet',
      '[edit interfaces ge-0/0/0]\n!     inactive: unit 0 { ... }\n',
    ],
    ['nothing', 'set system host-name a', 'set system host-name a', ''],
  ])('compareConfigurations() shows %s', (_, candidate, active, expected) => {
    expect(compare(candidate, active)).toBe(expected);
  });
});

describe('any two configurations', () => {
  const source = fc.tuple(KNOWN_TEXT, UNKNOWN_TEXT).map((parts) => parts.join('\n'));

  it('compareConfigurations() says nothing of equal ones, and the same with other signs the other way round', () => {
    fc.assert(
      fc.property(source, source, (one, other) => {
        expect(compare(one, one)).toBe('');
        const count = (text: string, sign: string) => text.split('\n').filter((line) => line.startsWith(sign)).length;
        const there = compare(one, other);
        const back = compare(other, one);
        expect(count(there, '+')).toBe(count(back, '-'));
        expect(count(there, '-')).toBe(count(back, '+'));
      }),
      { seed: 5 },
    );
  });
});
