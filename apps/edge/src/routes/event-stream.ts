import type { ComparisonEvent, PlanEvent, SimulationEvent } from '@midplane/api';

/** What a run tells. */
export type RunEvent = SimulationEvent | ComparisonEvent | PlanEvent;

/** Types of a body of events. */
export const EVENT_TYPES = ['text/event-stream', 'application/x-ndjson'] as const;
/** One of them. */
export type EventType = (typeof EVENT_TYPES)[number];

/** Progress events that wait for a slow reader, at most: later ones are left out. */
const WAITING = 8;

/** Events as a body: server-sent events, or a line of JSON each. */
export class EventStream {
  /** The body. */
  readonly stream: ReadableStream<Uint8Array>;
  private readonly encoder = new TextEncoder();
  private readonly type: EventType;
  private controller!: ReadableStreamDefaultController<Uint8Array>;
  private isOpen = true;

  /** @param onCancel Called when the reader goes away. */
  constructor(type: EventType, onCancel: () => void) {
    this.type = type;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        cancel: () => {
          this.isOpen = false;
          onCancel();
        },
      },
      { highWaterMark: WAITING },
    );
  }

  /** Sends an event unless the reader is behind: a client that uploads before it reads must not stop the run. */
  offer(event: RunEvent): void {
    if ((this.controller.desiredSize ?? 0) > 0) this.send(event);
  }

  /** Sends an event. */
  send(event: RunEvent): void {
    if (!this.isOpen) return;
    const json = JSON.stringify(event);
    const text = this.type === 'text/event-stream' ? `event: ${event.event}\ndata: ${json}\n\n` : `${json}\n`;
    this.controller.enqueue(this.encoder.encode(text));
  }

  /** Ends the body. */
  end(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.controller.close();
  }
}
