import { foldChecksum, halves } from './_checksum.ts';

// hot: every function here is called per packet and writes with one DataView. No allocation.

/** Length of an Ethernet header. */
export const ETHERNET = 14;
/** Length of an IPv6 Fragment header. */
export const FRAGMENT_HEADER = 8;
/** Flags word of an IPv4 header: do not fragment. */
export const DONT_FRAGMENT = 0x4000;
/** First three words of the client prefix and of the server prefix: 2001:2:0:1:: and 2001:2:0:2:: (RFC 5180). */
export const BENCHMARK_PREFIXES: Int32Array<ArrayBuffer> = Int32Array.of(0x2001_0002, 1, 0, 0x2001_0002, 2, 0);

/** Returns the sum of the halves of six prefix words, for checksums. */
export function sumPrefixes(prefixes: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < 6; i++) sum += halves(prefixes[i]!);
  return sum;
}

/** Writes an Ethernet header; the two routers have locally administered addresses. */
export function writeEthernet(view: DataView, at: number, fromServer: number, etherType: number): void {
  view.setInt32(at, 0x0200_0000);
  view.setInt32(at + 4, 0x0201_0200 - (fromServer << 24)); // 02:00:00:00:01:01 clients, :02:01 servers
  view.setInt32(at + 8, 0x0000_0101 + (fromServer << 8));
  view.setInt16(at + 12, etherType);
}

/** Writes an IPv4 header without options, with its checksum; `fragment` is the word of flags and fragment offset. */
export function writeIpv4(
  view: DataView,
  at: number,
  totalLength: number,
  id: number,
  ttl: number,
  protocol: number,
  source: number,
  destination: number,
  addressSum: number,
  fragment: number,
): void {
  const third = (ttl << 8) | protocol;
  const checksum = foldChecksum(0x4500 + totalLength + id + fragment + third + addressSum);
  view.setInt32(at, 0x4500_0000 | totalLength);
  view.setInt32(at + 4, (id << 16) | fragment);
  view.setInt32(at + 8, (third << 16) | checksum);
  view.setInt32(at + 12, source);
  view.setInt32(at + 16, destination);
}

/** Writes an IPv6 header; `prefixes` are three words of the client's prefix and three of the server's. */
export function writeIpv6(
  view: DataView,
  at: number,
  payloadLength: number,
  hopLimit: number,
  next: number,
  label: number,
  fromServer: number,
  client: number,
  server: number,
  prefixes: Int32Array,
): void {
  const source = fromServer * 3;
  const destination = 3 - source;
  view.setInt32(at, 0x6000_0000 | label);
  view.setInt32(at + 4, (payloadLength << 16) | (next << 8) | hopLimit);
  const swap = (client ^ server) & -fromServer;
  view.setInt32(at + 8, prefixes[source]!);
  view.setInt32(at + 12, prefixes[source + 1]!);
  view.setInt32(at + 16, prefixes[source + 2]!);
  view.setInt32(at + 20, client ^ swap);
  view.setInt32(at + 24, prefixes[destination]!);
  view.setInt32(at + 28, prefixes[destination + 1]!);
  view.setInt32(at + 32, prefixes[destination + 2]!);
  view.setInt32(at + 36, server ^ swap);
}

/** Writes an IPv6 Fragment header; `position` is the offset in bytes, plus 1 if more follow. */
export function writeFragmentHeader(view: DataView, at: number, next: number, position: number, id: number): void {
  view.setInt32(at, (next << 24) | position);
  view.setInt32(at + 4, id);
}

/** Writes a TCP header without options; `pseudo` is the sum of addresses, protocol and length; the payload is zeros. */
export function writeTcp(
  view: DataView,
  at: number,
  ports: number,
  sequence: number,
  acknowledgment: number,
  flags: number,
  window: number,
  pseudo: number,
): void {
  const sum = pseudo + halves(ports) + halves(sequence) + halves(acknowledgment) + (0x5000 | flags) + window;
  view.setInt32(at, ports);
  view.setInt32(at + 4, sequence);
  view.setInt32(at + 8, acknowledgment);
  view.setInt32(at + 12, ((0x5000 | flags) << 16) | window);
  view.setInt32(at + 16, foldChecksum(sum) << 16); // no urgent data
}

/** Writes a UDP header; see {@link writeTcp}. */
export function writeUdp(view: DataView, at: number, ports: number, length: number, pseudo: number): void {
  const checksum = foldChecksum(pseudo + halves(ports) + length);
  view.setInt32(at, ports);
  view.setInt32(at + 4, (length << 16) | (checksum === 0 ? 0xffff : checksum)); // 0 would say: none
}

/** Writes the header of an echo message; `pseudo` is 0 for ICMP. */
export function writeEcho(
  view: DataView,
  at: number,
  type: number,
  identifier: number,
  sequence: number,
  pseudo: number,
): void {
  view.setInt32(at, (type << 24) | foldChecksum(pseudo + (type << 8) + identifier + sequence));
  view.setInt32(at + 4, (identifier << 16) | sequence);
}

/** Writes zeros from `at` to `end`, and up to 3 bytes further. */
export function writeZeros(view: DataView, bytes: Uint8Array, at: number, end: number): void {
  if (end - at > 128) {
    bytes.fill(0, at, end);
    return;
  }
  for (let i = at; i < end; i += 4) view.setInt32(i, 0);
}
