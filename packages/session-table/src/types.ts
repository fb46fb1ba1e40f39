/** What a session table is made with. */
export interface SessionTableOptions {
  /** Most sessions (or wings) that the table holds, 1 to 268,435,456. Memory is taken as sessions come. */
  readonly capacity: number;
  /** What `capacity` counts; default `sessions`. */
  readonly unit?: 'sessions' | 'wings';
  /** 32-bit seed of the table's internal hash; default 0. */
  readonly seed?: number;
  /**
   * Entries of 32 instead of 64 bytes: no counters, one user word, no `out` wing of its own, and one timeout (ticks, 0
   * to 2^31 - 1) for all sessions.
   */
  readonly compact?: { readonly timeout: number };
}

/** Counters of a session table since its creation. */
export interface SessionTableStatistics {
  /** Sessions added. */
  insertions: number;
  /** Sessions refused because the table was full. */
  failures: number;
  /** Sessions removed by `remove`. */
  removals: number;
  /** Sessions removed by `age`. */
  aged: number;
}
