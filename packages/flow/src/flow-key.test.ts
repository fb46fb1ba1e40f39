import { describe, expect, it } from 'vitest';
import { createFlowKey, flowKey, flowsEqual, isIpv4 } from './flow-key.ts';
import { parseProtocol, protocolName, selectorKind } from './protocol.ts';

const ENDS = { source: '192.0.2.1', destination: '198.51.100.2' };

describe('flowKey()', () => {
  it('lays out an IPv4 flow in the words that key.ts documents', () => {
    const key = flowKey({ ...ENDS, protocol: 6, sourcePort: 1, destinationPort: 65_535 });
    expect(key).toEqual(Int32Array.of(0xc0000201, 0, 0, 0, 0xc6336402, 0, 0, 0, 0x1ffff, 0x406));
  });

  it('lays out an IPv6 flow in the words that key.ts documents', () => {
    const key = flowKey({ source: '2001:db8::1', destination: '::2', protocol: 'icmp6', identifier: 0xabcd });
    expect(key).toEqual(Int32Array.of(0x20010db8, 0, 0, 1, 0, 0, 0, 2, 0xabcdabcd, 0x63a));
  });

  it('keeps all 32 bits of an SPI', () => {
    expect(flowKey({ ...ENDS, protocol: 'ah', spi: 0xffffffff })[8]).toBe(-1);
  });

  it.each([
    [{ protocol: 256 }, 'Cannot create flow key: protocol must be an integer from 0 to 255: got 256'],
    [
      { protocol: 6, sourcePort: 65_536 },
      'Cannot create flow key: sourcePort must be an integer from 0 to 65535: got 65536',
    ],
    [
      { protocol: 6, destinationPort: 1.5 },
      'Cannot create flow key: destinationPort must be an integer from 0 to 65535: got 1.5',
    ],
    [{ protocol: 50, spi: -1 }, 'Cannot create flow key: spi must be an integer from 0 to 4294967295: got -1'],
    [
      { protocol: 1, identifier: 70_000 },
      'Cannot create flow key: identifier must be an integer from 0 to 65535: got 70000',
    ],
  ])('throws a RangeError for %o', (fields, message) => {
    expect(() => flowKey({ ...ENDS, ...fields })).toThrow(new RangeError(message));
  });

  it.each([
    [
      { protocol: 47, sourcePort: 1 },
      'Cannot create flow key: gre has neither ports, spi nor identifier: got sourcePort 1',
    ],
    [{ protocol: 6, spi: 1 }, 'Cannot create flow key: tcp has only sourcePort and destinationPort: got spi 1'],
    [{ protocol: 1, destinationPort: 1 }, 'Cannot create flow key: icmp has only identifier: got destinationPort 1'],
    [
      { protocol: 6, destination: '::1' },
      'Cannot create flow key: both addresses must be of one IP version: got 192.0.2.1 and ::1',
    ],
  ])('throws a TypeError for %o', (fields, message) => {
    expect(() => flowKey({ ...ENDS, ...fields })).toThrow(new TypeError(message));
  });
});

describe('flowsEqual()', () => {
  it('is false when any single word differs, at any offset', () => {
    const key = flowKey({ ...ENDS, protocol: 6, sourcePort: 1, destinationPort: 2 });
    const array = new Int32Array(25);
    array.set(key, 13);
    expect(flowsEqual(key, array, 0, 13)).toBe(true);
    for (let word = 0; word < 10; word++) {
      array[13 + word] ^= 1;
      expect(flowsEqual(key, array, 0, 13), `word ${word}`).toBe(false);
      array[13 + word] ^= 1;
    }
  });
});

describe('isIpv4()', () => {
  it('is false for the key of no packet', () => {
    expect(isIpv4(createFlowKey())).toBe(false);
  });
});

describe('protocols', () => {
  it.each([
    [6, 'ports'],
    [17, 'ports'],
    [132, 'ports'],
    [50, 'spi'],
    [51, 'spi'],
    [1, 'identifier'],
    [58, 'identifier'],
    [47, 'none'],
    [33, 'none'],
    [136, 'none'],
    [256, 'none'],
  ])('selectorKind(%i) is %s', (protocol, kind) => {
    expect(selectorKind(protocol)).toBe(kind);
  });

  it('parseProtocol() reads every name that protocolName() gives', () => {
    for (let protocol = 0; protocol < 256; protocol++) expect(parseProtocol(protocolName(protocol))).toBe(protocol);
  });

  it.each(['', '256', '-1', '06', '1.0', ' 6', 'tcp ', 'constructor'])('parseProtocol() throws for %j', (text) => {
    expect(() => parseProtocol(text)).toThrow(
      /^Cannot parse protocol: it must be a number from 0 to 255 or one of icmp, /,
    );
  });
});
