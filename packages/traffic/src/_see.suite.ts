import type { PacketRecords } from '@midplane/packet';

/** A packet, read field by field: the plain counterpart of the frame writer, for tests. */
export interface Seen {
  ipv6: boolean;
  protocol: number;
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  ttl: number;
  flags: number;
  sequence: number;
  acknowledgment: number;
  payload: number;
  length: number;
  captured: number;
  timeNs: bigint;
  icmpType: number;
}

/** Internet checksum over bytes, one by one; bytes that were not captured count as zeros. */
function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return 0xffff - sum;
}

/** Frame of row `row`, one number a byte, with zeros where it was cut. */
function frameOf(records: PacketRecords, row: number): number[] {
  const at = records.offset[row]!;
  const frame = [...records.bytes.subarray(at, at + records.capturedLength[row]!)];
  while (frame.length < records.length[row]!) frame.push(0);
  return frame;
}

/** Checks the checksums of row `row`: sums over the IPv4 header and over L4 with its pseudo-header; 0 if valid. */
export function checksums(records: PacketRecords, row: number): [number, number] {
  const frame = frameOf(records, row);
  const ipv6 = frame[12] === 0x86;
  const l4 = ipv6 ? 54 : 34;
  const protocol = ipv6 ? frame[20]! : frame[23]!;
  const length = ipv6 ? frame[18]! * 256 + frame[19]! : frame[16]! * 256 + frame[17]! - 20;
  const addresses = ipv6 ? frame.slice(22, 54) : frame.slice(26, 34);
  const pseudo = protocol === 1 ? [] : [...addresses, 0, protocol, length >> 8, length & 255];
  return [ipv6 ? 0 : checksum(frame.slice(14, 34)), checksum([...pseudo, ...frame.slice(l4, l4 + length)])];
}

/** Reads row `row` of the records. */
export function see(records: PacketRecords, row: number): Seen {
  const at = records.offset[row]!;
  const frame = records.bytes;
  const u8 = (i: number): number => frame[at + i]!;
  const u16 = (i: number): number => u8(i) * 256 + u8(i + 1);
  const u32 = (i: number): number => u16(i) * 65_536 + u16(i + 2);
  const ipv6 = u16(12) === 0x86dd;
  if (!ipv6 && u16(12) !== 0x0800) throw new Error(`row ${row}: EtherType 0x${u16(12).toString(16)}`);
  if (u8(14) !== (ipv6 ? 0x60 : 0x45)) throw new Error(`row ${row}: first byte of IP is ${u8(14)}`);
  const protocol = ipv6 ? u8(20) : u8(23);
  const l4 = ipv6 ? 54 : 34;
  const tcp = protocol === 6;
  const icmp = protocol === 1 || protocol === 58;
  const address = (i: number): string => (ipv6 ? `${u32(i)}.${u32(i + 4)}.${u32(i + 8)}.${u32(i + 12)}` : `${u32(i)}`);
  return {
    ipv6,
    protocol,
    source: address(ipv6 ? 22 : 26),
    destination: address(ipv6 ? 38 : 30),
    sourcePort: icmp ? u16(l4 + 4) : u16(l4),
    destinationPort: icmp ? u16(l4 + 4) : u16(l4 + 2),
    ttl: ipv6 ? u8(21) : u8(22),
    flags: tcp ? u8(l4 + 13) : 0,
    sequence: tcp ? u32(l4 + 4) : icmp ? u16(l4 + 6) : 0,
    acknowledgment: tcp ? u32(l4 + 8) : 0,
    payload: (ipv6 ? u16(18) : u16(16) - 20) - (tcp ? 20 : 8),
    length: records.length[row]!,
    captured: records.capturedLength[row]!,
    timeNs: BigInt(records.seconds[row]!) * 1_000_000_000n + BigInt(records.nanoseconds[row]!),
    icmpType: icmp ? u8(l4) : -1,
  };
}

/** Names the flow of a packet, the same for both directions. */
export function flowOf(packet: Seen): string {
  const a = `${packet.source}:${packet.sourcePort}`;
  const b = `${packet.destination}:${packet.destinationPort}`;
  return `${packet.protocol} ${a < b ? `${a} ${b}` : `${b} ${a}`}`;
}
