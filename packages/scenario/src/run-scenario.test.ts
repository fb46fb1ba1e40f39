import { CaptureError, PcapWriter, readCapture } from '@midplane/capture';
import type { Report, SpuCounts } from '@midplane/pipeline';
import { reportSchema } from '@midplane/pipeline/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeRecords } from './merge-records.ts';
import { type PacketRecords, readScenarioTraffic, runScenario } from './run-scenario.ts';
import type { Scenario, ScenarioTraffic } from './scenario.ts';

/** A packet of a source: who it is stands in its only bytes. */
interface Sample {
  readonly atNs: number;
  readonly size: number;
}

/** A pcap of packets; `mark` is in every byte. */
function captureOf(packets: readonly Sample[], mark: number): Uint8Array<ArrayBuffer> {
  const writer = new PcapWriter({ resolution: 'ns' });
  for (const [number, { atNs, size }] of packets.entries()) {
    const bytes = new Uint8Array(size).fill(mark);
    bytes[0] = number;
    writer.add(bytes, 0, size, size + 1, 1000 + Math.floor(atNs / 10), (atNs % 10) * 100_000_000);
  }
  return writer.take() as Uint8Array<ArrayBuffer>;
}

/** Rows as `source:number`, with their fields checked. */
async function rowsOf(batches: AsyncIterable<PacketRecords>): Promise<string[]> {
  const rows: string[] = [];
  for await (const { count, bytes, offset, capturedLength, length } of batches) {
    for (let row = 0; row < count; row++) {
      const frame = bytes.subarray(offset[row], offset[row] + capturedLength[row]);
      expect(length[row]).toBe(frame.length + 1);
      expect(new Set(frame.subarray(1)).size).toBe(1);
      rows.push(`${frame[1]}:${frame[0]}`);
    }
  }
  return rows;
}

/** The slow way: each source's times made ascending, all sorted by time, source, number. */
function sorted(sources: readonly (readonly Sample[])[]): string[] {
  const all = sources.flatMap((packets, source) => {
    let latest = 0;
    return packets.map(({ atNs }, number) => {
      latest = Math.max(latest, atNs);
      return { latest, source, number };
    });
  });
  all.sort((a, b) => a.latest - b.latest || a.source - b.source || a.number - b.number);
  return all.map(({ source, number }) => `${source + 1}:${number}`);
}

const samples = fc.array(
  fc.array(fc.record({ atNs: fc.nat(60), size: fc.constantFrom(2, 60, 128, 129, 300) }), {
    minLength: 1,
    maxLength: 30,
  }),
  { minLength: 2, maxLength: 5 },
);

describe('sources are merged by time, then by place in the list', () => {
  it('as sorting does, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        samples,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        async (sources, cut, capacity) => {
          const batches = sources.map((packets, i) => readCapture(captureOf(packets, i + 1), { batchSize: cut }));
          expect(await rowsOf(mergeRecords(batches, capacity))).toEqual(sorted(sources));
        },
      ),
      { numRuns: 100, seed: 11 },
    );
  });

  it('packets without a time stamp go with the packet before them', async () => {
    const one = captureOf([{ atNs: 5, size: 60 }], 1);
    async function* stampless() {
      for await (const batch of readCapture(
        captureOf(
          [
            { atNs: 9, size: 60 },
            { atNs: 0, size: 60 },
          ],
          2,
        ),
      )) {
        batch.nanoseconds[1] = -1;
        yield batch;
      }
    }
    expect(await rowsOf(mergeRecords([stampless(), readCapture(one)]))).toEqual(['1:0', '2:0', '2:1']);
  });

  it('a source that fails ends the merge after the packets before, and the others are closed', async () => {
    let closed = 0;
    async function* endless() {
      try {
        for (;;) yield* readCapture(captureOf([{ atNs: 1, size: 60 }], 1));
      } finally {
        closed++;
      }
    }
    const broken = captureOf(
      [
        { atNs: 0, size: 60 },
        { atNs: 3, size: 60 },
      ],
      2,
    ).subarray(0, -1);
    const rows: string[] = [];
    const failing = async () => {
      for await (const batch of mergeRecords([readCapture(broken), endless()], 4)) {
        rows.push(String(batch.bytes[batch.offset[0] + 1]));
        if (rows.length > 5) throw new Error('did not end');
      }
    };
    await expect(failing()).rejects.toThrow(CaptureError);
    expect([rows, closed]).toEqual([['2'], 1]);
  });
});

describe('runScenario()', () => {
  const schema = 'midplane-scenario/1';
  const shape = (packets: number, seed: number): ScenarioTraffic => ({
    shape: 'small',
    packets,
    flows: packets / 10,
    seed,
  });
  const scenario: Scenario = {
    schema,
    chassis: { model: 'srx5600', cards: { 0: 'SPC2', 5: 'IOC2' }, tableLength: 64 },
    hash: 'murmur3',
    parameters: { udpTimeoutS: 30 },
    traffic: [shape(2000, 1), { workload: { seed: 2, packets: 500, durationSeconds: 1 } }],
  };

  it('gives the same report every time, valid, and its totals add up', async () => {
    const report = await runScenario(scenario);
    expect(reportSchema.parse(report)).toEqual(report);
    expect(JSON.stringify(await runScenario(scenario))).toBe(JSON.stringify(report));
    const { offered, delivered, toRe, dropped, remaining } = report.totals;
    expect([offered, offered]).toEqual([2500, delivered + toRe + dropped + remaining]);
    expect(report.chassis).toMatchObject({ model: 'srx5600', tableLength: 64, hash: 'murmur3' });
  });

  it('R-cp-15: honours centralPointSessions where there is one central point', async () => {
    const chassis = { release: '12.1X46-D10', cards: '0=SPC2,5=IOC1', model: 'srx5600' };
    const centralPointSessions = { SPC2: 10 };
    const report = await runScenario({ ...scenario, chassis: { ...chassis, centralPointSessions } });
    expect(report.centralPoint).toMatchObject({ capacity: 10, peak: 10 });
  });

  it('honours every key', async () => {
    const base = JSON.stringify(await runScenario(scenario));
    const changes: Partial<Scenario>[] = [
      { chassis: { model: 'srx5400', cards: { 0: 'SPC2', 2: 'IOC2' }, tableLength: 64 } },
      { chassis: { ...scenario.chassis, release: '18.1R1' } },
      { chassis: { ...scenario.chassis, tableLength: 65 } },
      { chassis: { ...scenario.chassis, centralPoint: 'fpc0.pic2' } },
      { chassis: { ...scenario.chassis, centralPointMode: 'combined' } },
      { chassis: { ...scenario.chassis, sessionsPerSpu: { SPC2: 10 } } },
      { chassis: { ...scenario.chassis, npuTableWings: 20 } },
      { hash: 'fnv1a' },
      { parameters: { udpTimeoutS: 1 } },
      { traffic: [shape(2000, 1)] },
    ];
    for (const change of changes) {
      expect(JSON.stringify(await runScenario({ ...scenario, ...change })), JSON.stringify(change)).not.toBe(base);
    }
  });

  it('tells progress, waits for it, and stops at the signal', async () => {
    const seen: number[] = [];
    const control = new AbortController();
    const reason = new Error('enough');
    const run = runScenario(scenario, {
      signal: control.signal,
      onProgress: async (packets) => {
        seen.push(packets);
        if (seen.length === 2) control.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(seen).toEqual([1024, 2048]);
    await expect(runScenario(scenario, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('tells who watches what each SPU has counted; at the end that is what the report says', async () => {
    const counts: SpuCounts[][] = [];
    const report = await runScenario(scenario, {
      onProgress: (_, pipeline) => {
        counts.push(pipeline.spuCounts());
      },
    });
    expect(counts[0].reduce((sum, { packets }) => sum + packets, 0)).toBeLessThan(report.totals.offered);
    const figures = (spu: SpuCounts | Report['spus'][number]) => [spu.spuId, spu.packets, spu.sessions.created];
    expect(counts.at(-1)!.map(figures)).toEqual(report.spus.map(figures));
  });

  it('ends at a corrupt capture; the report is of the packets before', async () => {
    const cut = captureOf(
      [
        { atNs: 1, size: 60 },
        { atNs: 2, size: 60 },
      ],
      1,
    ).subarray(0, -1);
    const errors: string[] = [];
    const options = {
      openCapture: () => readCapture(cut),
      onInputError: (error: CaptureError, capture: string) => errors.push(`${capture} ${error.code}`),
    };
    const one = await runScenario({ schema, traffic: [{ capture: 'x.pcap' }] }, options);
    expect(one.input.packets).toBe(1);
    expect(one.input.error).toMatch(/^Cannot read capture: /);
    const two = await runScenario({ schema, traffic: [{ capture: 'x.pcap' }, shape(100, 1)] }, options);
    expect(two.input.error).toMatch(/^x\.pcap: Cannot read capture: /);
    expect(errors).toEqual(['x.pcap truncated-record', 'x.pcap truncated-record']);
    const empty = runScenario(
      { schema, traffic: [{ capture: 'x.pcap' }] },
      { openCapture: () => readCapture(new Uint8Array(0)) },
    );
    await expect(empty).rejects.toThrow(CaptureError);
  });

  it('says that captures must be opened by someone', async () => {
    await expect(runScenario({ schema, traffic: [{ capture: 'x.pcap' }] })).rejects.toThrow(
      'Cannot run scenario: openCapture must be given: got nothing for "x.pcap"',
    );
  });

  it('opens nothing before it is read, and closes what it opened', async () => {
    let state = 'unopened';
    async function* source() {
      state = 'open';
      try {
        for (;;) yield* readCapture(captureOf([{ atNs: 1, size: 60 }], 1));
      } finally {
        state = 'closed';
      }
    }
    const traffic = readScenarioTraffic(
      { schema, traffic: [{ capture: 'x' }, shape(100, 1)] },
      { openCapture: source },
    );
    expect(state).toBe('unopened');
    for await (const batch of traffic) {
      expect([state, batch.count > 0]).toEqual(['open', true]);
      break;
    }
    expect(state).toBe('closed');
  });
});
