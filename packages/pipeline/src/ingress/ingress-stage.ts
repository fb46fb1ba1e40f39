import { type FlowHash, hashBatch } from '@midplane/hash';
import { FLAG_SELECTOR, FRAGMENT_LATER, KIND_MALFORMED, KIND_NON_IP, PROTOCOL_UNKNOWN } from '@midplane/packet';
import { hashWingsInto } from '@midplane/session-table';
import { hashIndexOf } from '@midplane/weights';
import { DROP_REASONS } from '../drop-reasons.ts';
import { OUTCOME_DROPPED, OUTCOME_PENDING, OUTCOME_TO_RE, PATH_NONE, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import type { Clock } from './clock.ts';
import type { InputTotals } from './input-totals.ts';

const NS = 1_000_000_000;
const ARP = 0x0806;
const MALFORMED = OUTCOME_DROPPED + DROP_REASONS.indexOf('malformed');
const CUT_OFF = OUTCOME_DROPPED + DROP_REASONS.indexOf('headers-cut-off');

/** What the ingress stage needs to know of the chassis. */
export interface IngressOptions {
  readonly clock: Clock;
  readonly totals: InputTotals;
  readonly hash: FlowHash;
  /** SPU position by hash index. */
  readonly spuOfIndex: Int32Array;
  /** Number of NPUs. */
  readonly npus: number;
}

/** Protocols whose session key needs bytes of the upper-layer header: ICMP, TCP, UDP, ESP, AH, ICMPv6, SCTP. */
const NEEDS_SELECTOR = new Uint8Array(PROTOCOL_UNKNOWN + 1);
for (const protocol of [1, 6, 17, 50, 51, 58, 132]) NEEDS_SELECTOR[protocol] = 1;

/**
 * Makes the stage that receives packets: time, NPU, sanity checks, hash, hash index.
 *
 * Capture interface `i` belongs to NPU `i mod number of NPUs` (assumed). A packet whose IP header is malformed, or whose
 * ports were not captured, goes no further; ARP goes to the Routing Engine.
 */
export function createIngressStage(options: IngressOptions): Stage {
  const { clock, totals, hash, spuOfIndex, npus } = options;
  return {
    name: 'ingress',
    prepare(batch: PathBatch): void {
      const { packets, count } = batch;
      const records = packets.records!;
      hashBatch(packets, { hash, symmetric: true }, batch.hash);
      hashWingsInto(packets.key, count, batch.wingHash);
      for (let row = 0; row < count; row++) {
        const nowNs = clock.advance(records.seconds[row], records.nanoseconds[row]);
        batch.nowNs[row] = nowNs;
        batch.tick[row] = Math.floor(nowNs / NS) + 1;
        batch.npu[row] = records.interfaceIndex[row] % npus;
        const index = hashIndexOf(batch.hash[row], spuOfIndex.length);
        batch.hashIndex[row] = index;
        batch.spu[row] = spuOfIndex[index];
        batch.path[row] = PATH_NONE;
        batch.flow[row] = -1;
        batch.outcome[row] = firstOutcome(batch, row);
      }
      totals.count(packets);
    },
  };
}

function firstOutcome(batch: PathBatch, row: number): number {
  const { kind, etherType, protocol, flags, fragment } = batch.packets;
  if (kind[row] === KIND_NON_IP) return etherType[row] === ARP ? OUTCOME_TO_RE : OUTCOME_PENDING;
  if (kind[row] === KIND_MALFORMED) return MALFORMED;
  if (protocol[row] === PROTOCOL_UNKNOWN) return CUT_OFF;
  if (fragment[row] === FRAGMENT_LATER) return OUTCOME_PENDING;
  if (NEEDS_SELECTOR[protocol[row]] === 1 && (flags[row] & FLAG_SELECTOR) === 0) return CUT_OFF;
  return OUTCOME_PENDING;
}
