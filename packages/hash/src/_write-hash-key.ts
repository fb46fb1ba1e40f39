import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_WORDS } from '@midplane/flow';
import type { PacketBatch } from '@midplane/packet';
import {
  ACTION_FRAME,
  ACTION_IPV4_L3,
  ACTION_IPV4_PORTS,
  ACTION_IPV6_L3,
  ACTION_IPV6_PORTS,
  LINKTYPE_ETHERNET,
} from './_compiled-rules.ts';

/** Words of the longest hash key: two IPv6 addresses, selector, protocol. */
export const HASH_KEY_WORDS = 10;

/** Writes the hash key of an IPv4 flow by the action of its rule and returns its number of words. */
export function writeIpv4(key: Int32Array, at: number, action: number, symmetric: boolean, out: Int32Array): number {
  // hot: per packet, no allocation; the endpoints are ordered without a branch, which no predictor could guess
  const source = key[at];
  const destination = key[at + FLOW_KEY_DESTINATION];
  const protocol = key[at + FLOW_KEY_PROTOCOL] & 255;
  const swap = symmetric && source >>> 0 > destination >>> 0 ? -1 : 0;
  const exchange = (source ^ destination) & swap;
  out[0] = source ^ exchange;
  out[1] = destination ^ exchange;
  if (action === ACTION_IPV4_L3) {
    out[2] = protocol;
    return 3;
  }
  let selector = key[at + FLOW_KEY_SELECTOR];
  if (action === ACTION_IPV4_PORTS) {
    const reversed = (selector << 16) | (selector >>> 16);
    selector ^= (selector ^ reversed) & swap;
    if (symmetric && source === destination && selector >>> 0 > reversed >>> 0) selector = reversed;
  }
  out[2] = selector;
  out[3] = protocol;
  return 4;
}

/** Writes the hash key of an IPv6 flow by the action of its rule and returns its number of words. */
export function writeIpv6(key: Int32Array, at: number, action: number, symmetric: boolean, out: Int32Array): number {
  // hot: per packet, no allocation
  let word = 0;
  while (word < 3 && key[at + word] === key[at + FLOW_KEY_DESTINATION + word]) word++;
  const source = key[at + word];
  const destination = key[at + FLOW_KEY_DESTINATION + word];
  const swap = symmetric && source >>> 0 > destination >>> 0;
  const first = swap ? at + FLOW_KEY_DESTINATION : at;
  const second = swap ? at : at + FLOW_KEY_DESTINATION;
  out[0] = key[first];
  out[1] = key[first + 1];
  out[2] = key[first + 2];
  out[3] = key[first + 3];
  out[4] = key[second];
  out[5] = key[second + 1];
  out[6] = key[second + 2];
  out[7] = key[second + 3];
  const protocol = key[at + FLOW_KEY_PROTOCOL] & 255;
  if (action === ACTION_IPV6_L3) {
    out[8] = protocol;
    return 9;
  }
  let selector = key[at + FLOW_KEY_SELECTOR];
  if (action === ACTION_IPV6_PORTS) {
    const reversed = (selector << 16) | (selector >>> 16);
    if (swap || (symmetric && source === destination && selector >>> 0 > reversed >>> 0)) selector = reversed;
  }
  out[8] = selector;
  out[9] = protocol;
  return 10;
}

/** Writes the hash key of a row of a batch by the action of its rule and returns its number of words. */
export function writeRow(batch: PacketBatch, row: number, action: number, symmetric: boolean, out: Int32Array): number {
  // hot: per packet, no allocation
  if (action === ACTION_FRAME) return writeFrame(batch, row, symmetric, out);
  if (action <= ACTION_IPV4_L3) return writeIpv4(batch.key, row * FLOW_KEY_WORDS, action, symmetric, out);
  return writeIpv6(batch.key, row * FLOW_KEY_WORDS, action, symmetric, out);
}

/**
 * Writes source MAC address, destination MAC address and EtherType of a row of a batch and returns the number of words,
 * 4. Addresses that the frame does not have (other link types, cut off) are 0.
 */
function writeFrame(batch: PacketBatch, row: number, symmetric: boolean, out: Int32Array): number {
  const { records } = batch;
  out[3] = batch.etherType[row];
  if (records === undefined || records.linkType[row] !== LINKTYPE_ETHERNET || records.capturedLength[row] < 12) {
    out[0] = 0;
    out[1] = 0;
    out[2] = 0;
    return 4;
  }
  // on the wire the destination comes first
  const { view } = records;
  const offset = records.offset[row];
  writeMacs(
    view.getInt32(offset + 6),
    view.getUint16(offset + 10),
    view.getInt32(offset),
    view.getUint16(offset + 4),
    symmetric,
    out,
  );
  return 4;
}

/** Writes two MAC addresses, given as four and two bytes each, as three words. */
export function writeMacs(
  sourceHigh: number,
  sourceLow: number,
  destinationHigh: number,
  destinationLow: number,
  symmetric: boolean,
  out: Int32Array,
): void {
  const swap =
    symmetric &&
    (sourceHigh === destinationHigh ? sourceLow > destinationLow : sourceHigh >>> 0 > destinationHigh >>> 0);
  const high = swap ? sourceHigh : destinationHigh;
  const low = swap ? sourceLow : destinationLow;
  out[0] = swap ? destinationHigh : sourceHigh;
  out[1] = ((swap ? destinationLow : sourceLow) << 16) | (high >>> 16);
  out[2] = (high << 16) | low;
}
