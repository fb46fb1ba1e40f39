import { type SpuId, spuIdOf, toSpuId } from '@midplane/spu-id';
import { ChassisError, quote } from './chassis-error.ts';
import { findModel, type ModelName } from './model.ts';
import { resolveChassis } from './resolve.ts';
import type { ChassisOptions, ResolvedChassis } from './resolved-chassis.ts';

/** Number of a chassis in a cluster of two. */
export type NodeNumber = 0 | 1;

/** Two chassis that stand for each other. */
export interface ResolvedCluster {
  /** Model of both. */
  readonly model: ModelName;
  /** Node 0 and node 1, each numbered as a chassis by itself, as the output of that node shows it. */
  readonly nodes: readonly [ResolvedChassis, ResolvedChassis];
  /** What is added to a slot of node 1 in the numbers of the cluster: the FPC slots of the model. */
  readonly fpcOffset: number;
  /** What is added to an SPU ID of node 1 in the numbers of the cluster. */
  readonly spuIdOffset: number;
}

/**
 * Resolves two chassis of a cluster: same model, same cards in the same slots.
 *
 * What happens to one of them is the matter of a `ChassisState` per node. Sessions do not fail over: that is not modelled.
 *
 * Fidelity: documented. The placement rule and the slot numbers of node 1, Junos chassis cluster guide. SPU IDs in the
 * numbers of the cluster are inferred from these.
 *
 * @param node0 Options as for `resolveChassis`.
 * @param node1 The same for the other chassis; by default both are alike.
 * @returns Both chassis, and the offsets of node 1.
 * @throws {ChassisError} `unlike-nodes`, or what `resolveChassis` throws.
 * @example
 * ```ts
 * import { resolveCluster } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const cluster = resolveCluster({ model: 'srx5600', cards: '1=SPC2,5=IOC2' });
 * assert.deepEqual([cluster.fpcOffset, cluster.spuIdOffset], [6, 24]);
 * assert.throws(
 *   () => resolveCluster({ cards: '1=SPC2,7=IOC2' }, { cards: '2=SPC2,7=IOC2' }),
 *   /both chassis must have the same cards in the same slots: got slot 1 with SPC2 and empty, slot 2 with empty and SPC2/,
 * );
 * ```
 */
export function resolveCluster(node0: ChassisOptions = {}, node1: ChassisOptions = node0): ResolvedCluster {
  const nodes = [resolveChassis(node0), resolveChassis(node1)] as const;
  const [one, other] = nodes;
  if (one.model !== other.model) {
    const rule = 'both chassis must be of the same model';
    throw new ChassisError('unlike-nodes', 'resolve cluster', rule, `${one.model} and ${other.model}`);
  }
  const different = one.slots.flatMap(({ slot, card }) => {
    const beside = other.slots[slot].card;
    return card === beside ? [] : [`slot ${slot} with ${card ?? 'empty'} and ${beside ?? 'empty'}`];
  });
  if (different.length > 0) {
    const rule = 'both chassis must have the same cards in the same slots';
    throw new ChassisError('unlike-nodes', 'resolve cluster', rule, different.join(', '));
  }
  const fpcOffset = one.slots.length;
  return { model: one.model, nodes, fpcOffset, spuIdOffset: spuIdOf(fpcOffset, 0) };
}

/**
 * Returns the number of a slot in a cluster, as interface names have it: `xe-15/0/0` is in slot 3 of node 1 of two SRX5800.
 *
 * Fidelity: documented. Node x FPC slots + slot, Junos chassis cluster guide.
 *
 * @param model Model of both chassis, or its name.
 * @param node 0 or 1.
 * @param slot Slot in that chassis.
 * @returns FPC number in the cluster, 0 to 23.
 * @throws {ChassisError} `unknown-model`, `slot-out-of-range`, or `out-of-range` for another node.
 * @example
 * ```ts
 * import { clusterFpcOf } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(clusterFpcOf('srx5800', 1, 3), 15);
 * assert.equal(clusterFpcOf('srx5400', 1, 0), 3);
 * ```
 */
export function clusterFpcOf(model: string, node: NodeNumber, slot: number): number {
  const { name, slots } = findModel(model);
  if (node !== 0 && node !== 1) {
    throw new ChassisError('out-of-range', 'number slot of cluster', 'node must be 0 or 1', quote(node));
  }
  if (!Number.isInteger(slot) || slot < 0 || slot >= slots.value) {
    const rule = `slot of ${name} must be from 0 to ${slots.value - 1}`;
    throw new ChassisError('slot-out-of-range', 'number slot of cluster', rule, quote(slot));
  }
  return node * slots.value + slot;
}

/**
 * Returns the node and the slot behind an FPC number of a cluster.
 *
 * Fidelity: documented. The inverse of node x FPC slots + slot.
 *
 * @param model Model of both chassis, or its name.
 * @param fpc FPC number in the cluster, below twice the slots of the model.
 * @returns Node and slot.
 * @throws {ChassisError} `unknown-model` or `slot-out-of-range`.
 * @example
 * ```ts
 * import { nodeSlotOf } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(nodeSlotOf('srx5800', 15), { node: 1, slot: 3 });
 * ```
 */
export function nodeSlotOf(model: string, fpc: number): { readonly node: NodeNumber; readonly slot: number } {
  const { name, slots } = findModel(model);
  if (!Number.isInteger(fpc) || fpc < 0 || fpc >= 2 * slots.value) {
    const rule = `FPC in a cluster of ${name} must be from 0 to ${2 * slots.value - 1}`;
    throw new ChassisError('slot-out-of-range', 'find slot of cluster', rule, quote(fpc));
  }
  return fpc < slots.value ? { node: 0, slot: fpc } : { node: 1, slot: fpc - slots.value };
}

/**
 * Returns the SPU ID of an SPU in the numbers of a cluster.
 *
 * Fidelity: inferred. SPU ID = FPC x 4 + PIC, with the FPC number that the slot has in the cluster.
 *
 * @param model Model of both chassis, or its name.
 * @param node 0 or 1.
 * @param spuId SPU ID in its own chassis.
 * @returns SPU ID, 0 to 95.
 * @throws {ChassisError} `unknown-model`, `slot-out-of-range`, or `out-of-range` for another node.
 * @throws {RangeError} If `spuId` is none.
 * @example
 * ```ts
 * import { clusterSpuIdOf } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(clusterSpuIdOf('srx5800', 1, 5), 53); // FPC 13, PIC 1
 * ```
 */
export function clusterSpuIdOf(model: string, node: NodeNumber, spuId: SpuId | number): SpuId {
  const id = toSpuId(spuId);
  return spuIdOf(clusterFpcOf(model, node, Math.floor(id / 4)), id % 4);
}
