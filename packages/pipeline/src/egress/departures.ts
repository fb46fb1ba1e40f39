/** Packets between their SPU and the wire: their columns, by number. Numbers are used again. */
export class Departures {
  /** Position of the SPU; -1 = it has seen none. */
  spu: Int16Array = new Int16Array(64);
  card: Uint8Array = new Uint8Array(64);
  length: Float64Array = new Float64Array(64);
  /** Bytes of packet memory that it has. */
  memory: Float64Array = new Float64Array(64);
  /** Number among all packets offered; 0 = a copy, or an answer that an SPU has made. */
  packet: Float64Array = new Float64Array(64);
  /** Where its order is measured: what `OrderMeter` has given it; place -1 = nowhere. */
  place: Int32Array = new Int32Array(64);
  tag: Int32Array = new Int32Array(64);
  wing: Uint8Array = new Uint8Array(64);
  wingSequence: Int32Array = new Int32Array(64);
  private readonly free: number[] = [];
  private used = 0;

  /** A number for a packet. */
  keep(): number {
    const id = this.free.pop();
    if (id !== undefined) return id;
    if (this.used === this.spu.length) this.grow();
    return this.used++;
  }

  /** Gives a number back. */
  release(id: number): void {
    this.free.push(id);
  }

  private grow(): void {
    const size = this.used * 2;
    const longer = <T extends Int16Array | Uint8Array | Float64Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.spu = longer(new Int16Array(size), this.spu);
    this.card = longer(new Uint8Array(size), this.card);
    this.length = longer(new Float64Array(size), this.length);
    this.memory = longer(new Float64Array(size), this.memory);
    this.packet = longer(new Float64Array(size), this.packet);
    this.place = longer(new Int32Array(size), this.place);
    this.tag = longer(new Int32Array(size), this.tag);
    this.wing = longer(new Uint8Array(size), this.wing);
    this.wingSequence = longer(new Int32Array(size), this.wingSequence);
  }
}
