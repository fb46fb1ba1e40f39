import { resolveChassis } from '@midplane/chassis';
import { PacketBatch } from '@midplane/packet';
import { expect, it } from 'vitest';
import { PathBatch } from '../path-batch.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { longestNs } from './plan-host.ts';
import { Separable } from './separable.ts';

const SECOND = 1_000_000_000;
const chassis = resolveChassis();

/** Asks of batches that end at some times, four packets each; `F` = with a fragment. */
function answersOf(options: Omit<PipelineOptions, 'chassis'>, batches: readonly (readonly [number, string?])[]) {
  const separable = new Separable({ chassis, ...options });
  const batch = new PathBatch(new PacketBatch(4));
  return batches.map(([untilNs, kind], n) => {
    batch.count = 4;
    batch.firstPacket = 1 + 4 * n;
    batch.nowNs.fill(untilNs);
    return separable.isSeparable(batch, kind === 'F');
  });
}

it('isSeparable() says yes as long as there are packets and nothing else', () => {
  expect(answersOf({}, [[0], [1000], [1000], [SECOND / 2]])).toEqual([true, true, true, true]);
});

it('isSeparable() says no of a batch by whose end another second has begun at the SPUs, 10 us behind', () => {
  expect(answersOf({}, [[SECOND - 10_001], [SECOND - 10_000], [SECOND - 9999], [9 * SECOND]])).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

it('isSeparable() says no of fragments and ICMP errors, and as long as something of them can be on its way', () => {
  const last = 200 + longestNs({ chassis });
  const batches: [number, string?][] = [[100], [200, 'F'], [300], [last], [last + 1], [last + 2]];
  expect(answersOf({}, batches)).toEqual([true, false, false, false, false, true]);
});

it('isSeparable() says no of a batch in whose time an event takes place at the SPUs', () => {
  const at = (atNs: number) => ({ events: [{ atNs, clearSessions: {} }] });
  const times = [[50_000], [60_000], [70_000]] as const;
  expect(answersOf(at(0), times)).toEqual([false, true, true]);
  expect(answersOf(at(60_000), times)).toEqual([false, true, true]); // before the packets of 50 us are at the SPUs
  expect(answersOf(at(60_001), times)).toEqual([true, false, true]);
  expect(answersOf(at(70_000), times)).toEqual([true, false, true]);
  expect(answersOf(at(70_001), times)).toEqual([true, true, false]);
});

it('isSeparable() says no of a batch that has a packet before which an event takes place', () => {
  const after = (afterPackets: number) => ({ events: [{ afterPackets, clearSessions: {} }] });
  const times = [[1], [2], [3]] as const;
  expect([0, 3, 4, 7, 8].map((packets) => answersOf(after(packets), times).indexOf(false))).toEqual([0, 0, 1, 1, 2]);
});

it('isSeparable() says no where the interface of a packet depends on who of two hosts has begun', () => {
  const sides = { initiator: 'xe-7/0/0', responder: 'xe-7/0/1' };
  expect(answersOf({ configuration: { sides } }, [[1], [2]])).toEqual([false, false]);
  expect(answersOf({ configuration: { sides: { '0.0.0.0/0': 'xe-7/0/0' } } }, [[1]])).toEqual([true]);
});

it('isSeparable() says no of a batch without packets', () => {
  const batch = new PathBatch(new PacketBatch(4));
  expect(new Separable({ chassis }).isSeparable(batch, false)).toBe(false);
});
