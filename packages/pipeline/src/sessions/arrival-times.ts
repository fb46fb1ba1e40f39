const NS = 1_000_000_000;

/**
 * Remembers in which second each packet came: one entry for every second that had packets.
 *
 * Sessions keep the number of their first packet; this turns it into a time without a word more per session.
 */
export class ArrivalTimes {
  /** First packet of each second that had any, and that second; both ascending. */
  private readonly packets: number[] = [];
  private readonly seconds: number[] = [];
  private last = -1;

  /** Takes down the rows of a batch, whose times do not run backwards. */
  note(firstPacket: number, nowNs: Float64Array, count: number): void {
    // hot: per batch; rows are looked at only where a second begins
    if (count === 0) return;
    const end = Math.floor(nowNs[count - 1] / NS);
    for (let row = 0; this.last !== end; row++) {
      const second = Math.floor(nowNs[row] / NS);
      if (second === this.last) continue;
      this.packets.push(firstPacket + row);
      this.seconds.push(second);
      this.last = second;
    }
  }

  /** Second in which a packet came; undefined if it was not noted. */
  secondOf(packet: number): number | undefined {
    let low = 0;
    let high = this.packets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.packets[middle] <= packet) low = middle + 1;
      else high = middle;
    }
    return this.seconds[low - 1];
  }
}
