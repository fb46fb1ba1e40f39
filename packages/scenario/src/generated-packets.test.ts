import { describe, expect, it } from 'vitest';
import { generatedPackets } from './generated-packets.ts';
import { readScenarioTraffic } from './run-scenario.ts';
import { SCENARIO_SCHEMA, type ScenarioTraffic } from './scenario.ts';

/** Packets that are made. */
async function made(item: ScenarioTraffic): Promise<number> {
  let packets = 0;
  const scenario = { schema: SCENARIO_SCHEMA, traffic: [item] } as const;
  for await (const { count } of readScenarioTraffic(scenario)) packets += count;
  return packets;
}

describe('generatedPackets()', () => {
  it.each<ScenarioTraffic>([
    { shape: 'small', packets: 1234 },
    { shape: 'many', flows: 10 },
    { workload: { packets: 500, durationSeconds: 2 } },
    {
      workload: {
        packets: 500,
        durationSeconds: 2,
        floods: [{ kind: 'syn', perSecond: 300, fromSeconds: 0.5, untilSeconds: 1.5 }],
      },
    },
  ])('says of %j what is made', async (item) => {
    expect(generatedPackets(item)).toBe(await made(item));
  });

  it('knows nothing of a capture', () => {
    expect(generatedPackets({ capture: 'a.pcap' })).toBeUndefined();
  });
});
