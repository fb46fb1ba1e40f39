import type { SessionTable } from '@midplane/session-table';
import type { PipelineSessionState, SessionQuery } from './session.ts';

const NS = 1_000_000_000;

/** Where sessions are read from: the tables of the SPUs as they stand. */
export interface SessionSource {
  /** The SPUs in order of their IDs; one without a table takes no sessions. */
  readonly spus: readonly { readonly spuId: number; readonly table: SessionTable | undefined }[];
  /** Session IDs per SPU. */
  readonly sessionIdStride: number;
  /** Time up to which the tables are aged, ns. */
  readonly nowNs: () => number;
  /** State of a session as its table has it; all are valid where this is left out. */
  readonly stateOf?: (table: SessionTable, session: number) => PipelineSessionState;
  /** Seconds that a session stays in the table once it is over; 0 where this is left out. */
  readonly lingerS?: number;
  /** Policy of a session, by the key of its in wing; `default-permit/2` where this is left out. */
  readonly policyOf?: (key: Int32Array) => { readonly name: string; readonly index: number };
  /** Interface by which the packets of an in wing come in, by its key. */
  readonly ingressOf?: (key: Int32Array) => string | undefined;
  /** Interface by which those of the out wing come in, by its key and the interface of the in wing. */
  readonly egressOf?: (key: Int32Array, ingress: string | undefined) => string | undefined;
  /** Interface out of a leaf of the multicast session of a key. */
  readonly leafInterfaceOf?: (key: Int32Array, leaf: number) => string | undefined;
  /** ID of the record of a flow at its central point; the session is its own record where this is left out. */
  readonly recordIdOf?: (spuId: number, flow: number) => string;
  /** Second in which a packet came, by its arrival number. */
  readonly secondOf?: (packet: number) => number | undefined;
}

/** A session that is in the table of its SPU; one object that changes with every step. */
export interface PresentSession {
  session: number;
  state: PipelineSessionState;
  timeoutSeconds: number;
  remainingSeconds: number;
}

/**
 * Walks over the sessions of an SPU in order of their indexes.
 *
 * Tables count in seconds, and the tick of a packet is the second after its own: the time of a session is up when the
 * second `last tick + timeout` begins. A session whose time is up after now, and before the moment asked for, lingers.
 */
export function* presentSessions(
  { stateOf, lingerS = 0 }: SessionSource,
  table: SessionTable | undefined,
  atNs: number,
): Generator<PresentSession, void, undefined> {
  if (table === undefined) return;
  const second = Math.floor(atNs / NS);
  const present: PresentSession = { session: 0, state: 'valid', timeoutSeconds: 0, remainingSeconds: 0 };
  for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
    const timeout = table.timeout(session);
    let state = stateOf?.(table, session) ?? 'valid';
    let remaining = table.lastTick(session) + timeout - second - 1;
    if (remaining < 0 && state !== 'invalidated') {
      remaining += lingerS;
      state = 'invalidated';
    }
    if (remaining < 0) continue;
    present.session = session;
    present.state = state;
    present.timeoutSeconds = state === 'invalidated' ? lingerS : timeout;
    present.remainingSeconds = remaining;
    yield present;
  }
}

/**
 * The SPUs and the moment that a query asks for.
 *
 * @throws {RangeError} If the time lies before now, or the SPU is none of the source.
 */
export function resolveQuery(
  source: SessionSource,
  { spuId, atNs = source.nowNs() }: SessionQuery,
): { readonly spus: SessionSource['spus']; readonly atNs: number } {
  const nowNs = source.nowNs();
  if (!(atNs >= nowNs && Number.isFinite(atNs))) {
    throw new RangeError(
      `Cannot list sessions: time must not lie before that of the last packet, ${nowNs} ns: got ${String(atNs)}`,
    );
  }
  const spus = spuId === undefined ? source.spus : source.spus.filter((spu) => spu.spuId === spuId);
  if (spus.length === 0) {
    const ids = source.spus.map((spu) => spu.spuId).join(', ');
    throw new RangeError(`Cannot list sessions: SPU ID must be one of ${ids}: got ${String(spuId)}`);
  }
  return { spus, atNs };
}
