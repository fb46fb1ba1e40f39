import type { PacketRecords } from '@midplane/packet';

/** Time of packets in nanoseconds since the first one; it stands still where time stamps run backwards or are missing. */
export class PacketClock {
  private nowNs = 0;
  private seconds = Number.NaN;
  private nanoseconds = 0;

  /** Time of a row; rows are asked for in order. */
  at(records: PacketRecords, row: number): number {
    const nanoseconds = records.nanoseconds[row];
    if (nanoseconds < 0) return this.nowNs;
    const seconds = records.seconds[row];
    if (Number.isNaN(this.seconds)) {
      this.seconds = seconds;
      this.nanoseconds = nanoseconds;
    }
    const since = (seconds - this.seconds) * 1e9 + (nanoseconds - this.nanoseconds);
    if (since > this.nowNs) this.nowNs = since;
    return this.nowNs;
  }
}
