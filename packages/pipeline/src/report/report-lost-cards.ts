import type { ChassisState } from '@midplane/chassis';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import type { Report } from './report.ts';

/**
 * Says so where interfaces of a card that has failed, or was taken out, carry packets all the
 * same: links never go down here.
 */
export function lostCardWarnings(
  state: ChassisState | undefined,
  configuration: CompiledConfiguration | undefined,
): Report['warnings'] {
  // while nothing passes there is nothing to warn of
  if (!state?.inForce || state.trafficBlock || configuration === undefined) return [];
  const { names, slots } = configuration.interfaces;
  const inForce = new Set<number>(state.inForce.iocs.map(({ slot }) => slot));
  return [...new Set(slots)]
    .filter((slot) => !inForce.has(slot))
    .map((slot) => ({
      code: 'io-card-out-of-service',
      message: `The I/O card in slot ${slot} is out of service at the end, and the model takes no link down: packets of ${names.filter((_, index) => slots[index] === slot).join(', ')} pass all the same`,
    }));
}
