import { describe, expect, it } from 'vitest';
import {
  CHASSIS_MODELS,
  ChassisError,
  ChassisState,
  clusterFpcOf,
  clusterSpuIdOf,
  nodeSlotOf,
  resolveChassis,
  resolveCluster,
} from './index.ts';

describe('placement', () => {
  it('R-cluster-1: two chassis of the same model with the same cards in the same slots', () => {
    const cards = '0=SPC2,3=SPC2,11=IOC2';
    const cluster = resolveCluster({ cards }, { cards: '11=SRX5K-MPC,3=spc2,0=SPC2' });
    expect(cluster.nodes).toEqual([resolveChassis({ cards }), resolveChassis({ cards })]);
    expect(resolveCluster({ cards })).toEqual(cluster);
    expect([cluster.model, cluster.fpcOffset, cluster.spuIdOffset]).toEqual(['srx5800', 12, 48]);
  });

  it.each([
    [
      'models',
      { model: 'srx5600', cards: '1=SPC2,2=IOC2' },
      { model: 'srx5400', cards: '1=SPC2,2=IOC2' },
      'Cannot resolve cluster: both chassis must be of the same model: got srx5600 and srx5400',
    ],
    [
      'cards',
      { cards: '1=SPC2,2=SPC2,7=IOC2' },
      { cards: '1=SPC2,2=IOC1,7=IOC2' },
      'same cards in the same slots: got slot 2 with SPC2 and IOC1',
    ],
    ['an empty slot', { cards: '1=SPC2,7=IOC2' }, { cards: '1=SPC2,6=IOC2' }, 'got slot 6 with empty and IOC2, slot 7'],
  ])('R-cluster-1: resolveCluster() refuses different %s', (_, one, other, message) => {
    let error: unknown;
    try {
      resolveCluster(one, other);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ChassisError);
    expect(error).toMatchObject({ code: 'unlike-nodes', origin: { value: 'R-cluster-1', mark: 'D' } });
    expect((error as Error).message).toContain(message);
  });

  it('R-cluster-3: what happens to one node leaves the other alone', () => {
    const nodes = [0, 1].map(() => new ChassisState({ cards: '1=SPC2,7=IOC2' }));
    nodes[0].command(0, { command: 'failSpu', spu: 7 });
    expect(nodes.map(({ epoch }) => epoch)).toEqual([1, 0]);
    expect(nodes[1].trafficBlock).toBeNull();
  });
});

describe('numbers', () => {
  it('R-cluster-2: a slot is node x FPC slots + slot, and back', () => {
    for (const { model, slots } of CHASSIS_MODELS) {
      const seen: number[] = [];
      for (const node of [0, 1] as const) {
        for (let slot = 0; slot < slots.value; slot++) {
          const fpc = clusterFpcOf(model, node, slot);
          expect(nodeSlotOf(model, fpc)).toEqual({ node, slot });
          expect(clusterSpuIdOf(model, node, slot * 4 + 3)).toBe(fpc * 4 + 3);
          seen.push(fpc);
        }
      }
      expect(seen).toEqual(Array.from({ length: 2 * slots.value }, (_, fpc) => fpc));
    }
  });

  it.each<[string, () => unknown, string]>([
    ['a slot that is not there', () => clusterFpcOf('srx5600', 1, 6), 'slot of SRX5600 must be from 0 to 5: got 6'],
    ['half a slot', () => clusterFpcOf('srx5600', 1, 0.5), 'got 0.5'],
    ['another node', () => clusterFpcOf('srx5600', 2 as never, 0), 'node must be 0 or 1: got 2'],
    [
      'an FPC that is not there',
      () => nodeSlotOf('srx5600', 12),
      'FPC in a cluster of SRX5600 must be from 0 to 11: got 12',
    ],
    ['a negative FPC', () => nodeSlotOf('srx5600', -1), 'got -1'],
    ['no SPU ID', () => clusterSpuIdOf('srx5600', 0, 96), 'SPU ID must be an integer from 0 to 95: got 96'],
    ['an SPU of a slot that is not there', () => clusterSpuIdOf('srx5400', 0, 12), 'must be from 0 to 2: got 3'],
    ['an unknown model', () => clusterFpcOf('mx', 0, 0), 'model must be one of'],
  ])('throws RangeError for %s', (_, act, message) => {
    expect(act).toThrow(RangeError);
    expect(act).toThrow(message);
  });
});
