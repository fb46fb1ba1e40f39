import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './_pattern.ts';

describe('compilePattern()', () => {
  it.each([
    ['tcp', 'a TCP b', true],
    ['^Session', 'Session ID', true],
    ['^Session', ' Session', false],
    ['valid$', 'Timeout: 2, Valid', true],
    ['valid$', 'Valid sessions', false],
    ['a.c', 'xabcx', true],
    ['(tcp|udp); if', 'x;udp; If', true],
    ['10\\.0', '10x0', false],
    ['[0-9]{3,4}/', '22/', false],
    ['[0-9]{3}/', '4220/', true],
    ['x{0}y', 'y', true],
    ['x{2,}y', 'xy', false],
    ['[^a-z]', 'AbC', false],
    ['[]]', ']', true],
    ['[[:digit:]]+$', 'a12', true],
    ['a|', 'zzz', true],
    ['(a*)*b', 'aaac', false],
    ['', '', true],
    ['^$', '', true],
    ['{', '{', true],
    ['a+?b', 'aab', true],
  ])('%j in %j: %j (R-shell-4)', (pattern, line, expected) => {
    expect(compilePattern(pattern)(line)).toBe(expected);
  });

  it.each(['(', ')', 'a)', '[', '[a', '*', 'a|*', '\\', '[b-a]', 'a{3,2}', 'a{256}', '('.repeat(200)])(
    'refuses %j with one sentence',
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow(/^Cannot read pattern: it must have .*: got /);
    },
  );

  it('refuses what would be too long, written out', () => {
    expect(() => compilePattern('((a{200}){200}){200}')).toThrow(RangeError);
  });

  it('agrees with RegExp', () => {
    const atoms = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', 'ab', '(a|b)', '(ab|)', '(a*b)', '^', '$');
    const part = fc.tuple(atoms, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}'));
    const pattern = fc.array(part, { maxLength: 5 }).map((parts) =>
      // nobody repeats places
      parts.map(([atom, count]) => (atom === '^' || atom === '$' ? atom : atom + count)).join(''),
    );
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A'), maxLength: 8 }), (source, line) => {
        expect(compilePattern(source)(line)).toBe(new RegExp(source, 'i').test(line));
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('takes no longer where a backtracking one hangs', () => {
    expect(compilePattern('(a+)+$')(`${'a'.repeat(5000)}b`)).toBe(false);
    expect(compilePattern('(a|a)*(a|a)*(a|a)*c')('a'.repeat(5000))).toBe(false);
  });
});
