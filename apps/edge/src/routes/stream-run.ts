import type { ReadingEvent } from '@midplane/api';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { noteBroken } from '../log-record.ts';
import { clientGone } from '../run/budget.ts';
import type { Place } from '../run/place.ts';
import { answer } from './answer.ts';
import { EVENT_TYPES, EventStream, type EventType, type RunEvent } from './event-stream.ts';

/** Milliseconds between two progress events, at least. */
const PROGRESS_MS = 200;

/** Tells how far a run is; the event is made only if it is time for one. */
export type Tell<E extends RunEvent = RunEvent> = (make: () => E) => void;

/** Whether an answer of this type tells how far the run is. */
export function isEventType(type: string): type is EventType {
  return (EVENT_TYPES as readonly string[]).includes(type);
}

/** Tells how far traffic was read, where somebody wants to know. */
export function tellReading(
  tell: Tell<ReadingEvent> | undefined,
): ((reading: number, packets: number) => void) | undefined {
  if (tell === undefined) return undefined;
  return (reading, packets) => tell(() => ({ event: 'progress', reading, packets }));
}

/** Answers at once and tells how far the run is, and what else it has to say; its result, or the problem, comes last. */
export function streamRun<E extends RunEvent>(
  c: Context<Env>,
  services: Services,
  type: EventType,
  { budget, end }: Pick<Place, 'budget' | 'end'>,
  play: (tell: Tell<E>, send: (event: E) => void) => Promise<E>,
): Response {
  const every = services.config.progressMs ?? PROGRESS_MS;
  const events = new EventStream(type, () => budget.control.abort(clientGone()));
  let toldMs = Date.now();
  const tell: Tell<E> = (make) => {
    const now = Date.now();
    if (now - toldMs < every) return;
    toldMs = now;
    events.offer(make());
  };
  const played = async (): Promise<void> => {
    try {
      events.send(await play(tell, (event) => events.send(event)));
    } catch (error) {
      events.send({ event: 'problem', problem: noteBroken(c, services, error, budget.startMs) });
    } finally {
      await end();
      events.end();
    }
  };
  void played();
  return answer(c, 200, events.stream, {
    'Content-Type': type === 'text/event-stream' ? `${type}; charset=UTF-8` : type,
    'Cache-Control': 'no-cache',
    'X-Accel-Buffering': 'no',
  });
}
