/** How well a rule is known. */
export type RuleMark = 'documented' | 'observed' | 'inferred' | 'assumed';

/** A rule of `docs/rules.md` that a step of a packet rests on. */
export interface CitedRule {
  /** Its id, as `R-hash-5`. */
  readonly id: ExplainRuleId;
  /** How well it is known. */
  readonly mark: RuleMark;
}

/**
 * The rules that explanations cite, with the marks of `docs/rules.md`; a test compares the two.
 *
 * A rule stands here once the engine follows it, so that no step cites what the model does not do.
 */
export const EXPLAIN_RULES = {
  'R-age-1': 'inferred',
  'R-age-2': 'documented',
  'R-age-3': 'documented',
  'R-age-4': 'assumed',
  'R-age-5': 'assumed',
  'R-age-6': 'documented',
  'R-age-7': 'assumed',
  'R-age-8': 'assumed',
  'R-boot-1': 'documented',
  'R-boot-2': 'inferred',
  'R-boot-3': 'assumed',
  'R-boot-5': 'documented',
  'R-boot-7': 'assumed',
  'R-boot-8': 'assumed',
  'R-boot-9': 'assumed',
  'R-boot-12': 'assumed',
  'R-cp-1': 'documented',
  'R-cp-2': 'documented',
  'R-cp-3': 'inferred',
  'R-cp-4': 'inferred',
  'R-cp-5': 'documented',
  'R-cp-6': 'inferred',
  'R-cp-7': 'inferred',
  'R-cp-8': 'documented',
  'R-cp-9': 'inferred',
  'R-cp-10': 'inferred',
  'R-cp-11': 'observed',
  'R-cp-12': 'documented',
  'R-cp-13': 'documented',
  'R-cp-16': 'observed',
  'R-egr-2': 'assumed',
  'R-egr-3': 'assumed',
  'R-egr-4': 'assumed',
  'R-fam-1': 'assumed',
  'R-fam-2': 'assumed',
  'R-fam-3': 'assumed',
  'R-frag-1': 'inferred',
  'R-frag-2': 'inferred',
  'R-frag-3': 'assumed',
  'R-frag-4': 'assumed',
  'R-frag-6': 'documented',
  'R-hash-1': 'documented',
  'R-hash-2': 'inferred',
  'R-hash-3': 'inferred',
  'R-hash-4': 'documented',
  'R-hash-5': 'documented',
  'R-hash-6': 'inferred',
  'R-hash-7': 'inferred',
  'R-hash-8': 'documented',
  'R-hash-9': 'assumed',
  'R-hash-10': 'inferred',
  'R-hash-11': 'inferred',
  'R-hash-12': 'documented',
  'R-hash-14': 'assumed',
  'R-load-1': 'assumed',
  'R-load-2': 'assumed',
  'R-mc-1': 'assumed',
  'R-mode-2': 'documented',
  'R-mode-3': 'documented',
  'R-nat-1': 'observed',
  'R-nat-2': 'observed',
  'R-nat-3': 'documented',
  'R-nat-4': 'documented',
  'R-nat-5': 'assumed',
  'R-nat-9': 'assumed',
  'R-npu-1': 'documented',
  'R-npu-2': 'documented',
  'R-npu-3': 'documented',
  'R-npu-5': 'inferred',
  'R-npu-6': 'inferred',
  'R-npu-9': 'assumed',
  'R-npu-10': 'assumed',
  'R-npu-13': 'assumed',
  'R-npu-14': 'assumed',
  'R-own-2': 'inferred',
  'R-own-3': 'assumed',
  'R-own-6': 'assumed',
  'R-own-7': 'assumed',
  'R-own-8': 'assumed',
  'R-own-10': 'assumed',
  'R-pol-1': 'documented',
  'R-pol-2': 'documented',
  'R-pol-3': 'documented',
  'R-pol-4': 'documented',
  'R-pol-5': 'assumed',
  'R-run-1': 'assumed',
  'R-run-4': 'assumed',
  'R-run-6': 'assumed',
  'R-sid-3': 'observed',
  'R-spu-1': 'documented',
  'R-spu-2': 'documented',
  'R-spu-3': 'documented',
  'R-spu-4': 'observed',
  'R-spu-5': 'observed',
  'R-spu-6': 'assumed',
  'R-spu-7': 'inferred',
  'R-spu-8': 'assumed',
  'R-spu-9': 'inferred',
  'R-spu-10': 'assumed',
  'R-spu-11': 'assumed',
  'R-spu-12': 'inferred',
  'R-spu-13': 'inferred',
  'R-spu-14': 'assumed',
  'R-spu-15': 'assumed',
  'R-spu-16': 'inferred',
  'R-w-14': 'assumed',
} as const;

/** Id of a rule that explanations cite. */
export type ExplainRuleId = keyof typeof EXPLAIN_RULES;

/** Rules with their marks, each once, in the order given. */
export function citeRules(ids: readonly ExplainRuleId[]): CitedRule[] {
  return [...new Set(ids)].map((id) => ({ id, mark: EXPLAIN_RULES[id] }));
}
