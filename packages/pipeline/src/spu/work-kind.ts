import type { SpuSpeed } from './spu-speed.ts';

/** What an SPU does with a packet: holds it, or sends it to another SPU; passes, refuses or admits it. */
export const WORK_HOLD = 0;
export const WORK_FAST = 1;
export const WORK_REFUSE = 2;
export const WORK_ADMIT = 3;
export const WORK_SEND = 4;
/** Added where the packet is a fragment, too. */
export const WORK_FRAGMENT = 8;
const KINDS = 16;

/** How often an SPU has done each part of its work so far; times the cost of each, that is all of its work. */
export interface SpuWork {
  /** Packets worked on, each of which may have to be kept in order. */
  readonly packets: number;
  readonly fastPath: number;
  /** First packets, admitted or refused. */
  readonly firstPath: number;
  /** Of them those that were to make a session. */
  readonly setUp: number;
  /** Packets sent to another SPU. */
  readonly redirect: number;
  readonly fragment: number;
}

/** What each kind of work costs, ns of one thread. */
export function workCosts(speed: SpuSpeed, addedNs: number): Float64Array {
  const { fastPathNs, firstPathNs, setUpNs, redirectNs, fragmentNs } = speed;
  const costs = [0, fastPathNs, firstPathNs, firstPathNs + setUpNs, redirectNs];
  const of = (kind: number): number => (costs[kind & 7] ?? 0) + (kind & WORK_FRAGMENT ? fragmentNs : 0) + addedNs;
  return Float64Array.from({ length: KINDS }, (_, kind) => of(kind));
}

/** Sums up counts by kind. */
export function spuWorkOf(counts: Float64Array): SpuWork {
  const sum = (isMeant: (kind: number) => boolean): number =>
    counts.reduce((total, count, kind) => (isMeant(kind) ? total + count : total), 0);
  return {
    packets: sum(() => true),
    fastPath: sum((kind) => (kind & 7) === WORK_FAST),
    firstPath: sum((kind) => (kind & 7) === WORK_REFUSE || (kind & 7) === WORK_ADMIT),
    setUp: sum((kind) => (kind & 7) === WORK_ADMIT),
    redirect: sum((kind) => (kind & 7) === WORK_SEND),
    fragment: sum((kind) => (kind & WORK_FRAGMENT) !== 0),
  };
}

/** Counts of all kinds of work, none done yet. */
export function noWork(): Float64Array {
  return new Float64Array(KINDS);
}
