import { FLOW_KEY_WORDS } from '@midplane/flow';
import type { SessionTable } from '@midplane/session-table';
import type { Timeline } from './engine/timeline.ts';
import type { Gate } from './ingress/gate.ts';
import type { Npu } from './npu/npu.ts';
import { OUTCOME_DELIVERED, OUTCOME_PENDING, PATH_NPU_HIT, type PathBatch } from './path-batch.ts';
import { isPlain, STATE_STEADY_IN, STATE_STEADY_OUT, STATE_TEMPLATE } from './spu/lifetime.ts';
import type { Spu } from './spu/spu.ts';
import type { SpuLoad } from './spu/spu-load.ts';
import type { SpuStage } from './spu/spu-stage.ts';
import type { Tally } from './tally.ts';

/**
 * The plain case in one loop: packets of a session that their NPU and their SPU know. Most packets are so.
 *
 * The stages decide the same for these packets, row by row: they are what this loop is tested against.
 */
export class FastLane {
  private readonly npus: readonly Npu[];
  private readonly spus: readonly Spu[];
  private tables: readonly (SessionTable | undefined)[];
  private readonly spuStage: SpuStage;
  private readonly tally: Tally;
  private readonly packets: Int32Array;
  private readonly bytes: Float64Array;
  private readonly npuPackets: Int32Array;
  private readonly loads: readonly SpuLoad[];
  private readonly delayNs: number;

  /** @param delayNs Way of a packet from an NPU to an SPU. */
  constructor(npus: readonly Npu[], spus: readonly Spu[], spuStage: SpuStage, tally: Tally, delayNs: number) {
    this.delayNs = delayNs;
    this.loads = spus.map((spu) => spu.load);
    this.spuStage = spuStage;
    this.npus = npus;
    this.spus = spus;
    this.tables = spus.map((spu) => spu.table);
    this.tally = tally;
    this.packets = new Int32Array(spus.length);
    this.bytes = new Float64Array(spus.length);
    this.npuPackets = new Int32Array(npus.length);
  }

  /** The SPUs have other tables. */
  refresh(): void {
    this.tables = this.spus.map((spu) => spu.table);
  }

  /**
   * Decides all rows of a batch.
   *
   * @param timeline Time of the units, which is brought to that of each row.
   * @param gate Whether traffic passes.
   * @param decide Decides a row that is not plain.
   */
  run(batch: PathBatch, timeline: Timeline, gate: Gate, decide: (row: number) => void): void {
    // hot: per packet, no allocation
    const { count, nowNs, tick, npu, known, outcome, spu, path, flow: flows } = batch;
    const { key, protocol, tcpFlags, flags } = batch.packets;
    const { length } = batch.packets.records!;
    const { npus, spus, spuStage, loads, delayNs, packets, bytes, npuPackets } = this;
    let tables = this.tables;
    for (let row = 0; row < count; row++) {
      if (nowNs[row] >= timeline.dueNs) {
        timeline.advance(nowNs[row]);
        tables = this.tables;
      }
      const flow = known[row];
      const position = spu[row];
      const now = tick[row];
      const table = tables[position]!;
      const load = loads[position];
      const arrivalNs = nowNs[row] + delayNs;
      if (
        flow < 0 ||
        gate.outcome !== 0 ||
        !load.accepts(arrivalNs) ||
        outcome[row] !== OUTCOME_PENDING ||
        (spus[position].hasRemoved && table.flowOf(flow >>> 1, key, row * FLOW_KEY_WORDS) !== flow)
      ) {
        decide(row);
        continue;
      }
      const { bit, idleTimeoutS } = npus[npu[row]];
      const steady = flow & 1 ? STATE_STEADY_OUT : STATE_STEADY_IN;
      const isSteady =
        isPlain(protocol[row], tcpFlags[row]) && table.countIf(flow, length[row], now, bit, steady, idleTimeoutS);
      if (!isSteady) {
        const isKnown =
          (table.tag(flow >>> 1) & bit) !== 0 &&
          (table.user(flow >>> 1, 0) & STATE_TEMPLATE) === 0 &&
          now - table.lastTick(flow >>> 1) <= idleTimeoutS &&
          spuStage.pass(spus[position], flow, length[row], now, protocol[row], tcpFlags[row], flags[row]);
        if (!isKnown) {
          decide(row);
          continue;
        }
      }
      load.latency.add(load.serve(arrivalNs, load.speed.fastPathNs) - arrivalNs);
      npuPackets[npu[row]]++;
      packets[position]++;
      bytes[position] += length[row];
      flows[row] = flow;
      path[row] = PATH_NPU_HIT;
      outcome[row] = OUTCOME_DELIVERED;
    }
    this.settle();
  }

  /** Adds what was counted to the NPUs and SPUs. */
  settle(): void {
    const { npus, spus, packets, bytes, npuPackets, tally } = this;
    for (let position = 0; position < spus.length; position++) {
      const count = packets[position];
      if (count === 0) continue;
      const spu = spus[position];
      spu.packets += count;
      spu.npuHits += count;
      spu.fastPath += count;
      spu.bytes += bytes[position];
      tally.deliveredBySpu[position] += count;
      tally.delivered += count;
    }
    for (let position = 0; position < npus.length; position++) {
      const count = npuPackets[position];
      npus[position].packets += count;
      npus[position].lookups += count;
      npus[position].hits += count;
    }
    packets.fill(0);
    bytes.fill(0);
    npuPackets.fill(0);
  }
}
