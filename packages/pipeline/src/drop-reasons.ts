import { OUTCOME_DROPPED, type PathBatch } from './path-batch.ts';

/** Drop reasons of the standard stages. */
export const DROP_REASONS = [
  'malformed',
  'family-drop',
  'session-table-full',
  'fragment-without-first',
  'icmp-error-without-session',
  'headers-cut-off',
  'central-point-full',
  'pending-queue-full',
  'fragment-queue-full',
  'fragment-chains-full',
  'wing-conflict',
  'tcp-without-syn',
  'policy-deny',
  'policy-reject',
  'nat-pool-exhausted',
  'multicast-without-route',
  'spu-queue-full',
  'reset',
  'no-spu-left',
  'packet-memory-full',
  'egress-queue-full',
  // while the chassis lets no traffic pass, and for what it waits
  'routing-engine-boots',
  'no-services-card',
  'no-io-card',
  'central-point-boots',
  'no-flow-spu',
  'spus-boot',
  'io-cards-boot',
  'tables-load',
] as const;

/** A drop reason of the standard stages. */
export type DropReason = (typeof DROP_REASONS)[number];

/** Outcome of a packet that is dropped for a standard reason. */
export function outcomeOf(reason: DropReason): number {
  return OUTCOME_DROPPED + DROP_REASONS.indexOf(reason);
}

/** Most drop reasons of one pipeline: an outcome is one byte. */
const MAX_REASONS = 256 - OUTCOME_DROPPED;

/** Names of drop reasons and their codes; a custom stage adds its own by using them. */
export class DropReasons {
  /** Names by code. */
  readonly names: string[] = [...DROP_REASONS];

  /** Code of a reason; a new name gets the next code. */
  codeOf(reason: string): number {
    const known = this.names.indexOf(reason);
    if (known >= 0) return known;
    if (this.names.length >= MAX_REASONS) {
      throw new RangeError(`Cannot add drop reason: a pipeline has at most ${MAX_REASONS}: got "${reason}"`);
    }
    return this.names.push(reason) - 1;
  }

  /** Ends the way of a row. */
  readonly drop = (batch: PathBatch, row: number, reason: string): void => {
    batch.outcome[row] = OUTCOME_DROPPED + this.codeOf(reason);
  };
}
