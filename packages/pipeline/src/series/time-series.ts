import type { Spu } from '../spu/spu.ts';

/** Most rows of a series. */
const MOST_ROWS = 128;

/** What a series tells of one SPU, a figure per row. */
export interface SpuSeries {
  readonly spuId: number;
  /** Busiest second of the row, percent. */
  readonly cpuPercent: readonly number[];
  /** Sessions in the table at the end of the row. */
  readonly sessions: readonly number[];
  /** Sessions made, packets that arrived, and packets dropped in it. */
  readonly created: readonly number[];
  readonly packets: readonly number[];
  readonly dropped: readonly number[];
  /** Weight at the end of the row: what the central point chooses by, or what the distribution table is built of. */
  readonly weight: readonly number[];
  /** Rows of the distribution table at the end of the row; 0 where none is in force (no traffic, not hash-based). */
  readonly tableRows: readonly number[];
}

/** Figures over time. Rows without packets are left out. */
export interface TimeSeries {
  /** Seconds that a row has: 1, or more in a long run. */
  readonly stepS: number;
  /** Second in which each row begins. */
  readonly seconds: readonly number[];
  /** Whether traffic passed at the end of each row: `passes`, or why not. */
  readonly traffic: readonly string[];
  /** How often sessions had all been lost by then. */
  readonly resets: readonly number[];
  /** Packets dropped in each row that no SPU has seen, as those that come while no traffic passes. */
  readonly dropped: readonly number[];
  readonly spus: readonly SpuSeries[];
}

/** What a series is made of beside the SPUs themselves. */
export interface SeriesSources {
  /** Packets dropped so far: by an SPU, or before any. */
  readonly droppedBy: (position: number) => number;
  readonly droppedBefore: () => number;
  /** By what the central point chooses an SPU; undefined = the distribution table decides. */
  readonly choiceWeightOf: (position: number) => number | undefined;
}

interface Row {
  second: number;
  traffic: string;
  resets: number;
  dropped: number;
  /** Seven figures per SPU, in the order of `SpuSeries`. */
  readonly figures: Float64Array;
}

const FIGURES = 7;

/** Collects a series: a row per second with packets; when there are too many, rows of twice as many seconds. */
export class SeriesRecorder {
  private readonly spus: readonly Spu[];
  private readonly sources: SeriesSources;
  private rows: Row[] = [];
  private stepS = 1;
  private readonly before: Float64Array;
  private arrivedBefore = 0;
  private droppedBefore = 0;

  constructor(spus: readonly Spu[], sources: SeriesSources) {
    this.spus = spus;
    this.sources = sources;
    this.before = new Float64Array(spus.length * 3);
  }

  /**
   * Ends a second that had packets, or lay before a pause.
   *
   * @param arrived Packets that came to SPUs from NPUs, or to a gate that was shut, so far. A second without one has no
   * row, unless traffic stops or goes on: what SPUs do in it still counts in the next one.
   */
  record(second: number, traffic: string, resets: number, arrived: number): void {
    const { spus, before, sources } = this;
    const last = this.rows.at(-1);
    if (arrived === this.arrivedBefore && last?.traffic === traffic && last.resets === resets) return;
    this.arrivedBefore = arrived;
    const droppedBefore = sources.droppedBefore();
    const dropped = droppedBefore - this.droppedBefore;
    this.droppedBefore = droppedBefore;
    const row: Row = { second, traffic, resets, dropped, figures: new Float64Array(spus.length * FIGURES) };
    for (let position = 0; position < spus.length; position++) {
      const spu = spus[position];
      const counts = [spu.created, spu.packets, sources.droppedBy(position)];
      const at = position * FIGURES;
      row.figures[at] = spu.load.cpuPercent;
      row.figures[at + 1] = spu.table?.size ?? 0;
      for (let n = 0; n < 3; n++) {
        row.figures[at + 2 + n] = counts[n] - before[position * 3 + n];
        before[position * 3 + n] = counts[n];
      }
      const weight = sources.choiceWeightOf(position);
      row.figures[at + 5] = weight ?? spu.spec.weight;
      row.figures[at + 6] = traffic === 'passes' && weight === undefined ? spu.rows : 0;
    }
    this.add(row);
    while (this.rows.length > MOST_ROWS) {
      this.stepS *= 2;
      const rows = this.rows;
      this.rows = [];
      for (const each of rows) this.add(each);
    }
  }

  /** The series so far. */
  read(): TimeSeries {
    const { rows, stepS } = this;
    const column = (position: number, figure: number): number[] =>
      rows.map(({ figures }) => figures[position * FIGURES + figure]);
    return {
      stepS,
      seconds: rows.map(({ second }) => second),
      traffic: rows.map(({ traffic }) => traffic),
      resets: rows.map(({ resets }) => resets),
      dropped: rows.map(({ dropped }) => dropped),
      spus: this.spus.map(({ spec }, position) => ({
        spuId: spec.spuId,
        cpuPercent: column(position, 0),
        sessions: column(position, 1),
        created: column(position, 2),
        packets: column(position, 3),
        dropped: column(position, 4),
        weight: column(position, 5),
        tableRows: column(position, 6),
      })),
    };
  }

  private add(row: Row): void {
    const begin = row.second - (row.second % this.stepS);
    const last = this.rows.at(-1);
    if (last === undefined || last.second !== begin) {
      this.rows.push({ ...row, second: begin });
      return;
    }
    last.traffic = row.traffic;
    last.resets = row.resets;
    last.dropped += row.dropped;
    for (let at = 0; at < row.figures.length; at += FIGURES) {
      last.figures[at] = Math.max(last.figures[at], row.figures[at]);
      last.figures[at + 1] = row.figures[at + 1];
      for (let n = 2; n < 5; n++) last.figures[at + n] += row.figures[at + n];
      for (let n = 5; n < FIGURES; n++) last.figures[at + n] = row.figures[at + n];
    }
  }
}
