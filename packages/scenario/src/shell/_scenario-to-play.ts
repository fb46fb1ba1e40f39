import { type Configuration, type ConfiguredModel, formatConfiguration, toModel } from '@midplane/junos';
import { applyConfiguration } from '../junos/apply-configuration.ts';
import { supported } from '../junos/configured-scenario.ts';
import type { Scenario } from '../scenario.ts';

/** What the device goes by now: what is committed, but for what waits for a reboot. */
export function runningModel(configuration: Configuration): ConfiguredModel {
  const { running } = configuration;
  const model = toModel(configuration);
  return {
    ...model,
    orderingMode: running.orderingMode,
    distributionMode: running.distributionMode,
    device: { ...model.device, forwarding: { inet6: running.inet6 === 'flow-based' ? 'flow-based' : 'drop' } },
  };
}

/** The scenario with what the device goes by now: its configuration as Junos text, and what runs until the reboot. */
export function scenarioToPlay(scenario: Scenario, configuration: Configuration, capture?: string): Scenario {
  const model = supported(scenario, runningModel(configuration));
  const { forwarding } = model.device;
  // what the text says is taken from the text
  const applied = applyConfiguration(scenario, { ...model, device: { forwarding } });
  const { npCache, ...own } = applied.configuration!;
  return {
    ...applied,
    configuration: { ...own, junos: formatConfiguration(configuration.active), forwarding },
    ...(capture !== undefined && { traffic: [{ capture }] }),
  };
}
