import { formatFlow } from '@midplane/flow';
import { DROP_REASONS } from '../drop-reasons.ts';
import { OUTCOME_DROPPED } from '../path-batch.ts';
import { Admission } from '../spu/admission.ts';
import type { ExplainRuleId } from './rules.ts';
import type { Sighting } from './sighting.ts';
import type { TellContext, Told } from './tell.ts';

/** Reasons for which the first path refuses a packet. */
const REFUSALS: ReadonlySet<string> = new Set(['policy-deny', 'policy-reject', 'nat-pool-exhausted', 'wing-conflict']);

/**
 * What the configuration said about a first packet: destination NAT, policy, source NAT;
 * undefined where it was not asked.
 */
export function tellPolicy(seen: Sighting, { configuration }: TellContext): Told | undefined {
  const { after, about, outcome } = seen;
  const reason = outcome >= OUTCOME_DROPPED ? (DROP_REASONS[outcome - OUTCOME_DROPPED] ?? '') : '';
  const isFirst = after !== undefined && after.firstPacket === seen.packet;
  if (configuration === undefined || about === undefined || (!isFirst && !REFUSALS.has(reason))) return undefined;
  const { interfaces, policies } = configuration;
  const admission = new Admission(configuration);
  admission.admit(about, 0, seen.ingress);
  const rules: ExplainRuleId[] = [];
  const texts: string[] = [];
  const { forward, fromZone, toZone, policy } = admission;
  if (forward.some((word, i) => word !== about[i])) {
    texts.push(`destination NAT: on as ${formatFlow(forward)}`);
    rules.push('R-nat-4');
  }
  const zone = (index: number): string => (index < 0 ? 'no zone' : `zone ${interfaces.zoneNames[index]}`);
  const verb = { permit: 'permits', deny: 'denies', reject: 'rejects' }[policies.actionOf(policy)];
  const zones = interfaces.zoneNames.length > 0 ? ` from ${zone(fromZone)} to ${zone(toZone)}` : '';
  texts.push(`policy ${policies.names[policy]}, number ${policies.numbers[policy]}, ${verb} it${zones}`);
  rules.push(policy === policies.defaultPolicy ? 'R-pol-5' : 'R-pol-1', 'R-pol-2');
  if (reason === 'nat-pool-exhausted') texts.push('source NAT: the pool has nothing left');
  else if (after?.out !== undefined) {
    texts.push(`source NAT: ${after.nat ?? 'none'}, ${formatFlow(after.out)} is the wing of its reply`);
    rules.push('R-nat-1', 'R-nat-3');
  }
  return [texts.join('; '), ...rules];
}

/** The interface that a packet came in by, where the configuration says it. */
export function ingressName(seen: Sighting, { configuration }: TellContext): string | undefined {
  return configuration?.interfaces.names[seen.ingress];
}
