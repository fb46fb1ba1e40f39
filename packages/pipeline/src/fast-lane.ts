import type { SessionTable } from '@midplane/session-table';
import { DOUBLE_ZERO } from './engine/double-zero.ts';
import type { Timeline } from './engine/timeline.ts';
import type { Gate } from './ingress/gate.ts';
import type { Npu } from './npu/npu.ts';
import { OUTCOME_DELIVERED, OUTCOME_PENDING, PATH_NPU_HIT, type PathBatch } from './path-batch.ts';
import { isPlain, STATE_STEADY_IN, STATE_TEMPLATE } from './spu/lifetime.ts';
import { isMade, type Spu } from './spu/spu.ts';
import type { SpuLoad } from './spu/spu-load.ts';
import { flowHashOf, type SpuOrdering } from './spu/spu-ordering.ts';
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
  private readonly orderings: readonly SpuOrdering[];
  /** Of each SPU, which session numbers were given out since the batch began. */
  private readonly made: readonly Uint8Array[];
  private readonly delayNs: number = DOUBLE_ZERO;
  /** Latency of the last packet of each SPU, and how many in a row had it: most have the same. */
  private readonly latencies: Float64Array;
  private readonly runs: Int32Array;

  /** @param delayNs Way of a packet from an NPU to an SPU. */
  constructor(npus: readonly Npu[], spus: readonly Spu[], spuStage: SpuStage, tally: Tally, delayNs: number) {
    this.delayNs = delayNs;
    this.loads = spus.map((spu) => spu.load);
    this.orderings = spus.map((spu) => spu.ordering);
    this.made = spus.map((spu) => spu.made);
    this.spuStage = spuStage;
    this.npus = npus;
    this.spus = spus;
    this.tables = spus.map((spu) => spu.table);
    this.tally = tally;
    this.packets = new Int32Array(spus.length);
    this.bytes = new Float64Array(spus.length);
    this.npuPackets = new Int32Array(npus.length);
    this.latencies = new Float64Array(spus.length);
    this.runs = new Int32Array(spus.length);
  }

  /** The SPUs have other tables. */
  refresh(): void {
    this.tables = this.spus.map((spu) => spu.table);
  }

  /**
   * Decides rows of a batch.
   *
   * @param timeline Time of the units, which is brought to that of each row.
   * @param gate Whether traffic passes.
   * @param decide Decides a row that is not plain.
   * @param from First row.
   * @param to Row behind the last one.
   */
  run(batch: PathBatch, timeline: Timeline, gate: Gate, decide: (row: number) => void, from: number, to: number): void {
    // hot: per packet, no allocation
    const { nowNs, tick, wingHash, npu, known, outcome, spu, path, flow: flows } = batch;
    const { protocol, tcpFlags } = batch.packets;
    const { length } = batch.packets.records!;
    const { npus, made, loads, orderings, delayNs, packets, bytes, npuPackets, latencies, runs } = this;
    let tables = this.tables;
    for (let row = from; row < to; row++) {
      if (nowNs[row] >= timeline.dueNs) {
        batch.at = row;
        timeline.advance(nowNs[row]);
        tables = this.tables;
      }
      const flow = known[row];
      const position = spu[row];
      const table = tables[position]!;
      const load = loads[position];
      const arrivalNs = nowNs[row] + delayNs;
      if (
        flow < 0 ||
        outcome[row] !== OUTCOME_PENDING ||
        gate.outcome !== 0 ||
        !load.accepts(arrivalNs) ||
        isMade(made[position], flow >>> 1)
      ) {
        decide(row);
        continue;
      }
      const { bit, idleTimeoutS } = npus[npu[row]];
      const steady = STATE_STEADY_IN << (flow & 1);
      const isSteady =
        isPlain(protocol[row], tcpFlags[row]) && table.countIf(flow, length[row], tick[row], bit, steady, idleTimeoutS);
      if (!isSteady && !this.pass(batch, row, table, bit, idleTimeoutS)) {
        decide(row);
        continue;
      }
      const doneNs = load.servePlain(arrivalNs);
      const flowHash = flowHashOf(table, flow, wingHash[row]);
      const latencyNs = orderings[position].leaveNs(flowHash, protocol[row], arrivalNs, doneNs) - arrivalNs;
      if (latencyNs !== latencies[position]) {
        load.latency.add(latencies[position], runs[position]);
        latencies[position] = latencyNs;
        runs[position] = 0;
      }
      runs[position]++;
      npuPackets[npu[row]]++;
      packets[position]++;
      bytes[position] += length[row];
      flows[row] = flow;
      path[row] = PATH_NPU_HIT;
      outcome[row] = OUTCOME_DELIVERED;
    }
    this.settle();
  }

  /** A packet that changes the state of its session, if its NPU knows that; else it is none for this loop. */
  private pass(batch: PathBatch, row: number, table: SessionTable, bit: number, idleTimeoutS: number): boolean {
    const { known, tick, spu, packets } = batch;
    const flow = known[row];
    const session = flow >>> 1;
    return (
      (table.tag(session) & bit) !== 0 &&
      (table.user(session, 0) & STATE_TEMPLATE) === 0 &&
      tick[row] - table.lastTick(session) <= idleTimeoutS &&
      this.spuStage.pass(
        this.spus[spu[row]],
        flow,
        packets.records!.length[row],
        tick[row],
        packets.protocol[row],
        packets.tcpFlags[row],
        packets.flags[row],
      )
    );
  }

  /** Adds what was counted to the NPUs and SPUs. */
  settle(): void {
    const { npus, spus, packets, bytes, npuPackets, latencies, runs, tally } = this;
    for (let position = 0; position < spus.length; position++) {
      const count = packets[position];
      if (count === 0) continue;
      const spu = spus[position];
      spu.load.latency.add(latencies[position], runs[position]);
      runs[position] = 0;
      spu.packets += count;
      spu.npuHits += count;
      spu.fastPath += count;
      spu.bytes += bytes[position];
      tally.deliver(position, count);
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
