import type { IocCard, SpcCard } from './card.ts';
import type { ChassisAssumption, ChassisOptions, ResolvedChassis } from './resolved-chassis.ts';

/** The unpublished figures of the cards that are in the chassis and not overridden. */
export function cardAssumptions(
  chassis: Omit<ResolvedChassis, 'assumptions'>,
  spcs: readonly { card: SpcCard }[],
  iocs: readonly { card: IocCard }[],
  options: ChassisOptions,
): ChassisAssumption[] {
  const found = new Map<string, ChassisAssumption>();
  const add = (parameter: string, figure: { value: number | null; mark: string; source: string }): void => {
    if (figure.mark === 'A' && figure.value !== null) {
      found.set(parameter, { parameter, value: figure.value, why: figure.source });
    }
  };
  for (const { card } of spcs) {
    if (options.sessionsPerSpu?.[card.type] === undefined) add(`sessionsPerSpu.${card.type}`, card.sessionsPerSpu);
    const isGiven = card.type !== 'SPC3' && options.centralPointSessions?.[card.type] !== undefined;
    if (card.type === chassis.centralPoint.card && chassis.regime !== 'distributed' && !isGiven) {
      add(`centralPointSessions.${card.type}`, card.centralPointSessions);
    }
  }
  for (const { card } of iocs) {
    add(`npus.${card.type}`, card.npus);
    if (options.npuTableWings === undefined) add('npuTableWings', card.npuTableWings);
  }
  return [...found.values()];
}
