import { FLOW_KEY_WORDS } from '@midplane/flow';
import { DOUBLE_ZERO } from '../engine/double-zero.ts';

/** A session as the report lists it: its in wing, and both wings' packets and bytes. */
export interface SessionTally {
  readonly key: Int32Array;
  readonly packets: number;
  readonly bytes: number;
  /** Arrival number of the first packet. */
  readonly first: number;
  readonly index: number;
}

/** The largest sessions by bytes, ties by the earlier first packet; a bounded list. */
export class TopSessions {
  private readonly limit: number;
  private readonly list: SessionTally[] = [];
  /** Bytes of the last one of a full list. */
  private least: number = DOUBLE_ZERO;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether a session of so many bytes may get on the list; ask before building a tally. */
  wants(bytes: number): boolean {
    return bytes >= this.least;
  }

  /** Adds a session if it is large enough; the key is copied. */
  offer(tally: SessionTally): void {
    const { list } = this;
    let place = list.length;
    while (place > 0 && isLarger(tally, list[place - 1])) place--;
    if (place >= this.limit) return;
    list.splice(place, 0, { ...tally, key: tally.key.slice(0, FLOW_KEY_WORDS) });
    if (list.length > this.limit) list.pop();
    if (list.length === this.limit) this.least = list[this.limit - 1].bytes;
  }

  /** The list, largest first. */
  get sessions(): readonly SessionTally[] {
    return this.list;
  }
}

function isLarger(a: SessionTally, b: SessionTally): boolean {
  return a.bytes !== b.bytes ? a.bytes > b.bytes : a.first < b.first;
}
