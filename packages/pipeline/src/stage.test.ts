import { resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createPipeline } from './create-pipeline.ts';
import { insertStage, type Stage } from './stage.ts';

const frames = [1, 2, 3, 4].map((n) =>
  packet()
    .ethernet()
    .ipv4({ source: `192.0.2.${n}`, destination: '198.51.100.1' })
    .udp({ sourcePort: n })
    .build(),
);

describe('a custom stage', () => {
  it('between NPU and SPU sees the chosen SPU and may drop with a reason of its own', () => {
    const seen: number[] = [];
    const pipeline = createPipeline({
      chassis: resolveChassis(),
      stages: (stages, { drop }) =>
        insertStage(stages, 'before', 'spu', {
          name: 'odd-only',
          decide(batch, row) {
            seen.push(batch.spu[row]);
            if (row % 2 === 1) drop(batch, row, 'odd');
          },
        }),
    });
    pipeline.offer(recordsOf(frames));
    const report = pipeline.finish();
    expect(seen).toHaveLength(4);
    expect(report.drops).toEqual([{ reason: 'odd', packets: 2, bytes: 84 }]);
    expect(report.totals).toMatchObject({ delivered: 2, dropped: 2 });
    expect(report.spus.reduce((sum, spu) => sum + spu.packets, 0)).toBe(2);
  });

  it('after the SPU drops on the account of that SPU', () => {
    const pipeline = createPipeline({
      chassis: resolveChassis(),
      stages: (stages, { drop }) =>
        insertStage(stages, 'after', 'spu', { name: 'closed', decide: (batch, row) => drop(batch, row, 'closed') }),
    });
    pipeline.offer(recordsOf(frames));
    const report = pipeline.finish();
    const drops = report.spus.flatMap((spu) => spu.drops);
    expect(drops.reduce((sum, drop) => sum + drop.packets, 0)).toBe(4);
  });

  it('is told when a second begins that has a packet, or lies behind one that has', () => {
    const seconds: number[] = [];
    const clock: Stage = { name: 'seconds', tick: (second) => seconds.push(second) };
    const pipeline = createPipeline({
      chassis: resolveChassis(),
      stages: (stages) => insertStage(stages, 'before', 'ingress', clock),
    });
    pipeline.offer(recordsOf(frames, { intervalNs: 2_500_000_000 }));
    pipeline.finish();
    expect(seconds).toEqual([1, 2, 3, 5, 6, 7]);
  });
});

describe('insertStage()', () => {
  const stages: readonly Stage[] = [{ name: 'a' }, { name: 'b' }];

  it('puts a stage before or after its neighbour and leaves the list as it was', () => {
    expect(insertStage(stages, 'before', 'b', { name: 'c' }).map(({ name }) => name)).toEqual(['a', 'c', 'b']);
    expect(insertStage(stages, 'after', 'b', { name: 'c' }).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(stages).toHaveLength(2);
  });

  it('refuses an unknown neighbour and a name that is taken', () => {
    expect(() => insertStage(stages, 'after', 'x', { name: 'c' })).toThrow(
      'Cannot insert stage: neighbour must be one of "a", "b": got "x"',
    );
    expect(() => insertStage(stages, 'after', 'a', { name: 'b' })).toThrow(/name must differ from/);
  });
});
