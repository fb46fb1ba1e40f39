import type { SpcType } from '@midplane/chassis';
import {
  orderingWorkNs,
  type PipelineOptions,
  resolveSpuSpeeds,
  type SpuSpeed,
  type SpuWork,
} from '@midplane/pipeline';

/** What decides how much work a packet is: speeds of SPUs, and who keeps packets in order. */
export type WorkOptions = Pick<PipelineOptions, 'spuSpeeds' | 'ordering'>;

/** What work costs an SPU of a card. */
export interface WorkCost {
  readonly speed: SpuSpeed;
  /** What every packet costs beside its own work: ordering, where the SPU does it itself. */
  readonly addedNs: number;
  /** New sessions a second that take all its time. */
  readonly sessionsPerSecond: number;
}

/** Returns what packets cost the SPUs of each card. */
export function workOf({ spuSpeeds, ordering }: WorkOptions): Readonly<Record<SpcType, WorkCost>> {
  const speeds = resolveSpuSpeeds(spuSpeeds);
  const mode = ordering?.mode ?? 'hardware';
  const of = (card: SpcType): WorkCost => {
    const speed = speeds[card];
    const addedNs = orderingWorkNs(mode, card, speed);
    const sessionsPerSecond = Math.floor((speed.threads * 1e9) / (speed.firstPathNs + speed.setUpNs + addedNs));
    return { speed, addedNs, sessionsPerSecond };
  };
  return { SPC1: of('SPC1'), SPC2: of('SPC2'), SPC3: of('SPC3') };
}

/** What work costs on a card, ns of one thread. */
export function costOf(work: SpuWork, { speed, addedNs }: WorkCost): number {
  const { packets, fastPath, firstPath, setUp, redirect, fragment } = work;
  return (
    packets * addedNs +
    fastPath * speed.fastPathNs +
    firstPath * speed.firstPathNs +
    setUp * speed.setUpNs +
    redirect * speed.redirectNs +
    fragment * speed.fragmentNs
  );
}

/** What was done since. */
export function workSince(now: SpuWork, before: SpuWork): SpuWork {
  return {
    packets: now.packets - before.packets,
    fastPath: now.fastPath - before.fastPath,
    firstPath: now.firstPath - before.firstPath,
    setUp: now.setUp - before.setUp,
    redirect: now.redirect - before.redirect,
    fragment: now.fragment - before.fragment,
  };
}
