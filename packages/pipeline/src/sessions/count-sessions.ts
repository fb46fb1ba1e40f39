import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_WORDS } from '@midplane/flow';
import { protocolWordOf } from '../spu/multicast.ts';
import type { SessionCounts, SessionQuery } from './session.ts';
import { presentSessions, resolveQuery, type SessionSource } from './session-source.ts';

/**
 * Counts the sessions that `listSessions` would list, per SPU, in order of SPU IDs.
 *
 * @throws {RangeError} If the time lies before now, or the SPU is none of the source.
 */
export function countSessions(source: SessionSource, query: SessionQuery = {}): SessionCounts[] {
  const { spus, atNs } = resolveQuery(source, query);
  const key = new Int32Array(FLOW_KEY_WORDS);
  return spus.map(({ spuId, table }) => {
    const counts = { spuId, valid: 0, pending: 0, invalidated: 0, multicast: 0, ipv4: 0, ipv6: 0 };
    for (const { session, state } of presentSessions(source, table, atNs)) {
      counts[state]++;
      table!.keyInto(session << 1, key);
      const isIpv6 = protocolWordOf(key[FLOW_KEY_PROTOCOL]) >>> 8 === 6;
      const first = key[FLOW_KEY_DESTINATION] >>> 24;
      if (isIpv6) counts.ipv6++;
      else counts.ipv4++;
      if (state === 'valid' && (isIpv6 ? first === 0xff : first >>> 4 === 0xe)) counts.multicast++; // ff00::/8, 224/4
    }
    return counts;
  });
}
