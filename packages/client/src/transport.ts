import { errorOf, ProblemError } from './errors.ts';
import { wait } from './wait.ts';

/** How a client reaches its endpoint. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:8787`. */
  readonly baseUrl: string;
  /** Bearer token, where the endpoint wants one. */
  readonly token?: string;
  /** Used instead of the platform's. */
  readonly fetch?: (request: string, init: RequestInit) => Promise<Response>;
  /** How often a request that can be sent again is: when the endpoint is busy or not reached; default 2. */
  readonly retries?: number;
}

/** How one request is sent. */
export interface CallOptions {
  /** Ends it: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A request. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: object;
  readonly accept: string;
  readonly body?: BodyInit;
  readonly type?: string;
  /** Whether it may be sent again. */
  readonly isRepeatable: boolean;
  readonly isStream?: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Milliseconds before the first retry; each further one waits twice as long. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/** Sends requests, again where that is safe. */
export class Transport {
  private readonly options: ClientOptions;

  constructor(options: ClientOptions) {
    this.options = options;
  }

  /** Sends a request; resolves to an answer that is no problem. */
  async send(call: Call): Promise<Response> {
    const { url, headers } = this.addressOf(call);
    const retries = call.isRepeatable ? (this.options.retries ?? 2) : 0;
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.sendOnce(url, headers, call);
        if (response.ok) return response;
        throw await errorOf(response);
      } catch (error) {
        if (attempt >= retries || call.signal?.aborted || !mayPass(error)) throw error;
        await wait(waitBefore(attempt, error), call.signal);
      }
    }
  }

  /**
   * Where a request goes, and its headers: what is wrong with them is not tried again.
   *
   * @throws {TypeError} If the base URL is none, or the token cannot stand in a header.
   */
  private addressOf({ path, query, accept, type }: Call): { url: string; headers: Record<string, string> } {
    const { baseUrl, token } = this.options;
    const address = baseUrl.replace(/\/+$/, '') + path;
    if (!URL.canParse(address)) {
      throw new TypeError(`Cannot reach endpoint: baseUrl must be a URL: got ${JSON.stringify(baseUrl)}`);
    }
    const url = new URL(address);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers: Record<string, string> = { Accept: accept };
    if (type !== undefined) headers['Content-Type'] = type;
    if (token !== undefined) {
      if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new TypeError('Cannot reach endpoint: token must be of ASCII characters without spaces: got another one');
      }
      headers['Authorization'] = `Bearer ${token}`;
    }
    return { url: url.href, headers };
  }

  private sendOnce(
    url: string,
    headers: Record<string, string>,
    { method, body, isStream, signal }: Call,
  ): Promise<Response> {
    const { fetch: ownFetch } = this.options;
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(isStream === true && { duplex: 'half' as const }),
      ...(signal !== undefined && { signal }),
    };
    return (ownFetch ?? fetch)(url, init);
  }
}

/** Whether an error may be over the next time: the endpoint was not reached, or is busy. */
function mayPass(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status === 429 || error.status === 502 || error.status === 504;
  return error instanceof TypeError; // what fetch throws for the network
}

function waitBefore(attempt: number, error: unknown): number {
  const said = error instanceof ProblemError ? error.retryAfterSeconds : undefined;
  return Math.min(LONGEST_WAIT_MS, said === undefined ? FIRST_WAIT_MS * 2 ** attempt : said * 1000);
}
