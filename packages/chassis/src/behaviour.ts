import type { CardType } from './card.ts';
import { findCard } from './card.ts';
import { ChassisError, quote, type RuleOrigin } from './chassis-error.ts';
import { assumed, documented, type Figure, inferred } from './figure.ts';
import { formatRelease, isReleaseFrom, parseRelease, type Release, type ReleaseRule } from './release.ts';

/**
 * Who gets a packet that an NPU does not know: `centric` the central point, which chooses an SPU; `hash-centric` the SPU of
 * the hash index, which asks the central point; `distributed` the SPU of the hash index, central point of that wing itself.
 */
export type Regime = 'centric' | 'hash-centric' | 'distributed';

/** How new sessions are spread over SPUs. */
export type DistributionMode = 'hash-based' | 'rr-based' | 'wrr' | 'adaptive';

/** All distribution modes. */
export const DISTRIBUTION_MODES: readonly DistributionMode[] = ['hash-based', 'rr-based', 'wrr', 'adaptive'];

/** Something the user should know; it stops nothing. */
export interface ChassisWarning {
  /** Stable code. */
  readonly code: 'adaptive-sources-disagree';
  /** One sentence. */
  readonly message: string;
}

/** From when on which behaviour exists. */
export const RELEASE_RULES: Readonly<
  Record<'hashMode' | 'hashDefault' | 'distributedCentralPoint' | 'adaptiveGone' | 'longTable', Figure<ReleaseRule>>
> = Object.freeze({
  hashMode: documented({ mainline: '12.1X44-D10' }, 'Junos session-distribution-mode'),
  hashDefault: documented({ train: '15.1X49-D10', mainline: '17.3R1' }),
  distributedCentralPoint: documented({ train: '15.1X49-D30', mainline: '17.3R1' }),
  adaptiveGone: inferred(
    { train: '15.1X49-D30', mainline: '17.1R1' },
    'one sentence says until 17.3R1, another until 17.1R1; the earlier one is taken',
  ),
  longTable: documented({ mainline: '17.4R1' }),
});

/** Rows of the distribution table before and from 17.4R1. It is documented that the later one is larger, not its size. */
export const TABLE_LENGTHS: Readonly<{ short: Figure<number>; long: Figure<number> }> = Object.freeze({
  short: assumed(256, 'before 17.4R1; the length is not published'),
  long: assumed(65_536, 'from 17.4R1; documented to be larger, the length is not published'),
});

/** What a release does by itself, before one looks at cards. */
export interface ReleaseDefaults {
  /** The release. */
  readonly release: Release;
  /** Whether the central point is distributed over the SPUs. */
  readonly distributedCentralPoint: boolean;
  /** Whether hash-based distribution can be chosen. */
  readonly hashMode: boolean;
  /**
   * Whether hash-based distribution is the documented default; SPC1 beside SPC2 without IOC2 or IOC3 stays adaptive
   * before the distributed central point.
   */
  readonly hashDefault: boolean;
  /** Whether adaptive distribution exists. */
  readonly adaptive: boolean;
  /** Rows of the distribution table. */
  readonly tableLength: Figure<number>;
  /** Services card that a chassis gets where none is named. */
  readonly defaultSpc: 'SPC1' | 'SPC2';
  /** I/O card that a chassis gets where none is named. */
  readonly defaultIoc: 'IOC1' | 'IOC2';
  /** What the user should know. */
  readonly warnings: readonly ChassisWarning[];
}

/**
 * Returns what a release does by itself.
 *
 * Fidelity: documented. The releases of {@link RELEASE_RULES}; the table lengths and default cards are assumed.
 *
 * @param release A release or its text.
 * @returns The defaults.
 * @throws {ChassisError} `malformed-release`, if the text is none.
 * @example
 * ```ts
 * import { releaseDefaults } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(releaseDefaults('17.4R1').tableLength.value, 65_536);
 * assert.equal(releaseDefaults('15.1X49-D30').tableLength.value, 256);
 * assert.equal(releaseDefaults('12.1X46-D10').defaultIoc, 'IOC1');
 * ```
 */
export function releaseDefaults(release: Release | string): ReleaseDefaults {
  const asked = typeof release === 'object' ? release : parseRelease(release);
  const has = (rule: keyof typeof RELEASE_RULES): boolean => isReleaseFrom(asked, RELEASE_RULES[rule].value);
  const adaptive = !has('adaptiveGone');
  const warnings: ChassisWarning[] = [];
  if (!adaptive && !has('distributedCentralPoint')) {
    warnings.push({
      code: 'adaptive-sources-disagree',
      message: `Sources disagree whether release ${formatRelease(asked)} still has adaptive distribution; it is taken as gone`,
    });
  }
  return {
    release: asked,
    distributedCentralPoint: has('distributedCentralPoint'),
    hashMode: has('hashMode'),
    hashDefault: has('hashDefault'),
    adaptive,
    tableLength: has('longTable') ? TABLE_LENGTHS.long : TABLE_LENGTHS.short,
    defaultSpc: runs('SPC2', asked) ? 'SPC2' : 'SPC1',
    defaultIoc: runs('IOC2', asked) ? 'IOC2' : 'IOC1',
    warnings,
  };
}

/** What {@link behaviourOf} looks at. */
export interface BehaviourInput {
  /** A release or its text. */
  readonly release: Release | string;
  /** The cards in the chassis, each type at least once. */
  readonly cards: readonly CardType[];
  /** Configured distribution mode; without it the default of release and cards. */
  readonly distributionMode?: DistributionMode;
}

/** How a chassis spreads sessions. */
export interface Behaviour {
  /** Who gets a packet that an NPU does not know. */
  readonly regime: Regime;
  /** How new sessions are spread, and how that is known. */
  readonly distributionMode: Figure<DistributionMode>;
  /** Rows of the distribution table. */
  readonly tableLength: Figure<number>;
  /** Whether SPC1 and SPC2 stand side by side. */
  readonly heterogeneous: boolean;
  /** What the user should know. */
  readonly warnings: readonly ChassisWarning[];
}

/**
 * Returns how a chassis spreads sessions, by release, cards and configuration.
 *
 * Fidelity: documented. Hash-based from 15.1X49-D10 and 17.3R1 and with IOC2 or IOC3; adaptive by default where SPC1
 * and SPC2 stand together, until it was replaced; distributed central point from 15.1X49-D30 and 17.3R1.
 *
 * @param input Release, cards and configured mode.
 * @returns Regime, mode, table length and warnings.
 * @throws {ChassisError} `unsupported-mode`, if release or cards do not allow the configured mode; `malformed-release`.
 * @example
 * ```ts
 * import { behaviourOf } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const mixed = behaviourOf({ release: '12.1X46-D10', cards: ['SPC1', 'SPC2', 'IOC1'] });
 * assert.deepEqual([mixed.regime, mixed.distributionMode.value], ['centric', 'adaptive']);
 *
 * const newer = behaviourOf({ release: '17.4R1', cards: ['SPC2', 'IOC2'] });
 * assert.deepEqual([newer.regime, newer.distributionMode.value], ['distributed', 'hash-based']);
 * ```
 */
export function behaviourOf(input: BehaviourInput): Behaviour {
  const defaults = releaseDefaults(input.release);
  const heterogeneous = input.cards.includes('SPC1') && input.cards.includes('SPC2');
  const hashOnly = input.cards.find((type) => {
    const card = findCard(type);
    return card.kind === 'ioc' && card.hashOnly.value;
  });
  const distributionMode =
    input.distributionMode === undefined
      ? defaultMode(defaults, heterogeneous, hashOnly)
      : documented(checkMode(input.distributionMode, defaults, heterogeneous, hashOnly), 'configured');
  const hashBased = distributionMode.value === 'hash-based';
  return {
    regime: defaults.distributedCentralPoint ? 'distributed' : hashBased ? 'hash-centric' : 'centric',
    distributionMode,
    tableLength: defaults.tableLength,
    heterogeneous,
    warnings: defaults.warnings,
  };
}

/** The mode where none is configured. */
function defaultMode(
  defaults: ReleaseDefaults,
  heterogeneous: boolean,
  hashOnly: CardType | undefined,
): Figure<DistributionMode> {
  if (defaults.distributedCentralPoint) return documented('hash-based');
  if (hashOnly !== undefined) return documented('hash-based', 'IOC2 and IOC3 work with hash-based distribution only');
  if (heterogeneous && defaults.adaptive) return documented('adaptive');
  if (!defaults.hashMode) return assumed('rr-based', 'releases before 12.1X44-D10 have no hash-based distribution');
  return documented('hash-based', '"not running in mixed mode, hash-based load balancing is the default"');
}

/** Refuses a configured mode that release or cards do not allow. */
function checkMode(
  mode: DistributionMode,
  defaults: ReleaseDefaults,
  heterogeneous: boolean,
  hashOnly: CardType | undefined,
): DistributionMode {
  const refuse = (rule: string, origin?: RuleOrigin): never => {
    throw new ChassisError('unsupported-mode', 'use distribution mode', rule, quote(mode), origin);
  };
  const release = formatRelease(defaults.release);
  if (!DISTRIBUTION_MODES.includes(mode)) return refuse(`mode must be one of ${DISTRIBUTION_MODES.join(', ')}`);
  if (mode === 'hash-based') {
    if (defaults.hashMode) return mode;
    const rule = `release ${release} must be 12.1X44-D10 or later for hash-based distribution`;
    return refuse(rule, documented('R-mode-4', 'Junos session-distribution-mode'));
  }
  if (defaults.distributedCentralPoint) {
    const rule = `mode must be hash-based from 15.1X49-D30 and 17.3R1, and the release is ${release}`;
    return refuse(rule, documented('R-mode-10'));
  }
  if (hashOnly !== undefined) return refuse(`mode must be hash-based with an ${hashOnly}`, documented('R-mode-9'));
  if (mode === 'adaptive' && !heterogeneous) {
    return refuse('SPC1 and SPC2 must stand together for adaptive distribution', documented('R-mode-11'));
  }
  if (mode === 'adaptive' && !defaults.adaptive) {
    const { source } = RELEASE_RULES.adaptiveGone;
    return refuse(`release ${release} must be older for adaptive distribution`, inferred('R-mode-12', source));
  }
  return mode;
}

/** Tells whether a release runs a card. */
export function runs(type: CardType, release: Release): boolean {
  const first = findCard(type).firstRelease.value;
  return first === null || isReleaseFrom(release, { mainline: first });
}
