import { ChassisError, quote } from './chassis-error.ts';

/**
 * A Junos release, taken apart. `15.1X49-D30` is number 15.1, train X49, level 30; `17.4R1-S2`
 * is 17.4, R, level 1, service 2.
 */
export interface Release {
  /** Year or major number, 15 in `15.1X49-D30`. */
  readonly major: number;
  /** Quarter or minor number, 1 in `15.1X49-D30`. */
  readonly minor: number;
  /** X train, 49 in `15.1X49-D30`; `null` for an R release. */
  readonly train: number | null;
  /** R or D number. */
  readonly level: number;
  /** S number of a service release, 0 without. */
  readonly service: number;
  /** Spin after the last dot, 0 without. */
  readonly spin: number;
}

/** The forms that {@link parseRelease} reads. */
export const RELEASE_FORMS: readonly string[] = ['17.4R1', '18.2R1-S2', '12.1X44-D10', '15.1X49-D30'];

const RELEASE = /^(\d{1,2})\.(\d{1,2})(?:R(\d{1,3})|X(\d{1,3})-D(\d{1,4}))(?:-S(\d{1,3}))?(?:\.(\d{1,4}))?$/i;

/**
 * Reads a Junos release.
 *
 * @param text Release such as `17.4R1`, `15.1X49-D30`, `18.2R1-S2`, `12.1X44-D10.4`; case does not matter.
 * @returns The release, taken apart.
 * @throws {ChassisError} `malformed-release`, if the text has another form.
 * @example
 * ```ts
 * import { parseRelease } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const release = parseRelease('15.1X49-D30');
 * assert.deepEqual([release.major, release.minor, release.train, release.level], [15, 1, 49, 30]);
 * ```
 */
export function parseRelease(text: string): Release {
  const match = typeof text === 'string' ? RELEASE.exec(text.trim()) : null;
  if (match === null) {
    const forms = RELEASE_FORMS.map((form) => `'${form}'`).join(', ');
    throw new ChassisError(
      'malformed-release',
      'parse release',
      `release must have one of the forms ${forms}`,
      quote(text),
    );
  }
  const [, major, minor, r, train, d, service, spin] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    train: train === undefined ? null : Number(train),
    level: Number(r ?? d),
    service: Number(service ?? 0),
    spin: Number(spin ?? 0),
  };
}

/**
 * Writes a release as Junos prints it.
 *
 * @param release The release.
 * @returns Text that {@link parseRelease} reads.
 * @example
 * ```ts
 * import { formatRelease, parseRelease } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(formatRelease(parseRelease(' 15.1x49-d30 ')), '15.1X49-D30');
 * ```
 */
export function formatRelease(release: Release): string {
  const { major, minor, train, level, service, spin } = release;
  const stem = train === null ? `R${level}` : `X${train}-D${level}`;
  return `${major}.${minor}${stem}${service > 0 ? `-S${service}` : ''}${spin > 0 ? `.${spin}` : ''}`;
}

/**
 * Orders two releases by their numbers.
 *
 * First by major and minor number, then R releases before X trains (a train leaves the main line at its number), then by
 * train, R or D number, service release and spin. This is an order of names, not of features: 15.1X49-D30 has what came to
 * the main line with 17.3R1, yet orders before 16.1R1. For rules of the kind "from 15.1X49-D30 and 17.3R1" use
 * {@link isReleaseFrom}.
 *
 * @param a A release or its text.
 * @param b Another one.
 * @returns Negative if `a` comes first, 0 if equal, positive if `b` comes first.
 * @throws {ChassisError} `malformed-release`, if a text is none.
 * @example
 * ```ts
 * import { compareReleases } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const releases = ['17.4R1', '15.1X49-D30', '12.1X44-D10', '15.1X49-D10'];
 * assert.deepEqual(releases.sort(compareReleases), ['12.1X44-D10', '15.1X49-D10', '15.1X49-D30', '17.4R1']);
 * ```
 */
export function compareReleases(a: Release | string, b: Release | string): number {
  const x = typeof a === 'object' ? a : parseRelease(a);
  const y = typeof b === 'object' ? b : parseRelease(b);
  return (
    x.major - y.major ||
    x.minor - y.minor ||
    (x.train ?? -1) - (y.train ?? -1) ||
    x.level - y.level ||
    x.service - y.service ||
    x.spin - y.spin
  );
}

/** From when on a feature exists: the release of the main line, and the D number of an X train that had it earlier. */
export interface ReleaseRule {
  /** First release of the main line, or of everything if there is no train. */
  readonly mainline: string;
  /** First release of one X train; within that train this decides, whatever its number. */
  readonly train?: string;
}

/**
 * Tells whether a release has what came with a rule such as "from 15.1X49-D30 and 17.3R1".
 *
 * Within the rule's train the D number decides; every other release is compared with the main-line release. So 15.1X49-D30
 * has it, 15.1X49-D25, 16.1R1 and 17.2R3 have not, 17.3R1 has.
 *
 * Fidelity: inferred. That is how the vendor's sentences "Starting with 15.1X49-D30 and 17.3R1" are to be read.
 *
 * @param release A release or its text.
 * @param rule The rule.
 * @returns `true` if the release has it.
 * @throws {ChassisError} `malformed-release`, if a text is none.
 * @example
 * ```ts
 * import { isReleaseFrom } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const rule = { train: '15.1X49-D30', mainline: '17.3R1' };
 * assert.equal(isReleaseFrom('15.1X49-D50', rule), true);
 * assert.equal(isReleaseFrom('17.1R1', rule), false);
 * ```
 */
export function isReleaseFrom(release: Release | string, rule: ReleaseRule): boolean {
  const asked = typeof release === 'object' ? release : parseRelease(release);
  if (rule.train !== undefined) {
    const first = parseRelease(rule.train);
    if (asked.major === first.major && asked.minor === first.minor && asked.train === first.train) {
      return compareReleases(asked, first) >= 0;
    }
  }
  return compareReleases(asked, rule.mainline) >= 0;
}
