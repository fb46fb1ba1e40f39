import { FLOW_KEY_WORDS } from '@midplane/flow';
import { hashWing } from '@midplane/session-table';
import { CentralPoint } from '../central-point/central-point.ts';
import { type ChoiceMode, SpuChooser } from '../central-point/spu-chooser.ts';
import { EVENT_CP_INSTALL, type EventQueue } from '../engine/event-queue.ts';
import type { Messages } from '../engine/messages.ts';
import { PATH_CENTRAL_POINT, PATH_HASH, type PathBatch } from '../path-batch.ts';
import type { Spu } from '../spu/spu.ts';
import type { Regime } from './regime.ts';

/** What a regime with a central point is made with. */
export interface CentralPointOptions {
  readonly spus: readonly Spu[];
  /** Position of the central point's SPU. */
  readonly position: number;
  /** Sessions in the global table. */
  readonly capacity: number;
  /** How the central point chooses; undefined: the SPU of the hash index takes the session (hash-centric). */
  readonly choice: ChoiceMode | undefined;
  readonly messages: Messages;
}

/** A regime in which the global session table decides, and what of it the report tells. */
export interface CentralRegime extends Regime {
  readonly centralPoint: CentralPoint;
  /** A message reaches the central point. */
  arrive(queue: EventQueue): void;
}

/**
 * Releases before 15.1X49-D30.
 *
 * *Centric*: an NPU sends what it does not know to the central point, which chooses the SPU. *Hash-centric*: it sends to the
 * SPU of the hash index, which asks the central point about what it does not know. In both the global table settles who owns
 * a session, and its capacity binds.
 */
export function createCentralRegime(options: CentralPointOptions): CentralRegime {
  const { spus, position, capacity, choice, messages } = options;
  const chooser = choice === undefined ? undefined : new SpuChooser(spus, choice);
  const centralPoint = new CentralPoint(position, capacity, (requester) => chooser?.choose() ?? requester);
  const key = new Int32Array(FLOW_KEY_WORDS);

  return {
    isByHash: false,
    centralPoint,
    miss(batch: PathBatch, row: number): void {
      batch.path[row] = chooser === undefined ? PATH_HASH : PATH_CENTRAL_POINT;
      if (chooser !== undefined) batch.spu[row] = position;
    },
    claim: (from, flowKey, at, wingHash) => centralPoint.route(flowKey, at, wingHash, from),
    locate: (_from, flowKey, at, wingHash) => centralPoint.ownerOf(flowKey, at, wingHash),
    begin(nowNs, spu, session, generation): boolean {
      messages.installAtCentralPoint(nowNs, spu, session, generation);
      return true;
    },
    end(nowNs, spu, session, generation): void {
      messages.removeAtCentralPoint(nowNs, spu, session, generation);
    },
    forget(spu, flowKey, at, wingHash): void {
      centralPoint.remove(flowKey, at, wingHash, spu);
    },
    tick(): void {
      chooser?.tick();
    },
    arrive(queue: EventQueue): void {
      const { kind, a: spu, b: session, c: generation, timeNs } = queue;
      const table = spus[spu].table!;
      if (!table.has(session) || table.user(session, 1) !== generation) return;
      table.keyInto(session << 1, key);
      const wingHash = hashWing(key, 0);
      if (kind === EVENT_CP_INSTALL) {
        centralPoint.install(key, 0, wingHash, spu);
        messages.installedAtCentralPoint(timeNs, spu, session, generation);
      } else {
        centralPoint.remove(key, 0, wingHash, spu);
      }
    },
  };
}
