import type { PacketRecords } from './run-scenario.ts';

/** A view of the rows `from` to `until` - 1; nothing is copied. */
export function rowsOf(records: PacketRecords, from: number, until: number): PacketRecords {
  const { bytes, view, offset, capturedLength, length, linkType, interfaceIndex, seconds, nanoseconds } = records;
  return {
    count: until - from,
    bytes,
    view,
    offset: offset.subarray(from, until),
    capturedLength: capturedLength.subarray(from, until),
    length: length.subarray(from, until),
    linkType: linkType.subarray(from, until),
    interfaceIndex: interfaceIndex.subarray(from, until),
    seconds: seconds.subarray(from, until),
    nanoseconds: nanoseconds.subarray(from, until),
  };
}
