import { ChassisError, quote } from './chassis-error.ts';
import { type Figure, observed } from './figure.ts';

/** Name of a chassis model, as it is written here. */
export type ModelName = 'srx5400' | 'srx5600' | 'srx5800';

/** A chassis model. */
export interface ChassisModel {
  /** Name in lower case, the one used in commands. */
  readonly model: ModelName;
  /** Name as the vendor prints it. */
  readonly name: string;
  /** Number of FPC slots; they are numbered from 0. */
  readonly slots: Figure<number>;
  /** SNMP sysObjectID. */
  readonly sysObjectId: Figure<string>;
}

const OUTPUT = 'published device output';
const MIB = 'published SNMP walks';

/**
 * The chassis models.
 *
 * @example
 * ```ts
 * import { CHASSIS_MODELS } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(CHASSIS_MODELS.map((entry) => `${entry.name} ${entry.slots.value}`), [
 *   'SRX5400 3',
 *   'SRX5600 6',
 *   'SRX5800 12',
 * ]);
 * ```
 */
export const CHASSIS_MODELS: readonly ChassisModel[] = Object.freeze([
  {
    model: 'srx5400',
    name: 'SRX5400',
    slots: observed(3, OUTPUT),
    sysObjectId: observed('1.3.6.1.4.1.2636.1.1.1.2.105', MIB),
  },
  {
    model: 'srx5600',
    name: 'SRX5600',
    slots: observed(6, OUTPUT),
    sysObjectId: observed('1.3.6.1.4.1.2636.1.1.1.2.28', MIB),
  },
  {
    model: 'srx5800',
    name: 'SRX5800',
    slots: observed(12, OUTPUT),
    sysObjectId: observed('1.3.6.1.4.1.2636.1.1.1.2.26', MIB),
  },
] as const);

/**
 * Finds a chassis model by name.
 *
 * @param name `srx5800`, `SRX5800` or `5800`.
 * @returns The model.
 * @throws {ChassisError} `unknown-model`, if there is none of that name.
 * @example
 * ```ts
 * import { findModel } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(findModel('SRX5600').slots.value, 6);
 * ```
 */
export function findModel(name: string): ChassisModel {
  const wanted = String(name).trim().toLowerCase();
  const found = CHASSIS_MODELS.find(({ model }) => model === wanted || model === `srx${wanted}`);
  if (found === undefined) {
    const known = CHASSIS_MODELS.map(({ model }) => model).join(', ');
    throw new ChassisError('unknown-model', 'resolve chassis', `model must be one of ${known}`, quote(name));
  }
  return found;
}
