import { findFlowHash } from '@midplane/hash';
import { decodePackets, PacketBatch, type PacketRecords } from '@midplane/packet';
import { buildDistributionTable, countRows } from '@midplane/weights';
import { compileConfiguration } from './configuration/compile-configuration.ts';
import { ChassisControl } from './control/chassis-control.ts';
import { type ActiveConfiguration, ConfigurationControl } from './control/configuration-control.ts';
import { DataPlane } from './control/data-plane.ts';
import { unitsOf } from './control/units.ts';
import { DropReasons, outcomeOf } from './drop-reasons.ts';
import { Egress } from './egress/egress.ts';
import { resolveEgress, resolvePacketMemory } from './egress/egress-options.ts';
import { EgressStage } from './egress/egress-stage.ts';
import { EVENT_CHASSIS, EVENT_COMMAND, EVENT_PACKET, EVENT_REFUSED, EVENT_REGISTERED } from './engine/event-queue.ts';
import { Faults } from './engine/faults.ts';
import { HeldPackets } from './engine/held-packets.ts';
import { Messages } from './engine/messages.ts';
import { Timeline } from './engine/timeline.ts';
import { EventRunner } from './events/event-runner.ts';
import { checkEvents, type EventResult } from './events/pipeline-event.ts';
import { FastLane } from './fast-lane.ts';
import { SpuGroup } from './host/spu-group.ts';
import type { SpuShare } from './host/spu-share.ts';
import { Clock } from './ingress/clock.ts';
import type { Gate } from './ingress/gate.ts';
import { createIngressStage } from './ingress/ingress-stage.ts';
import { InputTotals } from './ingress/input-totals.ts';
import { Sides } from './ingress/sides.ts';
import { SourceNat } from './nat/source-nat.ts';
import type { NpuEntries } from './npu/entries.ts';
import { MarkedEntries } from './npu/marked-entries.ts';
import { NpCache } from './npu/np-cache.ts';
import { Npu } from './npu/npu.ts';
import { npuFinder } from './npu/npu-of-interface.ts';
import { createNpuStage } from './npu/npu-stage.ts';
import { TableEntries } from './npu/table-entries.ts';
import { type ParameterName, resolveParameters } from './parameters.ts';
import { OUTCOME_PENDING, PATH_NONE, PathBatch } from './path-batch.ts';
import type { Pipeline, PipelineOptions } from './pipeline-options.ts';
import { createRegime, positionsOf } from './regime/create-regime.ts';
import type { CentralRegime } from './regime/with-central-point.ts';
import type { PointerRegime } from './regime/with-pointers.ts';
import { buildReport } from './report/build-report.ts';
import type { Report } from './report/report.ts';
import { mergedLatencies } from './report/report-spus.ts';
import { SeriesRecorder } from './series/time-series.ts';
import { ArrivalTimes } from './sessions/arrival-times.ts';
import { sessionDetails } from './sessions/session-details.ts';
import { createSessionReader } from './sessions/session-reader.ts';
import type { LatencyHistogram } from './spu/latency-histogram.ts';
import { stateName } from './spu/lifetime.ts';
import { PacketMemory, settleMemory } from './spu/packet-memory.ts';
import { Spu } from './spu/spu.ts';
import { spuActivityOf } from './spu/spu-activity.ts';
import { spuCountsOf } from './spu/spu-counts.ts';
import { resolveOrdering } from './spu/spu-ordering.ts';
import { resolveSpuSpeeds } from './spu/spu-speed.ts';
import { SpuStage } from './spu/spu-stage.ts';
import type { Stage } from './stage.ts';
import { Tally } from './tally.ts';

const NS = 1_000_000_000;

/**
 * Makes the path of a chassis: ingress, NPU, SPU, egress.
 *
 * The result depends on the packets and the options only: not on how packets are cut into batches, not on the machine.
 *
 * Fidelity: inferred. That there are three regimes is documented, their order of steps is inferred; parameters that nothing
 * is published about are assumed and listed in the report.
 *
 * @throws {RangeError} If the hash is unknown, or a parameter, a speed, an event, the ordering or the faults are not as their
 * types say.
 * @example One packet through the default chassis
 * ```ts
 * import { createPipeline } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({ chassis: resolveChassis() });
 * const syn = packet('SYN').ethernet().ipv4().tcp({ destinationPort: 443, flags: 'S' }).build();
 * pipeline.offer(recordsOf([syn]));
 * const report = pipeline.finish();
 * assert.equal(report.totals.delivered, 1);
 * assert.equal(report.spus.reduce((sum, spu) => sum + spu.sessions.created, 0), 1);
 * ```
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  return createEngine(options);
}

/** A pipeline whose packets may have been received elsewhere. */
export interface Engine extends Pipeline {
  /**
   * Sends a batch down the path whose columns of the packets, hashes, times and numbers are filled.
   *
   * @param untilNs Time of the last packet received.
   * @param mayHandOver Whether the batch has fragments or ICMP errors; false only if it has none.
   */
  take(batch: PathBatch, untilNs: number, mayHandOver: boolean): void;
  /** Latencies of the packets of all SPUs so far. */
  latencies(): LatencyHistogram;
}

/**
 * Makes the path, or the part of it that one group of SPUs is.
 *
 * @param share The SPUs of the group; its report is of its own packets. Undefined: all of them.
 */
export function createEngine(options: PipelineOptions, share?: SpuShare): Engine {
  const { chassis } = options;
  const hash = typeof options.hash === 'object' ? options.hash : findFlowHash(options.hash ?? 'crc32c');
  const values: { -readonly [K in ParameterName]: number } = { ...resolveParameters(options.parameters) };
  const units = unitsOf(chassis, options.events ?? []);
  checkEvents(options.events ?? [], chassis, units.spus, values);
  const table = buildDistributionTable(chassis.spus, chassis.tableLength);
  const rows = new Map(countRows(table).map((each) => [each.spuId as number, each.rows]));
  const speeds = resolveSpuSpeeds(options.spuSpeeds);
  const ordering = resolveOrdering(options.ordering);
  const memoryBytes = options.packetMemory && resolvePacketMemory(options.packetMemory);
  const hasEgress = options.egress !== undefined || memoryBytes !== undefined || ordering.measure;
  const egressOptions = resolveEgress(options.egress);
  const held = new HeldPackets();
  const symmetric = options.symmetric ?? true;
  // a commit may bring what was not there at the begin
  const commits = (options.events ?? []).flatMap(({ commit }) => commit?.configuration ?? []);
  const isChanging = options.isLive === true || commits.length > 0;
  const source = options.configuration ?? (isChanging ? {} : undefined);
  const configuration: ActiveConfiguration | undefined = source && { ...compileConfiguration(source) };
  const hasNat =
    options.isLive === true ||
    [configuration, ...commits.map((each) => compileConfiguration(each))].some((each) => each?.hasNat);
  // an SPU that never takes sessions needs no ports; where cards come and go, any may take some
  const withNat = units.spus.filter((spec) => spec.maxSessions > 0 || options.chassisState !== undefined);
  const spus = units.spus.map(
    (spec) =>
      new Spu(spec, rows.get(spec.spuId) ?? 0, values, {
        held,
        loseFragments: (first, isForRoom) => spuStage.loseFragments(first, isForRoom),
        speeds,
        ordering,
        left: (card, isReordered, extent) => egress!.cards[card].order.count(isReordered, extent),
        createMemory:
          memoryBytes === undefined
            ? undefined
            : () => new PacketMemory(memoryBytes, (nowNs) => egress!.advance(nowNs)),
        createSourceNat:
          hasNat && withNat.includes(spec)
            ? () => new SourceNat(configuration!.sourceNat, { share: withNat.indexOf(spec), of: withNat.length })
            : undefined,
      }),
  );
  // both wings of every session are on the SPU that they hash to
  const isByHash = chassis.regime === 'distributed' && symmetric && !hasNat;
  const npus = units.iocs.map(({ slot, maxWings }, position) => {
    const cache = configuration?.npCache.includes(slot) ? new NpCache(values.fragmentTimeoutS) : undefined;
    return new Npu(slot, position, maxWings, values.npuIdleTimeoutS, !isByHash, cache);
  });
  let findNpu = configuration && npuFinder(configuration.interfaces, npus);
  for (const each of commits) npuFinder(compileConfiguration(each).interfaces, npus); // refused before the run
  const npuOf = (interfaceIndex: number): number => findNpu?.(interfaceIndex) ?? -1;
  const npusInForce = npus.flatMap(({ slot }, at) => (chassis.iocs.some((ioc) => ioc.slot === slot) ? [at] : []));
  const spuOfIndex = positionsOf(table, units.spus);
  const clock = new Clock(values.maxGapNs);
  const totals = new InputTotals();
  const reasons = new DropReasons();
  const tally = new Tally(reasons, spus.length);
  const egress = hasEgress
    ? new Egress({ options: egressOptions, spus, npus, tally, values, configuration, npuOf })
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
    resume,
    egress,
    post: group?.post ?? (() => false),
  });
  const gate: Gate = { outcome: 0, reason: 'passes' };
  const dataPlane = new DataPlane({
    spus,
    npus,
    regime,
    timeline,
    held,
    handOver: spuStage.handOver,
    egress,
    spuOfIndex,
    distributionTable: table,
    npusInForce,
  });
  const makeSides = (before?: Sides): Sides | undefined =>
    configuration?.interfaces.hasSides ? new Sides(configuration.interfaces, npuOf, before) : undefined;
  let current = makeSides();
  const sides = (): Sides | undefined => current;
  const ingress = createIngressStage({ clock, totals, hash, symmetric, spuOfIndex, npusInForce, gate, sides });
  const npuStage = createNpuStage(npus, spus, entries, regime);
  const standard: readonly Stage[] = [ingress, npuStage, spuStage, new EgressStage(egress)];
  const lane =
    options.stages === undefined && isByHash && egress === undefined
      ? new FastLane(npus, spus, spuStage, tally, values.npuToSpuDelayNs)
      : undefined;
  const stages = options.stages?.(standard, { drop: reasons.drop }) ?? standard;
  const deciding = stages.filter((stage) => stage.decide !== undefined);
  const ticking = stages.filter((stage) => stage.tick !== undefined);
  const spuTurn = deciding.findIndex((stage) => stage.name === spuStage.name);
  if (egress !== undefined) egress.isBehindSpus = spuTurn >= 0;
  let batch = new PathBatch(new PacketBatch(256));
  let finished = false;
  const arrivals = new ArrivalTimes();

  const series = new SeriesRecorder(spus, (position) => tally.droppedOf(position));
  let resets = 0;
  let seriesSecond = 0;
  const control =
    options.chassisState &&
    new ChassisControl(options.chassisState, {
      lose(nowNs) {
        dataPlane.lose(nowNs);
        resets++;
        aimAgain();
      },
      install(inForce) {
        dataPlane.install(inForce);
        aimAgain();
      },
      block(reason) {
        gate.reason = reason ?? 'passes';
        gate.outcome = reason === undefined ? 0 : outcomeOf(reason);
      },
      schedule: (atNs) => timeline.scheduleChassis(atNs),
    });

  const configurationControl =
    configuration &&
    new ConfigurationControl({
      active: configuration,
      source: source!,
      spus,
      npus,
      values,
      spuStage,
      ingressOf: (key) => current?.ingressOf(key) ?? -1,
      onChange: () => {
        findNpu = npuFinder(configuration.interfaces, npus);
        current = makeSides(current);
        aimAgain();
      },
    });
  const events = new EventRunner({
    events: options.events ?? [],
    timeline,
    spus,
    spuStage,
    ordering,
    values,
    control,
    configuration: configurationControl,
    sessionIdStride: units.sessionIdStride,
  });

  /** The rest of the batch goes by the tables that are in force from now on. */
  function aimAgain(): void {
    lane?.refresh();
    if (batch.count === 0) return;
    ingress.aim(batch);
    npuStage.prepare!(batch);
  }

  function lookAtChassis(nowNs: number): void {
    if (!finished || nowNs <= clock.nowNs) control!.advance(nowNs);
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
    const arrived = npus.reduce((sum, npu) => sum + npu.packets, group?.elsewhere ?? 0);
    series.record(seriesSecond, gate.reason, resets, arrived);
    seriesSecond = second;
  }

  /** A row that an SPU has held goes on behind it. */
  function resume(from: PathBatch, row: number): void {
    for (let turn = spuTurn + 1; turn < deciding.length && from.outcome[row] === OUTCOME_PENDING; turn++) {
      deciding[turn].decide!(from, row);
    }
    if (memoryBytes !== undefined) settleMemory(spus, from, row);
    tally.count(from, row, true);
  }

  function decide(row: number): void {
    // hot: called per packet
    if (batch.nowNs[row] >= timeline.dueNs) timeline.advance(batch.nowNs[row]);
    let turn = 0;
    for (; turn < deciding.length && batch.outcome[row] === OUTCOME_PENDING; turn++) {
      deciding[turn].decide!(batch, row);
    }
    const isAtSpu = spuTurn >= 0 && turn > spuTurn && batch.path[row] !== PATH_NONE;
    if (memoryBytes !== undefined && isAtSpu) settleMemory(spus, batch, row);
    tally.count(batch, row, isAtSpu);
  }

  /** A row that may be another group's: the lane leaves those to this, as they have no session here. */
  function decideOwn(row: number): void {
    if (batch.nowNs[row] >= timeline.dueNs) timeline.advance(batch.nowNs[row]);
    if (!group!.passes(batch, row)) decide(row);
  }
  const decideRow = group === undefined ? decide : decideOwn;

  function decideRows(from: number, to: number): void {
    if (lane !== undefined) lane.run(batch, timeline, gate, decideRow, from, to);
    else for (let row = from; row < to; row++) decideRow(row);
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
    spuActivity: () =>
      spus.map((spu, at) => spuActivityOf(spu, at, tally, pointerRegime?.pointers[at].table.size ?? 0)),
    advance(nowNs: number): void {
      if (!finished && nowNs >= timeline.dueNs) timeline.advance(nowNs);
    },
    perform(event, nowNs): EventResult {
      if (finished) throw new Error('Cannot perform event: the pipeline must not be finished: got a finished one');
      checkEvents([{ ...event, atNs: nowNs }], chassis, units.spus, values);
      if (event.commit?.configuration !== undefined) {
        if (options.isLive !== true) throw new RangeError('Cannot commit configuration: isLive must be set: got none');
        npuFinder(compileConfiguration(event.commit.configuration).interfaces, npus);
      }
      if (nowNs >= timeline.dueNs) timeline.advance(nowNs);
      return events.perform(event, nowNs);
    },
    offer(records: PacketRecords): void {
      if (finished) throw new Error('Cannot offer packets: the pipeline must not be finished: got a finished one');
      if (records.count > batch.packets.capacity) batch = new PathBatch(new PacketBatch(records.count));
      batch.count = decodePackets(records, batch.packets);
      const { ipv6 } = totals;
      for (const stage of stages) stage.prepare?.(batch);
      events.plan(batch);
      arrivals.note(batch.firstPacket, batch.nowNs, batch.count);
      decideRows(0, batch.count);
      if (totals.ipv6 > ipv6) Npu.count6(npus, batch);
    },
    take(received: PathBatch, untilNs: number, mayHandOver: boolean): void {
      batch = received;
      clock.nowNs = untilNs;
      totals.packets = batch.firstPacket - 1 + batch.count;
      ingress.place(batch);
      group?.mark(batch);
      for (const stage of stages) if (stage !== ingress) stage.prepare?.(batch);
      events.plan(batch);
      if (group === undefined) decideRows(0, batch.count);
      else group.run(batch, mayHandOver, decideRows);
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
        egressOptions,
        inputError,
      });
    },
  };
}
