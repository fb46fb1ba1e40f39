import { FLOW_KEY_WORDS } from '@midplane/flow';
import type { SessionTable } from '@midplane/session-table';
import type { NpuEntries } from '../npu/entries.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import type { Regime } from '../regime/regime.ts';
import { invalidated, STATE_INVALID } from './lifetime.ts';
import type { Spu } from './spu.ts';

const NS = 1_000_000_000;

/** What the ends of sessions need to know. */
export interface SessionEndsOptions {
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
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
    const { spus, entries, values, regime } = this.options;
    regime.tick();
    for (let position = 0; position < spus.length; position++) {
      const spu = spus[position];
      const { table } = spu;
      spu.fragments.age(second + 1);
      table?.age(second, (session, key, wingHash) => {
        if (table.user(session, 0) & STATE_INVALID) {
          // whoever has not heard of its end by now does not hear of it any more
          entries.dropAll(table, session);
          regime.forget(position, key, 0, wingHash);
          spu.invalidated--;
          return;
        }
        this.tally(spu, session);
        spu.agedOut++;
        spu.invalidated++;
        spu.pending.delete(session);
        entries.withdraw(table.tick * NS, position, session);
        regime.end(table.tick * NS, position, session, table.user(session, 1));
        table.setUser(session, 0, invalidated(table.user(session, 0)));
        table.keep(values.lingerS);
      });
    }
  }

  /** Puts the sessions that are still there on the lists of the largest; counts NPU entries that are idle by a tick. */
  finish(tick: number): void {
    const { spus, npus, entries } = this.options;
    for (const spu of spus) {
      const { table } = spu;
      spu.fragments.age(Number.POSITIVE_INFINITY); // nothing comes any more
      if (table === undefined) continue;
      for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
        if ((table.user(session, 0) & STATE_INVALID) === 0) this.tally(spu, session);
        const idleS = tick - table.lastTick(session);
        for (const npu of npus) {
          if (table.tag(session) & npu.bit && idleS > npu.idleTimeoutS) entries.ageOut(table, session, npu);
        }
      }
    }
  }

  /** A session that is over, or closed, makes room for one of the same key; returns the NPUs that have it. */
  giveWay(spu: Spu, table: SessionTable, session: number): number {
    const bits = table.tag(session);
    if (table.user(session, 0) & STATE_INVALID) {
      spu.invalidated--;
    } else {
      this.tally(spu, session);
      spu.replaced++;
    }
    spu.pending.delete(session);
    table.remove(session);
    return bits;
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
