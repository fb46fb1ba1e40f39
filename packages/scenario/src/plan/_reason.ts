import { formatCount } from '@midplane/pipeline';
import { formatPercent, formatTimes } from '../compare/_text.ts';
import { LIMIT_WORDS, type PlanCandidate } from './plan.ts';

type Binding = PlanCandidate['binding'];

/** Why the totals rule a set out. */
export function reasonOfTotals(binding: Binding, growth: number): string {
  return `even spread perfectly, ${LIMIT_WORDS[binding.limit]} ${fits(binding, growth)}`;
}

/** What a run showed. */
export function reasonOfRun(
  binding: Binding,
  growth: number,
  elephant: { readonly flow: string; readonly share: number } | undefined,
): string {
  const of = binding.limit === 'central-point' ? '' : ` of SPU ${binding.spuId}`;
  const reason = `${LIMIT_WORDS[binding.limit]}${of} ${fits(binding, growth)}`;
  if (elephant === undefined) return reason;
  return `${reason}; one session has ${formatPercent(100 * elephant.share)} of that work and cannot be divided: ${elephant.flow}`;
}

function fits({ limit, used, capacity, factor }: Binding, growth: number): string {
  const figures =
    limit === 'cpu'
      ? `${formatPercent(used)} of ${capacity} %`
      : `${formatCount(Math.round(used))} of ${formatCount(capacity)}`;
  if (factor === null) return `${figures}: nothing is taken of it`;
  return factor >= growth
    ? `${figures}: fits ${formatTimes(factor)} x`
    : `${figures}: fits ${formatTimes(factor)} x, ${formatTimes(growth)} x is wanted`;
}
