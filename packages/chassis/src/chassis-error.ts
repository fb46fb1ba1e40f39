import { assumed, documented, type Figure, inferred, observed } from './figure.ts';

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
  | 'out-of-range'
  | 'slot-empty'
  | 'unknown-spu'
  | 'wrong-state'
  | 'unknown-command'
  | 'time-backwards'
  | 'unlike-nodes';

/** A rule of the model by its id, with its mark and source. */
export type RuleOrigin = Figure<string>;

/** Rules that a whole code stands for; codes that are about spelling have none. */
const ORIGINS: Readonly<Partial<Record<ChassisErrorCode, RuleOrigin>>> = Object.freeze({
  'slot-out-of-range': observed('R-chassis-1', 'published device output'),
  'no-spc': assumed('R-chassis-6', 'ours: no traffic could pass such a chassis'),
  'no-ioc': assumed('R-chassis-6', 'ours: no traffic could pass such a chassis'),
  'foreign-card': inferred('R-chassis-9', 'its order number belongs to another line'),
  'mixed-spc': assumed('R-chassis-10', 'ours: nothing is published about such a chassis'),
  'unlike-nodes': documented('R-cluster-1', 'Junos chassis cluster guide'),
});

/**
 * A chassis that cannot exist, a description of one that cannot be read, or a command that a chassis cannot follow.
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
 *   assert.deepEqual([error.origin?.value, error.origin?.mark], ['R-chassis-6', 'A']);
 * }
 * ```
 */
export class ChassisError extends RangeError {
  /** What is wrong; stable, for programs. */
  readonly code: ChassisErrorCode;
  /** The rule that does not hold, in words. */
  readonly rule: string;
  /** Id of the rule, how it is known and from where; `null` where only the spelling is wrong. */
  readonly origin: RuleOrigin | null;

  /**
   * @param code What is wrong.
   * @param action What could not be done, such as `resolve chassis`.
   * @param rule What must hold.
   * @param got The value, as it is to be printed.
   * @param origin Where the rule comes from, if the code alone does not say it.
   */
  constructor(code: ChassisErrorCode, action: string, rule: string, got: string, origin?: RuleOrigin) {
    super(`Cannot ${action}: ${rule}: got ${got}`);
    this.name = 'ChassisError';
    this.code = code;
    this.rule = rule;
    this.origin = origin ?? ORIGINS[code] ?? null;
  }
}

/** Quotes a value for a message, cut to a length that stays one line. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}
