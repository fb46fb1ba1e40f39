import type { Frame, PacketRecords } from '@midplane/packet';

/** A packet put together again. */
export interface Whole extends Frame {
  /** Pieces it came in, 1 if it was whole. */
  pieces: number;
  /** Its fragment with offset 0 came last. */
  reversed: boolean;
  timeNs: bigint;
}

interface Part {
  offset: number;
  more: boolean;
  data: Uint8Array;
  head: Uint8Array;
}

/** Puts fragments together, plainly, by addresses, protocol and identification; throws for gaps and overlaps. */
export class Reassembler {
  readonly #waiting = new Map<string, Part[]>();
  /** Packets in order of their last piece. */
  readonly done: Whole[] = [];

  /** Takes all rows; every frame must be captured whole. */
  add(records: PacketRecords): void {
    for (let row = 0; row < records.count; row++) {
      const at = records.offset[row]!;
      const frame = records.bytes.slice(at, at + records.length[row]!);
      if (records.capturedLength[row] !== frame.length) throw new Error(`row ${row} is cut`);
      const timeNs = BigInt(records.seconds[row]!) * 1_000_000_000n + BigInt(records.nanoseconds[row]!);
      this.#addFrame(frame, timeNs);
    }
  }

  /** Packets that lack pieces. */
  get waiting(): number {
    return this.#waiting.size;
  }

  #addFrame(frame: Uint8Array, timeNs: bigint): void {
    const view = new DataView(frame.buffer);
    const ipv6 = view.getUint16(12) === 0x86dd;
    const whole = ipv6 ? frame[20] !== 44 : (view.getUint16(20) & 0x3fff) === 0;
    if (whole) {
      this.done.push({ bytes: frame, linkType: 1, pieces: 1, reversed: false, timeNs });
      return;
    }
    const word = ipv6 ? view.getUint16(56) : view.getUint16(20);
    const offset = ipv6 ? word & ~7 : (word & 0x1fff) * 8;
    const more = ipv6 ? (word & 1) === 1 : (word & 0x2000) !== 0;
    const id = ipv6 ? view.getUint32(58) : view.getUint16(18);
    const start = ipv6 ? 62 : 34;
    const end = ipv6 ? 54 + view.getUint16(18) : 14 + view.getUint16(16);
    const addresses = frame.slice(ipv6 ? 22 : 26, ipv6 ? 54 : 34).join('.');
    const key = `${addresses} ${ipv6 ? frame[54] : frame[23]} ${id}`;
    const parts = this.#waiting.get(key) ?? [];
    parts.push({ offset, more, data: frame.slice(start, end), head: frame.slice(0, start) });
    this.#waiting.set(key, parts);
    const last = parts.find((part) => !part.more);
    const bytes = parts.reduce((sum, part) => sum + part.data.length, 0);
    if (last === undefined || bytes < last.offset + last.data.length) return;
    this.#waiting.delete(key);
    this.done.push({ ...join(parts, ipv6), pieces: parts.length, reversed: offset === 0, timeNs });
  }
}

function join(parts: readonly Part[], ipv6: boolean): Frame {
  const sorted = [...parts].sort((a, b) => a.offset - b.offset);
  let due = 0;
  for (const { offset, data, more } of sorted) {
    if (offset !== due || (more && data.length % 8 !== 0)) throw new Error(`piece at ${offset}, due ${due}`);
    due += data.length;
  }
  const head = [...sorted[0]!.head];
  const length = ipv6 ? due : due + 20;
  if (ipv6) {
    head[20] = head[54]!;
    head.length = 54;
    head.splice(18, 2, length >> 8, length & 255);
  } else {
    head.splice(16, 2, length >> 8, length & 255);
    head.splice(20, 2, 0, 0, head[22]!, head[23]!, 0, 0);
    head.length = 26;
    head.push(...sorted[0]!.head.slice(26));
    let sum = 0;
    for (let i = 14; i < 34; i += 2) sum += head[i]! * 256 + head[i + 1]!;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    head.splice(24, 2, ~(sum >> 8) & 255, ~sum & 255);
  }
  const bytes = [...head, ...sorted.flatMap(({ data }) => [...data])];
  while (bytes.length < 60) bytes.push(0);
  return { bytes: Uint8Array.from(bytes), linkType: 1 };
}
