import type { PacketBatch, PacketRecords } from './batch.ts';

/** One decoded row as a plain object; offsets are relative to the frame. */
export interface Row {
  kind: number;
  fragment: number;
  protocol: number;
  flags: number;
  key: number[];
  etherType: number;
  l3Offset: number;
  l4Offset: number;
  tcpFlags: number;
  icmp: number;
  fragmentId: number;
  fragmentOffset: number;
}

/** Reads a row of a batch back. */
export function rowOf(batch: PacketBatch, row: number): Row {
  const start = (batch.records as PacketRecords).offset[row];
  const relative = (offset: number): number => (offset < 0 ? -1 : offset - start);
  return {
    kind: batch.kind[row],
    fragment: batch.fragment[row],
    protocol: batch.protocol[row],
    flags: batch.flags[row],
    key: [...batch.key.subarray(row * 10, row * 10 + 10)],
    etherType: batch.etherType[row],
    l3Offset: relative(batch.l3Offset[row]),
    l4Offset: relative(batch.l4Offset[row]),
    tcpFlags: batch.tcpFlags[row],
    icmp: batch.icmp[row],
    fragmentId: batch.fragmentId[row],
    fragmentOffset: batch.fragmentOffset[row],
  };
}

/** Fills every column with rubbish, as an earlier use of the batch would. */
export function soil(batch: PacketBatch): PacketBatch {
  for (const column of Object.values(batch)) {
    if (ArrayBuffer.isView(column)) (column as Uint8Array).fill(0xa5);
  }
  return batch;
}
