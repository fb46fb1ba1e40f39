import { findCard, resolveChassis } from '@midplane/chassis';
import type { DeviceConfiguration } from '@midplane/pipeline';
import { chassisOptionsOf, type Scenario } from '../scenario.ts';

/**
 * Leaves out interfaces and np-caches in slots without an I/O card: to the device they are words that wait for a card.
 *
 * @returns What is left, the names of the interfaces that are left out, and the slots of the np-caches.
 */
export function leaveOutAbsent(
  configuration: DeviceConfiguration,
  scenario: Scenario,
): {
  readonly configuration: DeviceConfiguration;
  readonly absent: readonly string[];
  readonly absentCaches: readonly number[];
} {
  const slots = slotsOf(scenario);
  const absent = new Set<string>();
  const isThere = (name: string): boolean => {
    const isKnown = slots.has(Number(/-(\d+)\//.exec(name)?.[1]));
    if (!isKnown) absent.add(name);
    return isKnown;
  };
  const { zones, sides, interfaces, npCache = [] } = configuration;
  const caches = npCache.filter((slot) => slots.has(slot));
  const kept = {
    ...configuration,
    ...(zones && {
      zones: Object.fromEntries(Object.entries(zones).map(([zone, names]) => [zone, names.filter(isThere)])),
    }),
    ...(sides && { sides: Object.fromEntries(Object.entries(sides).filter(([, name]) => isThere(name))) }),
    ...(interfaces && {
      interfaces: Object.fromEntries(Object.entries(interfaces).filter(([name]) => isThere(name))),
    }),
    ...(npCache.length > 0 && { npCache: caches }),
  };
  const absentCaches = npCache.filter((slot) => !slots.has(slot));
  return { configuration: kept, absent: [...absent].sort(), absentCaches };
}

/** Slots that have an I/O card, or get one during the run. */
export function slotsOf({ chassis, events = [] }: Scenario): ReadonlySet<number> {
  // a mode that the cards do not allow is told elsewhere
  const { distributionMode: _, ...cards } = chassis ?? {};
  const slots = new Set(resolveChassis(chassisOptionsOf(cards)).iocs.map(({ slot }) => slot as number));
  for (const { insertCard } of events) {
    if (insertCard !== undefined && findCard(insertCard.card).kind === 'ioc') slots.add(insertCard.slot);
  }
  return slots;
}
