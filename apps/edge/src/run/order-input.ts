import { type ByteStream, CaptureError, type RecordBatch } from '@midplane/capture';
import type { Services } from '../context.ts';
import { captureCode } from '../request-error.ts';
import { linkTypeProblem, openCapture } from './open-capture.ts';
import { lastCapture, type Upload } from './upload.ts';

/** What is wrong with a capture. */
interface InputProblem {
  readonly code: string;
  readonly message: string;
  readonly offset?: number;
}

/** A capture whose order is measured: where it is corrupt, it ends, and its error says so. */
export class OrderInput implements AsyncIterable<RecordBatch> {
  readonly name: string;
  error: InputProblem | undefined;
  private corrupt: CaptureError | undefined;
  private readonly source: ByteStream;
  private readonly services: Services;
  private readonly nextPart: Upload['nextPart'];

  /** @param nextPart What comes behind it in a form, where it is the last capture. */
  constructor(source: ByteStream, name: string | undefined, services: Services, nextPart?: Upload['nextPart']) {
    this.source = source;
    this.name = name ?? '-';
    this.services = services;
    this.nextPart = nextPart;
  }

  /** Its packets. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch, void, undefined> {
    const { limits, config } = this.services;
    let isFirst = true;
    try {
      const { batches } = openCapture(this.source, limits, config.decompressors, true);
      for await (const batch of lastCapture(batches, this.nextPart)) {
        const unknown = isFirst ? linkTypeProblem(batch) : undefined;
        if (unknown !== undefined) this.error = { code: unknown.code, message: unknown.message };
        isFirst = false;
        yield batch;
      }
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.corrupt = error;
      this.error = { code: captureCode(error), message: error.message, offset: error.offset };
    }
  }

  /** Throws what is wrong with a capture without packets. */
  throwIfCorrupt(): void {
    if (this.corrupt !== undefined) throw this.corrupt;
  }
}
