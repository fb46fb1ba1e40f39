// More than 300 lines, a third of them names: the parts of a path call each other in a ring, and here the ring is closed.
import { decodePackets, PacketBatch, type PacketRecords } from '@midplane/packet';
import { compileConfiguration } from '../configuration/compile-configuration.ts';
import { DataPlane } from '../control/data-plane.ts';
import { DropReasons } from '../drop-reasons.ts';
import { Egress } from '../egress/egress.ts';
import { EgressStage } from '../egress/egress-stage.ts';
import { EVENT_CHASSIS, EVENT_COMMAND, EVENT_PACKET, EVENT_REFUSED, EVENT_REGISTERED } from '../engine/event-queue.ts';
import { Faults } from '../engine/faults.ts';
import { HeldPackets } from '../engine/held-packets.ts';
import { Messages } from '../engine/messages.ts';
import { Timeline } from '../engine/timeline.ts';
import type { EventResult } from '../events/pipeline-event.ts';
import { FastLane } from '../fast-lane.ts';
import { SpuGroup } from '../host/spu-group.ts';
import type { SpuShare } from '../host/spu-share.ts';
import { Clock } from '../ingress/clock.ts';
import type { Gate } from '../ingress/gate.ts';
import { createIngressStage } from '../ingress/ingress-stage.ts';
import { InputTotals } from '../ingress/input-totals.ts';
import type { NpuEntries } from '../npu/entries.ts';
import { MarkedEntries } from '../npu/marked-entries.ts';
import { Npu } from '../npu/npu.ts';
import { npuFinder } from '../npu/npu-of-interface.ts';
import { createNpuStage } from '../npu/npu-stage.ts';
import { TableEntries } from '../npu/table-entries.ts';
import { PathBatch } from '../path-batch.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { createRegime, positionsOf } from '../regime/create-regime.ts';
import type { CentralRegime } from '../regime/with-central-point.ts';
import type { PointerRegime } from '../regime/with-pointers.ts';
import { buildReport } from '../report/build-report.ts';
import type { Report } from '../report/report.ts';
import { mergedLatencies } from '../report/report-spus.ts';
import { SeriesRecorder } from '../series/time-series.ts';
import { ArrivalTimes } from '../sessions/arrival-times.ts';
import { sessionDetails } from '../sessions/session-details.ts';
import { createSessionReader } from '../sessions/session-reader.ts';
import { stateName } from '../spu/lifetime.ts';
import { spuActivityOf } from '../spu/spu-activity.ts';
import { COUNT_FIGURES, spuCountsOf, writeCounts } from '../spu/spu-counts.ts';
import { SpuStage } from '../spu/spu-stage.ts';
import type { Stage } from '../stage.ts';
import { Tally } from '../tally.ts';
import { BatchDecider } from './batch-decider.ts';
import { checkPerformed } from './check-performed.ts';
import { createControls } from './create-controls.ts';
import { createNpus, createSpus } from './create-units.ts';
import type { Engine } from './engine.ts';
import { InterfacesInForce } from './interfaces-in-force.ts';
import { readSetup } from './setup.ts';

const NS = 1_000_000_000;

/**
 * Makes the path, or the part of it that one group of SPUs is.
 *
 * @param share The SPUs of the group; its report is of its own packets. Undefined: all of them.
 * @param distributionTable SPU ID by hash index, where it is there already.
 */
export function createEngine(options: PipelineOptions, share?: SpuShare, distributionTable?: Uint16Array): Engine {
  const setup = readSetup(options, distributionTable);
  const { hash, values, units, speeds, ordering, symmetric, configuration, isByHash } = setup;
  const { chassis } = options;
  const table = setup.distributionTable;
  const hasMemory = setup.memoryBytes !== undefined;
  const held = new HeldPackets();
  const spus = createSpus(setup, {
    held,
    loseFragments: (first, isForRoom) => spuStage.loseFragments(first, isForRoom),
    left: (card, isReordered, extent) => egress!.cards[card].order.count(isReordered, extent),
    advanceEgress: (nowNs) => egress!.advance(nowNs),
  });
  const npus = createNpus(setup);
  const interfaces = new InterfacesInForce(configuration, npus);
  const { npuOf, sides } = interfaces;
  for (const each of setup.commits) npuFinder(compileConfiguration(each).interfaces, npus); // refused before the run
  const npusInForce = npus.flatMap(({ slot }, at) => (chassis.iocs.some((ioc) => ioc.slot === slot) ? [at] : []));
  const spuOfIndex = positionsOf(table, units.spus);
  const clock = new Clock(values.maxGapNs);
  const totals = new InputTotals();
  const reasons = new DropReasons();
  const tally = new Tally(reasons, spus.length);
  const egress = setup.hasEgress
    ? new Egress({ options: setup.egressOptions, spus, npus, tally, values, configuration, npuOf })
    : undefined;
  const timeline = new Timeline(values.npuToSpuDelayNs, {
    atNpu: (queue) => entries.arrive(queue),
    atSpu: (queue) => {
      if (queue.kind === EVENT_PACKET) spuStage.receive(queue);
      else if (queue.kind === EVENT_REGISTERED) spuStage.pending.confirm(queue);
      else if (queue.kind === EVENT_REFUSED) spuStage.pending.refuse(queue);
      else if (queue.kind === EVENT_COMMAND) obey(queue.a, queue.timeNs);
      else if (queue.kind === EVENT_CHASSIS) lookAtChassis(queue.timeNs);
      else regime.arrive(queue);
    },
    tick: (second) => {
      endSecond(second);
      for (const stage of ticking) stage.tick!(second);
    },
  });
  const faults = options.faults && new Faults(options.faults, values.resendNs);
  const messages = new Messages(timeline, values, faults);
  const entries: NpuEntries = isByHash
    ? new MarkedEntries(npus, spus, messages, share?.grant)
    : new TableEntries(npus, spus, messages);
  const regime = createRegime({
    chassis,
    hash,
    symmetric,
    spuOfIndex,
    isByHash,
    spus,
    messages,
    yieldTo: (nowNs, spu, session, owner) => spuStage.pending.yieldTo(nowNs, spu, session, owner),
  });
  const centralRegime = 'centralPoint' in regime ? (regime as CentralRegime) : undefined;
  const pointerRegime = 'pointers' in regime ? (regime as PointerRegime) : undefined;
  const generate = (from: PathBatch, row: number): void => {
    spus[from.spu[row]].generated++;
    tally.add('generated', from.spu[row], 1, egress === undefined);
    egress?.answer(from, row);
  };
  const replicate = (spu: number, copies: number): void => {
    spus[spu].replicated += copies;
    tally.add('replicated', spu, copies, egress === undefined);
  };
  const group = share && new SpuGroup(share, { spus, held, timeline, lookaheadNs: values.spuToSpuDelayNs });
  const spuStage = new SpuStage({
    spus,
    npus,
    values,
    entries,
    regime,
    held,
    messages,
    configuration,
    npuOf,
    generate,
    replicate,
    resume: (from, row) => decider.resume(from, row),
    egress,
    post: group?.post ?? (() => false),
  });
  const gate: Gate = { outcome: 0, reason: 'passes', dropped: 0 };
  const dataPlane = new DataPlane({
    spus,
    npus,
    regime,
    timeline,
    held,
    handOver: spuStage.handOver,
    egress,
    natShares: setup.natShares,
    spuOfIndex,
    distributionTable: table,
    npusInForce,
  });
  const ingress = createIngressStage({ clock, totals, hash, symmetric, spuOfIndex, npusInForce, gate, sides });
  const npuStage = createNpuStage(npus, spus, entries, regime);
  const standard: readonly Stage[] = [ingress, npuStage, spuStage, new EgressStage(egress)];
  const lane =
    options.stages === undefined && isByHash && egress === undefined
      ? new FastLane(npus, spus, spuStage, tally, values.npuToSpuDelayNs)
      : undefined;
  const stages = options.stages?.(standard, { drop: reasons.drop }) ?? standard;
  const ticking = stages.filter((stage) => stage.tick !== undefined);
  const decider = new BatchDecider({
    stages,
    spuStage: spuStage.name,
    timeline,
    gate,
    plan: (batch, row) => events.plan(batch, row),
    tally,
    spus,
    hasMemory,
    lane,
    group,
  });
  if (egress !== undefined) egress.isBehindSpus = decider.hasSpus;
  let finished = false;
  const arrivals = new ArrivalTimes();

  const series = new SeriesRecorder(spus, {
    droppedBy: (position) => tally.droppedOf(position),
    droppedBefore: () => tally.droppedBefore,
    choiceWeightOf: (position) => centralRegime?.weightOf(position),
  });
  let seriesSecond = 0;
  const controls = createControls(setup, {
    spus,
    npus,
    spuStage,
    interfaces,
    held,
    dataPlane,
    gate,
    timeline,
    aimAgain,
  });
  const { events } = controls;

  /** The rest of the batch goes by the tables that are in force from now on. */
  function aimAgain(): void {
    lane?.refresh();
    const { batch } = decider;
    if (batch.at >= batch.count) return;
    ingress.aim(batch, batch.at);
    npuStage.prepare!(batch);
  }

  function lookAtChassis(nowNs: number): void {
    if (!finished || nowNs <= clock.nowNs) controls.chassis!.advance(nowNs);
  }

  /** Carries an event out, unless the input has ended before it. */
  function obey(command: number, nowNs: number): void {
    if (!finished || nowNs <= clock.nowNs) events.run(command, nowNs);
  }

  /** A second is over: what SPUs did in it. */
  function endSecond(second: number): void {
    lane?.settle();
    egress?.advance(second * NS);
    for (const spu of spus) spu.load.tick(second);
    const atSpus = npus.reduce((sum, npu) => sum + npu.packets, group?.elsewhere ?? 0);
    const arrived = atSpus + gate.dropped;
    series.record(seriesSecond, gate.reason, controls.resets, arrived);
    seriesSecond = second;
  }

  return {
    ...createSessionReader({
      spus,
      sessionIdStride: units.sessionIdStride,
      nowNs: () => clock.nowNs,
      stateOf: (table, session) => stateName(table.user(session, 0)),
      get lingerS() {
        return values.lingerS; // an event can set it
      },
      secondOf: (packet) => arrivals.secondOf(packet),
      ...sessionDetails(spus, regime, units.sessionIdStride, configuration, sides),
    }),
    distributionTable: table,
    hash,
    configuration,
    get centralPointSessions(): number | null {
      return centralRegime === undefined ? null : centralRegime.centralPoint.table.size;
    },
    get offered(): number {
      return totals.packets;
    },
    spuCounts: () => spus.map(spuCountsOf),
    countsInto(out: Float64Array, isHosted: Uint8Array): void {
      for (let at = 0; at < spus.length; at++) if (isHosted[at] === 1) writeCounts(spus[at], out, at * COUNT_FIGURES);
    },
    spuActivity: () =>
      spus.map((spu, at) => spuActivityOf(spu, at, tally, pointerRegime?.pointers[at].table.size ?? 0)),
    advance(nowNs: number): void {
      if (!finished && nowNs >= timeline.dueNs) timeline.advance(nowNs);
    },
    perform(event, nowNs): EventResult {
      if (finished) throw new Error('Cannot perform event: the pipeline must not be finished: got a finished one');
      checkPerformed(event, nowNs, { setup, npus, clock });
      if (nowNs >= timeline.dueNs) timeline.advance(nowNs);
      return events.perform(event, nowNs);
    },
    offer(records: PacketRecords): void {
      if (finished) throw new Error('Cannot offer packets: the pipeline must not be finished: got a finished one');
      if (records.count > decider.batch.packets.capacity) {
        decider.batch = new PathBatch(new PacketBatch(records.count));
      }
      const { batch } = decider;
      batch.count = decodePackets(records, batch.packets);
      const { ipv6 } = totals;
      for (const stage of stages) stage.prepare?.(batch);
      arrivals.note(batch.firstPacket, batch.nowNs, batch.count);
      decider.decideRows(0, batch.count);
      if (totals.ipv6 > ipv6) Npu.count6(npus, batch);
    },
    take(batch: PathBatch, untilNs: number, mayHandOver: boolean, elsewhere: number): void {
      decider.batch = batch;
      clock.nowNs = untilNs;
      totals.packets = batch.firstPacket - 1 + batch.count;
      ingress.place(batch, elsewhere >= 0);
      group?.begin(batch, untilNs, elsewhere);
      for (const stage of stages) if (stage !== ingress) stage.prepare?.(batch);
      if (group === undefined) decider.decideRows(0, batch.count);
      else group.run(batch, mayHandOver, decider.decideRows);
      Npu.count6(npus, batch);
    },
    latencies: () => mergedLatencies(spus),
    finish(inputError?: string): Report {
      finished = true;
      if (group !== undefined) totals.packets = group.packets;
      timeline.drain();
      egress?.drain();
      endSecond(Math.floor(clock.nowNs / NS) + 1);
      spuStage.finish(Math.floor(clock.nowNs / NS) + 1);
      return buildReport({
        chassis,
        hash,
        values,
        clock,
        totals,
        tally,
        npus,
        spus,
        symmetric,
        configuration,
        faults,
        events: events.results,
        series: series.read(),
        sessionIdStride: units.sessionIdStride,
        chassisState: options.chassisState,
        speeds,
        ordering,
        warnings: options.warnings ?? [],
        pointers: pointerRegime?.pointers,
        centralPoint: centralRegime?.centralPoint,
        egress,
        egressOptions: setup.egressOptions,
        inputError,
      });
    },
  };
}
