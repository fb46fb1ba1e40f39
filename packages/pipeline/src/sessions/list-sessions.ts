import {
  FLOW_KEY_DESTINATION,
  FLOW_KEY_PROTOCOL,
  FLOW_KEY_SELECTOR,
  FLOW_KEY_SOURCE,
  FLOW_KEY_WORDS,
  formatAddress,
  formatFlow,
  protocolName,
} from '@midplane/flow';
import type { SessionTable } from '@midplane/session-table';
import { formatSessionId, sessionIdOf } from '@midplane/spu-id';
import { leafOf, protocolWordOf } from '../spu/multicast.ts';
import type { PipelineSession, PipelineWing, SessionQuery } from './session.ts';
import { type PresentSession, presentSessions, resolveQuery, type SessionSource } from './session-source.ts';

/** The policy of every session, where none are configured. */
const DEFAULT_POLICY = { name: 'default-permit', index: 2 };

/**
 * Lists the sessions that are in the tables: SPUs in order of their IDs, sessions in order of their indexes.
 *
 * They are read as they are taken, so a list of millions needs no memory of its own; nothing may be offered meanwhile.
 *
 * @throws {RangeError} At once, if the time lies before now, or the SPU is none of the source.
 */
export function listSessions(source: SessionSource, query: SessionQuery = {}): Iterable<PipelineSession> {
  const { spus, atNs } = resolveQuery(source, query);
  return {
    *[Symbol.iterator]() {
      const key = new Int32Array(FLOW_KEY_WORDS);
      for (const { spuId, table } of spus) {
        for (const present of presentSessions(source, table, atNs)) {
          yield sessionOf(source, spuId, table!, present, key);
        }
      }
    },
  };
}

/** Reads one session; `key` is scratch. */
function sessionOf(
  source: SessionSource,
  spuId: number,
  table: SessionTable,
  { session, state, timeoutSeconds, remainingSeconds }: PresentSession,
  key: Int32Array,
): PipelineSession {
  const sessionId = formatSessionId(sessionIdOf(spuId, session, source.sessionIdStride));
  const firstPacket = table.user(session, 1) >>> 0;
  const flow = session << 1;
  table.keyInto(flow, key);
  const leaf = leafOf(key[FLOW_KEY_PROTOCOL]);
  key[FLOW_KEY_PROTOCOL] = protocolWordOf(key[FLOW_KEY_PROTOCOL]);
  const policy = source.policyOf?.(key) ?? DEFAULT_POLICY;
  const ingress = source.ingressOf?.(key);
  const recordIdOf = (wing: number): string => source.recordIdOf?.(spuId, wing) ?? sessionId;
  const readOut = (): PipelineWing => {
    table.keyInto(flow | 1, key);
    key[FLOW_KEY_PROTOCOL] = protocolWordOf(key[FLOW_KEY_PROTOCOL]);
    return wingOf(table, flow | 1, key, source.egressOf?.(key, ingress), recordIdOf(flow | 1));
  };
  return {
    spuId,
    sessionId,
    state,
    policy,
    timeoutSeconds,
    remainingSeconds,
    firstPacket,
    startSeconds: source.secondOf?.(firstPacket),
    flow: formatFlow(key),
    leaf: leaf < 0 ? undefined : (source.leafInterfaceOf?.(key, leaf) ?? String(leaf)),
    in: wingOf(table, flow, key, ingress, recordIdOf(flow)),
    out: table.isOneWing(session) ? undefined : readOut(),
  };
}

/** Reads one wing. */
function wingOf(
  table: SessionTable,
  flow: number,
  key: Int32Array,
  interfaceName: string | undefined,
  cpSessionId: string,
): PipelineWing {
  const family = key[FLOW_KEY_PROTOCOL] >>> 8 === 6 ? 6 : 4;
  const selector = key[FLOW_KEY_SELECTOR];
  return {
    source: formatAddress(key, FLOW_KEY_SOURCE, family),
    sourcePort: selector >>> 16,
    destination: formatAddress(key, FLOW_KEY_DESTINATION, family),
    destinationPort: selector & 0xffff,
    protocol: protocolName(key[FLOW_KEY_PROTOCOL] & 0xff),
    interface: interfaceName,
    packets: table.packets(flow),
    bytes: table.bytes(flow),
    cpSessionId,
  };
}
