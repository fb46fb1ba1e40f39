import { type Ipv4Layer, ipv4Layer } from './emit/ipv4.ts';
import { ipv6FragmentLayer } from './emit/ipv6.ts';
import type { Layer } from './emit/layer.ts';
import { type BuiltPacket, PacketBuilder } from './packet-builder.ts';

/**
 * Cuts a packet into IPv4 or IPv6 fragments at its outermost IP header, each within a maximum size.
 *
 * Layers before the IP header are repeated. IPv4 repeats options whose copied bit is set; IPv6 repeats Hop-by-Hop Options
 * and Routing headers and what stands before them, then adds a Fragment header.
 *
 * @param packet The whole packet, not itself a fragment.
 * @param mtu Largest IP packet, bytes; each fragment but the last carries a multiple of 8 bytes.
 * @param identification Identification of the fragments; default 1, or that of the IPv4 header.
 * @returns Fragments in order, described as `<description>, fragment <n> of <count>`; the packet alone if it fits.
 * @throws {TypeError} If the packet has no IP header.
 * @throws {RangeError} If `mtu` leaves no room for 8 bytes of data.
 * @see RFC 791 section 3.2, RFC 8200 section 4.5
 * @example
 * ```ts
 * import { fragmentPacket, packet } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const fragments = fragmentPacket(packet('bulk').ethernet().ipv4().udp().payload(3000), 1500);
 * assert.deepEqual(fragments.map((fragment) => fragment.bytes.length), [1514, 1514, 82]);
 * ```
 */
export function fragmentPacket(packet: PacketBuilder, mtu: number, identification?: number): BuiltPacket[] {
  const whole = packet.build();
  const ip = packet.layers.findIndex((layer) => layer.pseudoHeader !== undefined);
  if (ip < 0) {
    throw new TypeError(`Cannot fragment packet: it must have an IP header: got "${packet.description}"`);
  }
  const { bytes, layers } = whole;
  const start = layers[ip].offset;
  const version = packet.layers[ip].pseudoHeader?.family;
  const end = version === 4 ? start + readLength(bytes, start + 2) : start + 40 + readLength(bytes, start + 4);
  if (end - start <= mtu) return [whole];
  let cut = ip + 1; // first layer that is data of the fragments
  if (version === 6) {
    packet.layers.forEach((layer, i) => {
      if (i > ip && (layer.name === 'hop-by-hop' || layer.name === 'routing')) cut = i + 1;
    });
  }
  const dataAt = layers[cut].offset;
  const chunk = Math.floor((mtu - (dataAt - start) - (version === 6 ? 8 : 0)) / 8) * 8;
  if (chunk < 8) {
    throw new RangeError(`Cannot fragment packet: mtu must leave room for 8 bytes of data: got ${mtu}`);
  }
  const count = Math.ceil((end - dataAt) / chunk);
  const fragments: BuiltPacket[] = [];
  for (let n = 0; n < count; n++) {
    const offset = n * chunk;
    const more = n < count - 1;
    const data = bytes.slice(dataAt + offset, Math.min(end, dataAt + offset + chunk));
    const head: Layer[] = packet.layers.slice(0, cut);
    if (version === 4) {
      head[ip] = fragmentIpv4(packet.layers[ip] as Ipv4Layer, bytes[start + 9], offset, more, identification);
    } else {
      const next = packet.layers[cut]?.ipProtocol ?? 253;
      head.push(ipv6FragmentLayer({ offset, more, nextHeader: next, identification: identification ?? 1 }));
    }
    fragments.push(new PacketBuilder(`${packet.description}, fragment ${n + 1} of ${count}`, head, data).build());
  }
  return fragments;
}

function readLength(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function fragmentIpv4(
  layer: Ipv4Layer,
  protocol: number,
  fragmentOffset: number,
  moreFragments: boolean,
  identification: number | undefined,
): Ipv4Layer {
  const { ipv4 } = layer;
  const options = ipv4.options && (fragmentOffset === 0 ? ipv4.options : copiedOptions(ipv4.options));
  return ipv4Layer({
    ...ipv4,
    ...(options ? { options } : {}),
    protocol,
    fragmentOffset,
    moreFragments,
    identification: identification ?? ipv4.identification ?? 1,
  });
}

/** Options with the copied bit (RFC 791 section 3.1). */
function copiedOptions(options: Uint8Array): Uint8Array {
  const copied: number[] = [];
  for (let at = 0; at < options.length && options[at] !== 0; ) {
    const length = options[at] === 1 ? 1 : (options[at + 1] ?? 1);
    if (length < 1) break;
    if (options[at] & 0x80) copied.push(...options.subarray(at, at + length));
    at += length;
  }
  return Uint8Array.from(copied);
}
