import type { ResolvedChassis } from '@midplane/chassis';
import { buildDistributionTable, countRows } from '@midplane/weights';
import { outcomeOf } from '../drop-reasons.ts';
import type { Egress } from '../egress/egress.ts';
import { EVENT_PACKET } from '../engine/event-queue.ts';
import type { HeldPackets } from '../engine/held-packets.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { NatShares } from '../nat/nat-shares.ts';
import type { Npu } from '../npu/npu.ts';
import type { Regime } from '../regime/regime.ts';
import type { HandOver } from '../spu/hand-over.ts';
import type { Spu } from '../spu/spu.ts';

const RESET = outcomeOf('reset');

/** What the data plane consists of. */
export interface DataPlaneParts {
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly regime: Regime;
  readonly timeline: Timeline;
  readonly held: HeldPackets;
  readonly handOver: HandOver;
  /** Packets on their way over the fabric, where that is modelled. */
  readonly egress: Egress | undefined;
  /** Who shares the ports of source NAT. */
  readonly natShares: NatShares;
  /** SPU position by hash index; rewritten in place. */
  readonly spuOfIndex: Uint8Array;
  /** SPU ID by hash index; rewritten in place. */
  readonly distributionTable: Uint16Array;
  /** Positions of the NPUs that take part; rewritten in place. */
  readonly npusInForce: number[];
}

/** The data plane as a whole: it loses everything in a reset, and gets the tables of a chassis. */
export class DataPlane {
  private readonly parts: DataPlaneParts;

  constructor(parts: DataPlaneParts) {
    this.parts = parts;
  }

  /** All cards are reset: sessions, entries, messages and packets on their way are gone. */
  lose(nowNs: number): void {
    const { spus, npus, regime, timeline, held, handOver, egress } = this.parts;
    egress?.reset(nowNs);
    timeline.clear(({ kind, a: row }) => {
      // it has left one SPU and not reached another one: it is lost where it came from
      if (kind === EVENT_PACKET) spus[held.batch.spu[row]].handedOver--;
    });
    for (const row of held.rows()) {
      held.batch.outcome[row] = RESET;
      held.batch.flow[row] = -1;
      handOver.leave(held.batch, row);
    }
    for (const spu of spus) spu.reset(nowNs);
    for (const npu of npus) npu.reset();
    regime.lose();
  }

  /** The tables of a chassis come into force. */
  install(chassis: ResolvedChassis): void {
    const { spus, npus, regime, natShares, spuOfIndex, distributionTable, npusInForce } = this.parts;
    const table = buildDistributionTable(chassis.spus, distributionTable.length);
    const rows = new Map(countRows(table).map((each) => [each.spuId as number, each.rows]));
    for (const spu of spus) {
      const spec = chassis.spus.find(({ spuId }) => spuId === spu.spec.spuId);
      spu.install(spec, rows.get(spu.spec.spuId) ?? 0);
    }
    // while a session has a port, all keep their parts: no two may give the same one
    const isFree = spus.every(({ bindings }) => bindings.size === 0);
    if (isFree && natShares.install(chassis.spus)) for (const spu of spus) spu.renewNat();
    const positions = new Map(spus.map(({ spec }, position) => [spec.spuId as number, position]));
    for (let index = 0; index < table.length; index++) {
      distributionTable[index] = table[index];
      spuOfIndex[index] = positions.get(table[index])!;
    }
    npusInForce.length = 0;
    for (const [position, { slot }] of npus.entries()) {
      if (chassis.iocs.some((ioc) => ioc.slot === slot)) npusInForce.push(position);
    }
    regime.install(chassis);
  }
}
