import type { ChassisState, ResolvedChassis } from '@midplane/chassis';
import { type FlowHash, findFlowHash } from '@midplane/hash';
import { decodePackets, PacketBatch, type PacketRecords } from '@midplane/packet';
import { buildDistributionTable, countRows } from '@midplane/weights';
import { compileConfiguration } from './configuration/compile-configuration.ts';
import type { DeviceConfiguration } from './configuration/device-configuration.ts';
import { ChassisControl } from './control/chassis-control.ts';
import { DataPlane } from './control/data-plane.ts';
import { unitsOf } from './control/units.ts';
import { DropReasons } from './drop-reasons.ts';
import { createEgressStage } from './egress/egress-stage.ts';
import { EVENT_CHASSIS, EVENT_COMMAND, EVENT_PACKET, EVENT_REFUSED, EVENT_REGISTERED } from './engine/event-queue.ts';
import { type FaultOptions, Faults } from './engine/faults.ts';
import { HeldPackets } from './engine/held-packets.ts';
import { Messages } from './engine/messages.ts';
import { Timeline } from './engine/timeline.ts';
import { checkEvents, type EventResult, nameOfEvent, type PipelineEvent } from './events/pipeline-event.ts';
import { FastLane } from './fast-lane.ts';
import { Clock } from './ingress/clock.ts';
import type { Gate } from './ingress/gate.ts';
import { createIngressStage } from './ingress/ingress-stage.ts';
import { InputTotals } from './ingress/input-totals.ts';
import { SourceNat } from './nat/source-nat.ts';
import type { NpuEntries } from './npu/entries.ts';
import { MarkedEntries } from './npu/marked-entries.ts';
import { NpCache } from './npu/np-cache.ts';
import { Npu } from './npu/npu.ts';
import { npuFinder } from './npu/npu-of-interface.ts';
import { createNpuStage } from './npu/npu-stage.ts';
import { TableEntries } from './npu/table-entries.ts';
import { type ParameterName, type ParameterValues, resolveParameters } from './parameters.ts';
import { OUTCOME_DROPPED, OUTCOME_PENDING, PATH_NONE, PathBatch } from './path-batch.ts';
import { createRegime, positionsOf } from './regime/create-regime.ts';
import type { CentralRegime } from './regime/with-central-point.ts';
import type { PointerRegime } from './regime/with-pointers.ts';
import { buildReport } from './report/build-report.ts';
import type { Report } from './report/report.ts';
import { SeriesRecorder } from './series/time-series.ts';
import { ArrivalTimes } from './sessions/arrival-times.ts';
import { sessionDetails } from './sessions/session-details.ts';
import { createSessionReader, type SessionReader } from './sessions/session-reader.ts';
import { stateName } from './spu/lifetime.ts';
import { Spu } from './spu/spu.ts';
import { type SpuCounts, spuCountsOf } from './spu/spu-counts.ts';
import { type OrderingOptions, resolveOrdering } from './spu/spu-ordering.ts';
import { resolveSpuSpeeds, type SpuSpeedChanges } from './spu/spu-speed.ts';
import { SpuStage } from './spu/spu-stage.ts';
import type { Stage } from './stage.ts';
import { Tally } from './tally.ts';

const NS = 1_000_000_000;

/** What a list of stages is made with. */
export interface StageTools {
  /** Ends the way of a row with a reason; a new reason is counted under its name. */
  readonly drop: (batch: PathBatch, row: number, reason: string) => void;
}

/** What a pipeline is made with. */
export interface PipelineOptions {
  /** The chassis, from `resolveChassis`. */
  readonly chassis: ResolvedChassis;
  /** The chassis in time, at time 0, for events that do something to it; `chassis` is what it has in force, or will have. */
  readonly chassisState?: ChassisState;
  /** Session distribution hash: a name of `FLOW_HASHES`, or a function of your own; default `crc32c` (assumed). */
  readonly hash?: string | FlowHash;
  /** Whether both directions of a flow hash alike; default true (inferred). */
  readonly symmetric?: boolean;
  /** What the device is told: zones, policies, NAT; default: everything passes as it is. */
  readonly configuration?: DeviceConfiguration;
  /** How badly messages between units travel; default: they all arrive, once. */
  readonly faults?: FaultOptions;
  /** How packets are kept in order; default: by hardware where there is some. */
  readonly ordering?: OrderingOptions;
  /** Changes to {@link SPU_SPEEDS}: what work costs an SPU. */
  readonly spuSpeeds?: SpuSpeedChanges;
  /** What happens to the device during the run. */
  readonly events?: readonly PipelineEvent[];
  /** Changes to {@link PARAMETERS}. */
  readonly parameters?: Partial<ParameterValues>;
  /** Changes the list of stages: `ingress`, `npu`, `spu`, `egress`. */
  readonly stages?: (standard: readonly Stage[], tools: StageTools) => readonly Stage[];
}

/** A path that packets are offered to. */
export interface Pipeline extends SessionReader {
  /** The session distribution hash table as SPU IDs by hash index, identical on every NPU. */
  readonly distributionTable: Uint16Array;
  /** The hash function in use. */
  readonly hash: FlowHash;
  /** Packets offered so far. */
  readonly offered: number;
  /** What every SPU has counted so far, in order of SPU IDs: for who watches a run. */
  spuCounts(): SpuCounts[];
  /**
   * Sends packets down the path. The records are read at once and not kept.
   *
   * @throws {Error} After `finish`.
   */
  offer(records: PacketRecords): void;
  /**
   * Ends the input and returns the report.
   *
   * @param inputError Why the input ended early, if it did; becomes `input.error`.
   */
  finish(inputError?: string): Report;
}

/**
 * Makes the path of a chassis: ingress, NPU, SPU, egress.
 *
 * The result depends on the packets and the options only: not on how packets are cut into batches, not on the machine.
 *
 * Fidelity: inferred. That there are three regimes is documented, their order of steps is inferred; parameters that nothing
 * is published about are assumed and listed in the report.
 *
 * @throws {RangeError} If the hash or a parameter is unknown.
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
  const { chassis } = options;
  const hash = typeof options.hash === 'object' ? options.hash : findFlowHash(options.hash ?? 'crc32c');
  const values: { -readonly [K in ParameterName]: number } = { ...resolveParameters(options.parameters) };
  const units = unitsOf(chassis, options.events ?? []);
  checkEvents(options.events ?? [], chassis, units.spus, values);
  const table = buildDistributionTable(chassis.spus, chassis.tableLength);
  const rows = new Map(countRows(table).map((each) => [each.spuId as number, each.rows]));
  const speeds = resolveSpuSpeeds(options.spuSpeeds);
  const ordering = resolveOrdering(options.ordering);
  const held = new HeldPackets();
  const symmetric = options.symmetric ?? true;
  const configuration = options.configuration && compileConfiguration(options.configuration);
  const hasNat = configuration?.hasNat ?? false;
  // an SPU that never takes sessions needs no ports; where cards come and go, any may take some
  const withNat = units.spus.filter((spec) => spec.maxSessions > 0 || options.chassisState !== undefined);
  const spus = units.spus.map(
    (spec) =>
      new Spu(spec, rows.get(spec.spuId) ?? 0, values, {
        held,
        loseFragments: (first, isForRoom) => spuStage.loseFragments(first, isForRoom),
        speeds,
        ordering,
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
  const npuOf = configuration === undefined ? () => -1 : npuFinder(configuration.interfaces, npus);
  const npusInForce = npus.flatMap(({ slot }, at) => (chassis.iocs.some((ioc) => ioc.slot === slot) ? [at] : []));
  const spuOfIndex = positionsOf(table, units.spus);
  const clock = new Clock(values.maxGapNs);
  const totals = new InputTotals();
  const reasons = new DropReasons();
  const tally = new Tally(reasons, spus.length);
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
    ? new MarkedEntries(npus, spus, messages)
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
  const generate = (spu: number): void => {
    spus[spu].generated++;
    tally.add('generated', spu, 1);
  };
  const replicate = (spu: number, copies: number): void => {
    spus[spu].replicated += copies;
    tally.add('replicated', spu, copies);
  };
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
  });
  const gate: Gate = { outcome: 0, reason: 'passes' };
  const dataPlane = new DataPlane({
    spus,
    npus,
    regime,
    timeline,
    held,
    handOver: spuStage.handOver,
    spuOfIndex,
    distributionTable: table,
    npusInForce,
  });
  const sides = configuration?.interfaces.hasSides ? { interfaces: configuration.interfaces, npuOf } : undefined;
  const ingress = createIngressStage({ clock, totals, hash, symmetric, spuOfIndex, npusInForce, sides });
  const npuStage = createNpuStage(npus, spus, entries, regime);
  const standard: readonly Stage[] = [ingress, npuStage, spuStage, createEgressStage()];
  const lane =
    options.stages === undefined && isByHash && !ordering.measure
      ? new FastLane(npus, spus, spuStage, tally, values.npuToSpuDelayNs)
      : undefined;
  const stages = options.stages?.(standard, { drop: reasons.drop }) ?? standard;
  const deciding = stages.filter((stage) => stage.decide !== undefined);
  const ticking = stages.filter((stage) => stage.tick !== undefined);
  const spuTurn = deciding.findIndex((stage) => stage.name === spuStage.name);
  let batch = new PathBatch(new PacketBatch(256));
  let finished = false;
  const arrivals = new ArrivalTimes();

  const series = new SeriesRecorder(spus, (position) => tally.droppedOf(position));
  let resets = 0;
  let seriesSecond = 0;
  const events = options.events ?? [];
  const results: EventResult[] = events.map((event) => ({
    atNs: event.atNs ?? null,
    event: nameOfEvent(event),
    result: 'not reached: the input ended before',
    sessionsEnded: 0,
  }));
  for (const [command, { atNs }] of events.entries()) if (atNs !== undefined) timeline.schedule(atNs, command);
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
        gate.outcome = reason === undefined ? 0 : OUTCOME_DROPPED + reasons.codeOf(reason);
      },
      schedule: (atNs) => timeline.scheduleChassis(atNs),
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
    if (finished && nowNs > clock.nowNs) return;
    const { clearSessions, chassis: toChassis, ordering: mode, set } = events[command];
    const lost = (): number => spus.reduce((sum, spu) => sum + spu.lost, 0);
    const before = lost();
    let result = 'done';
    let sessionsEnded = 0;
    if (clearSessions !== undefined) {
      const { spuId } = clearSessions;
      for (const [position, { spec }] of spus.entries()) {
        if (spuId === undefined || spuId === spec.spuId) sessionsEnded += spuStage.clear(position, nowNs);
      }
    } else if (toChassis !== undefined) {
      if (control === undefined) throw new Error('Cannot run event: chassisState must be given: got nothing');
      result = control.command(nowNs, toChassis);
      if (toChassis.command === 'reboot' && ordering.mode !== ordering.configured) {
        ordering.mode = ordering.configured;
        for (const spu of spus) spu.setOrdering();
      }
      sessionsEnded = lost() - before;
    } else if (mode !== undefined) {
      ordering.configured = mode;
      result = mode === ordering.mode ? 'done' : `reboot needed to change to ${mode}`;
    } else {
      Object.assign(values, set);
    }
    results[command] = { ...results[command], atNs: nowNs, result, sessionsEnded };
  }

  /** A second is over: what SPUs did in it. */
  function endSecond(second: number): void {
    lane?.settle();
    for (const spu of spus) spu.load.tick(second);
    series.record(seriesSecond, gate.reason, resets);
    seriesSecond = second;
  }

  /** Plans the events of packets in this batch. */
  function planByPackets(): void {
    for (const [command, { afterPackets }] of events.entries()) {
      if (afterPackets === undefined) continue;
      const row = afterPackets + 1 - batch.firstPacket;
      if (row >= 0 && row < batch.count) timeline.schedule(batch.nowNs[row], command);
    }
  }

  /** A row that an SPU has held goes on behind it. */
  function resume(from: PathBatch, row: number): void {
    for (let turn = spuTurn + 1; turn < deciding.length && from.outcome[row] === OUTCOME_PENDING; turn++) {
      deciding[turn].decide!(from, row);
    }
    tally.count(from, row, true);
  }

  function decide(row: number): void {
    // hot: called per packet
    if (batch.nowNs[row] >= timeline.dueNs) timeline.advance(batch.nowNs[row]);
    if (gate.outcome !== 0 && batch.outcome[row] < OUTCOME_DROPPED) batch.outcome[row] = gate.outcome;
    let turn = 0;
    for (; turn < deciding.length && batch.outcome[row] === OUTCOME_PENDING; turn++) {
      deciding[turn].decide!(batch, row);
    }
    tally.count(batch, row, spuTurn >= 0 && turn > spuTurn && batch.path[row] !== PATH_NONE);
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
      ...sessionDetails(spus, regime, units.sessionIdStride, configuration),
    }),
    distributionTable: table,
    hash,
    get offered(): number {
      return totals.packets;
    },
    spuCounts: () => spus.map(spuCountsOf),
    offer(records: PacketRecords): void {
      if (finished) throw new Error('Cannot offer packets: the pipeline must not be finished: got a finished one');
      if (records.count > batch.packets.capacity) batch = new PathBatch(new PacketBatch(records.count));
      batch.count = decodePackets(records, batch.packets);
      const { ipv6 } = totals;
      for (const stage of stages) stage.prepare?.(batch);
      if (events.length > 0) planByPackets();
      arrivals.note(batch.firstPacket, batch.nowNs, batch.count);
      if (lane !== undefined) lane.run(batch, timeline, gate, decide);
      else for (let row = 0; row < batch.count; row++) decide(row);
      if (totals.ipv6 > ipv6) Npu.count6(npus, batch);
    },
    finish(inputError?: string): Report {
      finished = true;
      timeline.drain();
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
        events: results,
        series: series.read(),
        sessionIdStride: units.sessionIdStride,
        chassisState: options.chassisState,
        speeds,
        ordering,
        pointers: 'pointers' in regime ? (regime as PointerRegime).pointers : undefined,
        centralPoint: 'centralPoint' in regime ? (regime as CentralRegime).centralPoint : undefined,
        inputError,
      });
    },
  };
}
