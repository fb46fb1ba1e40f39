import { describe, expect, it } from 'vitest';
import { PARAMETERS } from '../parameters.ts';
import { formatAssumption } from './assumption.ts';
import { formatDuration, nsPer } from './duration.ts';
import { wrapText } from './wrap-text.ts';

describe('formatAssumption()', () => {
  it.each([
    ['hash', 'crc32c', undefined, 'hash: crc32c'],
    ['inet6', 'flow based', undefined, 'IPv6: flow based'],
    ['synCheck', 'off', undefined, 'SYN check: off'],
    ['tableLength', 65_536, undefined, 'table length: 65,536 rows'],
    ['sessionsPerSpu.SPC1', 1_048_576, undefined, 'sessions per SPU of SPC1: 1,048,576'],
    ['sessionIdStride', 100_000_000, undefined, 'session ID stride: 100,000,000'],
    ['npus.IOC2', 1, undefined, 'NPUs of IOC2: 1'],
    ['tcpTimeWaitS', 150, 's', 'TCP time wait: 2 min 30 s'],
    ['npuIdleTimeoutS', 1800, 's', 'NPU idle timeout: 30 min'],
    ['fragmentChains', 256, 'chains', 'fragment chains: 256'],
    ['queueLimit', 4096, 'packets', 'queue limit: 4,096 packets'],
    ['maxGapNs', 86_400e9, 'ns', 'max gap: 1 day'],
    ['installDelayUs', 1500, 'us', 'install delay: 1 ms 500 us'],
  ])('%s %s %s is %j', (parameter, value, unit, text) => {
    expect(formatAssumption({ parameter, value, ...(unit && { unit }) })).toBe(text);
  });

  it('leaves no digit group without separator and no unit of time in the name of any parameter', () => {
    for (const [parameter, { value, unit }] of Object.entries(PARAMETERS)) {
      const text = formatAssumption({ parameter, value, unit });
      expect(text).not.toMatch(/\d{4}/);
      if (nsPer(unit) !== undefined) expect(text).not.toMatch(/ n?s:/);
    }
  });
});

describe('formatDuration()', () => {
  it.each([
    [0, '0 s'],
    [1, '1 ns'],
    [1_000, '1 us'],
    [2_000_000_000, '2 s'],
    [3_600e9, '1 h'],
    [86_400e9 + 1, '1 day 1 ns'],
    [3 * 86_400e9, '3 days'],
    [Number.MAX_SAFE_INTEGER, '104 days 5 h 59 min 59 s 254 ms 740 us 991 ns'],
  ])('%i ns is %s', (ns, text) => expect(formatDuration(ns)).toBe(text));
});

describe('wrapText()', () => {
  it('breaks at blanks, counts the indent, and leaves a long word alone', () => {
    expect(wrapText('a bb ccc dddddddddd e', 6, '  ')).toEqual(['  a bb', '  ccc', '  dddddddddd', '  e']);
    expect(wrapText(['a b;', 'c d'], 5)).toEqual(['a b;', 'c d']);
    expect(wrapText('', 5)).toEqual(['']);
  });
});
