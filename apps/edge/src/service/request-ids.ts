/** Requests whose IDs differ in their last four digits. */
const SHARED = 0x1_0000;
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * IDs of requests: UUIDs (RFC 9562, version 4) whose last eight digits count, so that chance is asked once in four thousand
 * million requests and not in each. They name requests and keep no secret.
 */
export class RequestIds {
  private prefix = '';
  private high = SHARED;
  private count = SHARED;
  private shared = '';

  /** The next one. */
  next(): string {
    // hot: called per request; digits of two bytes are at hand
    if (this.count === SHARED) this.turn();
    const low = this.count++;
    return this.shared + BYTES[low >>> 8] + BYTES[low & 255];
  }

  private turn(): void {
    if (this.high === SHARED) {
      // with the first request: workerd has no chance before it
      this.prefix = crypto.randomUUID().slice(0, -8);
      this.high = 0;
    }
    const high = this.high++;
    this.shared = this.prefix + BYTES[high >>> 8] + BYTES[high & 255];
    this.count = 0;
  }
}
