import type { ResolvedChassis } from '@midplane/chassis';
import { FLOW_KEY_WORDS } from '@midplane/flow';
import { hashWing } from '@midplane/session-table';
import { CentralPoint } from '../central-point/central-point.ts';
import { SpuChooser } from '../central-point/spu-chooser.ts';
import { EVENT_REGISTER, EVENT_REPORT, type EventQueue } from '../engine/event-queue.ts';
import { type Messages, WING_IN } from '../engine/messages.ts';
import { PATH_CENTRAL_POINT, PATH_HASH, type PathBatch } from '../path-batch.ts';
import { STATE_INVALID } from '../spu/lifetime.ts';
import type { Spu } from '../spu/spu.ts';
import type { Regime } from './regime.ts';

const NS = 1_000_000_000;

/** What a regime with a central point is made with. */
export interface CentralPointOptions {
  readonly chassis: ResolvedChassis;
  readonly spus: readonly Spu[];
  readonly messages: Messages;
}

/** A regime in which the global session table decides, and what of it the report tells. */
export interface CentralRegime extends Regime {
  readonly centralPoint: CentralPoint;
  /** By what an SPU is chosen now; undefined = the hash index decides. */
  weightOf(position: number): number | undefined;
}

/**
 * Releases before 15.1X49-D30.
 *
 * *Centric*: an NPU sends what it does not know to the central point, which chooses the SPU. *Hash-centric*: it sends to the
 * SPU of the hash index, which asks the central point about what it does not know. In both the global table settles who owns
 * a session, and its capacity binds.
 *
 * Fidelity: documented. That an SPU gets its answer in no time is a simplification; what is sent on takes its time.
 */
export function createCentralRegime(options: CentralPointOptions): CentralRegime {
  const { spus, messages } = options;
  let position = 0;
  let lastSecond = 0;
  /** How the central point chooses; undefined: the SPU of the hash index takes the session (hash-centric). */
  let chooser: SpuChooser | undefined;
  const choose = (requester: number): number => (chooser === undefined ? requester : chooser.choose());
  const centralPoint = new CentralPoint(0, 1, choose);
  const key = new Int32Array(FLOW_KEY_WORDS);
  const out = new Int32Array(FLOW_KEY_WORDS);

  /** Takes position, capacity and choice from a chassis. */
  function install({ centralPoint: place, distributionMode, maxSessions, spus: inForce }: ResolvedChassis): void {
    position = spus.findIndex(({ spec }) => spec.spuId === place.spuId);
    const list = spus.map(
      ({ spec }) => inForce.find(({ spuId }) => spuId === spec.spuId) ?? { ...spec, maxSessions: 0 },
    );
    chooser = distributionMode === 'hash-based' ? undefined : new SpuChooser(list, distributionMode);
    centralPoint.install(position, place.maxSessions ?? maxSessions, choose);
  }

  install(options.chassis);
  return {
    isByHash: false,
    install,
    lose: () => centralPoint.lose(),
    centralPoint,
    weightOf: (position) => chooser?.weightOf(position),
    miss(batch: PathBatch, row: number): void {
      batch.path[row] = chooser === undefined ? PATH_HASH : PATH_CENTRAL_POINT;
      if (chooser !== undefined) batch.spu[row] = position;
    },
    homeOf: () => -1,
    claim: (from, flowKey, at, wingHash) => centralPoint.route(flowKey, at, wingHash, from),
    ownerOf: (_from, flowKey, at, wingHash) => centralPoint.ownerOf(flowKey, at, wingHash),
    isTaken: () => false,
    begin(nowNs, spu, session, generation): number {
      messages.register(nowNs, position, WING_IN, spu, session, generation);
      return WING_IN;
    },
    end(nowNs, spu, session, generation): void {
      messages.release(nowNs, position, WING_IN, spu, session, generation);
    },
    forget(spu, session): void {
      const table = spus[spu].table!;
      table.keyInto(session << 1, key);
      centralPoint.release(key, hashWing(key, 0), spu, table.user(session, 1));
    },
    abandon(spu, flowKey, at, wingHash): void {
      centralPoint.abandon(flowKey, at, wingHash, spu);
    },
    tick(second): void {
      const passed = second - lastSecond;
      lastSecond = second;
      if (chooser === undefined || !chooser.wantsReports) return;
      chooser.tick(); // with what had been reported by then
      const reporting = [...spus.entries()].filter(([, { table, spec }]) => table !== undefined && spec.weight > 0);
      if (passed > 1) {
        // seconds without packets are computed, not stepped: what was reported in them has arrived
        for (const [, { table, load, spec }] of reporting) {
          chooser.report(spec, passed > 2 ? 0 : load.cpuPercent, table!.size);
        }
        chooser.tick();
      }
      for (const [at, { table, load }] of reporting) {
        messages.report(second * NS, at, passed > 1 ? 0 : load.cpuPercent, table!.size);
      }
    },
    arrive(queue: EventQueue): void {
      if (queue.kind === EVENT_REPORT) {
        const { spec } = spus[queue.b];
        if (spec.weight > 0) chooser?.report(spec, queue.a, queue.c); // else it takes no part any more: the chassis is another one
        return;
      }
      const { kind, b: spu, c: session, d: generation, timeNs } = queue;
      const table = spus[spu].table!;
      if (!table.has(session) || table.user(session, 1) !== generation) return;
      table.keyInto(session << 1, key);
      const wingHash = hashWing(key, 0);
      if (kind !== EVENT_REGISTER) {
        centralPoint.release(key, wingHash, spu, generation);
        return;
      }
      if (table.user(session, 0) & STATE_INVALID) return;
      const hasOut = !table.isOneWing(session);
      if (hasOut) table.keyInto((session << 1) | 1, out);
      const isOwnOut = table.hasOwnOutWing(session);
      const owner = centralPoint.enter(key, wingHash, hasOut ? out : undefined, isOwnOut, spu, generation);
      if (owner === spu) messages.registered(timeNs, position, WING_IN, spu, session, generation);
      else messages.refused(timeNs, position, owner, spu, session, generation);
    },
    recordOf(spu, flow) {
      const { table } = spus[spu];
      table!.keyInto(flow, key);
      const index = centralPoint.recordOf(key, hashWing(key, 0), spu, table!.user(flow >>> 1, 1));
      return index < 0 ? undefined : { position, index };
    },
  };
}
