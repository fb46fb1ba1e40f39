import { formatSpuId } from '@midplane/spu-id';
import type { Machine } from './_machine.ts';
import { modeOf } from './_plan.ts';
import { cardIn, checkSlot, checkState, spuIn } from './_targets.ts';
import { type CardUnit, setState } from './_units.ts';
import { findCard } from './card.ts';
import { ChassisError, quote } from './chassis-error.ts';
import { type ChassisSetting, checkTableLength, readOptions, resolveLive } from './resolve.ts';
import type { ChassisOptions } from './resolved-chassis.ts';
import { CHASSIS_COMMANDS, type ChassisCommand } from './state-types.ts';

/** Does what a command says, or refuses it before anything has changed. Returns what would be the cause of an outage. */
export function follow(machine: Machine, command: ChassisCommand): string {
  switch (command.command) {
    case 'failSpu':
      return failSpu(machine, command.spu, command.permanent ?? false);
    case 'failCard':
      return failCard(machine, command.slot, command.permanent ?? false);
    case 'insertCard':
      return insertCard(machine, command.slot, command.card);
    case 'removeCard':
      return removeCard(machine, command.slot);
    case 'offline':
      return takeOffline(machine, command.slot);
    case 'online':
      return bringOnline(machine, command.slot);
    case 'restart':
      return restart(machine, command.slot);
    case 'reboot':
      machine.epoch++;
      machine.emit('reboot', 'Reboot of the chassis');
      machine.startBoot();
      return 'Reboot';
    case 'configure':
      machine.configure(command.distributionMode);
      return '';
    default: {
      const rule = `command must be one of ${CHASSIS_COMMANDS.join(', ')}`;
      const got = quote((command as { command?: unknown }).command);
      throw new ChassisError('unknown-command', 'command chassis', rule, got);
    }
  }
}

function failSpu(machine: Machine, name: number | string, permanent: boolean): string {
  const { card, spu } = spuIn(machine.slots, name, 'fail SPU');
  checkState(spu, ['online', 'booting'], 'fail SPU');
  const cause = `SPU ${formatSpuId(spu.spuId)} failed`;
  setState(spu, 'failed', machine.nowNs);
  spu.dead ||= permanent;
  machine.emit('spu-failed', cause, card.slot, spu.spuId);
  machine.lose(cause);
  return cause;
}

function failCard(machine: Machine, slot: number, permanent: boolean): string {
  const card = cardIn(machine.slots, slot, 'fail card');
  checkState(card, ['online', 'booting'], 'fail card');
  card.dead ||= permanent;
  machine.fail(card);
  machine.lose(`FPC ${slot} failed`);
  return `FPC ${slot} failed`;
}

function insertCard(machine: Machine, slot: number, name: string): string {
  const { slots, setup } = machine;
  checkSlot(slots, slot, 'insert card');
  const standing = slots[slot];
  if (standing !== null) {
    const rule = `slot ${slot} must be empty, and it holds ${standing.card.type}`;
    throw new ChassisError('slot-taken', 'insert card', rule, quote(name));
  }
  const card = findCard(name, `slot ${slot}`);
  const standingCards = machine.cards.map((entry) => [entry.slot, entry.card.type] as const);
  const options = { ...setup.options, cards: Object.fromEntries([...standingCards, [slot, card.type]]) };
  const setting = readOptions(options);
  const types = standingCards.map(([, type]) => type);
  const { error } = modeOf(setup, [...types, card.type]);
  if (error !== null && modeOf(setup, types).error === null) throw error;
  if (card.kind === 'spc') checkRows(options, setting, setup.namedCentralPoint);
  machine.insert(slot, card);
  return `FPC ${slot} inserted`;
}

/** Checks that the distribution table has a row for each SPU, once all of these cards are up. */
function checkRows(given: ChassisOptions, setting: ChassisSetting, named: number | null): void {
  const { centralPoint: _point, distributionMode: _mode, ...options } = given;
  const isThere =
    named !== null &&
    setting.placed.some(
      ({ slot, card }) => slot === Math.floor(named / 4) && card.kind === 'spc' && named % 4 < card.pics.value,
    );
  const chassis = resolveLive({ ...options, ...(isThere && { centralPoint: named }) }, setting, new Set());
  checkTableLength(chassis, 'insert card');
}

function removeCard(machine: Machine, slot: number): string {
  const card = cardIn(machine.slots, slot, 'remove card');
  machine.slots[slot] = null;
  machine.emit('card-removed', `FPC ${slot} removed: ${card.card.type}`, slot);
  machine.lose(`FPC ${slot} removed`);
  return `FPC ${slot} removed`;
}

function takeOffline(machine: Machine, slot: number): string {
  const card = cardIn(machine.slots, slot, 'take card offline');
  checkState(card, ['online', 'booting'], 'take card offline');
  for (const unit of [card, ...card.spus]) setState(unit, 'offline', machine.nowNs);
  machine.emit('card-offline', `FPC ${slot} offline by command`, slot);
  machine.lose(`FPC ${slot} offline by command`);
  return `FPC ${slot} offline by command`;
}

function bringOnline(machine: Machine, slot: number): string {
  const card = cardIn(machine.slots, slot, 'bring card online');
  checkState(card, ['offline'], 'bring card online');
  bringUp(machine, card);
  return `FPC ${slot} online by command`;
}

/** A card that takes part restarts with a reset if it has SPUs; any other boots by itself. */
function restart(machine: Machine, slot: number): string {
  const card = cardIn(machine.slots, slot, 'restart card');
  checkState(card, ['online', 'booting', 'failed'], 'restart card');
  const cause = `FPC ${slot} restarted by command`;
  const joins = card.card.kind === 'spc' && card.state !== 'failed' && !card.waits;
  if (!joins || machine.routingEngineBoots) {
    bringUp(machine, card);
    return cause;
  }
  for (const unit of [card, ...card.spus]) setState(unit, 'booting', machine.nowNs);
  machine.reset(cause);
  return cause;
}

/** Boots a card that was not up. An SPC waits for the reboot, as if it were inserted. */
function bringUp(machine: Machine, card: CardUnit): void {
  card.waits ||= card.card.kind === 'spc' && !machine.routingEngineBoots;
  for (const spu of card.spus) setState(spu, 'offline', machine.nowNs);
  machine.start(card);
}
