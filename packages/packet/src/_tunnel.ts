import * as c from './_constants.ts';
import { STEP_ETHERNET, STEP_ETHERTYPE, STEP_IP, STEP_MPLS, STEP_NON_IP, type Step } from './_start-link.ts';
import type { LinkWalk } from './_walk-link.ts';

/**
 * Enters a layer-2 tunnel, if `type` names one: moves `at` to what it carries.
 *
 * Returns {@link STEP_ETHERTYPE} with `at` behind the type field. IP found in a tunnel only sets a flag, see `walkLink`.
 */
export function chooseTunnelStart(walk: LinkWalk, view: DataView, end: number, type: number): Step {
  const at = walk.at;
  switch (type) {
    case c.ETHERTYPE_TEB: // transparent Ethernet bridging
      return STEP_ETHERNET;
    case c.ETHERTYPE_MPLS:
      return startPseudowire(walk, view, end);
    case c.ETHERTYPE_PBB: // I-TAG of 4 bytes, then customer MAC addresses (IEEE 802.1ah)
      walk.at = at + 4;
      return STEP_ETHERNET;
    case c.ETHERTYPE_FABRICPATH: // forwarding tag and TTL, then the frame
      walk.at = at + 2;
      return STEP_ETHERNET;
    case c.PPP_BRIDGING: // flags and MAC type (RFC 3518 section 4.2)
      walk.at = at + 2;
      return STEP_ETHERNET;
    case c.ETHERTYPE_TRILL: // 6 bytes and options in units of 4 (RFC 6325 section 3.1)
      if (at + 6 > end) return STEP_NON_IP;
      walk.at = at + 6 + ((view.getUint16(at) >> 6) & 0x1f) * 4;
      return STEP_ETHERNET;
    case c.ETHERTYPE_MACSEC: {
      if (at + 8 > end) return STEP_NON_IP;
      const tci = view.getUint8(at);
      if ((tci & 0x0c) !== 0) return STEP_NON_IP; // encrypted or changed
      walk.at = at + 6 + ((tci & 0x20) !== 0 ? 8 : 0) + 2; // SCI where the SC bit says so, EtherType
      return walk.at > end ? STEP_NON_IP : STEP_ETHERTYPE;
    }
    case c.ETHERTYPE_NSH:
      return startNsh(walk, view, end);
    default:
      return STEP_NON_IP;
  }
}

/** Network Service Header: length in words, next protocol (RFC 8300 section 2.2). */
function startNsh(walk: LinkWalk, view: DataView, end: number): Step {
  for (;;) {
    const at = walk.at;
    if (at + 8 > end) return STEP_NON_IP;
    const words = view.getUint16(at) & 0x3f;
    if (words < 2) return STEP_NON_IP;
    walk.at = at + words * 4;
    switch (view.getUint8(at + 3)) {
      case 1:
      case 2:
        return STEP_IP;
      case 3:
        return STEP_ETHERNET;
      case 4:
        break;
      case 5:
        return STEP_MPLS;
      default:
        return STEP_NON_IP;
    }
  }
}

/** Ethernet pseudowire, with or without a control word (RFC 4448): the one whose EtherType makes sense. */
function startPseudowire(walk: LinkWalk, view: DataView, end: number): Step {
  const at = walk.at;
  const zeroNibble = view.getUint8(at) >> 4 === 0;
  if (zeroNibble && isEtherTypeAt(view, at + 16, end)) walk.at = at + 4;
  else if (!isEtherTypeAt(view, at + 12, end)) return STEP_NON_IP;
  return STEP_ETHERNET;
}

/** Whether an EtherType that may lead to IP stands at an offset. */
function isEtherTypeAt(view: DataView, at: number, end: number): boolean {
  if (at + 2 > end) return false;
  switch (view.getUint16(at)) {
    case c.ETHERTYPE_IPV4:
    case c.ETHERTYPE_IPV6:
    case c.ETHERTYPE_VLAN:
    case c.ETHERTYPE_VLAN_SERVICE:
    case c.ETHERTYPE_VLAN_9100:
    case c.ETHERTYPE_VLAN_9200:
    case c.ETHERTYPE_MPLS:
    case c.ETHERTYPE_MPLS_MULTICAST:
    case c.ETHERTYPE_PPPOE_SESSION:
      return true;
    default:
      return false;
  }
}

/** Whether a whole fixed IP header of either version stands at an offset. */
export function isIpHeader(view: DataView, at: number, end: number): boolean {
  if (at + 20 > end) return false;
  const first = view.getUint8(at);
  return first >> 4 === 4 ? (first & 15) >= 5 : first >> 4 === 6 && at + 40 <= end;
}
