import type { DistributionMode } from './behaviour.ts';

/** A short name of a distribution mode. */
export type DistributionName = 'hash' | 'rr' | 'wrr' | 'adaptive';

/** Distribution modes by the short names that the command and the endpoint take. */
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

/** What the names mean for `resolveChassis`, and for the chassis of a scenario; names that are not given have no key. */
export function chassisOptionsOf({ chassis, cards, release, tableLength, distribution }: NamedChassis): {
  readonly model?: string;
  readonly cards?: string;
  readonly release?: string;
  readonly tableLength?: number;
  readonly distributionMode?: DistributionMode;
} {
  return {
    ...(chassis !== undefined && { model: chassis }),
    ...(cards !== undefined && { cards }),
    ...(release !== undefined && { release }),
    ...(tableLength !== undefined && { tableLength }),
    ...(distribution !== undefined && { distributionMode: DISTRIBUTION_NAMES[distribution] }),
  };
}
