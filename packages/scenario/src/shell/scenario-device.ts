import { CaptureError } from '@midplane/capture';
import { ChassisError, ChassisState, type ResolvedChassis, resolveChassis } from '@midplane/chassis';
import {
  Configuration,
  type DeviceView,
  matchesSessionFilter,
  type OrderingMode,
  type SessionFilter,
  type ShellDevice,
  type SimulationControl,
  toModel,
} from '@midplane/junos';
import { createPipeline, formatCount } from '@midplane/pipeline';
import { pipelineOptionsOf, readScenarioTraffic, type ScenarioTrafficOptions } from '../run-scenario.ts';
import { chassisOptionsOf, chassisStateOptionsOf, type Scenario } from '../scenario.ts';
import { ClearedSessions } from './_cleared.ts';
import { Playback } from './_playback.ts';
import { finishedState, idleState, type RunState } from './_run-state.ts';
import { viewOf } from './_view.ts';
import { applyConfiguration } from './apply-configuration.ts';

/** How a device is opened. */
export interface ScenarioDeviceOptions extends ScenarioTrafficOptions {
  /** Junos configuration that is active from the start, in place of the scenario's own. */
  readonly configuration?: string;
  /** Told the packets so far, after every batch; a promise is waited for. */
  readonly onProgress?: (packets: number) => void | Promise<void>;
  /** Reads a file for `load`. */
  readonly readText?: (path: string) => string | Promise<string>;
}

const FPC_WORDS = { offline: 'Offline', online: 'Online', restart: 'Restart' } as const;

/** How a device was made: what a simulation starts from. */
interface Origin {
  readonly scenario: Scenario;
  /** Whether the scenario's configuration is in Junos' words. */
  readonly isConfigured: boolean;
  readonly options: ScenarioDeviceOptions;
}

/**
 * A device at the end of a scenario: what a shell looks at, configures, clears and reboots.
 *
 * Time stands still at the last packet. A reboot, or a change of a card, takes the time that the chassis needs for it, which
 * passes at once; sessions that are lost stay lost, for no packet comes any more. `simulation` plays traffic anew, with the
 * configuration as it is committed then: from empty tables, at a speed, as far as {@link advance} is told that time passes.
 *
 * Fidelity: assumed. Boot times, CPU, and that sessions which are cleared count as invalidated. Memory is not modelled and 0.
 *
 * @example
 * ```ts
 * import { CommandSession } from '@midplane/junos';
 * import { openScenarioDevice } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const traffic = [{ shape: 'small', packets: 2000 }] as const;
 * const device = await openScenarioDevice({ schema: 'midplane-scenario/1', traffic });
 * const commands = new CommandSession(device);
 * const { output } = await commands.run('show security flow session summary | match "  Valid"');
 * assert.match([...output].join(''), /^( {2}Valid sessions: \d+\n){7}$/);
 * await commands.run('clear security flow session all');
 * assert.ok([...(await commands.run('show sec fl session | match ", Valid"')).output].length === 0);
 * ```
 */
export class ScenarioDevice implements ShellDevice {
  readonly configuration: Configuration;
  readonly readText?: (path: string) => string | Promise<string>;
  readonly simulation: SimulationControl;
  private readonly origin: Origin;
  private state: RunState;
  private playback: Playback | null = null;
  /** Elapsed time when the playback began. */
  private startedNs = 0;
  private elapsedNs = 0;
  private chassisState: ChassisState;
  /** Time of the chassis' own clock at 0. */
  private offsetNs = 0;
  private time: number;
  private bootedNs = 0;
  private configuredNs = 0;
  private cleared = new ClearedSessions();
  private named: { readonly root: Configuration['active']; readonly name: string } | null = null;

  /** @internal Use {@link openScenarioDevice}. */
  constructor(origin: Origin, configuration: Configuration, state: RunState, chassisState: ChassisState) {
    const { readText } = origin.options;
    this.origin = origin;
    this.configuration = configuration;
    this.simulation = {
      start: (options) => this.startSimulation(options),
      status: () => this.simulationStatus(),
      stop: () => this.stopSimulation(),
    };
    this.state = state;
    this.chassisState = chassisState;
    this.time = state.nowNs;
    if (readText !== undefined) this.readText = readText;
  }

  get nowNs(): number {
    return this.time;
  }

  /**
   * Lets time pass for a simulation that is played.
   *
   * @param elapsedNs Time of the host since any fixed moment, in nanoseconds.
   */
  async advance(elapsedNs: number): Promise<void> {
    const { playback } = this;
    this.elapsedNs = elapsedNs;
    if (playback === null) return;
    await playback.advance(Math.floor((elapsedNs - this.startedNs) * playback.speed));
    if (this.playback !== playback) return;
    this.time = playback.nowNs;
    if (playback.isDone) this.endPlayback(playback);
  }

  get hostName(): string {
    const { active, effective } = this.configuration;
    if (this.named?.root !== active) {
      this.named = { root: active, name: effective.find('system')?.find('host-name')?.values[0] ?? 'host' };
    }
    return this.named.name;
  }

  view(): DeviceView {
    const { configuration, playback, chassisState, cleared, offsetNs, bootedNs, configuredNs, hostName } = this;
    const state = playback === null ? this.state : playback.state;
    return viewOf({
      hostName,
      configuration,
      state,
      chassisState,
      cleared,
      chassisOffsetNs: offsetNs,
      nowNs: this.time,
      bootedNs,
      configuredNs,
    });
  }

  clearSessions(filter: SessionFilter): number {
    this.checkStopped('clear sessions');
    let count = 0;
    for (const { spuId, sessions } of this.view().spus) {
      for (const session of sessions as Iterable<Parameters<ClearedSessions['add']>[1]>) {
        if (matchesSessionFilter(filter, session) && this.cleared.add(spuId, session)) count++;
      }
    }
    return count;
  }

  committed(): void {
    this.configuredNs = this.time;
  }

  reboot(): string {
    this.checkStopped('reboot');
    const { configuration, time } = this;
    const before = configuration.running.distributionMode;
    const after = configuration.afterReboot.distributionMode;
    let note = '';
    if (before === after) this.chassisState.command(this.chassisNow, { command: 'reboot' });
    else {
      try {
        const cards: Record<number, string> = {};
        for (const { slot, card } of this.chassisState.slots) if (card !== null) cards[slot] = card;
        const mode = after ?? this.origin.scenario.chassis?.distributionMode;
        this.chassisState = new ChassisState({
          ...chassisStateOptionsOf(this.origin.scenario.chassis),
          cards,
          ...(mode !== undefined && { distributionMode: mode }),
          start: 'boot',
        });
        this.offsetNs = time;
      } catch (error) {
        if (!(error instanceof ChassisError)) throw error;
        note = `warning: ${error.rule}: the distribution mode stays as it was\n`;
        this.chassisState.command(this.chassisNow, { command: 'reboot' });
      }
    }
    configuration.reboot();
    this.bootedNs = time;
    this.rest(true);
    return `Shutdown NOW!\n${note}${this.passed(time)}`;
  }

  changeFpc(slot: number, change: 'offline' | 'online' | 'restart'): string {
    this.checkStopped('change card');
    const { time } = this;
    const { epoch } = this.chassisState;
    this.chassisState.command(this.chassisNow, { command: change, slot });
    this.rest(this.chassisState.epoch !== epoch);
    return `${FPC_WORDS[change]} initiated, use "show chassis fpc" to verify\n${this.passed(time)}`;
  }

  private async startSimulation(options: { readonly speed?: number; readonly capture?: string }): Promise<string> {
    const { origin, configuration } = this;
    const { speed = 1, capture } = options;
    const { running } = configuration;
    const isChanged = configuration.history.length > 1;
    const model = toModel(configuration);
    const configured =
      origin.isConfigured || isChanged
        ? applyConfiguration(origin.scenario, {
            ...model,
            distributionMode: running.distributionMode,
            orderingMode: running.orderingMode,
            device: {
              ...model.device,
              forwarding: { inet6: running.inet6 === 'flow-based' ? 'flow-based' : 'drop' },
            },
          })
        : origin.scenario;
    const scenario: Scenario = capture === undefined ? configured : { ...configured, traffic: [{ capture }] };
    if (scenario.traffic.length === 0) {
      throw new RangeError('Cannot start simulation: a capture must be given, or a scenario with traffic: got neither');
    }
    const playback = new Playback(scenario, speed, origin.options);
    // what cannot be opened is told at once
    await playback.advance(0);
    this.playback?.stop();
    this.playback = playback;
    this.chassisState = playback.chassisState;
    this.cleared = new ClearedSessions();
    this.startedNs = this.elapsedNs;
    this.offsetNs = 0;
    this.time = playback.nowNs;
    this.bootedNs = 0;
    this.configuredNs = 0;
    if (playback.isDone) this.endPlayback(playback);
    return `simulation started at speed ${formatCount(speed)}\n`;
  }

  private simulationStatus(): string {
    const { playback, time } = this;
    const now = `  Simulated time: ${formatCount(Math.floor(time / 1e9))} s\n`;
    if (playback === null) return `Simulation: stopped\n${now}`;
    const { speed, packets } = playback;
    return `Simulation: running\n  Speed: ${formatCount(speed)}\n${now}  Packets: ${formatCount(packets)}\n`;
  }

  private stopSimulation(): string {
    const { playback } = this;
    if (playback === null) throw new RangeError('Cannot stop simulation: one must be running: got none');
    playback.stop();
    this.endPlayback(playback);
    return 'simulation stopped\n';
  }

  /** The device stands where the playback has ended. */
  private endPlayback({ state, nowNs }: Playback): void {
    this.playback = null;
    this.state = state;
    this.time = Math.max(nowNs, state.nowNs);
  }

  /** What changes sessions cannot be done to packets that are being played. */
  private checkStopped(what: string): void {
    if (this.playback === null) return;
    const rule = 'the simulation must be stopped with "request simulation stop"';
    throw new RangeError(`Cannot ${what}: ${rule}: got a running one`);
  }

  private get chassisNow(): number {
    return this.time - this.offsetNs;
  }

  /** Lets everything happen that the chassis is about to do. */
  private rest(areSessionsLost: boolean): void {
    const { chassisState } = this;
    while (chassisState.nextNs < Number.POSITIVE_INFINITY) chassisState.advance(chassisState.nextNs);
    this.time = Math.max(this.time, chassisState.nowNs + this.offsetNs);
    if (!areSessionsLost) return;
    this.state = idleState(chassisState.inForce ?? this.state.chassis, this.time);
    this.cleared = new ClearedSessions();
  }

  private passed(sinceNs: number): string {
    const seconds = Math.round((this.time - sinceNs) / 1e9);
    return seconds === 0 ? '' : `(midplane: ${seconds} s of simulated time have passed; boot times are assumed)\n`;
  }
}

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
  const isConfigured = options.configuration !== undefined;
  const given = isConfigured ? new Configuration({ active: options.configuration }) : null;
  const configured = given === null ? scenario : applyConfiguration(scenario, toModel(given));
  const chassis = resolveChassis(chassisOptionsOf(configured.chassis));
  const { state, chassisState, ordering } = await play(configured, chassis, options);
  const configuration = given ?? new Configuration({ active: textOf(scenario, ordering.running) });
  if (ordering.configured !== configuration.afterReboot.orderingMode) {
    // an event of the run has changed it
    configuration.set(`${ORDERING_MODE} ${ordering.configured}`);
    configuration.commit({ nowNs: state.nowNs });
  }
  const origin = { scenario: configured, isConfigured, options };
  return new ScenarioDevice(origin, configuration, state, chassisState);
}

const ORDERING_MODE = 'security forwarding-process application-services packet-ordering-mode';

/** The end of a run. */
interface Played {
  readonly state: RunState;
  readonly chassisState: ChassisState;
  /** What runs, and what was configured by then. */
  readonly ordering: { readonly running: OrderingMode; readonly configured: OrderingMode };
}

async function play(scenario: Scenario, chassis: ResolvedChassis, options: ScenarioDeviceOptions): Promise<Played> {
  const made = pipelineOptionsOf(scenario);
  const chassisState = made.chassisState ?? new ChassisState(chassisStateOptionsOf(scenario.chassis));
  if (scenario.traffic.length === 0) {
    const running = wordOf(scenario.ordering?.mode);
    return { state: idleState(chassis, 0), chassisState, ordering: { running, configured: running } };
  }
  const pipeline = createPipeline(made);
  let inputError: string | undefined;
  try {
    for await (const batch of readScenarioTraffic(scenario, options)) {
      pipeline.offer(batch);
      const pause = options.onProgress?.(pipeline.offered);
      if (pause !== undefined) await pause;
    }
  } catch (error) {
    if (!(error instanceof CaptureError) || pipeline.offered === 0) throw error;
    inputError = error.message;
  }
  const report = pipeline.finish(inputError);
  chassisState.advance(Math.max(chassisState.nowNs, report.input.durationNs));
  const { ordering, orderingConfigured } = report.chassis;
  return {
    state: finishedState(chassisState.inForce ?? chassis, report, pipeline),
    chassisState,
    ordering: { running: wordOf(ordering), configured: wordOf(orderingConfigured) },
  };
}

/** The configuration of a scenario that has none in Junos' words: what of it decides what commands show. */
function textOf({ configuration, traffic }: Scenario, ordering: OrderingMode): string {
  const lines = (configuration?.npCache ?? []).map((slot) => `set chassis fpc ${slot} np-cache`);
  const isIpv6 = configuration?.forwarding?.inet6 ?? (traffic.length > 0 ? 'flow-based' : 'drop');
  if (isIpv6 === 'flow-based') lines.push('set security forwarding-options family inet6 mode flow-based');
  if (ordering === 'software') lines.push(`set ${ORDERING_MODE} software`);
  return lines.join('\n');
}

/** A mode that no device has, as that of a run without ordering, shows as the default. */
function wordOf(mode: string | undefined): OrderingMode {
  return mode === 'software' ? 'software' : 'hardware';
}
