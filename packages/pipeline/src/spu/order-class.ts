/** Classes of packets by what kind of session they belong to; those that came as fragments are one of their own. */
export type OrderClass = 'tcp' | 'udp' | 'sctp' | 'esp-ah' | 'icmp' | 'other' | 'fragments';
/** Names of {@link OrderClass}. */
export const ORDER_CLASSES: readonly OrderClass[] = ['tcp', 'udp', 'sctp', 'esp-ah', 'icmp', 'other', 'fragments'];

const FRAGMENTS = ORDER_CLASSES.indexOf('fragments');
const OTHER = ORDER_CLASSES.indexOf('other');
const BY_PROTOCOL = new Uint8Array(256).fill(OTHER);
for (const [protocol, name] of [
  [6, 'tcp'],
  [17, 'udp'],
  [132, 'sctp'],
  [50, 'esp-ah'],
  [51, 'esp-ah'],
  [1, 'icmp'],
  [58, 'icmp'],
] as const) {
  BY_PROTOCOL[protocol] = ORDER_CLASSES.indexOf(name);
}

/** Index of the class of a packet. */
export function orderClassOf(protocol: number, isFragment: boolean): number {
  return isFragment ? FRAGMENTS : BY_PROTOCOL[protocol];
}

/** How many packets there were, and what of them was reordered: numbers that add up. */
export class OrderCounts {
  packets = 0;
  reordered = 0;
  extents = 0;
  maxExtent = 0;

  /** Counts a packet. */
  count(isReordered: boolean, extent: number): void {
    this.packets++;
    if (!isReordered) return;
    this.reordered++;
    this.extents += extent;
    if (extent > this.maxExtent) this.maxExtent = extent;
  }

  /** Adds those of another part. */
  add({ packets, reordered, extents, maxExtent }: OrderCounts): void {
    this.packets += packets;
    this.reordered += reordered;
    this.extents += extents;
    if (maxExtent > this.maxExtent) this.maxExtent = maxExtent;
  }
}
