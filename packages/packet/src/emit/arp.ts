import { ETHERTYPE_ARP } from '../_constants.ts';
import { addressBytes, macBytes } from './address.ts';
import type { Layer } from './layer.ts';

/** Fields of an ARP message for IPv4 over Ethernet. */
export interface ArpOptions {
  /** 1 request, 2 reply; default 1. */
  readonly operation?: number;
  /** Default `02:00:00:00:00:01`. */
  readonly senderMac?: string;
  /** Default `192.0.2.1`. */
  readonly senderAddress?: string;
  /** Default `00:00:00:00:00:00`. */
  readonly targetMac?: string;
  /** Default `192.0.2.2`. */
  readonly targetAddress?: string;
}

/** ARP for IPv4 over Ethernet (RFC 826). */
export function arpLayer(given: ArpOptions): Layer {
  return {
    name: 'arp',
    length: 28,
    etherType: ETHERTYPE_ARP,
    write({ bytes, view, at }) {
      view.setUint16(at, 1);
      view.setUint16(at + 2, 0x0800);
      view.setUint16(at + 4, 0x0604);
      view.setUint16(at + 6, given.operation ?? 1);
      bytes.set(macBytes(given.senderMac ?? '02:00:00:00:00:01'), at + 8);
      bytes.set(addressBytes(given.senderAddress ?? '192.0.2.1', 4), at + 14);
      bytes.set(macBytes(given.targetMac ?? '00:00:00:00:00:00'), at + 18);
      bytes.set(addressBytes(given.targetAddress ?? '192.0.2.2', 4), at + 24);
    },
  };
}
