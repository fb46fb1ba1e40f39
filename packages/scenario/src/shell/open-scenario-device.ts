import { Configuration } from '@midplane/junos';
import type { EventResult } from '@midplane/pipeline';
import { ORDERING_STATEMENT } from '../junos/apply-configuration.ts';
import { linesOfEvent } from '../junos/commits.ts';
import { configuredScenario } from '../junos/configured-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { playToEnd } from './_play-to-end.ts';
import { type DeviceTimes, ScenarioDevice, type ScenarioDeviceOptions } from './scenario-device.ts';

/**
 * Runs a scenario and opens the device at its end, for a shell. Without traffic it is an idle device.
 *
 * @param scenario From `loadScenario` or `checkScenario`, or written down; `traffic` may be empty here.
 * @param options Where captures come from, and a Junos configuration.
 * @returns The device.
 * @throws {ChassisError} If the chassis cannot exist.
 * @throws {RangeError} If something of the scenario is not accepted.
 * @throws {CaptureError} If a capture is corrupt before any packet was read; later ones end the input.
 * @example
 * ```ts
 * import { openScenarioDevice } from '@midplane/scenario';
 * import { show } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const device = await openScenarioDevice(
 *   { schema: 'midplane-scenario/1', traffic: [] },
 *   { configuration: 'set system host-name edge' },
 * );
 * assert.match(show(device.view(), 'show version'), /^Hostname: edge\n/);
 * ```
 */
export async function openScenarioDevice(
  scenario: Scenario,
  options: ScenarioDeviceOptions = {},
): Promise<ScenarioDevice> {
  const { configuration: junos } = options;
  const told = junos === undefined ? scenario : { ...scenario, configuration: { ...scenario.configuration, junos } };
  const { root } = configuredScenario(told);
  const { state, chassisState, events } = await playToEnd(told, options);
  const configuration = new Configuration({ active: root });
  const times = follow(configuration, told, events);
  return new ScenarioDevice({ scenario: told, options }, configuration, state, chassisState, times);
}

/** Does to a configuration what the events of a run have done; returns when it was booted and configured last. */
function follow(configuration: Configuration, scenario: Scenario, results: readonly EventResult[]): DeviceTimes {
  let [bootedNs, configuredNs] = [0, 0];
  const done = (scenario.events ?? [])
    .map((event, index) => ({ event, result: results[index] }))
    .filter(({ result }) => result !== undefined && !/^(refused|not reached)/.test(result.result))
    .sort((a, b) => a.result.atNs! - b.result.atNs!);
  for (const { event, result } of done) {
    if (event.reboot !== undefined) {
      configuration.reboot();
      bootedNs = result.atNs!;
    }
    const { setOrdering } = event;
    const lines = setOrdering === undefined ? linesOfEvent(event) : `set ${ORDERING_STATEMENT} ${setOrdering}`;
    if (lines === undefined) continue;
    configuration.load('set', lines);
    configuration.commit({ nowNs: result.atNs! });
    configuredNs = result.atNs!;
  }
  return { bootedNs, configuredNs };
}
