import { resolveChassis } from '@midplane/chassis';
import { describe, expect, it } from 'vitest';
import { type ChoiceMode, SpuChooser } from './spu-chooser.ts';

const chassis = resolveChassis({ release: '12.3X48-D10', cards: '1=SPC1,2=SPC2,7=IOC1', distributionMode: 'wrr' });

function choices(mode: ChoiceMode, turns: number, spus = chassis.spus): number[] {
  const chooser = new SpuChooser(spus, mode);
  return Array.from({ length: turns }, () => chooser.choose());
}

const countOf = (list: readonly number[], position: number): number => list.filter((each) => each === position).length;

describe('SpuChooser', () => {
  it('R-w-7, R-w-9: takes all SPUs with sessions in turn, by SPU ID', () => {
    expect(choices('rr-based', 10)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  });

  it('R-w-8: weighs SPUs by their type', () => {
    const list = choices('wrr', 2500);
    for (const [position, weight] of [0, 1, 6, 6, 6, 6].entries()) {
      expect(Math.abs(countOf(list, position) - (2500 * weight) / 25)).toBeLessThanOrEqual(1);
    }
  });

  it('R-w-10, R-w-11: adaptive gives less to an SPU that has less left, from the tick after its report on', () => {
    const spus = chassis.spus;
    const chooser = new SpuChooser(spus, 'adaptive');
    expect(chooser.wantsReports).toBe(true);
    for (const [position, { maxSessions }] of spus.entries()) {
      if (maxSessions > 0) chooser.report(spus[position]!, position === 2 ? 50 : 0, 0);
    }
    const share = (): number =>
      countOf(
        Array.from({ length: 900 }, () => chooser.choose()),
        2,
      ) / 900;
    expect(share()).toBeCloseTo(6 / 25, 2);
    chooser.tick();
    expect(share()).toBeCloseTo(0.5 / 4.5, 2);
  });

  it('says so when no SPU takes sessions', () => {
    expect(choices('rr-based', 1, [chassis.spus[0]!])).toEqual([-1]);
  });
});
