/**
 * Packets as columns: decode headers of any link type into a reused batch, and build packets for tests and traffic.
 *
 * Wire layer. Reading frames from a file is left to `@midplane/capture`, what a flow key means to `@midplane/flow`.
 *
 * @example
 * ```ts
 * import { decodePackets, packet, PACKET_KINDS, PacketBatch, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const ping = packet('ping').ethernet().vlan(100).ipv6().icmpv6({ identifier: 7 }).build();
 * const batch = new PacketBatch(256);
 * decodePackets(recordsOf([ping]), batch);
 * assert.equal(PACKET_KINDS[batch.kind[0]], 'ipv6');
 * assert.equal(batch.key[8], (7 << 16) | 7);
 * ```
 *
 * @module
 */
export * from './batch.ts';
export * from './decode.ts';
export * from './embedded.ts';
export type { ArpOptions } from './emit/arp.ts';
export { internetChecksum } from './emit/checksum.ts';
export type { IcmpOptions } from './emit/icmp.ts';
export type { Ipv4Options } from './emit/ipv4.ts';
export type { Ipv6FragmentOptions, Ipv6Options, Ipv6OptionsOptions, RoutingOptions } from './emit/ipv6.ts';
export type { EmitSite, Layer, PseudoHeader } from './emit/layer.ts';
export type { EthernetOptions, FamilyOptions, SllOptions } from './emit/link.ts';
export type {
  LlcOptions,
  MplsOptions,
  PppoeDiscoveryOptions,
  PppoeOptions,
  SnapOptions,
  VlanOptions,
} from './emit/tags.ts';
export type { PortOptions, SctpOptions, TcpOptions, UdpOptions } from './emit/transport.ts';
export type { GreOptions, IpsecOptions } from './emit/tunnel.ts';
export * from './fragment-packet.ts';
export * from './link-type.ts';
export * from './packet-builder.ts';
export * from './records-of.ts';
