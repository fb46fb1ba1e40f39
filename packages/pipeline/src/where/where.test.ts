import { resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { FLOW_HASHES, findFlowHash } from '@midplane/hash';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import { WHERE_HONEST, where } from './where.ts';

const chassis = resolveChassis();
const flow = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');

describe('where() on a chassis that does not distribute by hash', () => {
  it.each([
    ['rr-based', '10.4R1', '1=SPC1,7=IOC1'],
    ['adaptive', '12.1X46-D10', '1=SPC1,2=SPC2,7=IOC1'],
  ])('refuses %s', (mode, release, cards) => {
    const older = resolveChassis({ release, cards });
    expect(() => where(flow, 0, { chassis: older, hash: findFlowHash('crc32c') })).toThrow(
      new RangeError(
        'Cannot tell where a flow lands: distribution must be hash-based (in other modes the central point chooses the SPU ' +
          `by load and by turn): got ${mode} distribution of release ${release}`,
      ),
    );
  });

  it('answers for an older release that does', () => {
    const older = resolveChassis({ release: '12.3X48-D10' });
    expect(where(flow, 0, { chassis: older, hash: findFlowHash('crc32c') }).hashIndex.tableLength).toBe(256);
  });
});

describe('where()', () => {
  it.each([...FLOW_HASHES.values()])('names the SPU that the pipeline chooses, with $name', (hash) => {
    const frame = packet()
      .ethernet()
      .ipv4({ source: '192.0.2.1', destination: '198.51.100.2' })
      .tcp({ sourcePort: 1234, destinationPort: 443, flags: 'S' })
      .build();
    const pipeline = createPipeline({ chassis, hash });
    pipeline.offer(recordsOf([frame]));
    const used = pipeline.finish().spus.find((spu) => spu.packets > 0)!;
    expect(where(flow, 0, { chassis, hash }).spuId).toBe(used.spuId);
  });

  it('begins with what it cannot know, and says the rule with its mark', () => {
    const answer = where(flow, 0, { chassis, hash: findFlowHash('crc32c') });
    expect(answer.honest).toBe(WHERE_HONEST);
    expect(answer.hashKey).toMatchObject({ rule: 'ipv4-ports', layer: 'l4', mark: 'D' });
    expect(answer.spuId).toBe(answer.fpc * 4 + answer.pic);
  });

  it('takes addresses and protocol of a fragment, and says that a whole packet may go elsewhere', () => {
    const answer = where(flow, 0, { chassis, hash: findFlowHash('crc32c'), fragment: true });
    expect(answer.hashKey.fields.map(({ field }) => field)).toEqual([
      'source-address',
      'destination-address',
      'protocol',
    ]);
    const whole = where(flow, 0, { chassis, hash: findFlowHash('crc32c') });
    expect(answer.changes[0]).toEqual({
      change: 'the packet is a whole packet',
      spuId: whole.spuId,
      spu: whole.spu,
      moves: whole.spuId !== answer.spuId,
    });
  });

  it('never lands on an SPU without a weight', () => {
    for (let port = 0; port < 8; port++) {
      const each = parseFlow(`192.0.2.1:${port} > 198.51.100.2:443/tcp`);
      const { spuId, changes } = where(each, 0, { chassis, hash: findFlowHash('crc32c') });
      for (const id of [spuId, ...changes.map((change) => change.spuId)]) expect(id).not.toBe(4);
    }
  });
});
