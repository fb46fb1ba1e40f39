/** Lowest and highest port of share `share` of `shares` of a range. */
export function shareOfPorts(
  low: number,
  high: number,
  share: number,
  shares: number,
): { readonly low: number; readonly span: number } {
  const total = high - low + 1;
  const start = Math.floor((total * share) / shares);
  return { low: low + start, span: Math.floor((total * (share + 1)) / shares) - start };
}

/** The ports of some addresses: which are taken. One bit a port, and only for addresses that were used. */
export class PortPool {
  /** Ports taken now. */
  inUse = 0;
  /** Most ports taken at any time. */
  peak = 0;
  /** Ports taken since creation. */
  allocations = 0;
  /** Times that nothing was free. */
  failures = 0;

  private readonly addresses: number;
  private readonly low: number;
  private readonly span: number;
  /** Bits per address, made with its first port. */
  private readonly taken: (Uint32Array | undefined)[];
  /** Ports taken per address. */
  private readonly live: Int32Array;
  /** Per address, the offset to look at first: the one after the last that was given. */
  private readonly next: Int32Array;
  /** Address to look at first. */
  private cursor = 0;

  constructor(addresses: number, low: number, span: number) {
    this.addresses = addresses;
    this.low = low;
    this.span = span;
    this.taken = new Array<Uint32Array | undefined>(addresses).fill(undefined);
    this.live = new Int32Array(addresses);
    this.next = new Int32Array(addresses);
  }

  /** Ports of all addresses. */
  get capacity(): number {
    return this.addresses * this.span;
  }

  /** Takes the next free port of the next address that has one; returns `address << 16 | port`, or -1. */
  take(): number {
    // hot: called per first packet; allocates 8 KB at most with the first port of an address
    if (this.inUse >= this.capacity) {
      this.failures++;
      return -1;
    }
    let address = this.cursor;
    while (this.live[address] === this.span) address = address + 1 < this.addresses ? address + 1 : 0;
    this.cursor = address + 1 < this.addresses ? address + 1 : 0;
    let bits = this.taken[address];
    if (bits === undefined) {
      bits = new Uint32Array((this.span + 31) >>> 5);
      this.taken[address] = bits;
    }
    const offset = findFree(bits, this.next[address], this.span);
    bits[offset >>> 5] |= 1 << (offset & 31);
    this.next[address] = offset + 1 < this.span ? offset + 1 : 0;
    this.live[address]++;
    this.allocations++;
    this.inUse++;
    if (this.inUse > this.peak) this.peak = this.inUse;
    return (address << 16) | (this.low + offset);
  }

  /** Gives a port back; false if it is not taken. */
  release(address: number, port: number): boolean {
    const offset = port - this.low;
    const bits = this.taken[address];
    if (bits === undefined || offset < 0 || offset >= this.span) return false;
    const bit = 1 << (offset & 31);
    if ((bits[offset >>> 5] & bit) === 0) return false;
    bits[offset >>> 5] &= ~bit;
    this.live[address]--;
    this.inUse--;
    return true;
  }
}

/** Returns the first free offset from `start`, going round; one is free. */
function findFree(bits: Uint32Array, start: number, span: number): number {
  let word = start >>> 5;
  let free = ~bits[word] & (-1 << (start & 31));
  for (;;) {
    while (free === 0) {
      word = word + 1 < bits.length ? word + 1 : 0;
      free = ~bits[word];
    }
    const offset = (word << 5) + (31 - Math.clz32(free & -free));
    if (offset < span) return offset;
    free = 0; // bits behind the last port
  }
}
