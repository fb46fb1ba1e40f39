import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FRAGMENT_LATER } from '@midplane/packet';
import type { CentralPoint } from '../central-point/central-point.ts';
import { EgressStage } from '../egress/egress-stage.ts';
import { OUTCOME_HELD, OUTCOME_PENDING, PATHS, type PathBatch } from '../path-batch.ts';
import { SpuStage, type SpuStageOptions } from '../spu/spu-stage.ts';
import type { Stage } from '../stage.ts';
import { aboutOf, confirmedSight, findSession, findSessionAt, sightOf } from './session-sight.ts';
import type { Sighting } from './sighting.ts';
import { keyOf, sightingOf } from './sighting-of.ts';

/** Which packets are wanted, and where they go. */
export interface Watch {
  /** Whether a packet is wanted: its number, and the flow key that it is about; undefined = it has none. */
  readonly wants: (packet: number, key: Int32Array | undefined) => boolean;
  /** Takes a packet whose way has ended. */
  readonly see: (sighting: Sighting) => void;
}

/** A packet that an SPU holds. */
interface Waiting {
  readonly sighting: Sighting;
  readonly isWanted: boolean;
  /** Whether it waits for its first fragment. */
  readonly isFragment: boolean;
}

/**
 * Wraps the stages so that they are watched: same names, same order, same decisions.
 *
 * What a stage knows beyond the columns (sessions, NPU entries) is read from the tables that the SPU stage works on, and
 * nothing there is changed.
 */
export function observeStages(standard: readonly Stage[], watch: Watch): readonly Stage[] {
  const spuStage = standard.find((stage) => stage instanceof SpuStage)!;
  const options = spuStage['options'];
  /** The packet that the stages are deciding, if it is wanted. */
  let current: Sighting | undefined;
  /**
   * The packet at an SPU, and its end, if that comes while it is decided: a first fragment leaves before those that have
   * waited for it.
   */
  let turn: (Waiting & { outcome: number | undefined }) | undefined;
  /** Packets that an SPU holds, by number, and whether they are wanted already. */
  const waiting = new Map<number, Waiting>();
  let agedOut = 0;
  /** Position of the SPU of the hash index, of the packet that is decided. */
  let aimedAt = -1;

  /** A packet whose way has ended in the ingress stage. */
  const seeAtIngress = (batch: PathBatch, row: number): void => {
    const sighting = sightingOf(batch, row);
    if (!watch.wants(sighting.packet, keyOf(batch, row))) return;
    sighting.outcome = batch.outcome[row];
    watch.see(sighting);
  };

  /** Packets on their way over the fabric, by number, and the last one that came there. */
  const leaving = new Map<number, Sighting>();
  let lastLeaving = 0;
  const egress = standard.find((stage) => stage instanceof EgressStage)?.egress;
  if (egress !== undefined) {
    egress.onEnd = (packet, outcome, card) => {
      const sighting = leaving.get(packet);
      if (sighting === undefined) return;
      leaving.delete(packet);
      sighting.outcome = outcome;
      sighting.leftBy = card;
      watch.see(sighting);
    };
  }

  /** What the device is told when an SPU decides a packet: by the time that it is told of a commit may have changed that. */
  const noteConfiguration = (sighting: Sighting, batch: PathBatch, row: number): void => {
    sighting.configuration = options.configuration && { ...options.configuration };
    sighting.ingress = batch.ingress[row];
  };

  /** The stages have decided a packet: its way has ended, or leads over the fabric. */
  const seeAtEnd = (sighting: Sighting, outcome: number): void => {
    sighting.outcome = outcome;
    if (outcome === OUTCOME_HELD) leaving.set(sighting.packet, sighting);
    else watch.see(sighting);
  };
  const end = (batch: PathBatch, row: number): void => {
    if (turn !== undefined || current?.packet !== batch.numberOf(row)) return; // one that was held goes on while `current` is decided
    seeAtEnd(current, batch.outcome[row]);
    current = undefined;
  };
  // what an SPU has held ends its way outside of the stages: those calls are wrapped, too
  const handOver = spuStage['handOver'];
  const { pending } = spuStage;
  const wake = handOver.wake.bind(handOver);
  handOver.wake = (row, nowNs) => {
    wake(row, nowNs);
    const held = waiting.get(options.held.batch.numberOf(row));
    if (held?.isFragment && held.sighting.heldNs === undefined) {
      held.sighting.heldNs = options.held.batch.nowNs[row] - held.sighting.timeNs;
    }
  };
  const hold = pending.hold.bind(pending);
  pending.hold = (batch, row, spu, session) => {
    hold(batch, row, spu, session);
    const number = batch.numberOf(row);
    const sighting = current?.packet === number ? current : waiting.get(number)?.sighting;
    if (sighting !== undefined && batch.outcome[row] === OUTCOME_HELD) {
      noteMove(sighting, batch.spu[row]);
      sighting.waitedForConfirmation = true;
      // now: until it leaves, the packets behind it move the session on
      sighting.after = sightOf(options, batch.spu[row], batch.flow[row]);
      noteConfiguration(sighting, batch, row);
    }
  };
  const receive = spuStage.receive.bind(spuStage);
  spuStage.receive = (queue) => {
    const { a: row, b: to } = queue;
    const { batch } = options.held;
    const sighting = waiting.get(batch.numberOf(row))?.sighting;
    const at = row * FLOW_KEY_WORDS;
    if (sighting !== undefined) {
      sighting.met = findSessionAt(options, to, batch.packets.key.subarray(at, at + FLOW_KEY_WORDS));
    }
    receive(queue);
  };
  const leave = handOver.leave.bind(handOver);
  handOver.leave = (batch, row) => {
    leave(batch, row);
    const number = batch.numberOf(row);
    const isTurn = turn?.sighting.packet === number;
    const held = isTurn ? turn : waiting.get(number);
    if (held === undefined || (batch.outcome[row] === OUTCOME_HELD && lastLeaving !== number)) return;
    waiting.delete(number);
    const { sighting } = held;
    noteMove(sighting, batch.spu[row]);
    if (!sighting.waitedForConfirmation) noteConfiguration(sighting, batch, row);
    const now = batch.flow[row] < 0 ? undefined : sightOf(options, batch.spu[row], batch.flow[row]);
    sighting.after = now && sighting.waitedForConfirmation ? confirmedSight(sighting.after!, now) : now;
    if (now !== undefined && held.isFragment) {
      sighting.about = new Int32Array(FLOW_KEY_WORDS);
      options.spus[batch.spu[row]].table!.keyInto(batch.flow[row], sighting.about);
    }
    if (!held.isWanted && !watch.wants(number, sighting.about)) return;
    sighting.endedAt = batch.spu[row];
    if (isTurn) turn!.outcome = batch.outcome[row];
    else seeAtEnd(sighting, batch.outcome[row]);
  };

  const watched: Readonly<Record<string, (stage: Stage) => Stage>> = {
    ingress: (stage) => ({
      ...plain(stage),
      prepare(batch: PathBatch): void {
        stage.prepare?.(batch);
        for (let row = 0; row < batch.count; row++) {
          if (batch.outcome[row] !== OUTCOME_PENDING) seeAtIngress(batch, row);
        }
      },
      decide(batch: PathBatch, row: number): void {
        stage.decide!(batch, row);
        if (batch.outcome[row] !== OUTCOME_PENDING) seeAtIngress(batch, row);
        aimedAt = batch.spu[row];
      },
    }),
    npu: (stage) => ({
      ...plain(stage),
      decide(batch: PathBatch, row: number): void {
        const npu = options.npus[batch.npu[row]];
        agedOut = npu.agedOut;
        stage.decide!(batch, row);
        agedOut = npu.agedOut - agedOut;
      },
    }),
    spu: (stage) => ({
      ...plain(stage),
      decide(batch: PathBatch, row: number): void {
        const about = aboutOf(batch, row, options);
        const number = batch.numberOf(row);
        const isWanted = watch.wants(number, about);
        const mayWait = about === undefined && batch.packets.fragment[row] === FRAGMENT_LATER;
        if (!isWanted && !mayWait) {
          stage.decide!(batch, row);
          return;
        }
        const sighting = sightingOf(batch, row);
        sighting.path = PATHS[batch.path[row]];
        noteConfiguration(sighting, batch, row);
        sighting.aimedAt = aimedAt;
        sighting.arrivedAt = batch.spu[row];
        sighting.npuEntryWasIdle = agedOut > 0;
        sighting.about = about?.slice(); // it may be a view of the batch, which others come into while this one waits
        sighting.before = about && findSession(options, about);
        sighting.met = about && findSessionAt(options, batch.spu[row], about);
        if (isWanted) current = sighting;
        const centralPoint = centralPointOf(options);
        const { lookups = 0, known = 0 } = centralPoint ?? {};
        turn = { sighting, isWanted, isFragment: mayWait, outcome: undefined };
        stage.decide!(batch, row);
        const { outcome } = turn;
        turn = undefined;
        sighting.centralPointAsked = (centralPoint?.lookups ?? 0) > lookups;
        sighting.centralPointKnew = (centralPoint?.known ?? 0) > known;
        if (batch.outcome[row] === OUTCOME_HELD) {
          if (outcome === undefined) waiting.set(number, { sighting, isWanted, isFragment: mayWait });
          else seeAtEnd(sighting, outcome);
          current = undefined;
          return;
        }
        sighting.endedAt = batch.spu[row];
        if (batch.flow[row] >= 0) sighting.after = sightOf(options, batch.spu[row], batch.flow[row]);
        if (batch.outcome[row] !== OUTCOME_PENDING) end(batch, row);
      },
    }),
    egress: (stage) => ({
      ...plain(stage),
      decide(batch: PathBatch, row: number): void {
        stage.decide!(batch, row);
        lastLeaving = batch.numberOf(row);
        end(batch, row);
      },
    }),
  };
  return standard.map((stage) => watched[stage.name]?.(stage) ?? stage);
}

/** A packet is at an SPU: if it has waited at another one, for a session there, that session has given way. */
function noteMove(sighting: Sighting, position: number): void {
  if (!sighting.waitedForConfirmation || sighting.after!.position === position) return;
  sighting.yieldedAt = sighting.after!.position;
  sighting.waitedForConfirmation = false;
}

/** A stage as an object whose functions can be replaced. */
function plain(stage: Stage): Stage {
  return {
    name: stage.name,
    ...(stage.prepare && { prepare: (batch: PathBatch) => stage.prepare!(batch) }),
    ...(stage.decide && { decide: (batch: PathBatch, row: number) => stage.decide!(batch, row) }),
    ...(stage.tick && { tick: (second: number) => stage.tick!(second) }),
  };
}

function centralPointOf({ regime }: SpuStageOptions): CentralPoint | undefined {
  return 'centralPoint' in regime ? (regime.centralPoint as CentralPoint) : undefined;
}
