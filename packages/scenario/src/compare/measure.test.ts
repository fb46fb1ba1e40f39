import { resolveChassis } from '@midplane/chassis';
import { createPipeline, type PipelineOptions, SPU_SPEEDS } from '@midplane/pipeline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PacketRecords, readScenarioTraffic } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { SecondCutter } from './_second-cutter.ts';
import { headroomOf } from './headroom.ts';
import { playThrough } from './measure.ts';

/** Records of packets at times, `null` for one without time stamp. */
function recordsAt(times: readonly (number | null)[]): PacketRecords {
  const count = times.length;
  const bytes = new Uint8Array(4);
  return {
    count,
    bytes,
    view: new DataView(bytes.buffer),
    offset: new Int32Array(count),
    capturedLength: new Int32Array(count).fill(4),
    length: Uint32Array.from(times, (_, i) => i), // who it is
    linkType: new Uint16Array(count),
    interfaceIndex: new Int32Array(count),
    seconds: Float64Array.from(times, (tenths) => 1000 + Math.floor((tenths ?? 0) / 10)),
    nanoseconds: Int32Array.from(times, (tenths) => (tenths === null ? -1 : (tenths % 10) * 1e8)),
  };
}

describe('SecondCutter', () => {
  const cutAll = (times: readonly (number | null)[], sizes: readonly number[]): number[][] => {
    const cutter = new SecondCutter();
    const seconds: number[][] = [[]];
    let first = 0;
    for (let i = 0; first < times.length; i++) {
      const rows = times.slice(first, first + sizes[i % sizes.length]);
      const offset = first;
      cutter.cut(
        recordsAt(rows),
        ({ count, length }) => {
          for (let row = 0; row < count; row++) seconds.at(-1)!.push(offset + length[row]);
        },
        () => void seconds.push([]),
      );
      first += rows.length;
    }
    return seconds;
  };

  it('ends seconds since the first packet, which need not begin one', () => {
    expect(cutAll([7, 9, 16, 17, 26, 45], [10])).toEqual([[0, 1, 2], [3, 4], [5]]);
  });

  it('takes a packet that runs backwards or has no time with those before it', () => {
    expect(cutAll([0, 12, 3, null, 19, 20], [10])).toEqual([[0], [1, 2, 3, 4], [5]]);
  });

  it('cuts the same, however batches are cut, and loses nothing', () => {
    const times = fc.array(fc.option(fc.nat(80)), { minLength: 1, maxLength: 40 });
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(times, sizes, (list, cuts) => {
        const whole = cutAll(list, [1000]);
        expect(cutAll(list, cuts)).toEqual(whole);
        expect(whole.flat()).toEqual(list.map((_, i) => i));
      }),
      { seed: 11 },
    );
  });
});

describe('playThrough()', () => {
  const scenario: Scenario = {
    schema: 'midplane-scenario/1',
    traffic: [{ workload: { seed: 5, packets: 6000, flows: { count: 900 }, durationSeconds: 4 } }],
  };
  const options: PipelineOptions = { chassis: resolveChassis({ cards: '1=SPC2,7=IOC2' }) };

  it('gives the report of a run alone, also beside another path', async () => {
    const pipeline = createPipeline(options);
    for await (const batch of readScenarioTraffic(scenario)) pipeline.offer(batch);
    const alone = pipeline.finish();
    const [one, two] = await playThrough(scenario, [options, { ...options, hash: 'fnv1a' }]);
    expect(one.report).toEqual(alone);
    expect(two.report.chassis.hash).toBe('fnv1a');
  });

  it('finds the busiest second that the time series shows', async () => {
    const [{ report, peaks }] = await playThrough(scenario, [options]);
    for (const { spuId, created } of report.series.spus) {
      expect(peaks.get(spuId)!.sessionsPerSecond).toBe(Math.max(0, ...created));
    }
    expect(report.series.stepS).toBe(1);
  });

  it('R-ord-7: reckons the work of a second by the speeds of each card, ordering included', async () => {
    const still: Scenario = {
      ...scenario,
      traffic: [
        {
          workload: {
            seed: 5,
            packets: 800,
            flows: { count: 200, popularity: 'uniform' },
            durationSeconds: 0.5,
            protocols: { udp: 1 },
          },
        },
      ],
    };
    const [{ report, peaks }] = await playThrough(still, [options]);
    const spu = report.spus.find(({ weight }) => weight > 0)!;
    expect(report.input.durationNs).toBeLessThan(1e9);
    for (const card of ['SPC1', 'SPC2', 'SPC3'] as const) {
      const { firstPathNs, setUpNs, fastPathNs, orderingNs, threads } = SPU_SPEEDS[card];
      const ordering = card === 'SPC2' ? 0 : orderingNs; // the others have no packet ordering engine
      const workNs = spu.firstPath * (firstPathNs + setUpNs + ordering) + spu.fastPath * (fastPathNs + ordering);
      expect(peaks.get(spu.spuId)!.workPercent[card]).toBeCloseTo((100 * workNs) / (threads * 1e9), 9);
    }
  });
});

describe('headroomOf()', () => {
  it('takes what an SPU had to do in its busiest second, and full where the report says so', async () => {
    const scenario: Scenario = {
      schema: 'midplane-scenario/1',
      traffic: [{ workload: { packets: 100, flows: { count: 50 }, durationSeconds: 1 } }],
    };
    const [measured] = await playThrough(scenario, [{ chassis: resolveChassis({ cards: '1=SPC2,7=IOC2' }) }]);
    const { report } = measured;
    const peaks = new Map(
      [...measured.peaks].map(([id, peak]) => [id, { ...peak, busiestPercent: id === 6 ? 40.25 : 0.01 }]),
    );
    const { first, limits } = headroomOf({ report, peaks });
    expect(first).toMatchObject({ limit: 'cpu', spuId: 6, used: 40.25, capacity: 100, reached: false });
    expect(headroomOf({ report, peaks }, { cpuTargetPercent: 70 }).first?.factor).toBeCloseTo(70 / 40.25, 5);
    expect(limits.map(({ limit }) => limit)).toEqual(['sessions', 'cpu', 'session-rate']);
    const spus = report.spus.map((spu) => ({ ...spu, cpu: { ...spu.cpu, peakPercent: 100 } }));
    expect(headroomOf({ report: { ...report, spus }, peaks }).first).toMatchObject({ factor: 1, reached: true });
  });

  it('has no first limit where there is no traffic', async () => {
    const scenario: Scenario = { schema: 'midplane-scenario/1', traffic: [] };
    const [measured] = await playThrough(scenario, [{ chassis: resolveChassis() }]);
    const { first, limits } = headroomOf(measured);
    expect([first, limits.map(({ used, factor }) => [used, factor])]).toEqual([
      null,
      [
        [0, null],
        [0, null],
        [0, null],
      ],
    ]);
  });
});
