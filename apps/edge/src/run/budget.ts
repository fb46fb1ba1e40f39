import type { SpuCounts } from '@midplane/pipeline';
import { RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';
import { yieldTurn } from './yield.ts';

/** Time after which others have their turn, ms, and the packets after which the clock is looked at. */
const SLICE_MS = 10;
const LOOK_PACKETS = 4096;
/** A clock that stands still while a request computes (workerd) must not keep others waiting. */
const SLICE_PACKETS = 262_144;
/** Packets between two looks at the tables. */
const TABLE_PACKETS = 65_536;

/** What a run has used of its limits. */
export class Budget {
  readonly limits: Limits;
  readonly startMs: number = Date.now();
  readonly control: AbortController = new AbortController();
  /** Packets of this reading of the input. */
  packets = 0;
  private earlier = 0;
  private lookedAt = 0;
  private yieldedAt = 0;
  private yieldedMs = this.startMs;
  private tablesAt = 0;
  private readonly timer: ReturnType<typeof setTimeout>;
  private readonly leave: (() => void) | undefined;

  /** @param client Signal of the request: its client is gone. */
  constructor(limits: Limits, client: AbortSignal | undefined) {
    this.limits = limits;
    const { control } = this;
    this.timer = setTimeout(() => control.abort(tookTooLong(limits)), limits.wallSeconds * 1000);
    if (client !== undefined) {
      const gone = (): void => control.abort(clientGone());
      client.addEventListener('abort', gone, { once: true });
      this.leave = () => client.removeEventListener('abort', gone);
      if (client.aborted) gone();
    }
  }

  /** The run is to end when this says so. */
  get signal(): AbortSignal {
    return this.control.signal;
  }

  /**
   * Says how many packets were sent down the path.
   *
   * @param spus What the SPUs have counted, asked now and then.
   * @returns A promise to wait for, if others are to have their turn.
   * @throws {RequestError} If a limit is reached.
   */
  spend(packets: number, spus?: () => readonly SpuCounts[]): Promise<void> | undefined {
    this.packets = packets;
    const { limits } = this;
    if (packets > limits.packets) {
      throw new RequestError(
        'too-many-packets',
        `Cannot go on: a run must have at most ${limits.packets} packets: got more`,
      );
    }
    if (spus !== undefined && packets - this.tablesAt >= TABLE_PACKETS) {
      this.tablesAt = packets;
      this.checkSessions(spus().reduce((sum, spu) => sum + spu.sessions.current, 0));
    }
    if (packets - this.lookedAt < LOOK_PACKETS) return undefined;
    this.lookedAt = packets;
    this.signal.throwIfAborted();
    const now = Date.now();
    if (now - this.startMs > limits.wallSeconds * 1000) throw tookTooLong(limits);
    if (now - this.yieldedMs < SLICE_MS && packets - this.yieldedAt < SLICE_PACKETS) return undefined;
    return this.pause();
  }

  /** The input is read again: what was read before does not count against the limit of packets, time does. */
  readAgain(): void {
    this.earlier += this.packets;
    this.packets = 0;
    this.lookedAt = 0;
    this.yieldedAt = 0;
    this.tablesAt = 0;
  }

  /** Packets of all readings. */
  get allPackets(): number {
    return this.earlier + this.packets;
  }

  /** Refuses more sessions than may be. */
  checkSessions(sessions: number): void {
    const { limits } = this;
    if (sessions <= limits.sessions) return;
    const rule = `a run must have at most ${limits.sessions} sessions at a time`;
    throw new RequestError('too-many-sessions', `Cannot go on: ${rule}: got ${sessions}`);
  }

  /** Ends the clock of the run. */
  end(): void {
    clearTimeout(this.timer);
    this.leave?.();
  }

  private async pause(): Promise<void> {
    await yieldTurn();
    this.signal.throwIfAborted();
    this.yieldedAt = this.packets;
    this.yieldedMs = Date.now();
  }
}

/** The error of a run whose client has gone away. */
export function clientGone(): RequestError {
  return new RequestError('client-gone', 'Cannot go on: the client must stay: got none');
}

function tookTooLong({ wallSeconds }: Limits): RequestError {
  const rule = `a run must be over ${wallSeconds} s after it began`;
  return new RequestError('took-too-long', `Cannot go on: ${rule}: got one that is not`);
}
