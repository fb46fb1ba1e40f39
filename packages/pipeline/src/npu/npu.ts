import { FLAG_ICMP_ERROR, KIND_IPV6 } from '@midplane/packet';
import { SessionTable } from '@midplane/session-table';
import { PATH_CENTRAL_POINT, PATH_HASH, PATH_NPU_HIT, type PathBatch } from '../path-batch.ts';
import type { NpCache } from './np-cache.ts';

/** Entries are taken out by their SPU, or when they are found idle. */
const NEVER = 2 ** 31 - 1;

/** What an NPU counts of one IP version. */
export interface NpuCounts {
  lookups: number;
  hits: number;
  installs: number;
  withdrawals: number;
  agedOut: number;
  wings: number;
}

/**
 * One network processing unit: how full its session table is, and what it counted.
 *
 * Where sessions are on the SPU of their hash (see `MarkedEntries`) an entry is a bit of the session; elsewhere the NPU has
 * a table of its own (see `TableEntries`).
 */
export class Npu {
  /** Slot of its card. */
  readonly slot: number;
  /** Most wings in its session table. */
  readonly capacity: number;
  /** Wings that may be entered: all, or as many as its SPU group has been granted so far. */
  limit: number;
  /** Seconds without packets after which an entry is gone. */
  readonly idleTimeoutS: number;
  /** Its bit. */
  readonly bit: number;
  /** Its session table: one record per wing, tag = position of the owner, user word 0 = the owner's session and wing. */
  table: SessionTable | undefined;
  /** What it learns of fragmented packets; undefined = nothing. */
  cache: NpCache | undefined;
  /** Fragments that it sent straight to the owner. */
  cacheHits = 0;
  /** Wings in its session table. */
  wings = 0;
  /** Packets received. */
  packets = 0;
  /** Look-ups in the session table. */
  lookups = 0;
  /** Look-ups that found an entry. */
  hits = 0;
  /** Sessions installed. */
  installs = 0;
  /** Sessions that did not fit; they work, by the miss path. */
  refusals = 0;
  /** Sessions withdrawn by their SPU. */
  withdrawals = 0;
  /** Sessions (wings, where it has a table of its own) that were idle for too long. */
  agedOut = 0;
  /** Of all that, what was IPv6. */
  readonly ipv6: NpuCounts = { lookups: 0, hits: 0, installs: 0, withdrawals: 0, agedOut: 0, wings: 0 };

  /** @param position 0 to 11: a chassis has at most 11 IOCs, and a session 12 bits for them. */
  constructor(slot: number, position: number, wings: number, idleTimeoutS: number, hasTable: boolean, cache?: NpCache) {
    this.cache = cache;
    this.table = hasTable ? newTable(wings) : undefined;
    this.slot = slot;
    this.bit = 1 << position;
    this.capacity = wings;
    this.limit = wings;
    this.idleTimeoutS = idleTimeoutS;
  }

  /** Its card is reset: all entries are gone. */
  reset(): void {
    this.wings = 0;
    this.ipv6.wings = 0;
    if (this.table !== undefined) this.table = newTable(this.capacity);
    this.cache?.clear();
  }

  /** Counts something that happened to wings of a session. */
  note(what: 'installs' | 'withdrawals' | 'agedOut', family: number, wings: number): void {
    // hot: called per message; a name that differs from call to call would be looked up each time
    const { ipv6 } = this;
    const isIpv6 = family === 6 ? 1 : 0;
    const installs = what === 'installs' ? 1 : 0;
    const withdrawals = what === 'withdrawals' ? 1 : 0;
    const agedOut = 1 - installs - withdrawals;
    this.installs += installs;
    this.withdrawals += withdrawals;
    this.agedOut += agedOut;
    this.wings += wings;
    ipv6.installs += installs * isIpv6;
    ipv6.withdrawals += withdrawals * isIpv6;
    ipv6.agedOut += agedOut * isIpv6;
    ipv6.wings += family === 6 ? wings : 0;
  }

  /** Counts look-ups of the IPv6 packets in a batch. */
  static count6(npus: readonly Npu[], { packets, path, npu, count }: PathBatch): void {
    for (let row = 0; row < count; row++) {
      if (packets.kind[row] !== KIND_IPV6 || packets.flags[row] & FLAG_ICMP_ERROR) continue;
      const way = path[row];
      if (way !== PATH_NPU_HIT && way !== PATH_HASH && way !== PATH_CENTRAL_POINT) continue;
      npus[npu[row]].ipv6.lookups++;
      if (way === PATH_NPU_HIT) npus[npu[row]].ipv6.hits++;
    }
  }
}

function newTable(wings: number): SessionTable {
  return new SessionTable({ capacity: wings, unit: 'wings', compact: { timeout: NEVER } });
}

/** Wings of a session: ESP and AH have one, for each direction has its own SPI. */
export function wingsOf(protocol: number): number {
  return protocol === 50 || protocol === 51 ? 1 : 2;
}
