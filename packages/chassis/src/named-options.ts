import type { DistributionMode } from './behaviour.ts';

/** A short name of a distribution mode. */
export type DistributionName = 'hash' | 'rr' | 'wrr' | 'adaptive';

/**
 * Distribution modes by the short names that the command and the endpoint take.
 *
 * @example
 * ```ts
 * import { DISTRIBUTION_NAMES } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(DISTRIBUTION_NAMES.rr, 'rr-based');
 * ```
 */
export const DISTRIBUTION_NAMES: Readonly<Record<DistributionName, DistributionMode>> = {
  hash: 'hash-based',
  rr: 'rr-based',
  wrr: 'wrr',
  adaptive: 'adaptive',
};

/** A chassis as options of a command, or parameters of a query, name it. */
export interface NamedChassis {
  /** Model. */
  readonly chassis?: string | undefined;
  /** Cards by slot, as text. */
  readonly cards?: string | undefined;
  readonly release?: string | undefined;
  /** Rows of the distribution table. */
  readonly tableLength?: number | undefined;
  readonly distribution?: DistributionName | undefined;
}

/**
 * What the names mean for `resolveChassis`, and for the chassis of a scenario. Nothing is checked here: that is for those.
 *
 * @param named What was named.
 * @returns Options; what was not named has no key.
 * @example
 * ```ts
 * import { chassisOptionsOf, resolveChassis } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const options = chassisOptionsOf({ chassis: 'srx5800', distribution: 'hash' });
 * assert.deepEqual(options, { model: 'srx5800', distributionMode: 'hash-based' });
 * assert.equal(resolveChassis(options).distributionMode, 'hash-based');
 * ```
 */
export function chassisOptionsOf(named: NamedChassis): {
  readonly model?: string;
  readonly cards?: string;
  readonly release?: string;
  readonly tableLength?: number;
  readonly distributionMode?: DistributionMode;
} {
  const { chassis, cards, release, tableLength, distribution } = named;
  return {
    ...(chassis !== undefined && { model: chassis }),
    ...(cards !== undefined && { cards }),
    ...(release !== undefined && { release }),
    ...(tableLength !== undefined && { tableLength }),
    ...(distribution !== undefined && { distributionMode: DISTRIBUTION_NAMES[distribution] }),
  };
}
