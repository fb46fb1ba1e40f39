import { FLOW_KEY_PROTOCOL, FLOW_KEY_WORDS, reverseFlowInto } from '@midplane/flow';
import { hashWing } from '@midplane/session-table';
import { outcomeOf } from '../drop-reasons.ts';
import { readEmbedded } from '../ingress/read-ahead.ts';
import { PATH_ICMP_ERROR, type PathBatch } from '../path-batch.ts';
import type { Regime } from '../regime/regime.ts';
import type { HandOver } from './hand-over.ts';
import { STATE_INVALID } from './lifetime.ts';
import type { Spu } from './spu.ts';
import { flowHashOf } from './spu-ordering.ts';
import { WORK_FAST } from './work-kind.ts';

const UDP = 17;
const ESP = 50;
const AH = 51;
const NO_SESSION = outcomeOf('icmp-error-without-session');

/** What ICMP errors need. */
export interface IcmpErrorOptions {
  readonly spus: readonly Spu[];
  readonly regime: Regime;
  readonly handOver: HandOver;
}

/**
 * ICMP errors: hashed as they stand, then handed to the owner of the session that the packet inside belongs to.
 *
 * The error travels against that packet, as a packet of the wing that is its reverse. So that wing is looked for, which is
 * right where addresses are translated, too. A session of ESP or AH has one wing only: it is the one of the packet inside.
 */
export class IcmpErrors {
  private readonly options: IcmpErrorOptions;
  private readonly inside = new Int32Array(FLOW_KEY_WORDS);
  private readonly key = new Int32Array(FLOW_KEY_WORDS);

  constructor(options: IcmpErrorOptions) {
    this.options = options;
  }

  /** An error at the SPU of its own hash. */
  decide(batch: PathBatch, row: number): void {
    const { inside, key } = this;
    if (!readEmbedded(batch, row, inside)) {
      batch.outcome[row] = NO_SESSION;
      return;
    }
    const protocol = inside[FLOW_KEY_PROTOCOL] & 0xff;
    if (protocol === ESP || protocol === AH) key.set(inside);
    else reverseFlowInto(inside, 0, key, 0);
    this.look(batch, row, key, 0, hashWing(key, 0), false);
  }

  /** An error that was handed over; its row has the key of the wing. */
  arrive(batch: PathBatch, row: number, isBound: boolean): void {
    this.options.spus[batch.spu[row]].icmpErrorsIn++;
    this.look(batch, row, batch.packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row], isBound);
  }

  private look(batch: PathBatch, row: number, key: Int32Array, at: number, wingHash: number, isBound: boolean): void {
    const { spus, regime, handOver } = this.options;
    const position = batch.spu[row];
    const spu = spus[position];
    const flow = spu.table?.find(key, at, wingHash) ?? -1;
    const isHere = flow >= 0 && (spu.table!.user(flow >>> 1, 0) & STATE_INVALID) === 0;
    if (!isHere && !isBound) {
      const home = regime.homeOf(key, at);
      const isHome = home < 0 || home === position;
      const owner = isHome ? regime.ownerOf(position, key, at, wingHash) : home;
      if (owner >= 0 && owner !== position) {
        batch.path[row] = PATH_ICMP_ERROR;
        handOver.send(batch, row, owner, key, at, wingHash, isHome || regime.isByHash);
        return;
      }
    }
    const flowHash = isHere ? flowHashOf(spu.table!, flow, wingHash) : wingHash;
    handOver.work(batch, row, WORK_FAST, flowHash);
    batch.path[row] = PATH_ICMP_ERROR;
    if (!isHere) {
      batch.outcome[row] = NO_SESSION;
      return;
    }
    const table = spu.table!;
    // nobody listens: the session is over at the next second
    if (table.protocol(flow >>> 1) === UDP) table.setTimeout(flow >>> 1, 0);
    table.count(flow, batch.packets.records!.length[row], batch.tick[row]);
    spu.fastPath++;
    batch.flow[row] = flow;
  }
}
