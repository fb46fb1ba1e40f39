import type { Configuration } from '../configuration/configuration.ts';
import type { DeviceView } from '../device-view.ts';
import type { SessionFilter } from '../session-filter.ts';

/** Plays traffic while a shell is open. These commands are ours. */
export interface SimulationControl {
  /**
   * Begins to play.
   *
   * @param options How many times faster than real time, and a capture in place of the scenario's traffic.
   * @returns What is printed.
   */
  start(options: { readonly speed?: number; readonly capture?: string }): string | Promise<string>;
  /** How far it is, as text. */
  status(): string;
  /** Ends it, and says so. */
  stop(): string;
}

/** The device behind a shell. A composition gives it. */
export interface ShellDevice {
  /** Its configuration: edited, committed and rolled back by the shell. */
  readonly configuration: Configuration;
  /** Host name, for the prompt. */
  readonly hostName: string;
  /** Node of a cluster that the shell is on; left out without one. */
  readonly node?: 0 | 1 | undefined;
  /** Now, in nanoseconds since the simulation started. */
  readonly nowNs: number;
  /** What operational commands show: of one chassis, or of both nodes of a cluster. Asked for with every command. */
  view(): DeviceView | readonly DeviceView[];
  /**
   * Ends sessions.
   *
   * @param filter Which ones; an empty one passes all.
   * @returns How many it were.
   */
  clearSessions(filter: SessionFilter): number;
  /** Reboots the chassis; what waited for it takes effect. Returns what is printed. */
  reboot(): string;
  /**
   * Takes a card offline, brings it online or restarts it.
   *
   * @returns What is printed.
   * @throws {RangeError} If the slot holds no card, or the card is not in a state for it.
   */
  changeFpc(slot: number, change: 'offline' | 'online' | 'restart'): string;
  /** Told of every commit. */
  committed?(): void;
  /** Plays traffic; without it those commands are refused. */
  readonly simulation?: SimulationControl;
  /** Reads a file for `load`; without it only the terminal can be read from. */
  readText?(path: string): string | Promise<string>;
}
