import { countSessions } from './count-sessions.ts';
import { listSessions } from './list-sessions.ts';
import type { PipelineSession, SessionCounts, SessionQuery } from './session.ts';
import type { SessionSource } from './session-source.ts';

/** The sessions of a path, before and after its end. */
export interface SessionReader {
  /**
   * Lists the sessions in the tables: SPUs in order of their IDs, sessions in order of their IDs.
   *
   * They are read as they are taken, in constant memory; offer nothing meanwhile.
   *
   * @throws {RangeError} If the time lies before that of the last packet, or the SPU is none of the chassis.
   */
  sessions(query?: SessionQuery): Iterable<PipelineSession>;
  /**
   * Counts the same sessions per SPU, in order of SPU IDs.
   *
   * @throws {RangeError} If the time lies before that of the last packet, or the SPU is none of the chassis.
   */
  sessionCounts(query?: SessionQuery): SessionCounts[];
}

/** Makes the reader of a source. */
export function createSessionReader(source: SessionSource): SessionReader {
  return {
    sessions: (query) => listSessions(source, query),
    sessionCounts: (query) => countSessions(source, query),
  };
}
