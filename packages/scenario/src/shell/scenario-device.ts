// A little over 300 lines: one class, what the shell asks a device, a short method for each question.
import { ChassisError, type ChassisState, resolveChassis } from '@midplane/chassis';
import {
  type Configuration,
  type ConfiguredModel,
  type DeviceView,
  matchesSessionFilter,
  type SessionFilter,
  type SessionView,
  type ShellDevice,
  type SimulationControl,
  toModel,
} from '@midplane/junos';
import { formatCount } from '@midplane/pipeline';
import { commitBetween } from '../junos/commits.ts';
import { chassisOptionsOf, type Scenario } from '../scenario.ts';
import { ClearedSessions } from './_cleared.ts';
import type { PlayOptions } from './_play-to-end.ts';
import { Playback } from './_playback.ts';
import { idleState, type RunState } from './_run-state.ts';
import { runningModel, scenarioToPlay } from './_scenario-to-play.ts';
import { viewOf } from './_view.ts';

/** How a device is opened. */
export interface ScenarioDeviceOptions extends PlayOptions {
  /** Junos configuration that is active from the start, in place of that of the scenario. */
  readonly configuration?: string;
  /** Reads a file for `load`. */
  readonly readText?: (path: string) => string | Promise<string>;
}

const FPC_WORDS = { offline: 'Offline', online: 'Online', restart: 'Restart' } as const;

/** When a device was booted and configured last. */
export interface DeviceTimes {
  readonly bootedNs: number;
  readonly configuredNs: number;
}

/** How a device was made: what a simulation starts from. */
interface Origin {
  readonly scenario: Scenario;
  readonly options: ScenarioDeviceOptions;
}

/**
 * A device at the end of a scenario: what a shell looks at, configures, clears and reboots.
 *
 * Time stands still at the last packet. A reboot, or a change of a card, takes the time that the chassis needs for it, which
 * passes at once; sessions that are lost stay lost, for no packet comes any more. `simulation` plays traffic anew, with the
 * configuration as it runs then: from empty tables, at a speed, as far as {@link advance} is told that time passes. What is
 * committed, cleared, rebooted or taken offline meanwhile acts on the packets that come after it.
 *
 * Fidelity: assumed. Boot times, CPU, and that sessions which are cleared count as
 * invalidated. Memory is not modelled and 0.
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
  /** What the playback has been told, by a commit or at its start. */
  private told: ConfiguredModel | null = null;
  /** Elapsed time when the playback began. */
  private startedNs = 0;
  private elapsedNs = 0;
  private chassisState: ChassisState;
  /** Time of the chassis' own clock at 0. */
  private offsetNs = 0;
  private time: number;
  private bootedNs: number;
  private configuredNs: number;
  private cleared = new ClearedSessions();
  private named: {
    readonly root: Configuration['active'];
    readonly name: string;
    readonly node: 0 | undefined;
  } | null = null;

  /** @internal Use {@link openScenarioDevice}. */
  constructor(
    origin: Origin,
    configuration: Configuration,
    state: RunState,
    chassisState: ChassisState,
    { bootedNs, configuredNs }: DeviceTimes,
  ) {
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
    this.bootedNs = bootedNs;
    this.configuredNs = configuredNs;
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
    const untilNs = Math.floor((elapsedNs - this.startedNs) * playback.speed);
    for (;;) {
      // a commit that nobody confirms is taken back in time
      const { confirmDueNs } = this.configuration;
      await playback.advance(Math.min(untilNs, confirmDueNs ?? untilNs));
      if (this.playback !== playback) return;
      this.time = playback.nowNs;
      if (playback.isDone || !this.configuration.advance(this.time)) break;
      this.committed();
    }
    if (playback.isDone) this.endPlayback(playback);
  }

  get hostName(): string {
    return this.identity.name;
  }

  /** Of a cluster the one node that is simulated. */
  get node(): 0 | undefined {
    return this.identity.node;
  }

  private get identity(): { readonly name: string; readonly node: 0 | undefined } {
    const { active, effective } = this.configuration;
    if (this.named?.root !== active) {
      const name = effective.find('system')?.find('host-name')?.values[0] ?? 'host';
      const node = effective.find('chassis')?.find('cluster') === undefined ? undefined : 0;
      this.named = { root: active, name, node };
    }
    return this.named;
  }

  view(): DeviceView {
    const { configuration, playback, chassisState, cleared, offsetNs, bootedNs, configuredNs, hostName, node } = this;
    const state = playback === null ? this.state : playback.state;
    const view = viewOf({
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
    return { ...view, node: node ?? null };
  }

  clearSessions(filter: SessionFilter): number {
    const { playback, cleared } = this;
    const sessionIds: string[] = [];
    let count = 0;
    for (const { spuId, sessions } of this.view().spus) {
      for (const session of sessions as Iterable<SessionView>) {
        if (!matchesSessionFilter(filter, session)) continue;
        if (playback !== null) sessionIds.push(session.sessionId);
        else if (cleared.add(spuId, session)) count++;
      }
    }
    return playback === null ? count : playback.perform({ clearSessions: { sessionIds } }).sessionsEnded;
  }

  committed(): void {
    const { playback, told, configuration, time, origin } = this;
    this.configuredNs = time;
    if (playback === null || told === null) return;
    const model = toModel(configuration);
    const commit = commitBetween(origin.scenario, told, model, 'commit');
    this.told = model;
    if (commit !== undefined) playback.perform({ commit });
  }

  reboot(): string {
    const { configuration, time, playback, chassisState } = this;
    const note = this.modeNote();
    this.bootedNs = time;
    if (playback !== null) {
      playback.perform({ chassis: { command: 'reboot' } });
      configuration.reboot();
      return `Shutdown NOW!\n${note}`;
    }
    this.configureMode();
    chassisState.command(this.chassisNow, { command: 'reboot' });
    configuration.reboot();
    this.rest(true);
    return `Shutdown NOW!\n${note}${this.passed(time)}`;
  }

  changeFpc(slot: number, change: 'offline' | 'online' | 'restart'): string {
    const { time, playback, chassisState } = this;
    const said = `${FPC_WORDS[change]} initiated, use "show chassis fpc" to verify\n`;
    if (playback !== null) {
      const { result } = playback.perform({ chassis: { command: change, slot } });
      const [, refusal] = /^refused: (.*)$/s.exec(result) ?? [];
      if (refusal !== undefined) throw new RangeError(refusal);
      return said;
    }
    const { epoch } = chassisState;
    chassisState.command(this.chassisNow, { command: change, slot });
    this.rest(chassisState.epoch !== epoch);
    return `${said}${this.passed(time)}`;
  }

  /** Tells the chassis the mode of the next boot; for one that its release refuses, none: release and cards decide. */
  private configureMode(): void {
    const { chassisState, configuration } = this;
    const { distributionMode } = configuration.afterReboot;
    if (distributionMode === configuration.running.distributionMode) return;
    try {
      chassisState.command(this.chassisNow, { command: 'configure', distributionMode });
    } catch (error) {
      if (!(error instanceof ChassisError)) throw error; // the note at the reboot says why
      chassisState.command(this.chassisNow, { command: 'configure', distributionMode: null });
    }
  }

  /** Warns where the mode that a reboot is to bring is none for these cards. */
  private modeNote(): string {
    const { configuration, chassisState, origin } = this;
    const { distributionMode } = configuration.afterReboot;
    if (distributionMode === null || distributionMode === configuration.running.distributionMode) return '';
    const cards: Record<number, string> = {};
    for (const { slot, card } of chassisState.slots) if (card !== null) cards[slot] = card;
    try {
      resolveChassis({ ...chassisOptionsOf({ ...origin.scenario.chassis, cards }), distributionMode });
      return '';
    } catch (error) {
      if (!(error instanceof ChassisError)) throw error;
      return `warning: ${error.rule}: the distribution mode is that of release and cards\n`;
    }
  }

  private async startSimulation(options: { readonly speed?: number; readonly capture?: string }): Promise<string> {
    const { origin, configuration } = this;
    const { speed = 1, capture } = options;
    const scenario = scenarioToPlay(origin.scenario, configuration, capture);
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
    this.told = runningModel(configuration);
    if (playback.isDone) this.endPlayback(playback);
    else this.committed(); // what waits for the reboot
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
    this.told = null;
    this.state = state;
    this.time = Math.max(nowNs, state.nowNs);
    this.rest(false); // a boot goes on without packets
    this.state = { ...state, chassis: this.chassisState.inForce ?? state.chassis };
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
