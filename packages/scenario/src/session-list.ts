import {
  type DeviceView,
  matchesSessionFilter,
  renderShow,
  SESSION_APPLICATIONS,
  type SessionFilter,
  type SessionFilterInput,
  type SessionLevel,
  sessionFilter,
} from '@midplane/junos';
import type { PipelineSession, SessionReader } from '@midplane/pipeline';
import { sessionViewOf } from './device-view.ts';

/** Which sessions of a device are shown, and how much of them. */
export interface SessionListQuery {
  /** What a session must have; every session passes an empty one. */
  readonly filter?: SessionFilterInput;
  /** How much; `brief` by default. */
  readonly level?: SessionLevel;
}

/**
 * Renders the sessions of a device in the layout of `show security flow session`, piece by piece.
 *
 * @param device Result of `deviceViewOfRun`.
 * @param query Which sessions, and how much of them.
 * @param format As the terminal shows them, or as `| display xml` or `| display json` does.
 * @returns Pieces of the output.
 * @throws {SyntaxError} If a value of the filter has not its form.
 * @throws {RangeError} If a number of the filter is out of range, or its application is no predefined one.
 * @example
 * ```ts
 * import { deviceViewOfRun, renderSessions } from '@midplane/scenario';
 * import { resolveChassis } from '@midplane/chassis';
 * import { createPipeline } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const chassis = resolveChassis({ cards: '0=SPC2,1=IOC2' });
 * const pipeline = createPipeline({ chassis });
 * const device = deviceViewOfRun({ chassis, report: pipeline.finish(), sessions: pipeline });
 * const text = [...renderSessions(device, { filter: { protocol: 'tcp' } })].join('');
 * assert.match(text, /^Flow Sessions on FPC0 PIC1:\nTotal sessions: 0\n/);
 * ```
 */
export function renderSessions(
  device: DeviceView,
  { filter = {}, level = 'brief' }: SessionListQuery = {},
  format: 'text' | 'xml' | 'json' = 'text',
): Iterable<string> {
  const read = readFilter(filter);
  const isFiltered = Object.keys(read).length > 0;
  return renderShow(
    device,
    { command: 'show security flow session', level, ...(isFiltered ? { filter: read } : {}) },
    format,
  );
}

/** Reads a filter. Sessions of a path do not say their application: one that is none of the predefined ones has no session. */
function readFilter(filter: SessionFilterInput): SessionFilter {
  const read = sessionFilter(filter);
  const { application } = read;
  if (application !== undefined && !SESSION_APPLICATIONS.includes(`junos-${application}`)) {
    const rule = `application must be one of ${SESSION_APPLICATIONS.join(', ')}`;
    throw new RangeError(`Cannot read filter: ${rule}: got ${JSON.stringify(filter.application)}`);
  }
  return read;
}

/**
 * Returns the sessions of a path that pass a filter, in order of their IDs; read one by one.
 *
 * @param sessions The path.
 * @param filter What a session must have.
 * @param atNs Moment to look at, ns of simulated time; default and earliest: that of the last packet.
 * @returns The sessions, as the path gives them.
 * @throws {SyntaxError} If a value of the filter has not its form.
 * @throws {RangeError} If a number of the filter is out of range, its application is no predefined one, or the moment lies before that of the last packet.
 * @example
 * ```ts
 * import { selectSessions } from '@midplane/scenario';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import { createPipeline } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({ chassis: resolveChassis() });
 * const udp = (port: number) => packet().ethernet().ipv4().udp({ destinationPort: port }).build();
 * pipeline.offer(recordsOf([udp(53), udp(123), udp(53)]));
 * const [dns] = [...selectSessions(pipeline, { destinationPort: 53 })];
 * assert.equal(dns.in.packets, 2);
 * ```
 */
export function selectSessions(
  sessions: SessionReader,
  filter: SessionFilterInput = {},
  atNs?: number,
): Iterable<PipelineSession> {
  const read = readFilter(filter);
  const all = sessions.sessions(atNs === undefined ? {} : { atNs });
  if (Object.keys(read).length === 0) return all;
  return {
    *[Symbol.iterator]() {
      // a filter looks at what does not change with time
      for (const session of all) if (matchesSessionFilter(read, sessionViewOf(session, 0))) yield session;
    },
  };
}
