import { alarmsOf, slotState } from './_describe.ts';
import { follow } from './_follow.ts';
import { Machine } from './_machine.ts';
import { setupOf } from './_plan.ts';
import { type CardUnit, createCard } from './_units.ts';
import { ChassisError, quote } from './chassis-error.ts';
import { readOptions } from './resolve.ts';
import type { ChassisAssumption, ChassisOptions, ResolvedChassis } from './resolved-chassis.ts';
import type { ChassisAlarm, ChassisCommand, ChassisEvent, Outage, SlotState, TrafficBlock } from './state-types.ts';
import { assumedTimes, type ChassisTiming, resolveTiming } from './timing.ts';

/** What {@link ChassisState} starts from. */
export interface ChassisStateOptions extends ChassisOptions {
  /** Times that differ from `CHASSIS_TIMING`. */
  readonly timing?: Partial<ChassisTiming>;
  /** `running` (default): everything is up at time 0; `boot`: the power comes on at time 0. */
  readonly start?: 'running' | 'boot';
}

const NOTHING: readonly ChassisEvent[] = Object.freeze([]);

/**
 * A chassis in time: its cards and SPUs boot, fail, come and go, and it says whether traffic passes and over which SPUs.
 *
 * Nothing happens by itself: an event loop calls {@link advance} at {@link nextNs}, and {@link command} when something is
 * done to the chassis. What is in force between two changes is {@link inForce}; a rise of {@link epoch} means that all
 * sessions are lost.
 *
 * - An SPU in force that is lost (it or its card fails, or the card is pulled, taken offline or restarted): all cards of
 *   the data plane are reset, I/O cards too, and come up over the SPUs that are left.
 * - An SPC that is inserted or brought online carries nothing until the reboot; an alarm says so.
 * - An I/O card that is lost or comes does not disturb the others. Where its type would change the distribution mode, it
 *   waits for the reboot.
 * - With hash-based distribution traffic passes when all SPUs are up; in other modes from the first flow SPU on.
 * - The central point comes up first, and moves to the next SPU by its own rule when it is lost.
 * - A reboot tries everything again; what is broken for good is declared failed when its time is over.
 *
 * Fidelity: documented for the reset after a failure, the reboot after an insertion, and for IOC2 and IOC3
 * that all SPUs must be up. Times, alarm texts, the central point's move and I/O cards are assumed. A
 * failure is noticed at once (assumed).
 *
 * @example One SPU of eight fails
 * ```ts
 * import { ChassisState } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const chassis = new ChassisState({ cards: '1=SPC2,2=SPC2,7=IOC2' });
 * assert.equal(chassis.inForce?.spus.length, 8);
 *
 * chassis.command(5e9, { command: 'failSpu', spu: 'fpc2.pic3' });
 * assert.equal(chassis.trafficBlock?.reason, 'central-point-boots');
 *
 * while (chassis.nextNs < Infinity) chassis.advance(chassis.nextNs);
 * assert.equal(chassis.inForce?.spus.length, 7);
 * assert.equal(chassis.epoch, 1);
 * assert.deepEqual(chassis.outages, [{ fromNs: 5e9, untilNs: 192e9, cause: 'SPU fpc2.pic3 failed' }]);
 * assert.deepEqual(chassis.alarms.map((alarm) => alarm.text), ['FPC 2 PIC 3 SPU failed']);
 * ```
 */
export class ChassisState {
  /** Times of the steps of a boot, in seconds. */
  readonly timing: ChassisTiming;
  /** Times that were not set: unpublished figures on which every outage depends. */
  readonly assumptions: readonly ChassisAssumption[];
  /** What it was made with: another one made with that is what this one was at the start. */
  readonly options: ChassisStateOptions;
  private readonly machine: Machine;
  /** Next time at which something changes: asked for at every packet, so it is not searched then. */
  private dueNs: number = Number.POSITIVE_INFINITY;

  /**
   * @param options As those of `resolveChassis`, with times and the way to start.
   * @throws {ChassisError} As `resolveChassis`, or `out-of-range` for a time.
   */
  constructor(options: ChassisStateOptions = {}) {
    this.options = options;
    const { timing, start = 'running', ...chassis } = options;
    if (start !== 'running' && start !== 'boot') {
      throw new ChassisError('out-of-range', 'start chassis', "start must be 'running' or 'boot'", quote(start));
    }
    const setup = setupOf(chassis);
    const { model, placed } = readOptions(chassis);
    const slots = Array.from({ length: model.slots.value }, (): CardUnit | null => null);
    for (const { slot, card } of placed) slots[slot] = createCard(slot, card, 0);
    this.timing = resolveTiming(timing);
    this.assumptions = assumedTimes(timing);
    this.machine = new Machine(setup, slots, this.timing);
    if (start === 'running') this.machine.startRunning();
    else {
      this.machine.startBoot();
      this.machine.settle('Power on');
    }
    this.dueNs = this.machine.nextNs;
  }

  /** Time of the last call, in nanoseconds since the simulation's start. */
  get nowNs(): number {
    return this.machine.nowNs;
  }

  /** Next time at which something changes by itself; `Infinity` if nothing will. */
  get nextNs(): number {
    return this.dueNs;
  }

  /** Resets and reboots so far. All sessions, and all messages and packets on their way, of an older epoch are lost. */
  get epoch(): number {
    return this.machine.epoch;
  }

  /** Rises whenever {@link inForce} becomes another one, with or without a reset. */
  get version(): number {
    return this.machine.version;
  }

  /**
   * The chassis over which traffic passes: SPUs that are online, weights, central point, table length. `null` from a reset
   * until the tables are loaded. Where all I/O cards are gone it is there, without them, but nothing passes.
   */
  get inForce(): ResolvedChassis | null {
    return this.machine.inForce;
  }

  /** Why no traffic passes; `null` if it does. */
  get trafficBlock(): TrafficBlock | null {
    return this.machine.block;
  }

  /** Every slot of the model, ascending, with card and PICs. */
  get slots(): readonly SlotState[] {
    const { slots, plan } = this.machine;
    return slots.map((card, slot) => slotState(card, slot, plan));
  }

  /** Alarms that stand, by slot and PIC. */
  get alarms(): readonly ChassisAlarm[] {
    return this.machine.cards.flatMap(alarmsOf);
  }

  /** Everything that happened, in order. */
  get events(): readonly ChassisEvent[] {
    return this.machine.events;
  }

  /** Times without traffic, in order. */
  get outages(): readonly Outage[] {
    return this.machine.outages.map((outage) => ({ ...outage }));
  }

  /**
   * Lets time pass, and everything happen that is due. Where nothing is, it costs a comparison and allocates nothing.
   *
   * @param nowNs Nanoseconds since the simulation's start, an integer not below {@link nowNs}.
   * @returns What happened, in order.
   * @throws {ChassisError} `time-backwards`.
   */
  advance(nowNs: number): readonly ChassisEvent[] {
    const { machine } = this;
    if (!Number.isSafeInteger(nowNs) || nowNs < machine.nowNs) {
      const rule = `time must be an integer not below ${machine.nowNs}`;
      throw new ChassisError('time-backwards', 'advance chassis', rule, quote(nowNs));
    }
    if (nowNs < this.dueNs) {
      machine.nowNs = nowNs;
      return NOTHING;
    }
    const from = machine.events.length;
    for (; this.dueNs <= nowNs; this.dueNs = machine.nextNs) {
      machine.nowNs = this.dueNs;
      machine.settle(machine.step());
    }
    machine.nowNs = nowNs;
    return machine.events.slice(from);
  }

  /**
   * Lets time pass, then does something to the chassis.
   *
   * A command that is refused changes nothing, but time has passed; what happened meanwhile stands in {@link events}.
   *
   * @param nowNs As in {@link advance}.
   * @param command What is done.
   * @returns What happened, in order, also before the command.
   * @throws {ChassisError} `slot-out-of-range`, `slot-empty`, `slot-taken`, `unknown-spu`, `wrong-state`, `unknown-command`,
   * `time-backwards`; for a mode that the release can never do `unsupported-mode`; for a card to insert also what
   * `resolveChassis` says of it.
   */
  command(nowNs: number, command: ChassisCommand): readonly ChassisEvent[] {
    const from = this.machine.events.length;
    this.advance(nowNs);
    this.machine.settle(follow(this.machine, command));
    this.dueNs = this.machine.nextNs;
    return this.machine.events.slice(from);
  }
}
