import { ChassisError, quote } from './chassis-error.ts';
import { assumed, type Figure } from './figure.ts';
import type { ChassisAssumption } from './resolved-chassis.ts';

/** What takes time in a chassis that boots; in whole seconds. */
export type TimingName =
  | 'routingEngineBootS'
  | 'spcBootS'
  | 'iocBootS'
  | 'spuBootS'
  | 'spuJoinS'
  | 'tableLoadS'
  | 'bootTimeoutS';

/** Seconds by name. */
export type ChassisTiming = Readonly<Record<TimingName, number>>;

const UNPUBLISHED = 'boot times are not published; ours, of the size that owners report';

/**
 * How long the steps of a boot take; `ChassisState` takes other figures by name.
 *
 * Fidelity: assumed. All of them.
 *
 * | name | what takes that long |
 * | --- | --- |
 * | `routingEngineBootS` | reboot of the chassis, until its cards start |
 * | `spcBootS`, `iocBootS` | a services card, an I/O card, from its start until it is online |
 * | `spuBootS` | an SPU, from its card being online until it is ready |
 * | `spuJoinS` | an SPU that is ready, until the central point has taken it in: one after the other, ascending |
 * | `tableLoadS` | weight table and distribution table, until all NPUs hold them |
 * | `bootTimeoutS` | a card and its SPUs, from the start of the card until what is not up is declared failed |
 *
 * @example
 * ```ts
 * import { CHASSIS_TIMING } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.ok(Object.values(CHASSIS_TIMING).every((figure) => figure.mark === 'A'));
 * assert.equal(CHASSIS_TIMING.spcBootS.value, 120);
 * ```
 */
export const CHASSIS_TIMING: Readonly<Record<TimingName, Figure<number>>> = Object.freeze({
  routingEngineBootS: assumed(180, UNPUBLISHED),
  spcBootS: assumed(120, UNPUBLISHED),
  iocBootS: assumed(90, UNPUBLISHED),
  spuBootS: assumed(60, UNPUBLISHED),
  spuJoinS: assumed(1, UNPUBLISHED),
  tableLoadS: assumed(1, UNPUBLISHED),
  bootTimeoutS: assumed(600, UNPUBLISHED),
});

/** All times, some of them changed; refuses unknown names, and what is no whole number of seconds from 1 to a day. */
export function resolveTiming(changes: Partial<ChassisTiming> = {}): ChassisTiming {
  const names = Object.keys(CHASSIS_TIMING) as TimingName[];
  for (const [name, value] of Object.entries(changes)) {
    const refuse = (rule: string, got: unknown): ChassisError =>
      new ChassisError('out-of-range', 'set timing', rule, quote(got));
    if (!names.includes(name as TimingName)) throw refuse(`name must be one of ${names.join(', ')}`, name);
    if (!Number.isInteger(value) || value < 1 || value > 86_400) {
      throw refuse(`${name} must be an integer from 1 to 86400`, value);
    }
  }
  const timing = Object.fromEntries(names.map((name) => [name, changes[name] ?? CHASSIS_TIMING[name].value]));
  const slowest = Math.max(timing.spcBootS + timing.spuBootS, timing.iocBootS);
  if (timing.bootTimeoutS <= slowest) {
    const rule = `bootTimeoutS must be above ${slowest}, the time that a card and its SPUs need`;
    throw new ChassisError('out-of-range', 'set timing', rule, quote(timing.bootTimeoutS));
  }
  return timing as ChassisTiming;
}

/** The times that nobody set, as reports list them. */
export function assumedTimes(changes: Partial<ChassisTiming> = {}): ChassisAssumption[] {
  return (Object.keys(CHASSIS_TIMING) as TimingName[])
    .filter((name) => changes[name] === undefined)
    .map((name) => ({ parameter: name, value: CHASSIS_TIMING[name].value, why: CHASSIS_TIMING[name].source }));
}
