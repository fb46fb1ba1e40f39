import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandSession } from '../index.ts';
import { say, TestDevice, TestTerminal } from './shell.suite.ts';

/** Words of commands, so that random lines get somewhere. */
const WORDS = (
  'show security flow session status statistics cp-session summary monitoring performance spu fpc 0 7 99999 pic-status ' +
  'chassis hardware models alarms system uptime version configuration configure clear all protocol tcp 53 source-prefix 10/8 ' +
  'request reboot slot offline online restart node 1 exit quit set delete edit up top run commit check confirmed comment ' +
  'rollback load merge override terminal rename to insert before activate deactivate annotate forwarding-process ' +
  'application-services packet-ordering-mode software hardware zones security-zone trust interfaces xe-0/0/0 unit family inet ' +
  'address 192.0.2.1/24 policies from-zone to-zone policy match then permit nat source rule-set | match except find count ' +
  'last display xml json set compare no-more simulation start speed capture [ ] { } ; " \\ # /* */ a b ( * .* ^'
).split(' ');

const word = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...WORDS) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom(...WORDS), fc.nat(6)).map(([text, length]) => text.slice(0, length)),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
);
const line = fc.array(word, { maxLength: 9 }).map((words) => words.join(' '));

/** Commands that make sense, changed in one place. */
const mutated = fc
  .tuple(
    fc.constantFrom(
      'show security flow session protocol tcp summary | match x | count',
      'set security forwarding-process application-services packet-ordering-mode software',
      'set security zones security-zone trust interfaces xe-0/0/0.0',
      'rename security zones security-zone trust to security-zone b',
      'show configuration security | display set | find "a b"',
      'commit confirmed 5',
      'request chassis fpc slot 0 offline',
    ),
    fc.nat(80),
    fc.nat(4),
    fc.string({ maxLength: 3 }),
  )
  .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));

describe('random and mutated lines', () => {
  it('never throw, and say something of one line that is no stack (R-shell-3)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(line, mutated), { minLength: 1, maxLength: 25 }), async (lines) => {
        const commands = new CommandSession(new TestDevice({ active: 'security { zones { security-zone trust; } }' }));
        for (const each of lines) {
          const said = await say(commands, each, 'yes', 'set system host-name a', 'no');
          expect(said).not.toMatch(/\n {4}at |TypeError|RangeError/);
          commands.complete(each);
          expect(commands.prompt).toMatch(/user@host[>#] $/);
        }
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it('as keys they never throw either, and the cursor stays on the screen', async () => {
    const key = fc.oneof(
      { weight: 6, arbitrary: fc.oneof(line, mutated) },
      { weight: 3, arbitrary: fc.constantFrom('\r', '\t', '?', ' ', '\x7f', '\x1b[A', '\x1b[B', '\x1b[D', '\x1b[3~') },
      { weight: 2, arbitrary: fc.nat(31).map((code) => String.fromCharCode(code)) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\x1b', '\x1b[', '\x1bO', '\x1b[1;', '\x1b[999999999999999999999', '漢字', '\u0301'),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 30 }), fc.integer({ min: 4, max: 90 }), async (keys, columns) => {
        const terminal = new TestTerminal(new TestDevice({ sessions: 9 }), columns, 7);
        for (const each of keys) await terminal.type(each.replaceAll('\x0c', ''));
        expect(terminal.cursor[1]).toBeLessThanOrEqual(columns);
        expect(terminal.text).not.toMatch(/\n {4}at |TypeError|RangeError/);
      }),
      { seed: 12, numRuns: 150 },
    );
  });
});
