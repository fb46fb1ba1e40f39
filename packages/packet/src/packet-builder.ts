// A little over 300 lines: a method for each protocol, most of one line, and what they take.
import type { BuiltPacket } from './built-packet.ts';
import { type ArpOptions, arpLayer } from './emit/arp.ts';
import { type IcmpOptions, icmpLayer } from './emit/icmp.ts';
import { type Ipv4Options, ipv4Layer } from './emit/ipv4.ts';
import {
  type Ipv6FragmentOptions,
  type Ipv6Options,
  type Ipv6OptionsOptions,
  ipv6FragmentLayer,
  ipv6Layer,
  optionsLayer,
  type RoutingOptions,
  routingLayer,
} from './emit/ipv6.ts';
import type { Layer } from './emit/layer.ts';
import {
  ciscoHdlcLayer,
  type EthernetOptions,
  ethernetLayer,
  type FamilyOptions,
  familyLayer,
  pppLayer,
  rawLayer,
  type SllOptions,
  sllLayer,
} from './emit/link.ts';
import {
  type LlcOptions,
  llcLayer,
  type MplsOptions,
  mplsLayer,
  type PppoeDiscoveryOptions,
  type PppoeOptions,
  pppoeDiscoveryLayer,
  pppoeLayer,
  type SnapOptions,
  snapLayer,
  type VlanOptions,
  vlanLayer,
} from './emit/tags.ts';
import { type SctpOptions, sctpLayer, type TcpOptions, tcpLayer, type UdpOptions, udpLayer } from './emit/transport.ts';
import { ahLayer, espLayer, type GreOptions, greLayer, type IpsecOptions } from './emit/tunnel.ts';
import { writeLayers } from './emit/write-layers.ts';
import * as link from './link-type.ts';

export type { BuiltLayer, BuiltPacket } from './built-packet.ts';

/**
 * Starts a packet: layers are added outermost first, `build` writes them with lengths, types and checksums.
 *
 * @param description What the packet is for, in words; tests print it.
 * @returns A builder without layers.
 * @example
 * ```ts
 * import { packet } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const syn = packet('SYN to web')
 *   .ethernet()
 *   .vlan(100)
 *   .ipv4({ source: '192.0.2.1', destination: '198.51.100.2' })
 *   .tcp({ sourcePort: 1234, destinationPort: 80, flags: 'S' })
 *   .build();
 * assert.equal(syn.bytes.length, 14 + 4 + 20 + 20);
 * assert.equal(syn.linkType, 1);
 * ```
 */
export function packet(description = ''): PacketBuilder {
  return new PacketBuilder(description, [], new Uint8Array(0));
}

/**
 * A packet under construction. Every method returns a new builder, so that a builder can be the start of several packets.
 *
 * Fields that are not given have defaults; type fields follow from the next layer, lengths and checksums from the
 * whole. A frame that starts with IP is of link type raw IP (101).
 *
 * @example Two packets with the same start
 * ```ts
 * import { packet } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const start = packet('query').ethernet().ipv6({ destination: '2001:db8::53' });
 * const udp = start.udp({ destinationPort: 53 }).payload('hello').build();
 * const tcp = start.tcp({ destinationPort: 53, flags: 'S' }).build();
 * assert.equal(udp.bytes.length, 14 + 40 + 8 + 5);
 * assert.deepEqual(tcp.layers.map((layer) => layer.name), ['ethernet', 'ipv6', 'tcp', 'payload']);
 * ```
 */
export class PacketBuilder {
  /** What the packet is for, in words. */
  readonly description: string;
  /** Layers so far, outermost first. */
  readonly layers: readonly Layer[];
  /** What follows the last header. */
  readonly body: Uint8Array;

  /** Use `packet` to start one. */
  constructor(description: string, layers: readonly Layer[], body: Uint8Array) {
    this.description = description;
    this.layers = layers;
    this.body = body;
  }

  /** Adds a layer. */
  with(layer: Layer): PacketBuilder {
    return new PacketBuilder(this.description, [...this.layers, layer], this.body);
  }

  /** Adds an Ethernet header; a second one is what a bridging tunnel carries. */
  ethernet(options: EthernetOptions = {}): PacketBuilder {
    return this.with(ethernetLayer(options));
  }

  /** Adds an LLC header. */
  llc(options: LlcOptions = {}): PacketBuilder {
    return this.with(llcLayer(options));
  }

  /** Adds an LLC and SNAP header. */
  snap(options: SnapOptions = {}): PacketBuilder {
    return this.with(snapLayer(options));
  }

  /** Adds a VLAN tag, by its identifier or its fields. */
  vlan(options: number | VlanOptions = {}): PacketBuilder {
    return this.with(vlanLayer(typeof options === 'number' ? { id: options } : options));
  }

  /** Adds a service tag (0x88a8) and a customer tag (0x8100). */
  qinq(serviceId: number, customerId: number): PacketBuilder {
    return this.vlan({ id: serviceId, tpid: 0x88a8 }).vlan(customerId);
  }

  /** Adds an MPLS label, by its value or its fields. */
  mpls(options: number | MplsOptions = {}): PacketBuilder {
    return this.with(mplsLayer(typeof options === 'number' ? { label: options } : options));
  }

  /** Adds a PPPoE session header and PPP protocol. */
  pppoe(options: PppoeOptions = {}): PacketBuilder {
    return this.with(pppoeLayer(options));
  }

  /** Adds a PPPoE discovery header. */
  pppoeDiscovery(options: PppoeDiscoveryOptions = {}): PacketBuilder {
    return this.with(pppoeDiscoveryLayer(options));
  }

  /** Starts a frame of link type NULL: address family in host byte order. */
  null(options: FamilyOptions = {}): PacketBuilder {
    return this.with(familyLayer(link.LINKTYPE_NULL, options));
  }

  /** Starts a frame of link type LOOP: address family in network byte order. */
  loop(options: FamilyOptions = {}): PacketBuilder {
    return this.with(familyLayer(link.LINKTYPE_LOOP, options));
  }

  /** Starts a frame without link header: link type 101 or another one for raw IP (12, 14, 228, 229). */
  raw(linkType: number = link.LINKTYPE_RAW): PacketBuilder {
    return this.with(rawLayer(linkType));
  }

  /** Starts a frame of the Linux `any` device, version 1. */
  sll(options: SllOptions = {}): PacketBuilder {
    return this.with(sllLayer(1, options));
  }

  /** Starts a frame of the Linux `any` device, version 2. */
  sll2(options: SllOptions = {}): PacketBuilder {
    return this.with(sllLayer(2, options));
  }

  /** Starts a PPP frame with address and control bytes: link type 9, or 50 (PPP_SERIAL). */
  ppp(options: { readonly protocol?: number; readonly linkType?: 9 | 50 } = {}): PacketBuilder {
    return this.with(pppLayer(options.linkType ?? link.LINKTYPE_PPP, options.protocol));
  }

  /** Starts a Cisco HDLC frame. */
  ciscoHdlc(options: { readonly etherType?: number } = {}): PacketBuilder {
    return this.with(ciscoHdlcLayer(options.etherType));
  }

  /** Adds an ARP message. */
  arp(options: ArpOptions = {}): PacketBuilder {
    return this.with(arpLayer(options));
  }

  /** Adds an IPv4 header. */
  ipv4(options: Ipv4Options = {}): PacketBuilder {
    return this.with(ipv4Layer(options));
  }

  /** Adds an IPv6 header. */
  ipv6(options: Ipv6Options = {}): PacketBuilder {
    return this.with(ipv6Layer(options));
  }

  /** Adds a Hop-by-Hop Options header. */
  hopByHop(options: Ipv6OptionsOptions = {}): PacketBuilder {
    return this.with(optionsLayer('hop-by-hop', options));
  }

  /** Adds a Destination Options header. */
  destinationOptions(options: Ipv6OptionsOptions = {}): PacketBuilder {
    return this.with(optionsLayer('destination-options', options));
  }

  /** Adds a Routing header. */
  routing(options: RoutingOptions = {}): PacketBuilder {
    return this.with(routingLayer(options));
  }

  /** Adds a Fragment header. To cut a packet into fragments use `fragmentPacket`. */
  ipv6Fragment(options: Ipv6FragmentOptions = {}): PacketBuilder {
    return this.with(ipv6FragmentLayer(options));
  }

  /** Adds a TCP header. */
  tcp(options: TcpOptions = {}): PacketBuilder {
    return this.with(tcpLayer(options));
  }

  /** Adds a UDP header. */
  udp(options: UdpOptions = {}): PacketBuilder {
    return this.with(udpLayer(options));
  }

  /** Adds an SCTP header with one chunk: DATA round the payload, INIT if there is none. */
  sctp(options: SctpOptions = {}): PacketBuilder {
    return this.with(sctpLayer(options));
  }

  /** Adds an ICMP header; default echo request. */
  icmp(options: IcmpOptions = {}): PacketBuilder {
    return this.with(icmpLayer(4, options));
  }

  /** Adds an ICMPv6 header; default echo request. */
  icmpv6(options: IcmpOptions = {}): PacketBuilder {
    return this.with(icmpLayer(6, options));
  }

  /** Adds an Authentication Header. */
  ah(options: IpsecOptions = {}): PacketBuilder {
    return this.with(ahLayer(options));
  }

  /** Adds an ESP header; what follows stands for its encrypted part. */
  esp(options: IpsecOptions = {}): PacketBuilder {
    return this.with(espLayer(options));
  }

  /** Adds a GRE header. */
  gre(options: GreOptions = {}): PacketBuilder {
    return this.with(greLayer(options));
  }

  /**
   * Adds header bytes of any other protocol.
   *
   * @param type How the layer around calls it: IP protocol, EtherType or PPP protocol number.
   * @param bytes The header; default none, which only names what follows.
   */
  header(type: number, bytes: Uint8Array = new Uint8Array(0)): PacketBuilder {
    return this.with({
      name: 'header',
      length: bytes.length,
      etherType: type,
      pppProtocol: type,
      ipProtocol: type,
      write(site) {
        site.bytes.set(bytes, site.at);
      },
    });
  }

  /** Sets what follows the last header: bytes, text as UTF-8, or a number of bytes counting up from 0. */
  payload(payload: Uint8Array | string | number): PacketBuilder {
    const body =
      typeof payload === 'number'
        ? Uint8Array.from({ length: payload }, (_, i) => i & 255)
        : typeof payload === 'string'
          ? new TextEncoder().encode(payload)
          : payload;
    return new PacketBuilder(this.description, this.layers, body);
  }

  /**
   * Sets the payload to another packet from its IP header on, as ICMP errors carry it.
   *
   * @param offender The packet, as builder or built.
   * @param limit Bytes to keep; default all.
   * @throws {TypeError} If `offender` has no IP header.
   */
  embed(offender: PacketBuilder | BuiltPacket, limit?: number): PacketBuilder {
    const built = offender instanceof PacketBuilder ? offender.build() : offender;
    const ip = built.layers.find((layer) => layer.name === 'ipv4' || layer.name === 'ipv6');
    if (ip === undefined) {
      throw new TypeError(`Cannot embed packet: it must have an IP header: got "${built.description}"`);
    }
    const bytes = built.bytes.slice(ip.offset);
    return this.payload(limit === undefined ? bytes : bytes.subarray(0, limit));
  }

  /**
   * Writes the packet.
   *
   * @returns Frame with lengths, types and checksums filled in.
   * @throws {TypeError} If the first layer is neither a link layer nor IP.
   * @throws {RangeError} If a field or length does not fit its header.
   */
  build(): BuiltPacket {
    const { layers, body, description } = this;
    const first = layers[0];
    const linkType = first?.linkType ?? (first?.pseudoHeader ? link.LINKTYPE_RAW : undefined);
    if (linkType === undefined) {
      throw new TypeError(
        `Cannot build packet: the first layer must be a link layer or IP: got ${first?.name ?? 'no layer'}`,
      );
    }
    const written = writeLayers(layers, body);
    return { description, bytes: written.bytes, linkType, layers: written.layers };
  }
}
