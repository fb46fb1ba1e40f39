import type { Report, SessionReader } from '@midplane/pipeline';
import { type SessionListQuery, selectSessions } from './session-list.ts';

/** A run whose sessions are listed. */
export interface SessionListSource {
  /** The path. */
  readonly sessions: SessionReader;
  /** Its report. */
  readonly report: Report;
  /** Moment to look at, ns of simulated time. */
  readonly atNs: number;
}

/**
 * Writes the sessions of a run as JSON, piece by piece: one session per line, then how many each SPU has; of a summary only
 * that.
 *
 * @param source The run.
 * @param query Which sessions, and whether they are listed.
 * @returns Pieces of one JSON object with `schema`, `atNs`, `sessions`, `spus` and `total`; a
 * long list never stands in memory.
 * @throws {SyntaxError} If a value of the filter has not its form.
 * @throws {RangeError} If a number of the filter is out of range.
 * @example
 * ```ts
 * import { sessionsJson } from '@midplane/scenario';
 * import { resolveChassis } from '@midplane/chassis';
 * import { createPipeline } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({ chassis: resolveChassis({ cards: '0=SPC2,1=IOC2' }) });
 * const source = { sessions: pipeline, report: pipeline.finish(), atNs: 0 };
 * const list = JSON.parse([...sessionsJson(source)].join(''));
 * assert.deepEqual([list.schema, list.sessions, list.total], ['midplane-sessions/1', [], 0]);
 * ```
 */
export function sessionsJson(source: SessionListSource, query: SessionListQuery = {}): Iterable<string> {
  const { sessions, report, atNs } = source;
  const selected = selectSessions(sessions, query.filter, atNs);
  return {
    *[Symbol.iterator]() {
      const spus = report.spus.filter((spu) => spu.sessions.capacity > 0);
      const counts = new Map(spus.map(({ spuId }) => [spuId, { valid: 0, pending: 0, invalidated: 0 }]));
      const { error } = report.input;
      const head = { schema: 'midplane-sessions/1', atNs, ...(error === undefined ? {} : { inputError: error }) };
      yield JSON.stringify(head).slice(0, -1);
      let separator = ',\n"sessions":[\n';
      for (const session of selected) {
        counts.get(session.spuId)![session.state]++;
        if (query.level === 'summary') continue;
        yield separator + JSON.stringify(session);
        separator = ',\n';
      }
      if (query.level !== 'summary') yield separator === ',\n' ? '\n]' : ',\n"sessions":[]';
      const counted = spus.map(({ spuId, name, sessions: { failed, capacity } }) => {
        const states = counts.get(spuId)!;
        const total = states.valid + states.pending + states.invalidated;
        return { spuId, name, total, ...states, failed, maximum: capacity };
      });
      yield `,\n"spus":[\n${counted.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
      yield `,\n"total":${counted.reduce((sum, { total }) => sum + total, 0)}}\n`;
    },
  };
}
