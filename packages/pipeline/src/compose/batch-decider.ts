import { PacketBatch } from '@midplane/packet';
import type { Timeline } from '../engine/timeline.ts';
import type { FastLane } from '../fast-lane.ts';
import type { SpuGroup } from '../host/spu-group.ts';
import type { Gate } from '../ingress/gate.ts';
import { OUTCOME_PENDING, PATH_NONE, PathBatch } from '../path-batch.ts';
import { settleMemory } from '../spu/packet-memory.ts';
import type { Spu } from '../spu/spu.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';

/** What rows go through. */
export interface BatchDeciderParts {
  readonly stages: readonly Stage[];
  /** Name of the stage of the SPUs. */
  readonly spuStage: string;
  readonly timeline: Timeline;
  readonly gate: Gate;
  /** Plans what happens before a row; returns the next row before which something does. */
  readonly plan: (batch: PathBatch, row: number) => number;
  readonly tally: Tally;
  readonly spus: readonly Spu[];
  /** Whether SPUs have a packet memory that has to be given back. */
  readonly hasMemory: boolean;
  /** The plain case in one loop; undefined: every row goes stage by stage. */
  readonly lane: FastLane | undefined;
  /** The group of SPUs that this is; undefined: all of them. */
  readonly group: SpuGroup | undefined;
}

/** Decides the rows of a batch one by one, in the order of time. */
export class BatchDecider {
  /** The batch that is decided. */
  batch: PathBatch = new PathBatch(new PacketBatch(256));
  private readonly parts: BatchDeciderParts;
  private readonly deciding: readonly Stage[];
  private readonly spuTurn: number;
  private readonly decideRow: (row: number) => void;

  constructor(parts: BatchDeciderParts) {
    this.parts = parts;
    this.deciding = parts.stages.filter((stage) => stage.decide !== undefined);
    this.spuTurn = this.deciding.findIndex((stage) => stage.name === parts.spuStage);
    this.decideRow = parts.group === undefined ? (row) => this.decide(row) : (row) => this.decideOwn(row);
  }

  /** Whether the stages of one's own have left the SPUs in. */
  get hasSpus(): boolean {
    return this.spuTurn >= 0;
  }

  /** Decides some rows. */
  readonly decideRows = (from: number, to: number): void => {
    const { lane, timeline, gate, plan } = this.parts;
    for (let start = from; start < to; ) {
      const end = Math.min(to, plan(this.batch, start));
      if (lane !== undefined) lane.run(this.batch, timeline, gate, this.decideRow, start, end);
      else for (let row = start; row < end; row++) this.decideRow(row);
      start = end;
    }
    this.batch.at = to;
  };

  /** A row that an SPU has held goes on behind it. */
  readonly resume = (from: PathBatch, row: number): void => {
    const { deciding } = this;
    const { spus, tally, hasMemory } = this.parts;
    for (let turn = this.spuTurn + 1; turn < deciding.length && from.outcome[row] === OUTCOME_PENDING; turn++) {
      deciding[turn].decide!(from, row);
    }
    if (hasMemory) settleMemory(spus, from, row);
    tally.count(from, row, true);
  };

  private decide(row: number): void {
    // hot: called per packet
    const { batch, deciding } = this;
    const { timeline, tally, spus, hasMemory } = this.parts;
    if (batch.nowNs[row] >= timeline.dueNs) {
      batch.at = row;
      timeline.advance(batch.nowNs[row]);
    }
    let turn = 0;
    for (; turn < deciding.length && batch.outcome[row] === OUTCOME_PENDING; turn++) {
      deciding[turn].decide!(batch, row);
    }
    const isAtSpu = this.hasSpus && turn > this.spuTurn && batch.path[row] !== PATH_NONE;
    if (hasMemory && isAtSpu) settleMemory(spus, batch, row);
    tally.count(batch, row, isAtSpu);
  }

  /** A row that may be another group's: the lane leaves those to this, as they have no session here. */
  private decideOwn(row: number): void {
    const { batch } = this;
    const { timeline, group } = this.parts;
    if (batch.nowNs[row] >= timeline.dueNs) {
      batch.at = row;
      timeline.advance(batch.nowNs[row]);
    }
    if (!group!.passes(batch, row)) this.decide(row);
  }
}
