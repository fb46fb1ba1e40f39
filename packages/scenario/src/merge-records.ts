import type { PacketRecords } from './run-scenario.ts';

/** Batches of one source, in its order. */
export type RecordBatches = AsyncIterable<PacketRecords> | Iterable<PacketRecords>;

/** Bytes of a merged batch: at least the longest packet that a capture may hold (262,144). */
const BYTES = 1 << 20;
/** Longer frames are copied by the engine, shorter ones byte by byte: no view is made for them. */
const SHORT = 128;

/** A source and its next packet. */
class Source {
  readonly iterator: AsyncIterator<PacketRecords> | Iterator<PacketRecords>;
  records: PacketRecords | undefined = undefined;
  row = 0;
  /** Time of the next packet, or of the latest before it if that is later: as the clock of the path. */
  seconds: number = Number.NEGATIVE_INFINITY;
  nanoseconds = 0;

  constructor(batches: RecordBatches) {
    this.iterator =
      Symbol.asyncIterator in batches
        ? batches[Symbol.asyncIterator]()
        : (batches as Iterable<PacketRecords>)[Symbol.iterator]();
  }

  /** Goes to the first packet of the next batch; `records` is undefined after the last. */
  async refill(): Promise<void> {
    this.row = -1;
    this.records = undefined;
    for (;;) {
      const { done, value } = await this.iterator.next();
      if (done) return;
      if (value.count === 0) continue;
      this.records = value;
      this.step();
      return;
    }
  }

  /** Goes to the next packet of the batch; false if there is none. */
  step(): boolean {
    // hot: per packet
    const { count, seconds, nanoseconds } = this.records!;
    const row = ++this.row;
    if (row >= count) return false;
    if (
      nanoseconds[row] >= 0 &&
      (seconds[row] > this.seconds || (seconds[row] === this.seconds && nanoseconds[row] > this.nanoseconds))
    ) {
      this.seconds = seconds[row];
      this.nanoseconds = nanoseconds[row];
    }
    return true;
  }
}

/** Packets of several sources as columns over one buffer. */
class MergedRecords implements PacketRecords {
  count = 0;
  readonly bytes: Uint8Array = new Uint8Array(BYTES);
  readonly view: DataView = new DataView(this.bytes.buffer);
  readonly offset: Int32Array;
  readonly capturedLength: Int32Array;
  readonly length: Uint32Array;
  readonly linkType: Uint16Array;
  readonly interfaceIndex: Int32Array;
  readonly seconds: Float64Array;
  readonly nanoseconds: Int32Array;
  private end = 0;

  constructor(capacity: number) {
    this.offset = new Int32Array(capacity);
    this.capturedLength = new Int32Array(capacity);
    this.length = new Uint32Array(capacity);
    this.linkType = new Uint16Array(capacity);
    this.interfaceIndex = new Int32Array(capacity);
    this.seconds = new Float64Array(capacity);
    this.nanoseconds = new Int32Array(capacity);
  }

  clear(): void {
    this.count = 0;
    this.end = 0;
  }

  /** Appends a row of a source; false if it does not fit. */
  append(from: PacketRecords, row: number): boolean {
    // hot: per packet; no allocation for short frames
    const to = this.count;
    const size = from.capturedLength[row];
    const start = this.end;
    if (to === this.offset.length || start + size > BYTES) return false;
    const at = from.offset[row];
    if (size > SHORT) this.bytes.set(from.bytes.subarray(at, at + size), start);
    else for (let i = 0; i < size; i++) this.bytes[start + i] = from.bytes[at + i];
    this.offset[to] = start;
    this.capturedLength[to] = size;
    this.length[to] = from.length[row];
    this.linkType[to] = from.linkType[row];
    this.interfaceIndex[to] = from.interfaceIndex[row];
    this.seconds[to] = from.seconds[row];
    this.nanoseconds[to] = from.nanoseconds[row];
    this.end = start + size;
    this.count = to + 1;
    return true;
  }
}

/**
 * Merges sources by time, then by their place in the list; each keeps its own order.
 *
 * A source that runs backwards is taken at its latest time so far, a packet without a time stamp at that of
 * the packet before it, as the path does. Memory: one batch for each source and one for the result. A
 * single source is passed on as it is.
 *
 * @param sources 1 or more.
 * @param capacity Rows of a batch, at most.
 * @returns Batches, valid until the next is asked for. If a source throws, so does this, after the packets before.
 */
export async function* mergeRecords(
  sources: readonly RecordBatches[],
  capacity: number = 1024,
): AsyncGenerator<PacketRecords, void, undefined> {
  if (sources.length === 1) {
    yield* sources[0];
    return;
  }
  const live = sources.map((batches) => new Source(batches));
  const merged = new MergedRecords(capacity);
  try {
    for (const source of live) await source.refill();
    for (;;) {
      const next = earliest(live);
      if (next === undefined) break;
      if (!merged.append(next.records!, next.row)) {
        yield merged;
        merged.clear();
        merged.append(next.records!, next.row);
      }
      if (next.step()) continue;
      try {
        await next.refill();
      } catch (error) {
        if (merged.count > 0) yield merged;
        throw error;
      }
    }
    if (merged.count > 0) yield merged;
  } finally {
    for (const { iterator } of live) await iterator.return?.();
  }
}

function earliest(sources: readonly Source[]): Source | undefined {
  // hot: per packet
  let best: Source | undefined;
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i];
    if (source.records === undefined) continue;
    if (
      best === undefined ||
      source.seconds < best.seconds ||
      (source.seconds === best.seconds && source.nanoseconds < best.nanoseconds)
    ) {
      best = source;
    }
  }
  return best;
}
