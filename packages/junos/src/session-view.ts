/** Where a session is in its life. `other` is what Junos counts as "Sessions in other states". */
export type SessionState = 'valid' | 'pending' | 'invalidated' | 'other';

/** All states, in the order in which Junos counts them. */
export const SESSION_STATES: readonly SessionState[] = ['valid', 'pending', 'invalidated', 'other'];

/** One wing of a session as a renderer needs it. Plain data. */
export interface WingView {
  /** Source address as text, IPv4 or IPv6. */
  readonly source: string;
  /** Source port; of ICMP the sequence number or identifier that the box prints there, 0 where there is none. */
  readonly sourcePort: number;
  /** Destination address as text. */
  readonly destination: string;
  /** Destination port, 0 where there is none. */
  readonly destinationPort: number;
  /** Protocol by its Junos name such as `tcp`, or as a decimal number where it has none. */
  readonly protocol: string;
  /** Interface with its unit, such as `xe-2/2/0.0`. */
  readonly interface: string;
  /** Packets that came by this wing. */
  readonly packets: number;
  /** Bytes that came by this wing. */
  readonly bytes: number;
  /**
   * Session ID at the central point of this wing in decimal digits, `0` while not registered; `null`
   * where the release prints none.
   */
  readonly cpSessionId: string | null;
}

/** One session as a renderer needs it. Plain data. */
export interface SessionView {
  /** Session ID in decimal digits without leading zeros; it may pass 2^53. */
  readonly sessionId: string;
  /** Policy that let the first packet pass, `null` where none did (printed `N/A`). */
  readonly policy: { readonly name: string; readonly index: number } | null;
  /** Where it is in its life. */
  readonly state: SessionState;
  /** Idle time after which it ends, in seconds; `null` where it never ends (printed `N/A`). */
  readonly timeoutSeconds: number | null;
  /** What is left of that, in seconds. */
  readonly remainingSeconds: number | null;
  /** Application such as `junos-https`, `null` if none is known. */
  readonly application: string | null;
  /** Source NAT pool, `null` without one (printed `Null`). */
  readonly natSourcePool: string | null;
  /** When it was created, in seconds since the system started. */
  readonly startSeconds: number;
  /** How long it has lived, in seconds. */
  readonly durationSeconds: number;
  /** Whether this node of a cluster forwards it or stands by; `null` without a cluster. */
  readonly clusterState: 'active' | 'backup' | null;
  /** The wing as the first packet came. */
  readonly in: WingView;
  /** The wing as the reply comes; `null` for a session of one wing. */
  readonly out: WingView | null;
}

/** One record of a central point: a session, or the pointer to it that one wing left. Plain data. */
export interface CpSessionView {
  /** Session ID at this central point, in decimal digits. */
  readonly cpSessionId: string;
  /** SPU that owns the session. */
  readonly ownerSpuId: number;
  /** Where it is in its life. */
  readonly state: SessionState;
  /** The `in` wing, `null` if it is registered elsewhere. */
  readonly in: Pick<WingView, 'source' | 'sourcePort' | 'destination' | 'destinationPort' | 'protocol'> | null;
  /** The `out` wing, `null` if it is registered elsewhere. */
  readonly out: Pick<WingView, 'source' | 'sourcePort' | 'destination' | 'destinationPort' | 'protocol'> | null;
}

/**
 * Compares two session IDs by number.
 *
 * @param a Session ID in decimal digits without leading zeros.
 * @param b Another one.
 * @returns Below 0, 0 or above 0, as `Array.prototype.sort` wants it.
 * @example
 * ```ts
 * import { compareSessionIds } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(['50000111', '9', '10000006'].sort(compareSessionIds), ['9', '10000006', '50000111']);
 * ```
 */
export function compareSessionIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
