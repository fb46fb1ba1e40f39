import type { PathBatch } from './path-batch.ts';

/**
 * One step of the path. The standard stages are `ingress`, `npu`, `spu` and `egress`; insert your own anywhere.
 *
 * `prepare` sees a whole batch before any of its rows is decided: for work that depends on the packets alone. `decide`
 * sees the rows one by one in the order of time, each after the stage before has decided it, and only while the row's
 * outcome is pending: for work that depends on state. That split is what makes the result independent of the batch size.
 *
 * @example A stage that drops UDP to port 53 before it reaches an SPU
 * ```ts
 * import { createPipeline, insertStage } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({
 *   chassis: resolveChassis(),
 *   stages: (stages, { drop }) => insertStage(stages, 'after', 'npu', {
 *     name: 'no-dns',
 *     decide(batch, row) {
 *       const ports = batch.packets.key[row * 10 + 8];
 *       if (batch.packets.protocol[row] === 17 && (ports & 0xffff) === 53) drop(batch, row, 'no-dns');
 *     },
 *   }),
 * });
 * const query = packet('query').ethernet().ipv4().udp({ sourcePort: 5000, destinationPort: 53 }).build();
 * pipeline.offer(recordsOf([query]));
 * assert.deepEqual(pipeline.finish().drops, [{ reason: 'no-dns', packets: 1, bytes: 42 }]);
 * ```
 */
export interface Stage {
  /** Unique name. */
  readonly name: string;
  /** Fills columns of all rows of a batch. Must not read or change state that `decide` changes. */
  prepare?(batch: PathBatch): void;
  /** Decides one row. */
  decide?(batch: PathBatch, row: number): void;
  /**
   * Lets time pass to a whole second; called for each second that has a packet, before that
   * packet, and for the one behind it.
   */
  tick?(second: number): void;
}

/**
 * Returns the stages with one more, before or after a named one.
 *
 * @throws {RangeError} If no stage has the name, or the new stage's name is taken.
 */
export function insertStage(
  stages: readonly Stage[],
  where: 'before' | 'after',
  name: string,
  stage: Stage,
): readonly Stage[] {
  const at = stages.findIndex((each) => each.name === name);
  const names = stages.map((each) => `"${each.name}"`).join(', ');
  if (at < 0) throw new RangeError(`Cannot insert stage: neighbour must be one of ${names}: got "${name}"`);
  if (stages.some((each) => each.name === stage.name)) {
    throw new RangeError(`Cannot insert stage: name must differ from ${names}: got "${stage.name}"`);
  }
  return stages.toSpliced(where === 'before' ? at : at + 1, 0, stage);
}
