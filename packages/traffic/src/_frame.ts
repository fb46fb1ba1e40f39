import { foldChecksum, halves } from './_checksum.ts';

// hot: every function here is called per packet and writes with one DataView. No allocation.

/** Length of an Ethernet header. */
export const ETHERNET = 14;
const PREFIX_HIGH = 0x2001_0002; // 2001:2::/48
const PREFIX_LOW_CLIENT = 0x0000_0001;
const PREFIX_LOW_SERVER = 0x0000_0002;
/** Sum of the halves of both prefixes, for checksums. */
export const IPV6_PREFIX_SUM: number = 2 * (0x2001 + 0x0002) + 1 + 2;

/** Writes an Ethernet header; the two routers have locally administered addresses. */
export function writeEthernet(view: DataView, at: number, fromServer: number, etherType: number): void {
  view.setInt32(at, 0x0200_0000);
  view.setInt32(at + 4, 0x0201_0200 - (fromServer << 24)); // 02:00:00:00:01:01 clients, :02:01 servers
  view.setInt32(at + 8, 0x0000_0101 + (fromServer << 8));
  view.setInt16(at + 12, etherType);
}

/** Writes an IPv4 header without options, with its checksum. */
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
): void {
  const third = (ttl << 8) | protocol;
  const checksum = foldChecksum(0x4500 + totalLength + id + 0x4000 + third + addressSum);
  view.setInt32(at, 0x4500_0000 | totalLength);
  view.setInt32(at + 4, (id << 16) | 0x4000); // do not fragment
  view.setInt32(at + 8, (third << 16) | checksum);
  view.setInt32(at + 12, source);
  view.setInt32(at + 16, destination);
}

/** Writes an IPv6 header. */
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
): void {
  view.setInt32(at, 0x6000_0000 | label);
  view.setInt32(at + 4, (payloadLength << 16) | (next << 8) | hopLimit);
  const swap = (client ^ server) & -fromServer;
  view.setInt32(at + 8, PREFIX_HIGH);
  view.setInt32(at + 12, PREFIX_LOW_CLIENT + fromServer);
  view.setInt32(at + 16, 0);
  view.setInt32(at + 20, client ^ swap);
  view.setInt32(at + 24, PREFIX_HIGH);
  view.setInt32(at + 28, PREFIX_LOW_SERVER - fromServer);
  view.setInt32(at + 32, 0);
  view.setInt32(at + 36, server ^ swap);
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
