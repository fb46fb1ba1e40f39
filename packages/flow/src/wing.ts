/**
 * One half of a session: 0 the `in` wing (as the first packet came), 1 the `out` wing (as the reply comes).
 *
 * Fidelity: documented. Junos prints the two wings of a session as `In:` and `Out:` (Juniper KB21719).
 */
export type Wing = 0 | 1;
/** The wing of the direction of the first packet. */
export const WING_IN: Wing = 0;
/** The wing of the direction of the reply. */
export const WING_OUT: Wing = 1;
/** Names of the wings, by {@link Wing}. */
export const WING_NAMES: readonly ['in', 'out'] = ['in', 'out'];
