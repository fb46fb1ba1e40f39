import { ChassisState, type DistributionMode, resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineEvent } from '../events/pipeline-event.ts';

const MIXED = { release: '12.3X48-D10', cards: '1=SPC1,2=SPC2,7=IOC1' };
const frame = packet().ethernet().ipv4().udp().build();

/** Weights that a report says it assumes. */
function weightsOf(distributionMode: DistributionMode, cards = MIXED.cards, events?: PipelineEvent[]): string[] {
  const options = { ...MIXED, cards, distributionMode };
  const pipeline = createPipeline({
    chassis: resolveChassis(options),
    ...(events && { chassisState: new ChassisState(options), events }),
  });
  pipeline.offer(recordsOf([frame, frame], { intervalNs: 1000e9 }));
  const { assumptions } = pipeline.finish();
  return assumptions
    .filter(({ parameter, mark }) => /Weight\./.test(parameter) && mark === 'A')
    .map(({ parameter, value }) => `${parameter} ${value}`);
}

describe('the report lists the weights by type of SPU that it assumes', () => {
  it.each<[DistributionMode, string[]]>([
    ['wrr', ['roundRobinWeight.SPC1 1', 'roundRobinWeight.SPC2 6']],
    ['adaptive', ['startWeight.SPC1 1', 'startWeight.SPC2 6']],
    ['rr-based', []],
    ['hash-based', []],
  ])('with %s distribution', (mode, weights) => expect(weightsOf(mode)).toEqual(weights));

  it('of the cards that there are', () =>
    expect(weightsOf('wrr', '1=SPC2,7=IOC1')).toEqual(['roundRobinWeight.SPC2 6']));

  it('of the mode since a reboot, too', () => {
    const events: PipelineEvent[] = [
      { atNs: 0, commit: { name: 'mode', distributionMode: 'wrr' } },
      { atNs: 0, chassis: { command: 'reboot' } },
    ];
    expect(weightsOf('hash-based', MIXED.cards, events)).toEqual([
      'roundRobinWeight.SPC1 1',
      'roundRobinWeight.SPC2 6',
    ]);
  });
});
