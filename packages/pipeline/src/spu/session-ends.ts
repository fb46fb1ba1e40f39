import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FLAG_ICMP_QUERY } from '@midplane/packet';
import type { SessionTable } from '@midplane/session-table';
import type { NpuEntries } from '../npu/entries.ts';
import type { ParameterValues } from '../parameters.ts';
import type { Regime } from '../regime/regime.ts';
import { invalidated, STATE_INVALID, STATE_PENDING, timeoutOf } from './lifetime.ts';
import type { Spu } from './spu.ts';

const NS = 1_000_000_000;

/** What the ends of sessions need to know. */
export interface SessionEndsOptions {
  readonly spus: readonly Spu[];
  readonly values: ParameterValues;
  readonly entries: NpuEntries;
  readonly regime: Regime;
}

/** How sessions end: by age, by another session in their place, with the input. */
export class SessionEnds {
  private readonly options: SessionEndsOptions;
  private readonly keyOfGone = new Int32Array(FLOW_KEY_WORDS);

  constructor(options: SessionEndsOptions) {
    this.options = options;
  }

  /** Lets a second pass: sessions without packets are invalidated, and removed when they have lingered. */
  tick(second: number): void {
    const { spus, regime, values } = this.options;
    for (let position = 0; position < spus.length; position++) {
      const spu = spus[position];
      const { table } = spu;
      spu.fragments.age(second + 1);
      if (table === undefined) continue;
      const percent = (100 * table.size) / table.capacity;
      if (!spu.isAggressive && values.highWatermarkPercent < 100 && percent >= values.highWatermarkPercent) {
        this.setAggressive(spu, table, true);
      }
      spu.age(second, (session) => this.expire(spu, table, position, session));
      const left = (100 * table.size) / table.capacity;
      // a low watermark above the high one must not end what the next second would begin again
      if (spu.isAggressive && left <= values.lowWatermarkPercent && left < values.highWatermarkPercent) {
        this.setAggressive(spu, table, false);
      }
    }
    regime.tick(second); // of what is left, which behind a pause is something else
  }

  /** Puts the sessions that are still there on the lists of the largest; counts NPU entries that are idle by a tick. */
  finish(tick: number): void {
    const { spus, entries } = this.options;
    for (const spu of spus) {
      const { table } = spu;
      spu.fragments.age(Number.POSITIVE_INFINITY); // nothing comes any more
      if (table === undefined) continue;
      for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
        if ((table.user(session, 0) & STATE_INVALID) === 0 && table.family(session) <= 6) this.tally(spu, session);
      }
    }
    entries.finish(tick);
  }

  /** A session that is over, or closed, makes room for one of the same key; returns the NPUs that it leaves to that. */
  giveWay(spu: Spu, position: number, session: number): number {
    const { entries, regime } = this.options;
    const table = spu.table!;
    const bits = entries.leave(table, session);
    if (table.user(session, 0) & STATE_INVALID) {
      spu.invalidated--;
    } else {
      this.tally(spu, session);
      spu.replaced++;
    }
    // the in wing, and an out wing that is its reverse, are those of the next session too
    if (table.hasOwnOutWing(session)) regime.forget(position, session);
    this.remove(spu, table, session);
    return bits;
  }

  /** A pending session is given up. */
  withdraw(spu: Spu, position: number, session: number): void {
    this.options.regime.forget(position, session);
    spu.pending.delete(session);
    this.remove(spu, spu.table!, session);
  }

  private expire(spu: Spu, table: SessionTable, position: number, session: number): void {
    const { entries, regime, values } = this.options;
    if (table.family(session) > 6) {
      if (!spu.overLeaves.delete(session)) table.keep(1); // a leaf goes with its template
      return;
    }
    const state = table.user(session, 0);
    if (state & STATE_PENDING) {
      table.keep(1); // it stays until its central points have answered
      return;
    }
    if (state & STATE_INVALID) {
      // whoever has not heard of its end by now does not hear of it any more
      entries.dropAll(position, session);
      regime.forget(position, session);
      this.releaseNat(spu, table, session);
      spu.invalidated--;
      return;
    }
    spu.agedOut++;
    this.invalidate(spu, table, position, session, table.tick * NS);
    table.keep(values.lingerS);
  }

  /**
   * Ends the sessions of an SPU at once, all or some; returns how many. Pending ones, for which packets wait, end when their
   * central points have answered.
   */
  clear(spu: Spu, position: number, nowNs: number, isWanted?: (session: number) => boolean): number {
    const { table } = spu;
    if (table === undefined) return 0;
    let cleared = 0;
    for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
      if (table.family(session) > 6 || table.user(session, 0) & STATE_INVALID) continue;
      if (isWanted !== undefined && !isWanted(session)) continue;
      const pending = spu.pending.get(session);
      if (pending !== undefined) {
        pending.isCleared = true;
        continue;
      }
      this.clearOne(spu, position, session, nowNs);
      cleared++;
    }
    return cleared;
  }

  /** Ends a session at once. */
  clearOne(spu: Spu, position: number, session: number, nowNs: number): void {
    const table = spu.table!;
    this.invalidate(spu, table, position, session, nowNs);
    table.setTimeout(session, Math.floor(nowNs / NS) + 1 - table.lastTick(session) + this.options.values.lingerS);
    spu.cleared++;
  }

  private invalidate(spu: Spu, table: SessionTable, position: number, session: number, nowNs: number): void {
    const { entries, regime } = this.options;
    this.tally(spu, session);
    spu.endLeaves(session);
    spu.invalidated++;
    entries.withdraw(nowNs, position, session);
    regime.end(nowNs, position, session, table.user(session, 1));
    table.setUser(session, 0, invalidated(table.user(session, 0)));
  }

  private remove(spu: Spu, table: SessionTable, session: number): void {
    spu.endLeaves(session);
    this.releaseNat(spu, table, session);
    table.remove(session);
  }

  private releaseNat(spu: Spu, table: SessionTable, session: number): void {
    const binding = spu.bindings.get(session);
    if (binding === undefined) return;
    table.keyInto((session << 1) | 1, this.keyOfGone);
    spu.sourceNat!.release(binding, this.keyOfGone, 0);
    spu.bindings.delete(session);
  }

  /** Cuts the time of all sessions to early ageout, or gives it back. */
  private setAggressive(spu: Spu, table: SessionTable, isAggressive: boolean): void {
    spu.isAggressive = isAggressive;
    if (isAggressive) spu.aggressivePeriods++;
    for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
      const state = table.user(session, 0);
      const timeout = table.timeout(session);
      if (state & STATE_INVALID || timeout === 0) continue;
      const { values } = this.options;
      const isLeaf = table.family(session) > 6;
      const full = isLeaf
        ? values.multicastTimeoutS
        : timeoutOf(state, table.protocol(session), FLAG_ICMP_QUERY, values);
      table.setTimeout(session, spu.cut(full));
    }
  }

  /** Puts a session on the list of the largest, if it is one of them. */
  private tally(spu: Spu, session: number): void {
    const table = spu.table!;
    const flow = session << 1;
    const bytes = table.bytes(flow) + table.bytes(flow + 1);
    if (!spu.top.wants(bytes)) return;
    table.keyInto(flow, this.keyOfGone);
    spu.top.offer({
      key: this.keyOfGone,
      packets: table.packets(flow) + table.packets(flow + 1),
      bytes,
      first: table.user(session, 1) >>> 0,
      index: session,
    });
  }
}
