import { decodePackets, PacketBatch, recordsOf } from '@midplane/packet';
import { hashIndexOf } from '@midplane/weights';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyTraffic } from '../_any-traffic.suite.ts';
import { comesToSpu } from '../ingress/ingress-stage.ts';
import { PathBatch } from '../path-batch.ts';
import { createRingMemory, Ring } from './ring-memory.ts';
import { RowDealer } from './row-dealer.ts';

const GROUPS = 3;
const options = {
  spuOfIndex: Uint8Array.of(0, 1, 2, 3, 4, 0, 1),
  groupOfSpu: Uint8Array.of(0, 1, 2, 1, 0),
  groups: GROUPS,
  hasInterfaces: true,
};
const memory = createRingMemory(5, GROUPS);
const rings = Array.from({ length: GROUPS }, (_, group) => new Ring(memory, group));
const PACKET_COLUMNS = ['kind', 'fragment', 'protocol', 'flags', 'etherType', 'tcpFlags'] as const;
const PATH_COLUMNS = ['nowNs', 'tick', 'wingHash', 'spu'] as const;

/** What stages read of a row. */
function rowOf(batch: PathBatch, row: number, length: ArrayLike<number>, interfaces: ArrayLike<number>) {
  const { packets } = batch;
  return {
    number: batch.numberOf(row),
    key: [...packets.key.subarray(row * 10, row * 10 + 10)],
    packet: PACKET_COLUMNS.map((column) => packets[column][row]),
    path: PATH_COLUMNS.map((column) => batch[column][row]),
    record: [length[row], interfaces[row]],
  };
}

it('deal() gives each group the rows of its SPUs, in order, and says whether others have come to SPUs', () => {
  let number = 0;
  fc.assert(
    fc.property(
      anyTraffic,
      fc.array(fc.nat(6), { minLength: 200, maxLength: 200 }),
      fc.boolean(),
      (frames, hashes, isLong) => {
        const records = recordsOf(frames);
        const batch = new PathBatch(new PacketBatch(frames.length));
        batch.count = decodePackets(records, batch.packets);
        batch.firstPacket = 1000;
        for (let row = 0; row < batch.count; row++) {
          records.interfaceIndex[row] = row % 5;
          batch.nowNs[row] = row * 0.5;
          batch.tick[row] = isLong ? row : 7;
          batch.hash[row] = hashes[row % 200] + 7 * row;
          batch.wingHash[row] = -row;
        }
        const groupOf = (row: number) => options.groupOfSpu[options.spuOfIndex[hashIndexOf(batch.hash[row], 7)]];
        const slots = rings.map((ring) => ring.at(number));
        new RowDealer(options).deal(batch, slots);
        number++;
        const all = Array.from({ length: batch.count }, (_, row) => row);
        for (const [group, { batch: dealt, header, length, interfaceIndex }] of slots.entries()) {
          const own = all.filter((row) => groupOf(row) === group);
          const others = all.filter((row) => groupOf(row) !== group && comesToSpu(batch, row));
          expect([header[0], header[4]]).toEqual([own.length, others.length > 0 ? 1 : 0]);
          dealt.firstPacket = 1000;
          expect(own.map((_, i) => rowOf(dealt, i, length, interfaceIndex))).toEqual(
            own.map((row) => rowOf(batch, row, records.length, records.interfaceIndex)),
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});
