import { ChassisState, resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineEvent } from '../events/pipeline-event.ts';
import { NatShares } from './nat-shares.ts';

const SECOND = 1e9;
const OPTIONS = { cards: '1=SPC2,2=SPC2,7=IOC2', release: '12.3X48-D10' };
const configuration = {
  sourceNat: {
    pools: { out: { addresses: '203.0.113.9', ports: '2000-2069' } },
    rules: [{ source: '192.0.2.0/24', translate: { pool: 'out' } }],
  },
};

/** Plays 100 new flows a second. */
function play(seconds: number, events?: readonly PipelineEvent[]) {
  const chassis = resolveChassis(OPTIONS);
  const inTime = events && { chassisState: new ChassisState(OPTIONS), events };
  const pipeline = createPipeline({ chassis, configuration, ...inTime });
  const flow = (n: number) =>
    packet()
      .ethernet()
      .ipv4({ source: '192.0.2.1', destination: '198.51.100.2' })
      .udp({ sourcePort: 1024 + n, destinationPort: 53 })
      .build();
  const frames = Array.from({ length: 100 * seconds }, (_, n) => flow(n));
  pipeline.offer(recordsOf(frames, { intervalNs: SECOND / 100 }));
  const report = pipeline.finish();
  return { report, pool: report.natPools[0]!, taking: report.spus.filter(({ rows }) => rows > 0).length };
}

describe('ports of source NAT', () => {
  it('R-nat-10: are given by SPUs that take sessions, all of them, also where events might change that and do not', () => {
    const plain = play(3);
    expect([plain.pool.ports, plain.pool.inUse]).toEqual([70, 70]); // seven flow SPUs beside the central point
    const quiet = play(3, [{ atNs: 500 * SECOND, chassis: { command: 'reboot' } }]);
    expect(quiet.report.natPools).toEqual(plain.report.natPools);
  });

  it('R-nat-10: are cut anew when the chassis comes up with other SPUs', () => {
    const { report, pool, taking } = play(300, [
      { atNs: 5 * SECOND, chassis: { command: 'failSpu', spu: 'fpc2.pic3' } },
    ]);
    expect(report.device!.outages).toHaveLength(1);
    expect([taking, pool.ports, pool.inUse]).toEqual([6, 70, 70]);
    expect(pool.allocations).toBeGreaterThan(140); // those before the reset count on
  });
});

describe('NatShares', () => {
  const spus = (...taking: readonly number[]) =>
    resolveChassis(OPTIONS).spus.map((spu) => ({ ...spu, maxSessions: taking.includes(spu.spuId) ? 10 : 0 }));

  it('gives parts that are disjoint and say when they change', () => {
    const shares = new NatShares(spus(5, 8));
    expect([4, 5, 8].map((spuId) => shares.of(spuId))).toEqual([undefined, { share: 0, of: 2 }, { share: 1, of: 2 }]);
    expect([shares.install(spus(8, 5)), shares.install(spus(4, 5))]).toEqual([false, true]);
    expect([4, 5, 8].map((spuId) => shares.of(spuId))).toEqual([{ share: 0, of: 2 }, { share: 1, of: 2 }, undefined]);
  });
});
