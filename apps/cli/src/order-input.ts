import { CaptureError, type RecordBatch } from '@midplane/capture';
import { captureCode } from './command-error.ts';
import { linkTypeProblem } from './link-types.ts';
import { type Input, namingCapture, openInput } from './open-input.ts';

/** Why a capture could not be read to its end, or its packets not be decoded. */
export interface OrderProblem {
  readonly code: string;
  readonly message: string;
  /** Byte offset in the uncompressed capture, where it is corrupt. */
  readonly offset?: number;
}

/** A capture whose order is measured: where it is corrupt, it ends, and the problem says so. */
export class OrderInput implements AsyncIterable<RecordBatch> {
  problem: OrderProblem | undefined;
  readonly input: Input;
  private readonly path: string;

  private constructor(path: string, input: Input) {
    this.path = path;
    this.input = input;
  }

  /** Opens it. */
  static async open(path: string): Promise<OrderInput> {
    return new OrderInput(path, await openInput(path));
  }

  /** Its packets. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch, void, undefined> {
    const { path } = this;
    let isFirst = true;
    try {
      for await (const batch of this.input.batches) {
        if (isFirst) this.problem = linkTypeProblem(path, batch);
        isFirst = false;
        yield batch;
      }
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.problem = { code: captureCode(error), message: namingCapture(path, error), offset: error.offset };
    }
  }
}
