import { formatSpuId } from '@midplane/spu-id';
import type { DeviceView, Source, SpuView } from '../device-view.ts';
import { compareSessionIds, type SessionView } from '../session-view.ts';

/** `FPC1 PIC1` of an SPU, as Junos heads its output. */
export function spuName(spu: SpuView): string {
  return formatSpuId(spu.spuId, 'cli');
}

/**
 * The SPUs that flow output lists: those that are up and take flow sessions.
 *
 * Fidelity: observed. Published output leaves a dedicated central point out.
 */
export function flowSpus(device: DeviceView): SpuView[] {
  return device.spus.filter((spu) => spu.online && spu.role !== 'cp');
}

/** Gives what passes `keep`, in ascending order of session ID. */
export function inIdOrder(sessions: Source<SessionView>, keep: (session: SessionView) => boolean): Source<SessionView> {
  if (Array.isArray(sessions)) return filtered(sortedById(sessions), keep);
  return Symbol.iterator in sessions ? filtered(ascending(sessions), keep) : filteredAsync(sessions, keep);
}

function sortedById(sessions: readonly SessionView[]): readonly SessionView[] {
  for (let i = 1; i < sessions.length; i++) {
    if (compareSessionIds(sessions[i - 1].sessionId, sessions[i].sessionId) > 0) {
      return sessions.toSorted((a, b) => compareSessionIds(a.sessionId, b.sessionId));
    }
  }
  return sessions;
}

function* ascending(sessions: Iterable<SessionView>): Generator<SessionView> {
  let previous = '';
  for (const session of sessions) {
    checkOrder(previous, session.sessionId);
    previous = session.sessionId;
    yield session;
  }
}

function* filtered(sessions: Iterable<SessionView>, keep: (session: SessionView) => boolean): Generator<SessionView> {
  for (const session of sessions) if (keep(session)) yield session;
}

async function* filteredAsync(
  sessions: AsyncIterable<SessionView>,
  keep: (session: SessionView) => boolean,
): AsyncGenerator<SessionView> {
  let previous = '';
  for await (const session of sessions) {
    checkOrder(previous, session.sessionId);
    previous = session.sessionId;
    if (keep(session)) yield session;
  }
}

function checkOrder(previous: string, next: string): void {
  if (compareSessionIds(previous, next) <= 0) return;
  throw new RangeError(
    `Cannot render sessions: an iterable must give them in ascending order of ID: got ${next} after ${previous}`,
  );
}
