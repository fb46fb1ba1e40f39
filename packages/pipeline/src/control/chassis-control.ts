import {
  type ChassisCommand,
  ChassisError,
  type ChassisState,
  type ResolvedChassis,
  type TrafficBlockReason,
} from '@midplane/chassis';

/** What a change of the chassis does to the data plane. */
export interface ChassisHooks {
  /** All sessions are lost, and everything that is on its way. */
  readonly lose: (nowNs: number) => void;
  /** Other tables are in force. */
  readonly install: (chassis: ResolvedChassis) => void;
  /** Traffic stops for a reason, or passes (`undefined`). */
  readonly block: (reason: TrafficBlockReason | undefined) => void;
  /** Wants to be asked at a time. */
  readonly schedule: (atNs: number) => void;
}

/** Follows a chassis in time: its resets, its tables, whether traffic passes. */
export class ChassisControl {
  /** The chassis. */
  readonly state: ChassisState;
  private readonly hooks: ChassisHooks;
  private epoch: number;
  private version: number;
  private plannedNs = Number.POSITIVE_INFINITY;

  constructor(state: ChassisState, hooks: ChassisHooks) {
    this.state = state;
    this.hooks = hooks;
    this.epoch = state.epoch;
    this.version = state.version;
    this.apply(state.nowNs);
  }

  /** Lets time pass. */
  advance(nowNs: number): void {
    this.state.advance(nowNs);
    this.apply(nowNs);
  }

  /** Does something to the chassis; returns what came of it. */
  command(nowNs: number, command: ChassisCommand): string {
    try {
      const events = this.state.command(nowNs, command);
      return events.map(({ text }) => text).join('; ');
    } catch (error) {
      if (error instanceof ChassisError) return `refused: ${error.message}`;
      throw error;
    } finally {
      this.apply(nowNs);
    }
  }

  private apply(nowNs: number): void {
    const { state, hooks } = this;
    if (state.epoch !== this.epoch) {
      this.epoch = state.epoch;
      hooks.lose(nowNs);
    }
    if (state.version !== this.version) {
      this.version = state.version;
      if (state.inForce !== null) hooks.install(state.inForce);
    }
    hooks.block(state.trafficBlock?.reason);
    if (state.nextNs !== this.plannedNs && Number.isFinite(state.nextNs)) {
      this.plannedNs = state.nextNs;
      hooks.schedule(state.nextNs);
    }
  }
}
