import { releaseDefaults } from './behaviour.ts';
import { type ChassisModel, findModel } from './model.ts';
import type { CardsBySlot } from './parse-cards.ts';
import type { Release } from './release.ts';

/**
 * Returns the cards of a chassis for which none are named.
 *
 * SRX5800: services cards in slots 1 and 2, an I/O card in slot 7. SRX5600: 1, 2 and 5. SRX5400: 0, 1 and 2. The cards are
 * the SPC2 and the IOC2, or the SPC1 and the IOC1 where the release is too old for them.
 *
 * Fidelity: assumed. A middling chassis, so that a command needs no cards.
 *
 * @param model Model or its name.
 * @param release Release or its text.
 * @returns Short names of cards by slot.
 * @throws {ChassisError} `unknown-model` or `malformed-release`.
 * @example
 * ```ts
 * import { defaultCards } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(defaultCards('srx5800', '17.4R1'), { 1: 'SPC2', 2: 'SPC2', 7: 'IOC2' });
 * assert.deepEqual(defaultCards('srx5400', '12.1X46-D10'), { 0: 'SPC2', 1: 'SPC2', 2: 'IOC1' });
 * ```
 */
export function defaultCards(model: ChassisModel | string, release: Release | string): CardsBySlot {
  const { defaultSpc, defaultIoc } = releaseDefaults(release);
  const slots = (typeof model === 'string' ? findModel(model) : model).slots.value;
  if (slots <= 3) return { 0: defaultSpc, 1: defaultSpc, 2: defaultIoc };
  return { 1: defaultSpc, 2: defaultSpc, [Math.min(7, slots - 1)]: defaultIoc };
}
