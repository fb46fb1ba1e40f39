import * as c from './_constants.ts';
import {
  STEP_ETHERNET,
  STEP_ETHERTYPE,
  STEP_IP,
  STEP_LLC,
  STEP_MPLS,
  STEP_NON_IP,
  STEP_PPP,
  type Step,
  startLink,
} from './_start-link.ts';
import { chooseTunnelStart, isIpHeader } from './_tunnel.ts';
import {
  FLAG_IP_BEHIND_L2_TUNNEL,
  FLAG_MPLS,
  FLAG_PPPOE_DISCOVERY,
  FLAG_PPPOE_SESSION,
  FLAG_VLAN,
  FLAG_VLAN_STACKED,
} from './batch.ts';

/** Where a walk over the link layers ended; one object, overwritten by each walk. */
export interface LinkWalk {
  /** Offset where an IP header is due; -1 if none is. */
  l3: number;
  /** FLAG_ bits of tags, labels and tunnels. */
  flags: number;
  /** Last EtherType or PPP protocol read outside tunnels; 0 if none. */
  etherType: number;
  /** Where the next step of the walk reads. */
  at: number;
}

/** State of the current walk: read it at once, the next walk overwrites it. */
export const linkWalk: LinkWalk = { l3: -1, flags: 0, etherType: 0, at: 0 };

/**
 * Walks link layers, tags and labels of one frame down to the IP header, into {@link linkWalk}.
 *
 * A loop over steps, not recursion: every step moves `at` forward, so that stacked headers of any number end.
 */
export function walkLink(view: DataView, start: number, end: number, linkType: number): void {
  const walk = linkWalk;
  walk.l3 = -1;
  walk.flags = 0;
  walk.etherType = 0;
  walk.at = start;
  let step: Step = startLink(walk, view, end, linkType);
  let type = walk.etherType;
  let lengthAllowed = false; // a value up to 1500 is an 802.3 length only after MAC addresses or a tag
  let tunnel = false; // flags and etherType stay as they were outside the first tunnel
  let vlanTags = 0;
  for (;;) {
    switch (step) {
      case STEP_ETHERNET: {
        if (walk.at + 14 > end) return;
        type = view.getUint16(walk.at + 12);
        walk.at += 14;
        lengthAllowed = true;
        step = STEP_ETHERTYPE;
        break;
      }
      case STEP_ETHERTYPE: {
        if (!tunnel) walk.etherType = type > c.MAX_8023_LENGTH ? type : 0;
        switch (type) {
          case c.ETHERTYPE_IPV4:
          case c.ETHERTYPE_IPV6:
            step = STEP_IP;
            break;
          case c.ETHERTYPE_VLAN:
          case c.ETHERTYPE_VLAN_SERVICE:
          case c.ETHERTYPE_VLAN_9100:
          case c.ETHERTYPE_VLAN_9200:
            if (walk.at + 4 > end) return;
            if (!tunnel) {
              vlanTags++;
              walk.flags = (walk.flags & ~FLAG_VLAN) | (vlanTags === 1 ? FLAG_VLAN : FLAG_VLAN_STACKED);
            }
            type = view.getUint16(walk.at + 2);
            walk.at += 4;
            lengthAllowed = true;
            break;
          case c.ETHERTYPE_MPLS:
          case c.ETHERTYPE_MPLS_MULTICAST:
            step = STEP_MPLS;
            break;
          case c.ETHERTYPE_PPPOE_SESSION:
            if (!tunnel) walk.flags |= FLAG_PPPOE_SESSION;
            if (walk.at + 6 > end) return;
            walk.at += 6;
            step = STEP_PPP;
            break;
          case c.ETHERTYPE_PPPOE_DISCOVERY:
            if (!tunnel) walk.flags |= FLAG_PPPOE_DISCOVERY;
            return;
          default: {
            if (type <= c.MAX_8023_LENGTH) {
              if (!lengthAllowed) return;
              step = STEP_LLC;
            } else {
              tunnel = true;
              step = chooseTunnelStart(walk, view, end, type);
              if (step === STEP_ETHERTYPE) type = view.getUint16(walk.at - 2);
              lengthAllowed = false;
            }
          }
        }
        break;
      }
      case STEP_LLC: {
        step = walkLlc(walk, view, end);
        if (step === STEP_ETHERTYPE) type = view.getUint16(walk.at - 2);
        lengthAllowed = false;
        break;
      }
      case STEP_MPLS: {
        let bottom = false;
        while (!bottom) {
          if (walk.at + 4 > end) return;
          if (!tunnel) walk.flags |= FLAG_MPLS;
          bottom = (view.getUint8(walk.at + 2) & 1) === 1;
          walk.at += 4;
        }
        if (walk.at >= end) return;
        const nibble = view.getUint8(walk.at) >> 4;
        if (nibble === 4 || nibble === 6) {
          step = STEP_IP;
        } else {
          tunnel = true;
          step = chooseTunnelStart(walk, view, end, c.ETHERTYPE_MPLS);
        }
        break;
      }
      case STEP_PPP: {
        if (walk.at >= end) return;
        let protocol = view.getUint8(walk.at);
        if ((protocol & 1) === 1) {
          walk.at++; // protocol field compression, RFC 1661 section 6.5
        } else {
          if (walk.at + 2 > end) return;
          protocol = view.getUint16(walk.at);
          walk.at += 2;
        }
        if (!tunnel) walk.etherType = protocol;
        if (protocol === c.PPP_IPV4 || protocol === c.PPP_IPV6) step = STEP_IP;
        else if (protocol === c.PPP_MPLS || protocol === c.PPP_MPLS_MULTICAST) step = STEP_MPLS;
        else if (protocol === c.PPP_BRIDGING) {
          tunnel = true;
          step = chooseTunnelStart(walk, view, end, protocol);
        } else return;
        break;
      }
      case STEP_IP: {
        if (!tunnel) walk.l3 = walk.at;
        else if (isIpHeader(view, walk.at, end)) walk.flags |= FLAG_IP_BEHIND_L2_TUNNEL;
        return;
      }
      case STEP_NON_IP:
        return;
    }
  }
}

/** Walks an LLC header, with SNAP if there is one; after SNAP, `at` is behind the EtherType. */
function walkLlc(walk: LinkWalk, view: DataView, end: number): Step {
  const at = walk.at;
  if (at + 3 > end) return STEP_NON_IP;
  const dsap = view.getUint8(at);
  if (view.getUint8(at + 2) !== 0x03) return STEP_NON_IP; // unnumbered information only
  if (dsap === 0x06) {
    walk.at = at + 3;
    return STEP_IP;
  }
  if (dsap !== 0xaa || (view.getUint8(at + 1) & 0xfe) !== 0xaa || at + 8 > end) return STEP_NON_IP;
  const oui = (view.getUint16(at + 3) << 8) | view.getUint8(at + 5);
  walk.at = at + 8;
  // EtherType (RFC 1042), and bridge-tunnel encapsulation (IEEE 802.1H)
  return oui === 0 || oui === 0x0000f8 ? STEP_ETHERTYPE : STEP_NON_IP;
}
