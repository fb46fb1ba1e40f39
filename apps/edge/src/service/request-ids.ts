/** Requests whose IDs share a random part. */
const SHARED = 0x1_0000_0000;

/**
 * IDs of requests: UUIDs (RFC 9562, version 4) whose last eight digits count, so that chance is asked once in four thousand
 * million requests and not in each. They name requests and keep no secret.
 */
export class RequestIds {
  private prefix = '';
  private count = SHARED;

  /** The next one. */
  next(): string {
    if (this.count === SHARED) {
      // with the first request: workerd has no chance before it
      this.prefix = crypto.randomUUID().slice(0, -8);
      this.count = 0;
    }
    return this.prefix + (SHARED + this.count++).toString(16).slice(1);
  }
}
