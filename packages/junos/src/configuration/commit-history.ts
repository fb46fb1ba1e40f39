import type { Statement } from './statement.ts';

/** A committed configuration. */
export interface CommitRecord {
  /** The tree; nobody changes it any more. */
  readonly root: Statement;
  /** When, in nanoseconds since the simulation started. */
  readonly committedNs: number;
  /** Comment of the commit, if there was one. */
  readonly comment: string | null;
}

/** The active configuration and this many before it are kept. */
const ROLLBACKS = 50;
const MINUTE_NS = 60e9;

/** What was committed, newest first, and the commit that waits to be confirmed. */
export class CommitHistory {
  readonly records: CommitRecord[];
  private waiting: { readonly dueNs: number; readonly previous: CommitRecord } | null = null;

  constructor(root: Statement) {
    this.records = [{ root, committedNs: 0, comment: null }];
  }

  /** When the commit that waits is taken back, `null` without one. */
  get dueNs(): number | null {
    return this.waiting?.dueNs ?? null;
  }

  /** Adds a commit, which confirms the one before and perhaps waits itself. */
  add(record: CommitRecord, confirmedMinutes?: number): void {
    const previous = this.waiting?.previous ?? this.records[0];
    this.waiting = null;
    this.push(record);
    if (confirmedMinutes !== undefined) {
      this.waiting = { dueNs: record.committedNs + confirmedMinutes * MINUTE_NS, previous };
    }
  }

  /** Takes back the commit that waits if its time has come; returns whether it did. */
  takeBack(nowNs: number): boolean {
    if (this.waiting === null || nowNs < this.waiting.dueNs) return false;
    const { previous, dueNs } = this.waiting;
    this.waiting = null;
    this.push({ root: previous.root, committedNs: dueNs, comment: null });
    return true;
  }

  /** Returns a commit by its number, 0 for the active one. */
  find(number: number): CommitRecord {
    const found = this.records[number];
    if (found !== undefined) return found;
    const last = this.records.length - 1;
    throw new RangeError(`Cannot roll back configuration: number must be from 0 to ${last}: got ${number}`);
  }

  private push(record: CommitRecord): void {
    this.records.unshift(record);
    this.records.length = Math.min(this.records.length, ROLLBACKS);
  }
}

/** @throws {RangeError} If a commit cannot wait so many minutes to be confirmed. */
export function checkConfirmedMinutes(minutes: number | undefined): void {
  if (minutes === undefined || (Number.isInteger(minutes) && minutes >= 1 && minutes <= 65_535)) return;
  throw new RangeError(`Cannot commit configuration: minutes must be from 1 to 65535: got ${minutes}`);
}
