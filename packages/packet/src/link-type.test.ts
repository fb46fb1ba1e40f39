import { describe, expect, it } from 'vitest';
import { isKnownLinkType, linkTypeFault, linkTypeName } from './link-type.ts';

// https://www.tcpdump.org/linktypes.html
const KNOWN: [number, string][] = [
  [0, 'NULL'],
  [1, 'EN10MB'],
  [9, 'PPP'],
  [12, 'RAW'],
  [14, 'RAW'],
  [50, 'PPP_SERIAL'],
  [101, 'RAW'],
  [104, 'C_HDLC'],
  [108, 'LOOP'],
  [113, 'LINUX_SLL'],
  [228, 'IPV4'],
  [229, 'IPV6'],
  [276, 'LINUX_SLL2'],
];

describe('link types', () => {
  it.each(KNOWN)('%d is known as %s', (linkType, name) => {
    expect(isKnownLinkType(linkType)).toBe(true);
    expect(linkTypeName(linkType)).toBe(name);
  });

  it('names a link type that is not decoded', () => {
    expect(isKnownLinkType(105)).toBe(false);
    expect(linkTypeName(105)).toBe('IEEE802_11');
    expect(linkTypeName(999)).toBe('LINKTYPE_999');
  });

  it('linkTypeFault() lists what is decoded, each name once, and names what was given', () => {
    for (const [linkType] of KNOWN) expect(linkTypeFault(linkType)).toBeUndefined();
    const names = [...new Set(KNOWN.map(([, name]) => name))].join(', ');
    expect(linkTypeFault(105)).toBe(`link type must be one of ${names}: got IEEE802_11 (105)`);
    expect(linkTypeFault(999)).toMatch(/: got LINKTYPE_999$/);
  });

  it('knows only those of the table', () => {
    const known = Array.from({ length: 65_536 }, (_, linkType) => linkType).filter(isKnownLinkType);
    expect(known).toEqual(KNOWN.map(([linkType]) => linkType));
  });
});
