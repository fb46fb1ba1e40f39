/** Clients that are remembered, at most; the one that was away longest is forgotten. */
const MOST_CLIENTS = 10_000;

/**
 * Requests per minute and client, as a bucket that fills steadily: a client that was away
 * may ask a minute's worth at once.
 */
export class RateLimit {
  private readonly perMinute: number;
  private readonly clients = new Map<string, { tokens: number; atMs: number }>();

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** Takes one request; seconds to wait if there is none left, else 0. */
  take(client: string, nowMs: number): number {
    const perMs = this.perMinute / 60_000;
    const known = this.clients.get(client);
    const refilled = known === undefined ? this.perMinute : known.tokens + (nowMs - known.atMs) * perMs;
    const tokens = Math.min(this.perMinute, refilled);
    this.clients.delete(client); // the order of the map is that of the last request
    this.clients.set(client, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    if (this.clients.size > MOST_CLIENTS) this.clients.delete(this.clients.keys().next().value!);
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000));
  }
}
