/** What is wrong with a chassis; stable, for programs. */
export type ChassisErrorCode =
  | 'unknown-model'
  | 'malformed-release'
  | 'malformed-cards'
  | 'unknown-card'
  | 'foreign-card'
  | 'slot-out-of-range'
  | 'slot-taken'
  | 'no-spc'
  | 'no-ioc'
  | 'mixed-spc'
  | 'card-needs-release'
  | 'unknown-central-point'
  | 'unsupported-mode'
  | 'out-of-range';

/**
 * A chassis that cannot exist, or a description of one that cannot be read.
 *
 * The message is one sentence: what failed, what must hold, the value.
 *
 * @example
 * ```ts
 * import { ChassisError, resolveChassis } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * try {
 *   resolveChassis({ cards: '1=SPC2' });
 *   assert.fail();
 * } catch (error) {
 *   assert.ok(error instanceof ChassisError);
 *   assert.equal(error.code, 'no-ioc');
 *   assert.match(error.message, /^Cannot resolve chassis: at least one slot must hold an I\/O card/);
 * }
 * ```
 */
export class ChassisError extends RangeError {
  /** What is wrong; stable, for programs. */
  readonly code: ChassisErrorCode;
  /** The rule that does not hold, in words. */
  readonly rule: string;

  /**
   * @param code What is wrong.
   * @param action What could not be done, such as `resolve chassis`.
   * @param rule What must hold.
   * @param got The value, as it is to be printed.
   */
  constructor(code: ChassisErrorCode, action: string, rule: string, got: string) {
    super(`Cannot ${action}: ${rule}: got ${got}`);
    this.name = 'ChassisError';
    this.code = code;
    this.rule = rule;
  }
}

/** Quotes a value for a message, cut to a length that stays one line. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}
