import { FLOW_KEY_WORDS } from '@midplane/flow';
import { decodeEmbedded, FLAG_ICMP_ERROR, FRAGMENT_LATER, KIND_IPV4, LINKTYPE_ETHERNET } from '@midplane/packet';
import { hashWing } from '@midplane/session-table';
import type { CentralPoint } from '../central-point/central-point.ts';
import { EgressStage } from '../egress/egress-stage.ts';
import { REQUESTED_SHIFT } from '../npu/entries.ts';
import { OUTCOME_HELD, OUTCOME_PENDING, PATHS, type PathBatch } from '../path-batch.ts';
import { SpuStage, type SpuStageOptions } from '../spu/spu-stage.ts';
import type { Stage } from '../stage.ts';
import type { SessionSight, Sighting } from './sighting.ts';

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
    if (current?.packet !== batch.numberOf(row)) return; // one that was held goes on while `current` is decided
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
      sighting.waitedForConfirmation = true;
      noteConfiguration(sighting, batch, row);
    }
  };
  const leave = handOver.leave.bind(handOver);
  handOver.leave = (batch, row) => {
    leave(batch, row);
    const number = batch.numberOf(row);
    const held = waiting.get(number);
    if (held === undefined || (batch.outcome[row] === OUTCOME_HELD && lastLeaving !== number)) return;
    waiting.delete(number);
    const { sighting } = held;
    if (!sighting.waitedForConfirmation) noteConfiguration(sighting, batch, row);
    if (batch.flow[row] >= 0) {
      sighting.after = sightOf(options, batch.spu[row], batch.flow[row]);
      if (held.isFragment) {
        sighting.about = new Int32Array(FLOW_KEY_WORDS);
        options.spus[batch.spu[row]].table!.keyInto(batch.flow[row], sighting.about);
      }
    }
    if (!held.isWanted && !watch.wants(number, sighting.about)) return;
    sighting.endedAt = batch.spu[row];
    seeAtEnd(sighting, batch.outcome[row]);
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
        if (isWanted) current = sighting;
        const centralPoint = centralPointOf(options);
        const { lookups = 0, known = 0 } = centralPoint ?? {};
        stage.decide!(batch, row);
        sighting.centralPointAsked = (centralPoint?.lookups ?? 0) > lookups;
        sighting.centralPointKnew = (centralPoint?.known ?? 0) > known;
        if (batch.outcome[row] === OUTCOME_HELD) {
          waiting.set(number, { sighting, isWanted, isFragment: mayWait });
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

/** The key of an IP packet; undefined for what is none. */
function keyOf({ packets }: PathBatch, row: number): Int32Array | undefined {
  const at = row * FLOW_KEY_WORDS;
  return packets.kind[row] >= KIND_IPV4 ? packets.key.subarray(at, at + FLOW_KEY_WORDS) : undefined;
}

/** The key of the session that a packet is about, as its SPU is going to see it. */
function aboutOf(batch: PathBatch, row: number, { spus }: SpuStageOptions): Int32Array | undefined {
  const { packets } = batch;
  if (packets.fragment[row] === FRAGMENT_LATER) {
    const key = new Int32Array(FLOW_KEY_WORDS);
    const { fragments } = spus[batch.spu[row]];
    const at = row * FLOW_KEY_WORDS;
    return fragments.recallInto(packets.key, at, packets.fragmentId[row], batch.tick[row], key) ? key : undefined;
  }
  if (packets.flags[row] & FLAG_ICMP_ERROR) {
    const key = new Int32Array(FLOW_KEY_WORDS);
    return decodeEmbedded(packets, row, key, 0) ? key : undefined;
  }
  return keyOf(batch, row);
}

/** The session of a key, on whichever SPU it is. */
function findSession(options: SpuStageOptions, key: Int32Array): SessionSight | undefined {
  const wingHash = hashWing(key, 0);
  for (const [position, { table }] of options.spus.entries()) {
    const flow = table?.find(key, 0, wingHash) ?? -1;
    if (flow >= 0) return sightOf(options, position, flow);
  }
  return undefined;
}

function sightOf({ spus }: SpuStageOptions, position: number, flow: number): SessionSight {
  const { sourceNat, bindings } = spus[position];
  const table = spus[position].table!;
  const session = flow >>> 1;
  const out = table.hasOwnOutWing(session) ? new Int32Array(FLOW_KEY_WORDS) : undefined;
  if (out !== undefined) table.keyInto((session << 1) | 1, out);
  const word = table.user(session, 0);
  return {
    position,
    session,
    wing: flow & 1,
    firstPacket: table.user(session, 1) >>> 0,
    state: word & ((1 << REQUESTED_SHIFT) - 1),
    timeoutS: table.timeout(session),
    entries: table.tag(session),
    requested: word >>> REQUESTED_SHIFT,
    out,
    nat: sourceNat?.nameOf(bindings.get(session) ?? -1) ?? undefined,
  };
}

/** What can be read off the columns of a row before it is on its way. */
function sightingOf(batch: PathBatch, row: number): Sighting {
  const { packets } = batch;
  const records = packets.records!;
  const from = records.offset[row];
  const hasMacs = records.linkType[row] === LINKTYPE_ETHERNET && records.capturedLength[row] >= 14;
  return {
    packet: batch.numberOf(row),
    timeNs: batch.nowNs[row],
    lengthBytes: records.length[row],
    interfaceIndex: records.interfaceIndex[row],
    ingress: batch.ingress[row],
    kind: packets.kind[row],
    fragment: packets.fragment[row],
    flags: packets.flags[row],
    protocol: packets.protocol[row],
    tcpFlags: packets.tcpFlags[row],
    icmp: packets.icmp[row],
    etherType: packets.etherType[row],
    key: packets.key.slice(row * FLOW_KEY_WORDS, (row + 1) * FLOW_KEY_WORDS),
    macs: hasMacs ? swapMacs(records.bytes.slice(from, from + 12)) : new Uint8Array(12),
    npu: batch.npu[row],
    hash: batch.hash[row],
    hashIndex: batch.hashIndex[row],
    path: 'none',
    aimedAt: -1,
    arrivedAt: -1,
    heldNs: undefined,
    waitedForConfirmation: false,
    npuEntryWasIdle: false,
    about: undefined,
    before: undefined,
    after: undefined,
    centralPointAsked: false,
    centralPointKnew: false,
    endedAt: -1,
    leftBy: -1,
    configuration: undefined,
    outcome: OUTCOME_PENDING,
  };
}

/** On the wire the destination comes first. */
function swapMacs(header: Uint8Array): Uint8Array {
  return Uint8Array.of(...header.subarray(6, 12), ...header.subarray(0, 6));
}
