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
  /** Rows of the distribution table (hash-based), at the end of the row. */
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
  readonly spus: readonly SpuSeries[];
}

interface Row {
  second: number;
  traffic: string;
  resets: number;
  /** Six figures per SPU, in the order of `SpuSeries`. */
  readonly figures: Float64Array;
}

const FIGURES = 6;

/** Collects a series: a row per second with packets; when there are too many, rows of twice as many seconds. */
export class SeriesRecorder {
  private readonly spus: readonly Spu[];
  private readonly droppedBy: (position: number) => number;
  private rows: Row[] = [];
  private stepS = 1;
  private readonly before: Float64Array;
  private arrivedBefore = 0;

  /** @param droppedBy Packets that an SPU has dropped so far. */
  constructor(spus: readonly Spu[], droppedBy: (position: number) => number) {
    this.spus = spus;
    this.droppedBy = droppedBy;
    this.before = new Float64Array(spus.length * 3);
  }

  /**
   * Ends a second that had packets, or lay before a pause.
   *
   * @param arrived Packets that came to SPUs from NPUs so far. A second without one has no row, unless traffic stops or goes
   * on: what SPUs do in it still counts in the next one.
   */
  record(second: number, traffic: string, resets: number, arrived: number): void {
    const { spus, before } = this;
    const last = this.rows.at(-1);
    if (arrived === this.arrivedBefore && last?.traffic === traffic && last.resets === resets) return;
    this.arrivedBefore = arrived;
    const row: Row = { second, traffic, resets, figures: new Float64Array(spus.length * FIGURES) };
    for (let position = 0; position < spus.length; position++) {
      const spu = spus[position];
      const counts = [spu.created, spu.packets, this.droppedBy(position)];
      const at = position * FIGURES;
      row.figures[at] = spu.load.cpuPercent;
      row.figures[at + 1] = spu.table?.size ?? 0;
      for (let n = 0; n < 3; n++) {
        row.figures[at + 2 + n] = counts[n] - before[position * 3 + n];
        before[position * 3 + n] = counts[n];
      }
      row.figures[at + 5] = spu.rows;
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
      spus: this.spus.map(({ spec }, position) => ({
        spuId: spec.spuId,
        cpuPercent: column(position, 0),
        sessions: column(position, 1),
        created: column(position, 2),
        packets: column(position, 3),
        dropped: column(position, 4),
        tableRows: column(position, 5),
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
    for (let at = 0; at < row.figures.length; at += FIGURES) {
      last.figures[at] = Math.max(last.figures[at], row.figures[at]);
      last.figures[at + 1] = row.figures[at + 1];
      for (let n = 2; n < 5; n++) last.figures[at + n] += row.figures[at + n];
      last.figures[at + 5] = row.figures[at + 5];
    }
  }
}
