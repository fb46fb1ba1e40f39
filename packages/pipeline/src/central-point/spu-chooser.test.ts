import { resolveChassis } from '@midplane/chassis';
import { describe, expect, it } from 'vitest';
import { HeldPackets } from '../engine/held-packets.ts';
import { resolveParameters } from '../parameters.ts';
import { Spu } from '../spu/spu.ts';
import { type ChoiceMode, SpuChooser } from './spu-chooser.ts';

const chassis = resolveChassis({ release: '12.3X48-D10', cards: '1=SPC1,2=SPC2,7=IOC1', distributionMode: 'wrr' });

function spusOf(): Spu[] {
  return chassis.spus.map(
    (spec) =>
      new Spu(spec, 0, resolveParameters(), { held: new HeldPackets(), loseFragments: () => {}, sourceNat: undefined }),
  );
}

function choices(mode: ChoiceMode, turns: number, spus = spusOf()): number[] {
  const chooser = new SpuChooser(spus, mode);
  return Array.from({ length: turns }, () => chooser.choose());
}

const countOf = (list: readonly number[], position: number): number => list.filter((each) => each === position).length;

describe('SpuChooser', () => {
  it('R-w-7, R-w-9: takes all SPUs with sessions in turn, by SPU ID', () => {
    expect(choices('rr-based', 10)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  });

  it('R-w-8: weighs SPUs by their kind', () => {
    const sum = chassis.spus.reduce((total, { weight }) => total + weight, 0);
    const list = choices('wrr', 2500);
    for (const [position, { weight }] of chassis.spus.entries()) {
      expect(Math.abs(countOf(list, position) - (2500 * weight) / sum)).toBeLessThanOrEqual(1);
    }
  });

  it('R-w-9: spreads the turns of each SPU evenly over the sequence', () => {
    const list = choices('wrr', 1000);
    const sum = chassis.spus.reduce((total, { weight }) => total + weight, 0);
    for (let turns = 1; turns <= list.length; turns++) {
      const share = (turns * chassis.spus[5]!.weight) / sum;
      expect(Math.abs(countOf(list.slice(0, turns), 5) - share)).toBeLessThan(2);
    }
  });

  it('adaptive: gives less to an SPU that has less room left, from the next second on', () => {
    const spus = spusOf();
    const table = spus[2]!.table!;
    const key = new Int32Array(10);
    key[9] = (4 << 8) | 17;
    for (let n = 0; n < 3_000_000; n++) {
      key[0] = n;
      table.insert(key, 0, 0, 60);
    }
    const chooser = new SpuChooser(spus, 'adaptive');
    chooser.tick();
    const list = Array.from({ length: 1000 }, () => chooser.choose());
    const left = 1 - 3_000_000 / table.capacity;
    expect(countOf(list, 2) / countOf(list, 3)).toBeCloseTo(left, 1);
  });

  it('says so when no SPU takes sessions', () => {
    expect(choices('rr-based', 1, [spusOf()[0]!])).toEqual([-1]);
  });
});
