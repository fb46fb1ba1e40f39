import { FLOW_KEY_WORDS } from '@midplane/flow';
import {
  type AllocateColumn,
  decodeEmbedded,
  FLAG_ICMP_ERROR,
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  KIND_IPV4,
  type PacketBatch,
  PROTOCOL_UNKNOWN,
} from '@midplane/packet';
import type { PathBatch } from '../path-batch.ts';

const IPV6_HEADER = 40;
const FRAGMENT_HEADER = 8;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const DESTINATION_OPTIONS = 60;

/** What stages need of the bytes of packets, read ahead so that the bytes can stay where they are. */
export interface ReadAhead {
  /** Bytes that a fragment has of its packet. */
  readonly dataLength: Int32Array;
  /** Flow key of the packet inside an ICMP error, 10 words a row, and whether there is one. */
  readonly embedded: Int32Array;
  readonly hasEmbedded: Uint8Array;
}

/** Makes the columns of a batch. */
export function createReadAhead(rows: number, allocate: AllocateColumn): ReadAhead {
  return {
    dataLength: allocate(Int32Array, rows),
    embedded: allocate(Int32Array, rows * FLOW_KEY_WORDS),
    hasEmbedded: allocate(Uint8Array, rows),
  };
}

/** Whether an SPU can hand a packet of this row over although both wings of its session hash to one SPU. */
export function isHandedOver({ fragment, flags }: PacketBatch, row: number): boolean {
  // first and later fragments are 1 and 2 of 0 to 3, as a test says
  return ((fragment[row] ^ (fragment[row] >> 1)) & 1) !== 0 || (flags[row] & FLAG_ICMP_ERROR) !== 0;
}

/** Reads all rows of a batch ahead; returns whether there is one of them that matters. */
export function readAhead({ packets, count }: PathBatch, into: ReadAhead): boolean {
  const { kind, protocol, fragment, flags } = packets;
  if (!isAnyHandedOver(packets, count)) return false;
  for (let row = 0; row < count; row++) {
    if (!isHandedOver(packets, row)) continue;
    const isFragment = fragment[row] === FRAGMENT_FIRST || fragment[row] === FRAGMENT_LATER;
    const isWhole = kind[row] >= KIND_IPV4 && protocol[row] !== PROTOCOL_UNKNOWN;
    if (isFragment && isWhole) into.dataLength[row] = fragmentDataLength(packets, row);
    if (flags[row] & FLAG_ICMP_ERROR) {
      into.hasEmbedded[row] = decodeEmbedded(packets, row, into.embedded, row * FLOW_KEY_WORDS) ? 1 : 0;
    }
  }
  return true;
}

function isAnyHandedOver({ fragment, flags }: PacketBatch, count: number): boolean {
  // hot: per packet; most batches have none, and no branch
  let bits = 0;
  for (let row = 0; row < count; row++)
    bits |= ((fragment[row] ^ (fragment[row] >> 1)) & 1) | (flags[row] & FLAG_ICMP_ERROR);
  return bits !== 0;
}

/** Flow key of the packet inside an ICMP error; false if it has none. */
export function readEmbedded({ packets, fromBytes }: PathBatch, row: number, out: Int32Array): boolean {
  if (fromBytes === undefined) return decodeEmbedded(packets, row, out, 0);
  if (fromBytes.hasEmbedded[row] === 0) return false;
  const at = row * FLOW_KEY_WORDS;
  for (let word = 0; word < FLOW_KEY_WORDS; word++) out[word] = fromBytes.embedded[at + word];
  return true;
}

/** Bytes of the fragmented packet that a fragment has. */
export function readDataLength({ packets, fromBytes }: PathBatch, row: number): number {
  return fromBytes === undefined ? fragmentDataLength(packets, row) : fromBytes.dataLength[row];
}

/** Bytes of the fragmented packet that a fragment has, by the lengths in its headers. */
function fragmentDataLength({ kind, l3Offset, records }: PacketBatch, row: number): number {
  const { view, bytes } = records!;
  const at = l3Offset[row];
  if (kind[row] === KIND_IPV4) return Math.max(0, view.getUint16(at + 2) - 4 * (bytes[at] & 0x0f));
  // headers that may stand before the fragment header; it was found, so they are there
  let header = bytes[at + 6];
  let skipped = IPV6_HEADER;
  while (header === HOP_BY_HOP || header === ROUTING || header === DESTINATION_OPTIONS) {
    header = bytes[at + skipped];
    skipped += 8 * (bytes[at + skipped + 1] + 1);
  }
  return Math.max(0, view.getUint16(at + 4) + IPV6_HEADER - skipped - FRAGMENT_HEADER);
}
