/** Link type without header but the four-byte address family of the host that recorded it. */
export const LINKTYPE_NULL = 0;
/** Link type Ethernet. */
export const LINKTYPE_ETHERNET = 1;
/** Link type PPP, with or without address and control bytes. */
export const LINKTYPE_PPP = 9;
/** Link type PPP in HDLC-like framing, or Cisco HDLC where the first byte says so. */
export const LINKTYPE_PPP_SERIAL = 50;
/** Link type raw IP: the frame starts with the IP header, IPv4 or IPv6. */
export const LINKTYPE_RAW = 101;
/** Link type Cisco HDLC. */
export const LINKTYPE_C_HDLC = 104;
/** Link type of OpenBSD loopback: like {@link LINKTYPE_NULL}, family in network byte order. */
export const LINKTYPE_LOOP = 108;
/** Link type of the Linux `any` device, version 1. */
export const LINKTYPE_LINUX_SLL = 113;
/** Link type raw IPv4. */
export const LINKTYPE_IPV4 = 228;
/** Link type raw IPv6. */
export const LINKTYPE_IPV6 = 229;
/** Link type of the Linux `any` device, version 2. */
export const LINKTYPE_LINUX_SLL2 = 276;

/** Link types that `decodePackets` decodes; 12 and 14 are raw IP of older systems. */
const KNOWN: ReadonlyMap<number, string> = new Map([
  [LINKTYPE_NULL, 'NULL'],
  [LINKTYPE_ETHERNET, 'EN10MB'],
  [LINKTYPE_PPP, 'PPP'],
  [12, 'RAW'],
  [14, 'RAW'],
  [LINKTYPE_PPP_SERIAL, 'PPP_SERIAL'],
  [LINKTYPE_RAW, 'RAW'],
  [LINKTYPE_C_HDLC, 'C_HDLC'],
  [LINKTYPE_LOOP, 'LOOP'],
  [LINKTYPE_LINUX_SLL, 'LINUX_SLL'],
  [LINKTYPE_IPV4, 'IPV4'],
  [LINKTYPE_IPV6, 'IPV6'],
  [LINKTYPE_LINUX_SLL2, 'LINUX_SLL2'],
]);

/** Names of link types that are met in captures but not decoded. */
const OTHER: ReadonlyMap<number, string> = new Map([
  [6, 'IEEE802'],
  [8, 'SLIP'],
  [10, 'FDDI'],
  [51, 'PPP_ETHER'],
  [100, 'ATM_RFC1483'],
  [105, 'IEEE802_11'],
  [107, 'FRELAY'],
  [117, 'PFLOG'],
  [119, 'PRISM_HEADER'],
  [122, 'IP_OVER_FC'],
  [127, 'IEEE802_11_RADIOTAP'],
  [144, 'LINUX_IRDA'],
  [147, 'USER0'],
  [187, 'BLUETOOTH_HCI_H4'],
  [189, 'USB_LINUX'],
  [192, 'PPI'],
  [195, 'IEEE802_15_4'],
  [220, 'USB_LINUX_MMAPPED'],
  [227, 'CAN_SOCKETCAN'],
  [239, 'NFLOG'],
  [240, 'NETANALYZER'],
  [249, 'USBPCAP'],
  [253, 'NETLINK'],
]);

/**
 * Tells whether `decodePackets` decodes frames of a link type; frames of any other are `non-ip`.
 *
 * @param linkType Number of the LINKTYPE_ registry.
 * @returns `true` for Ethernet, NULL, LOOP, raw IP, SLL, SLL2, PPP, PPP_SERIAL and Cisco HDLC.
 * @see https://www.tcpdump.org/linktypes.html
 * @example
 * ```ts
 * import { isKnownLinkType } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 * assert.equal(isKnownLinkType(1), true);
 * assert.equal(isKnownLinkType(127), false);
 * ```
 */
export function isKnownLinkType(linkType: number): boolean {
  return KNOWN.has(linkType);
}

/**
 * Names a link type as libpcap does.
 *
 * @param linkType Number of the LINKTYPE_ registry.
 * @returns The name without its `DLT_` prefix, such as `EN10MB`; `LINKTYPE_<number>` where none is known here.
 * @see https://www.tcpdump.org/linktypes.html
 * @example
 * ```ts
 * import { linkTypeName } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 * assert.equal(linkTypeName(1), 'EN10MB');
 * assert.equal(linkTypeName(60_000), 'LINKTYPE_60000');
 * ```
 */
export function linkTypeName(linkType: number): string {
  return KNOWN.get(linkType) ?? OTHER.get(linkType) ?? `LINKTYPE_${linkType}`;
}

/**
 * Says what is wrong with the link type of a capture, as the end of a sentence.
 *
 * @param linkType Number of the LINKTYPE_ registry.
 * @returns The rule and what was given; undefined where `decodePackets` decodes it.
 * @example
 * ```ts
 * import { linkTypeFault } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 * assert.equal(linkTypeFault(1), undefined);
 * assert.match(linkTypeFault(105)!, /^link type must be one of NULL, EN10MB, .*: got IEEE802_11 \(105\)$/);
 * ```
 */
export function linkTypeFault(linkType: number): string | undefined {
  if (isKnownLinkType(linkType)) return undefined;
  const name = linkTypeName(linkType);
  const got = name.endsWith(`_${linkType}`) ? name : `${name} (${linkType})`;
  return `link type must be one of ${[...new Set(KNOWN.values())].join(', ')}: got ${got}`;
}
