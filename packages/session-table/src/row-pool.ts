/** log2 of the rows in the first chunk: 4,096 entries of 64 bytes are 256 kB, so a table of one session stays small. */
const FIRST_LOG2 = 12;
const FIRST_ROWS = 1 << FIRST_LOG2;
/**
 * Byte offset of the rows in a chunk's buffer. Buffers of Node and Deno start 16 bytes past a cache line, so 48 puts a
 * 64-byte entry on one line (87 -> 68 ns a look-up at 1 M sessions, Node 26).
 */
const ALIGN_BYTES = 48;

/**
 * Rows of a fixed number of words, numbered from 0, allocated and released one by one.
 *
 * Each chunk has twice the rows of the one before, so a pool of millions has a dozen arrays, nothing is ever copied, and
 * the chunk of a row follows from its number: `31 - clz32(row + 4096) - 12`. A row keeps its number for life; released
 * rows are reused last in, first out.
 */
export class RowPool {
  private readonly chunks: Int32Array[] = [];
  private readonly wordsLog2: number;
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
      const rows = Math.min(FIRST_ROWS << this.chunks.length, this.limit - this.rows);
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
    return this.chunks[31 - FIRST_LOG2 - Math.clz32(row + FIRST_ROWS)];
  }

  /** Word offset of a row in its chunk. */
  offsetOf(row: number): number {
    const shifted = row + FIRST_ROWS;
    return (shifted ^ (0x80000000 >>> Math.clz32(shifted))) << this.wordsLog2;
  }
}
