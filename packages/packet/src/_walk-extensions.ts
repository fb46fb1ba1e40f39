import * as c from './_constants.ts';
import {
  FLAG_DESTINATION_OPTIONS,
  FLAG_FRAGMENT_HEADER,
  FLAG_HOP_BY_HOP,
  FLAG_ROUTING,
  FRAGMENT_ATOMIC,
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  FRAGMENT_NONE,
  PROTOCOL_UNKNOWN,
} from './batch.ts';

/** Result of a walk over IPv6 extension headers; one object, overwritten by each walk. */
export const extensionWalk = {
  /** First value that is not walked; {@link PROTOCOL_UNKNOWN} if the chain is cut off. */
  protocol: 0,
  /** Offset of the upper-layer header. */
  at: 0,
  /** FLAG_ bits of the headers met. */
  flags: 0,
  /** FRAGMENT_ value of the Fragment header. */
  fragment: 0,
  /** Identification of the Fragment header. */
  fragmentId: 0,
  /** Offset of the Fragment header, bytes. */
  fragmentOffset: 0,
};

/**
 * Walks Hop-by-Hop Options, Routing, Fragment and Destination Options headers, into {@link extensionWalk}.
 *
 * A header counts as met when its number is announced, even if the header itself is cut off. A later fragment ends
 * the chain: its protocol is the Next Header of the Fragment header as it stands.
 */
export function walkExtensions(view: DataView, firstHeader: number, start: number, limit: number): void {
  const walk = extensionWalk;
  let at = start;
  let next = firstHeader;
  let flags = 0;
  walk.fragment = FRAGMENT_NONE;
  walk.fragmentId = 0;
  walk.fragmentOffset = 0;
  for (;;) {
    if (next === c.IP_FRAGMENT) {
      flags |= FLAG_FRAGMENT_HEADER;
      if (at + 8 > limit) {
        next = PROTOCOL_UNKNOWN;
        break;
      }
      const word = view.getUint16(at + 2);
      const offset = word & 0xfff8;
      // A second Fragment header is not regular: the first one decides, unless the second says that no header follows.
      if (walk.fragment === FRAGMENT_NONE || offset !== 0) {
        walk.fragment = offset !== 0 ? FRAGMENT_LATER : (word & 1) !== 0 ? FRAGMENT_FIRST : FRAGMENT_ATOMIC;
        walk.fragmentId = view.getInt32(at + 4);
        walk.fragmentOffset = offset;
      }
      next = view.getUint8(at);
      at += 8;
      if (offset !== 0) break;
    } else if (next === c.IP_HOP_BY_HOP || next === c.IP_ROUTING || next === c.IP_DESTINATION_OPTIONS) {
      flags |=
        next === c.IP_HOP_BY_HOP ? FLAG_HOP_BY_HOP : next === c.IP_ROUTING ? FLAG_ROUTING : FLAG_DESTINATION_OPTIONS;
      if (at + 2 > limit) {
        next = PROTOCOL_UNKNOWN;
        break;
      }
      next = view.getUint8(at);
      at += (view.getUint8(at + 1) + 1) * 8;
    } else {
      break;
    }
  }
  walk.protocol = next;
  walk.at = at;
  walk.flags = flags;
}
