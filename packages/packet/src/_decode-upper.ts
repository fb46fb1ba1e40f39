import { FLOW_KEY_SELECTOR, FLOW_KEY_WORDS } from '@midplane/flow';
import * as c from './_constants.ts';
import { isIcmpError, isIcmpQuery } from './_icmp.ts';
import { FLAG_ICMP, FLAG_ICMP_ERROR, FLAG_ICMP_QUERY, FLAG_SELECTOR, type PacketBatch } from './batch.ts';

/**
 * Reads the upper-layer header of a row: selector word, TCP flags, ICMP type and code, `l4Offset`.
 *
 * The columns that it may set must hold 0.
 *
 * @param l4 Offset of the header; `limit` or more if none is present.
 * @returns FLAG_ bits to add.
 */
export function decodeUpper(
  view: DataView,
  batch: PacketBatch,
  row: number,
  family: 4 | 6,
  protocol: number,
  l4: number,
  limit: number,
): number {
  const selector = row * FLOW_KEY_WORDS + FLOW_KEY_SELECTOR;
  if (l4 >= limit) {
    batch.l4Offset[row] = -1;
    return 0;
  }
  batch.l4Offset[row] = l4;
  switch (protocol) {
    case c.IP_TCP:
      if (l4 + 14 <= limit) batch.tcpFlags[row] = view.getUint8(l4 + 13);
      if (l4 + 4 > limit) return 0;
      batch.key[selector] = view.getInt32(l4);
      return FLAG_SELECTOR;
    case c.IP_UDP:
    case c.IP_SCTP:
    case c.IP_ESP:
      if (l4 + 4 > limit) return 0;
      batch.key[selector] = view.getInt32(l4);
      return FLAG_SELECTOR;
    case c.IP_AH:
      if (l4 + 8 > limit) return 0;
      batch.key[selector] = view.getInt32(l4 + 4);
      return FLAG_SELECTOR;
    case c.IP_ICMP:
    case c.IP_ICMPV6: {
      if ((protocol === c.IP_ICMP) !== (family === 4) || l4 + 2 > limit) return 0;
      const type = view.getUint8(l4);
      batch.icmp[row] = (type << 8) | view.getUint8(l4 + 1);
      if (!isIcmpQuery(family, type)) {
        return FLAG_ICMP | FLAG_SELECTOR | (isIcmpError(family, type) ? FLAG_ICMP_ERROR : 0);
      }
      if (l4 + 6 > limit) return FLAG_ICMP;
      const identifier = view.getUint16(l4 + 4);
      batch.key[selector] = (identifier << 16) | identifier;
      return FLAG_ICMP | FLAG_ICMP_QUERY | FLAG_SELECTOR;
    }
    default:
      return 0;
  }
}
