import type { SessionTable } from '@midplane/session-table';
import { EVENT_INSTALL, type EventQueue } from '../engine/event-queue.ts';
import type { Messages } from '../engine/messages.ts';
import { STATE_INVALID } from '../spu/lifetime.ts';
import type { Spu } from '../spu/spu.ts';
import { NpuEntries, REQUESTED_SHIFT } from './entries.ts';
import { type Npu, wingsOf } from './npu.ts';

/**
 * Entries of NPUs where both wings of a session are on the SPU that they hash to.
 *
 * Key, owner and session of an entry are those of the SPU's session. So they are stored there, once: an entry is a bit of
 * the session's tag, which its NPU sets (install) and clears (withdraw), and its idle time is that of the session.
 */
export class MarkedEntries extends NpuEntries {
  private readonly grant: (npu: Npu, wings: number) => void;

  /** @param grant Raises the limit of an NPU that several SPU groups fill, or throws. */
  constructor(
    npus: readonly Npu[],
    spus: readonly Spu[],
    messages: Messages,
    grant: (npu: Npu, wings: number) => void = () => {},
  ) {
    super(npus, spus, messages);
    this.grant = grant;
  }

  arrive(queue: EventQueue): void {
    // hot: called per message
    const { kind, a: position, b: spu, c: session, d: generation } = queue;
    const table = this.spus[spu].table!;
    if (!table.has(session) || table.user(session, 1) !== generation) return;
    const npu = this.npus[position];
    const bits = table.tag(session);
    if (kind === EVENT_INSTALL) {
      if (table.user(session, 0) & STATE_INVALID || bits & npu.bit) return;
      const wings = wingsOf(table.protocol(session));
      if (npu.wings + wings > npu.limit) this.grant(npu, npu.wings + wings);
      if (npu.wings + wings > npu.limit) {
        npu.refusals++;
        this.forget(table, session, npu); // a full NPU is asked again when it misses again
        return;
      }
      npu.note('installs', table.family(session), wings);
      table.setTag(session, bits | npu.bit);
    } else if (bits & npu.bit) {
      this.drop(table, session, npu, 'withdrawals');
    }
  }

  /** The entry of a session was idle for too long. */
  ageOut(table: SessionTable, session: number, npu: Npu): void {
    this.drop(table, session, npu, 'agedOut');
    this.forget(table, session, npu);
  }

  dropAll(spu: number, session: number): void {
    const table = this.spus[spu].table!;
    if (table.tag(session) === 0) return;
    for (const npu of this.npus) {
      if ((table.tag(session) & npu.bit) === 0) continue;
      this.drop(table, session, npu, 'withdrawals');
    }
  }

  leave(table: SessionTable, session: number): number {
    return table.tag(session);
  }

  inherit(_nowNs: number, spu: number, session: number, bits: number): void {
    const table = this.spus[spu].table!;
    table.setTag(session, bits);
    table.setUser(session, 0, table.user(session, 0) | (bits << REQUESTED_SHIFT));
  }

  finish(tick: number): void {
    for (const { table } of this.spus) {
      if (table === undefined) continue;
      for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
        const idleS = tick - table.lastTick(session);
        for (const npu of this.npus) {
          if (table.tag(session) & npu.bit && idleS > npu.idleTimeoutS) this.ageOut(table, session, npu);
        }
      }
    }
  }

  private drop(table: SessionTable, session: number, npu: Npu, why: 'withdrawals' | 'agedOut'): void {
    npu.note(why, table.family(session), -wingsOf(table.protocol(session)));
    table.setTag(session, table.tag(session) & ~npu.bit);
  }
}
