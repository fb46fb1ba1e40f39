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
  isFull: boolean,
  elephant: { readonly flow: string; readonly share: number } | undefined,
): string {
  const of = binding.limit === 'central-point' ? '' : ` of SPU ${binding.spuId}`;
  const reason = `${LIMIT_WORDS[binding.limit]}${of} ${isFull ? full(binding) : fits(binding, growth)}`;
  if (elephant === undefined) return reason;
  return `${reason}; one session has ${formatPercent(100 * elephant.share)} of that work and cannot be divided: ${elephant.flow}`;
}

/** That it is full: how much more there would have to be is not in the figures. */
function full(binding: Binding): string {
  return `${figuresOf(binding)}: this traffic takes all of it and wants more`;
}

function figuresOf({ limit, used, capacity }: Binding): string {
  return limit === 'cpu'
    ? `${formatPercent(used)} of ${capacity} %`
    : `${formatCount(Math.round(used))} of ${formatCount(capacity)}`;
}

function fits(binding: Binding, growth: number): string {
  const { factor } = binding;
  const figures = figuresOf(binding);
  if (factor === null) return `${figures}: nothing is taken of it`;
  return factor >= growth
    ? `${figures}: fits ${formatTimes(factor)} x`
    : `${figures}: fits ${formatTimes(factor)} x, ${formatTimes(growth)} x is wanted`;
}
