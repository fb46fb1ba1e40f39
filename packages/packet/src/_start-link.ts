import type { LinkWalk } from './_walk-link.ts';
import {
  LINKTYPE_C_HDLC,
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_PPP,
  LINKTYPE_PPP_SERIAL,
  LINKTYPE_RAW,
} from './link-type.ts';

/** What `at` of a walk points to. */
export type Step = 0 | 1 | 2 | 3 | 4 | 5 | 6;
/** Nothing that leads to an IP header. */
export const STEP_NON_IP = 0;
/** MAC addresses. */
export const STEP_ETHERNET = 1;
/** The payload of an EtherType. */
export const STEP_ETHERTYPE = 2;
/** An MPLS label. */
export const STEP_MPLS = 3;
/** A PPP protocol field. */
export const STEP_PPP = 4;
/** An IP header. */
export const STEP_IP = 5;
/** An LLC header. */
export const STEP_LLC = 6;

/** Moves `at` over the pseudo-header of a link type; for {@link STEP_ETHERTYPE} the type is in `etherType`. */
export function startLink(walk: LinkWalk, view: DataView, end: number, linkType: number): Step {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return STEP_ETHERNET;
    case 12:
    case 14:
    case LINKTYPE_RAW:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
      return STEP_IP;
    case LINKTYPE_LINUX_SLL:
      return startSll(walk, view, end, 16, 14, 2);
    case LINKTYPE_LINUX_SLL2:
      return startSll(walk, view, end, 20, 0, 8);
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      return startFamily(walk, view, end);
    case LINKTYPE_PPP:
      return startPpp(walk, view, end);
    case LINKTYPE_PPP_SERIAL: {
      if (walk.at >= end) return STEP_NON_IP;
      const first = view.getUint8(walk.at);
      return first === 0x0f || first === 0x8f ? startCiscoHdlc(walk, view, end) : startPpp(walk, view, end);
    }
    case LINKTYPE_C_HDLC:
      return startCiscoHdlc(walk, view, end);
    default:
      return STEP_NON_IP;
  }
}

/** SLL and SLL2: protocol is an EtherType, or 4 for LLC; means something else for some ARPHRD_ types. */
function startSll(
  walk: LinkWalk,
  view: DataView,
  end: number,
  length: number,
  protocolAt: number,
  arphrdAt: number,
): Step {
  if (walk.at + length > end) return STEP_NON_IP;
  const arphrd = view.getUint16(walk.at + arphrdAt);
  const protocol = view.getUint16(walk.at + protocolAt);
  walk.at += length;
  // ARPHRD_NETLINK, ARPHRD_IEEE80211 and its two radio variants: protocol is no EtherType
  if (arphrd === 824 || (arphrd >= 801 && arphrd <= 803)) return STEP_NON_IP;
  if (protocol === 0x0004) return STEP_LLC;
  walk.etherType = protocol;
  return STEP_ETHERTYPE;
}

/** NULL and LOOP: address family of the recording host, in its byte order. */
function startFamily(walk: LinkWalk, view: DataView, end: number): Step {
  if (walk.at + 4 > end) return STEP_NON_IP;
  const big = view.getUint32(walk.at);
  const family = big > 0xffff ? view.getUint32(walk.at, true) : big;
  walk.at += 4;
  switch (family) {
    case 2: // AF_INET everywhere
    case 24: // AF_INET6 of NetBSD, OpenBSD
    case 28: // AF_INET6 of FreeBSD
    case 30: // AF_INET6 of Darwin
      return STEP_IP;
    case 10: // AF_INET6 of Linux, AF_CCITT of BSD
    case 23: // AF_INET6 of Windows, AF_IPX of BSD
      return walk.at < end && view.getUint8(walk.at) >> 4 === 6 ? STEP_IP : STEP_NON_IP;
    default:
      return STEP_NON_IP;
  }
}

/** PPP: address 0xff and control 0x03 are there or not (RFC 1662 section 3.1, RFC 1661 section 6.6). */
function startPpp(walk: LinkWalk, view: DataView, end: number): Step {
  if (walk.at + 2 <= end && view.getUint16(walk.at) === 0xff03) walk.at += 2;
  return STEP_PPP;
}

/** Cisco HDLC: address, control, EtherType. */
function startCiscoHdlc(walk: LinkWalk, view: DataView, end: number): Step {
  if (walk.at + 4 > end) return STEP_NON_IP;
  walk.etherType = view.getUint16(walk.at + 2);
  walk.at += 4;
  return STEP_ETHERTYPE;
}
