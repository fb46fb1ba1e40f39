import { type FlowHash, hashBatch } from '@midplane/hash';
import {
  FLAG_SELECTOR,
  FRAGMENT_LATER,
  KIND_IPV4,
  KIND_MALFORMED,
  KIND_NON_IP,
  type PacketBatch,
  PROTOCOL_UNKNOWN,
} from '@midplane/packet';
import { hashWingsInto } from '@midplane/session-table';
import { hashIndexOf } from '@midplane/weights';
import { outcomeOf } from '../drop-reasons.ts';
import { OUTCOME_PENDING, OUTCOME_TO_RE, PATH_NONE, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import type { Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import type { InputTotals } from './input-totals.ts';
import type { Sides } from './sides.ts';

const ARP = 0x0806;
const MALFORMED = outcomeOf('malformed');
const CUT_OFF = outcomeOf('headers-cut-off');

/** What can be said of packets without a chassis, needs. */
export interface ReceiverOptions {
  readonly clock: Clock;
  readonly totals: InputTotals;
  readonly hash: FlowHash;
  /** Whether both directions of a flow hash alike. */
  readonly symmetric: boolean;
}

/** What the ingress stage needs to know of the chassis. */
export interface IngressOptions extends ReceiverOptions {
  /** SPU position by hash index. */
  readonly spuOfIndex: Uint8Array;
  /** Positions of the NPUs that take part. */
  readonly npusInForce: readonly number[];
  /** Whether traffic passes. */
  readonly gate: Gate;
  /** What lies behind the interfaces now; undefined = the interface of the capture says which NPU it is. */
  readonly sides: () => Sides | undefined;
}

/** The ingress stage. */
export interface IngressStage extends Stage {
  /** What depends on the packets alone, and on those before them: hashes, time, numbers; counts the input. */
  readonly receive: (batch: PathBatch) => void;
  /** What depends on the chassis: the SPU and NPU of all rows, and which go on. Rows that were dealt out have their SPU. */
  readonly place: (batch: PathBatch, isDealt?: boolean) => void;
  /** Finds SPU and NPU of the rows from one on, as the tables say now. */
  readonly aim: (batch: PathBatch, from: number) => void;
}

/** Protocols whose session key needs bytes of the upper-layer header: ICMP, TCP, UDP, ESP, AH, ICMPv6, SCTP. */
const NEEDS_SELECTOR = new Uint8Array(PROTOCOL_UNKNOWN + 1);
for (const protocol of [1, 6, 17, 50, 51, 58, 132]) NEEDS_SELECTOR[protocol] = 1;

/**
 * Makes the stage that receives packets: time, NPU, sanity checks, hash, hash index, whether traffic passes.
 *
 * A packet comes in by the interface on whose side its source is; where the configuration does not say, capture interface
 * `i` belongs to NPU `i mod number of NPUs` (assumed). A packet whose IP header is malformed, or whose
 * ports were not captured, goes no further; ARP goes to the Routing Engine.
 */
export function createIngressStage(options: IngressOptions): IngressStage {
  const { spuOfIndex, npusInForce, gate, sides } = options;
  const receive = createReceiver(options);
  let hadSides = false; // of batches that come by turns any may still have what was found before

  function aim(batch: PathBatch, from: number): void {
    chooseSpus(batch, from, spuOfIndex);
    enter(batch, from);
  }

  function enter(batch: PathBatch, from: number): void {
    chooseNpus(batch, from, npusInForce);
    const known = sides();
    if (known !== undefined) known.find(batch, from);
    else if (hadSides) batch.ingress.fill(-1, from, batch.count);
    hadSides ||= known !== undefined;
  }

  function place(batch: PathBatch, isDealt = false): void {
    const { count } = batch;
    if (isDealt) enter(batch, 0);
    else aim(batch, 0);
    decideOutcomes(batch);
    batch.path.fill(PATH_NONE, 0, count);
    batch.flow.fill(-1, 0, count);
  }

  return {
    name: 'ingress',
    receive,
    place,
    aim,
    prepare(batch: PathBatch): void {
      receive(batch);
      place(batch);
    },
    decide(batch: PathBatch, row: number): void {
      // hot: called per packet that is not plain, no allocation
      if (gate.outcome !== 0) {
        batch.outcome[row] = gate.outcome;
        gate.dropped++;
      } else if (isForRoutingEngine(batch, row)) batch.outcome[row] = OUTCOME_TO_RE;
    },
  };
}

/** Whether a packet goes to the Routing Engine, and not to an SPU: ARP. */
export function isForRoutingEngine({ packets: { kind, etherType } }: PathBatch, row: number): boolean {
  return kind[row] === KIND_NON_IP && etherType[row] === ARP;
}

/** Whether a packet goes on to an SPU, where traffic passes. */
export function comesToSpu(batch: PathBatch, row: number): boolean {
  return (batch.packets.kind[row] === KIND_NON_IP || isWhole(batch.packets, row)) && !isForRoutingEngine(batch, row);
}

/** Makes the first step of the path, which knows nothing of the chassis: hashes, time, numbers, and what came in. */
export function createReceiver({ clock, totals, hash, symmetric }: ReceiverOptions): (batch: PathBatch) => void {
  const selection = { hash, symmetric };
  return (batch) => {
    const { packets, count } = batch;
    hashBatch(packets, selection, batch.hash);
    hashWingsInto(packets.key, count, batch.wingHash);
    clock.advanceRows(packets.records!, batch.nowNs, batch.tick);
    batch.firstPacket = totals.packets + 1;
    totals.count(packets);
  };
}

/** Finds the hash index of the rows from one on, and the SPU of it. */
function chooseSpus({ count, hash, hashIndex, spu }: PathBatch, from: number, spuOfIndex: Uint8Array): void {
  // hot: per packet
  const { length } = spuOfIndex;
  for (let row = from; row < count; row++) {
    const index = hashIndexOf(hash[row], length);
    hashIndex[row] = index;
    spu[row] = spuOfIndex[index];
  }
}

/** Finds the NPU of the rows from one on by their capture interface. */
function chooseNpus({ count, npu, packets }: PathBatch, from: number, npus: readonly number[]): void {
  // hot: per packet
  if (npus.length === 1) {
    npu.fill(npus[0], from, count);
    return;
  }
  const { interfaceIndex } = packets.records!;
  let before = 0;
  let position = npus[0];
  for (let row = from; row < count; row++) {
    const index = interfaceIndex[row];
    // most packets come in where the one before did: a division takes longer than all the rest
    if (index !== before) position = npus[index % npus.length];
    before = index;
    npu[row] = position;
  }
}

/** Decides which rows go on. */
function decideOutcomes({ count, outcome, packets }: PathBatch): void {
  // hot: per packet
  const { kind } = packets;
  for (let row = 0; row < count; row++) {
    outcome[row] = isWhole(packets, row) || kind[row] === KIND_NON_IP ? OUTCOME_PENDING : exceptionOf(kind[row]);
  }
}

/** Whether all is there of an IP packet that its session key needs. */
function isWhole({ kind, flags, protocol, fragment }: PacketBatch, row: number): boolean {
  // most have ports, and need no second look
  const upper = protocol[row];
  return (
    kind[row] >= KIND_IPV4 &&
    upper !== PROTOCOL_UNKNOWN &&
    ((flags[row] & FLAG_SELECTOR) !== 0 || NEEDS_SELECTOR[upper] === 0 || fragment[row] === FRAGMENT_LATER)
  );
}

/** Outcome of an IP packet that is not whole. */
function exceptionOf(kind: number): number {
  return kind === KIND_MALFORMED ? MALFORMED : CUT_OFF;
}
