import type { ByteStream, ByteStreamReader } from '@midplane/capture';
import { RequestError } from '../request-error.ts';
import { type Body, decodeText, readAsText } from './body.ts';

/** Bytes of the headers of a part, at most. */
const MOST_HEADER = 8192;
/** Blanks behind a boundary, at most. */
const MOST_BLANKS = 1024;
const CRLF_CRLF = [13, 10, 13, 10];

/** One part of a form: its name, and its bytes as they come. */
export interface Part extends ByteStream {
  readonly name: string;
  readonly fileName: string | undefined;
  /** The part as text. */
  text(most: number): Promise<string>;
}

/** Reads a form (RFC 7578) part by part, in constant memory: a part is read while it comes. */
export class Multipart {
  private readonly body: Body;
  private readonly delimiter: Uint8Array;
  private buffer = new Uint8Array();
  private ended = false;
  /** Whether the bytes of the current part are over. */
  private partOver = false;
  private isLast = false;

  /** @throws {RequestError} `malformed-form` if the content type names no boundary. */
  constructor(body: Body, contentType: string) {
    const match = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))/i.exec(contentType);
    const boundary = match?.[1] ?? match?.[2];
    if (boundary === undefined)
      throw malformed('Content-Type must name a boundary', JSON.stringify(contentType.slice(0, 100)));
    this.body = body;
    this.delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
    this.buffer = new Uint8Array([13, 10]); // the first delimiter has no line before it
  }

  /** Returns the next part; what was not read of the one before is skipped. Undefined after the last. */
  async next(): Promise<Part | undefined> {
    if (this.isLast) return undefined;
    while (!this.partOver) await this.read(); // the rest of the part before; at first what stands before all parts
    let tail = await this.take(2);
    if (tail[0] === 45 && tail[1] === 45) {
      this.isLast = true;
      return undefined;
    }
    // blanks that gateways put there: RFC 2046, section 5.1.1
    for (let blanks = 0; (tail[0] === 32 || tail[0] === 9) && blanks < MOST_BLANKS; blanks++) {
      tail = Uint8Array.of(tail[1], (await this.take(1))[0]);
    }
    if (tail[0] !== 13 || tail[1] !== 10) throw malformed('a boundary must end its line', 'something behind it');
    const headers = await this.headers();
    this.partOver = false;
    const name = parameterOf(headers, 'name');
    if (name === undefined) throw malformed('every part must have a name', 'one without');
    const reader: ByteStreamReader = {
      read: () => this.read(),
      cancel: () => this.body.cancel(),
    };
    return {
      name,
      fileName: parameterOf(headers, 'filename'),
      getReader: () => reader,
      text: (most) => readAsText(reader, most, ' in a part'),
    };
  }

  /** The next bytes of the part, up to the delimiter. */
  private async read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> {
    while (!this.partOver) {
      const at = indexOf(this.buffer, this.delimiter);
      if (at >= 0) {
        const value = this.buffer.subarray(0, at);
        this.buffer = this.buffer.subarray(at + this.delimiter.length);
        this.partOver = true;
        if (value.length > 0) return { done: false, value };
        break;
      }
      // the end of the buffer may be the begin of a delimiter
      const sure = this.buffer.length - this.delimiter.length + 1;
      if (sure > 0) {
        const value = this.buffer.subarray(0, sure);
        this.buffer = this.buffer.subarray(sure);
        return { done: false, value };
      }
      await this.more();
    }
    return { done: true };
  }

  private async headers(): Promise<string> {
    for (;;) {
      const at = indexOf(this.buffer, CRLF_CRLF);
      if (at >= 0) {
        const text = decodeText(this.buffer.subarray(0, at));
        this.buffer = this.buffer.subarray(at + 4);
        return text;
      }
      if (this.buffer.length > MOST_HEADER)
        throw malformed(`headers of a part must have at most ${MOST_HEADER} bytes`, 'more');
      await this.more();
    }
  }

  private async take(count: number): Promise<Uint8Array> {
    while (this.buffer.length < count) await this.more();
    const taken = this.buffer.subarray(0, count);
    this.buffer = this.buffer.subarray(count);
    return taken;
  }

  private async more(): Promise<void> {
    const { done, value } = this.ended ? { done: true, value: undefined } : await this.body.read();
    if (done || value === undefined) {
      this.ended = true;
      throw malformed('the form must have its last boundary', 'an end before it');
    }
    const { buffer } = this;
    if (buffer.length === 0) {
      this.buffer = value as Uint8Array<ArrayBuffer>;
      return;
    }
    const whole = new Uint8Array(buffer.length + value.length);
    whole.set(buffer);
    whole.set(value, buffer.length);
    this.buffer = whole;
  }
}

function malformed(rule: string, got: string): RequestError {
  return new RequestError('malformed-form', `Cannot read form: ${rule}: got ${got}`);
}

/** A parameter of `Content-Disposition: form-data; name="capture"; filename="x.pcap"`. */
function parameterOf(headers: string, name: string): string | undefined {
  const line = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(line);
  return match?.[1] ?? match?.[2];
}

/** Where a sequence begins; -1 if it does not. The search is by its first byte, which the engine does fast. */
function indexOf(bytes: Uint8Array, sought: ArrayLike<number>): number {
  const last = bytes.length - sought.length;
  for (let at = bytes.indexOf(sought[0]); at >= 0 && at <= last; at = bytes.indexOf(sought[0], at + 1)) {
    let same = 1;
    while (same < sought.length && bytes[at + same] === sought[same]) same++;
    if (same === sought.length) return at;
  }
  return -1;
}
