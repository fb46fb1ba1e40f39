/** log2 of the rows in a chunk: 8,192 entries of 64 bytes are 512 kB, so a table of one session stays small. */
export const CHUNK_LOG2: number = 13;
/** Mask of a row's place in its chunk. */
export const CHUNK_MASK: number = (1 << CHUNK_LOG2) - 1;
/**
 * Byte offset of the rows in a chunk's buffer. Buffers of Node and Deno start 16 bytes past a cache line, so 48 puts a
 * 64-byte entry on one line (87 -> 68 ns a look-up at 1 M sessions, Node 26).
 */
const ALIGN_BYTES = 48;

/**
 * Rows of a fixed number of words, numbered from 0, allocated and released one by one.
 *
 * Rows lie in chunks of 8,192, so that nothing is ever copied. A row keeps its number for life; released rows are reused
 * last in, first out.
 */
export class RowPool {
  /** Chunks by row number >>> CHUNK_LOG2; only ever grows. */
  readonly chunks: Int32Array[] = [new Int32Array(0)];
  /** log2 of the words of a row. */
  readonly wordsLog2: number;
  private readonly linkWord: number;
  private readonly limit: number;
  private freeHead = -1;
  /** Rows ever used: row numbers are below it. */
  highWater = 0;
  private rows = 0;

  /**
   * @param wordsLog2 log2 of the words of a row.
   * @param linkWord Word of a released row that may link it to the next one.
   * @param limit Most rows that will be used: the last chunk is not made longer.
   */
  constructor(wordsLog2: number, linkWord: number, limit: number) {
    this.wordsLog2 = wordsLog2;
    this.linkWord = linkWord;
    this.limit = limit;
    this.chunks.pop(); // V8 now has it as a list of objects, and need not compile its users again when it becomes one
  }

  /** Bytes of all chunks; pages of the last one that were never written take no memory yet. */
  get byteLength(): number {
    return this.rows * 4 * 2 ** this.wordsLog2;
  }

  /** Takes a row; its words hold what the last user left. */
  allocate(): number {
    const row = this.freeHead;
    if (row >= 0) {
      this.freeHead = this.chunkOf(row)[this.offsetOf(row) + this.linkWord];
      return row;
    }
    if (this.highWater === this.rows) {
      const rows = Math.min(CHUNK_MASK + 1, this.limit - this.rows);
      const words = rows * 2 ** this.wordsLog2;
      this.chunks.push(new Int32Array(new ArrayBuffer(words * 4 + ALIGN_BYTES), ALIGN_BYTES, words));
      this.rows += rows;
    }
    return this.highWater++;
  }

  /** Gives a row back. */
  release(row: number): void {
    this.chunkOf(row)[this.offsetOf(row) + this.linkWord] = this.freeHead;
    this.freeHead = row;
  }

  /** The chunk that holds a row. */
  chunkOf(row: number): Int32Array {
    return this.chunks[row >>> CHUNK_LOG2];
  }

  /** Word offset of a row in its chunk. */
  offsetOf(row: number): number {
    return (row & CHUNK_MASK) << this.wordsLog2;
  }
}
