import { countRows } from '@midplane/weights';
import type { HeldPackets } from '../engine/held-packets.ts';
import { SourceNat } from '../nat/source-nat.ts';
import { NpCache } from '../npu/np-cache.ts';
import { Npu } from '../npu/npu.ts';
import { PacketMemory } from '../spu/packet-memory.ts';
import { Spu } from '../spu/spu.ts';
import type { Setup } from './setup.ts';

/** What SPUs tell others. */
export interface UnitHooks {
  readonly held: HeldPackets;
  /** Fragments give way, or their time is up. */
  readonly loseFragments: (first: number, isForRoom: boolean) => void;
  /** A packet whose order is measured has left by a card. */
  readonly left: (card: number, isReordered: boolean, extent: number) => void;
  /** Packet memory wants to know what has left by a time. */
  readonly advanceEgress: (nowNs: number) => void;
}

/** Makes the SPUs of a run, in the order of their IDs. */
export function createSpus(setup: Setup, hooks: UnitHooks): Spu[] {
  const { units, values, speeds, ordering, memoryBytes, configuration, hasNat, natShares } = setup;
  const rows = new Map(countRows(setup.distributionTable).map((each) => [each.spuId as number, each.rows]));
  return units.spus.map(
    (spec) =>
      new Spu(spec, rows.get(spec.spuId) ?? 0, values, {
        held: hooks.held,
        loseFragments: hooks.loseFragments,
        speeds,
        ordering,
        left: hooks.left,
        createMemory: memoryBytes === undefined ? undefined : () => new PacketMemory(memoryBytes, hooks.advanceEgress),
        createSourceNat: hasNat
          ? () => {
              const share = natShares.of(spec.spuId);
              return share && new SourceNat(configuration!.sourceNat, share);
            }
          : undefined,
      }),
  );
}

/** Makes the NPUs of a run, in the order of their slots. */
export function createNpus({ units, values, configuration, isByHash }: Setup): Npu[] {
  return units.iocs.map(({ slot, maxWings }, position) => {
    const cache = configuration?.npCache.includes(slot) ? new NpCache(values.fragmentTimeoutS) : undefined;
    return new Npu(slot, position, maxWings, values.npuIdleTimeoutS, !isByHash, cache);
  });
}
