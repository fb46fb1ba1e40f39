import { findFlowHash } from '@midplane/hash';
import type { PacketRecords } from '@midplane/packet';
import { buildDistributionTable } from '@midplane/weights';
import { unitsOf } from '../control/units.ts';
import { Clock } from '../ingress/clock.ts';
import { createReceiver } from '../ingress/ingress-stage.ts';
import { InputTotals } from '../ingress/input-totals.ts';
import { resolveParameters } from '../parameters.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { positionsOf } from '../regime/create-regime.ts';
import { reportInput } from '../report/build-report.ts';
import type { Report } from '../report/report.ts';
import { COUNT_FIGURES, type SpuCounts } from '../spu/spu-counts.ts';
import { type GroupReport, mergeReports } from './merge-reports.ts';
import { LOOK_MS, News } from './news.ts';
import { groupSpus } from './plan-host.ts';
import { ABORTED, countsOf, ENDED, type RingMemory, SLOT_ROWS, SLOTS } from './ring-memory.ts';
import { RingWriter } from './ring-writer.ts';
import { RowDealer } from './row-dealer.ts';
import type { GroupSetup } from './run-group.ts';
import { Separable } from './separable.ts';
import type { PartialReport, SpuHost, SpuHostPlan } from './spu-host.ts';
import { WorkerDied } from './worker-died.ts';
import type { WorkerLink } from './worker-link.ts';
import type { WorkerPool } from './worker-pool.ts';

/** A session takes a worker so long at most, ms, when it walks over all of them. */
const SESSION_MS = 0.001;

/**
 * Hosts the SPUs of a run in workers.
 *
 * This thread receives the packets: it decodes them, gives them time, numbers and hashes, and puts the columns into rings in
 * shared memory, one for each worker: to each the packets of its SPUs, and all of them where something else happens in their
 * time.
 */
export class WorkerHost implements SpuHost {
  readonly plan: SpuHostPlan;
  private readonly links: readonly WorkerLink[];
  private readonly pool: WorkerPool;
  private readonly deadlineMs: number;
  private readonly memory: RingMemory;
  private readonly writer: RingWriter;
  private readonly clock: Clock;
  private readonly totals = new InputTotals();
  private readonly shares: readonly Uint8Array[];
  private readonly spus: readonly { readonly spuId: number; readonly name: string }[];
  private readonly parts: (GroupReport | undefined)[];
  /** Packets up to each of the last batches. */
  private readonly ends = new Float64Array(2 * SLOTS);
  private batches = 0;
  private running: number;
  private readonly isRunning: boolean[];
  private failure: unknown;
  private readonly news = new News();
  private readonly counts: readonly Float64Array[];

  /** @param deadlineMs A worker that does nothing for so long is given up. */
  constructor(options: PipelineOptions, plan: SpuHostPlan, pool: WorkerPool, deadlineMs: number) {
    const { stages: _, chassisState, ...rest } = options;
    const hash = findFlowHash((options.hash as string | undefined) ?? 'crc32c');
    const { symmetric = true } = options;
    this.plan = plan;
    this.pool = pool;
    this.deadlineMs = deadlineMs;
    this.clock = new Clock(resolveParameters(options.parameters).maxGapNs);
    this.spus = unitsOf(options.chassis, options.events ?? []).spus;
    this.shares = groupSpus(options, plan.workers);
    this.memory = pool.takeMemory(this.spus.length, plan.workers);
    this.counts = countsOf(this.memory);
    const { clock, totals, memory, shares } = this;
    const distributionTable = buildDistributionTable(options.chassis.spus, options.chassis.tableLength);
    const parts = {
      receive: createReceiver({ clock, totals, hash, symmetric }),
      nowNs: () => clock.nowNs,
      separable: new Separable(options),
      dealer: new RowDealer({
        spuOfIndex: positionsOf(distributionTable, this.spus),
        groupOfSpu: Uint8Array.from(this.spus, (_, at) => shares.findIndex((share) => share[at] === 1)),
        groups: plan.workers,
        hasInterfaces: options.chassis.iocs.length > 1,
      }),
    };
    this.links = shares.map(() => pool.take());
    this.parts = shares.map(() => undefined);
    this.isRunning = shares.map(() => true);
    this.running = plan.workers;
    const setup = { options: rest, chassisState: chassisState?.options, distributionTable, memory, shares };
    for (const [group, link] of this.links.entries()) this.start(link, { ...setup, group });
    // they begin while this thread makes its end of the rings
    this.writer = new RingWriter(memory, parts);
    for (const { death } of this.links) if (death !== undefined) this.fail(new WorkerDied(death, this.partial()));
  }

  get offered(): number {
    return this.totals.packets;
  }

  spuCounts(): SpuCounts[] {
    return this.countsAfter(this.writer.decided);
  }

  offer(records: PacketRecords): void | Promise<void> {
    this.check();
    if (records.count > SLOT_ROWS || this.writer.slowest >= 0) return this.offerInParts(records);
    this.write(records);
  }

  async finish(inputError?: string): Promise<Report> {
    this.check();
    this.writer.close(ENDED);
    await this.watch(() => this.running > 0);
    const { totals, clock, shares, spus } = this;
    const groups = spus.map((_, position) => shares.findIndex((share) => share[position] === 1));
    return mergeReports(this.parts as GroupReport[], reportInput(totals, clock, inputError), groups);
  }

  async close(): Promise<void> {
    this.failure ??= new Error('Cannot go on: the run must not be over: got one that is');
    this.writer.close(ABORTED);
    for (let waitedMs = 0; this.isWorking() && waitedMs < this.deadlineMs; waitedMs += LOOK_MS) await this.news.wait();
    for (const [group, link] of this.links.entries()) {
      link.listen(undefined);
      if (this.isRunning[group]) link.end();
      else this.pool.give(link);
    }
    if (this.running === 0) this.pool.giveMemory(this.memory);
  }

  private start(link: WorkerLink, setup: GroupSetup): void {
    const { group } = setup;
    link.listen({
      room: () => this.news.tell(),
      died: (what) => this.fail(new WorkerDied(what, this.partial())),
    });
    link.remote.run(setup).then(
      (part) => {
        this.parts[group] = part;
        this.settle(group);
      },
      (error: unknown) => {
        this.fail(error);
        this.settle(group);
      },
    );
  }

  /** Whether a worker that lives is at it. */
  private isWorking(): boolean {
    return this.links.some(({ death }, group) => death === undefined && this.isRunning[group]);
  }

  private async offerInParts(records: PacketRecords): Promise<void> {
    for (let from = 0; from < records.count; from += SLOT_ROWS) {
      for (let group = this.writer.slowest; group >= 0; group = this.writer.slowest) {
        await this.watch(() => this.writer.ask(group));
      }
      this.write(partOf(records, from, Math.min(records.count, from + SLOT_ROWS)));
    }
  }

  private write(records: PacketRecords): void {
    this.writer.write(records);
    this.ends[this.batches++ % (2 * SLOTS)] = this.totals.packets;
  }

  /** Waits while something is so, as long as the workers go on. */
  private async watch(isSo: () => boolean): Promise<void> {
    let { decided } = this.writer;
    let silentMs = 0;
    for (this.check(); isSo(); this.check()) {
      const isNews = await this.news.wait();
      const before = decided;
      decided = this.writer.decided;
      silentMs = isNews || decided > before ? 0 : silentMs + LOOK_MS;
      if (silentMs >= this.deadlineMs + this.walkMs()) {
        this.fail(new WorkerDied(`one that has done nothing for ${silentMs} ms`, this.partial()));
      }
    }
  }

  /** How long a worker may be silent because it walks over all its sessions, as at the end. */
  private walkMs(): number {
    return this.spuCounts().reduce((sum, { sessions }) => sum + sessions.current, 0) * SESSION_MS;
  }

  private settle(group: number): void {
    this.isRunning[group] = false;
    this.running--;
    this.news.tell();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.writer.close(ABORTED);
    this.news.tell();
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private partial(): PartialReport {
    const { decided } = this.writer;
    const packets = decided === 0 ? 0 : this.ends[(decided - 1) % (2 * SLOTS)];
    return { incomplete: true, packets, spus: this.countsAfter(decided) };
  }

  /** What SPUs had counted after so many batches; each group writes its own. */
  private countsAfter(batches: number): SpuCounts[] {
    const counts = this.counts[Math.max(0, batches - 1) % (2 * SLOTS)];
    return this.spus.map(({ spuId, name }, position) => {
      const at = position * COUNT_FIGURES;
      const [packets, bytes, firstPath, fastPath, created, current] =
        batches === 0 ? new Float64Array(COUNT_FIGURES) : counts.subarray(at, at + COUNT_FIGURES);
      return { spuId, name, packets, bytes, firstPath, fastPath, sessions: { created, current } };
    });
  }
}

/** Some rows of records. */
function partOf(records: PacketRecords, from: number, to: number): PacketRecords {
  const { bytes, view } = records;
  return {
    count: to - from,
    bytes,
    view,
    offset: records.offset.subarray(from, to),
    capturedLength: records.capturedLength.subarray(from, to),
    length: records.length.subarray(from, to),
    linkType: records.linkType.subarray(from, to),
    interfaceIndex: records.interfaceIndex.subarray(from, to),
    seconds: records.seconds.subarray(from, to),
    nanoseconds: records.nanoseconds.subarray(from, to),
  };
}
