import { rowsOf } from '../_rows-of.ts';
import type { PacketRecords } from '../run-scenario.ts';

/**
 * Cuts batches at whole seconds since the first packet.
 *
 * Time never runs backwards, and a packet without time stamp takes that of the one before, as in the path.
 */
export class SecondCutter {
  private startSeconds = 0;
  private startNs = -1;
  private second = 0;

  /** Offers the rows of a batch in their order; between rows of different seconds it says that one is over. */
  cut(records: PacketRecords, offer: (records: PacketRecords) => void, closeSecond: () => void): void {
    const { count } = records;
    let from = 0;
    for (let row = 0; row < count; row++) {
      const second = this.secondOf(records, row);
      if (second <= this.second) continue;
      if (row > from) offer(rowsOf(records, from, row));
      closeSecond();
      this.second = second;
      from = row;
    }
    if (count > from) offer(from === 0 ? records : rowsOf(records, from, count));
  }

  private secondOf({ seconds, nanoseconds }: PacketRecords, row: number): number {
    // hot: per packet
    const ns = nanoseconds[row];
    if (ns < 0) return this.second;
    if (this.startNs < 0) {
      this.startSeconds = seconds[row];
      this.startNs = ns;
    }
    return seconds[row] - this.startSeconds - (ns < this.startNs ? 1 : 0);
  }
}
