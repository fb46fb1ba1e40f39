import { CaptureError, type RecordBatch } from '@midplane/capture';
import { decodePackets, PacketBatch } from '@midplane/packet';
import { captureCode } from '../command-error.ts';
import { linkTypeProblem } from '../link-types.ts';
import { type Input, namingCapture, openInput } from '../open-input.ts';
import { createProgress } from '../progress.ts';
import { IpIdOrder, type IpIdOrderResult } from './ip-id-order.ts';
import type { OrderOptions } from './order-measure.ts';
import { PacketClock } from './packet-clock.ts';
import { PathOrder, type PathOrderResult, REMEMBERED } from './path-order.ts';
import { TcpOrder, type TcpOrderResult } from './tcp-order.ts';

/** Why a capture could not be read to its end, or its packets not be decoded. */
export interface OrderProblem {
  readonly code: string;
  readonly message: string;
  /** Byte offset in the uncompressed capture, where it is corrupt. */
  readonly offset?: number;
}

/** Order in one capture, by the numbers that packets carry. */
export interface CaptureOrder {
  readonly packets: number;
  readonly tcp: TcpOrderResult;
  readonly ipId: IpIdOrderResult;
  readonly problem?: OrderProblem;
}

/** Order on the way from one capture to another. */
export interface CapturesOrder {
  readonly packets: readonly [ingress: number, egress: number];
  readonly path: PathOrderResult;
  readonly problem?: OrderProblem;
}

/** A capture that is read batch by batch until its end, or the place where it is corrupt. */
class Reader {
  readonly batch = new PacketBatch(1024);
  problem: OrderProblem | undefined;
  packets = 0;
  readonly input: Input;
  private readonly path: string;
  private readonly batches: AsyncIterator<RecordBatch>;

  constructor(path: string, input: Input) {
    this.path = path;
    this.input = input;
    this.batches = input.batches[Symbol.asyncIterator]();
  }

  /** Decodes the next packets into `batch`; false if there are none. */
  async next(): Promise<boolean> {
    try {
      const { done, value } = await this.batches.next();
      if (done) return false;
      if (this.packets === 0) this.problem = linkTypeProblem(this.path, value);
      this.packets += value.count;
      decodePackets(value, this.batch);
      return true;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.problem = { code: captureCode(error), message: namingCapture(this.path, error), offset: error.offset };
      return false;
    }
  }
}

/** Measures order in one capture. */
export async function measureCapture(path: string, options: OrderOptions): Promise<CaptureOrder> {
  const reader = new Reader(path, await openInput(path));
  const tcp = new TcpOrder(options);
  const ipId = new IpIdOrder(options);
  const clock = new PacketClock();
  const progress = createProgress();
  const { batch, input } = reader;
  try {
    while (await reader.next()) {
      for (let row = 0; row < batch.count; row++) {
        const nowNs = clock.at(batch.records!, row);
        tcp.offer(batch, row, nowNs);
        ipId.offer(batch, row, nowNs);
      }
      progress.update(input.bytesRead(), input.size, reader.packets);
    }
  } finally {
    progress.end();
  }
  const { packets, problem } = reader;
  return { packets, tcp: tcp.finish(), ipId: ipId.finish(), ...(problem && { problem }) };
}

/**
 * Measures order in the second capture against the first. The first is read as far as the second asks for, and ahead by
 * half of what is remembered at most.
 */
export async function measureCaptures(
  paths: readonly [ingress: string, egress: string],
  options: OrderOptions,
  isTranslated: boolean,
): Promise<CapturesOrder> {
  const ingress = new Reader(paths[0], await openInput(paths[0]));
  const egress = new Reader(paths[1], await openInput(paths[1]));
  const path = new PathOrder(options, isTranslated);
  const clock = new PacketClock();
  const progress = createProgress();
  const readIngress = async (): Promise<boolean> => {
    if (!(await ingress.next())) return false;
    for (let row = 0; row < ingress.batch.count; row++) path.offerIngress(ingress.batch, row);
    return true;
  };
  const sizes = [ingress.input.size, egress.input.size];
  const size = sizes.includes(undefined) ? undefined : sizes[0]! + sizes[1]!;
  try {
    let more = true;
    while (await egress.next()) {
      const { batch } = egress;
      for (let row = 0; row < batch.count; row++) {
        const nowNs = clock.at(batch.records!, row);
        let mayRead = more && path.ingress - path.egress < REMEMBERED / 2;
        while (!path.offerEgress(batch, row, nowNs, !mayRead)) {
          more = await readIngress();
          mayRead = more && path.ingress - path.egress < REMEMBERED / 2;
        }
      }
      progress.update(ingress.input.bytesRead() + egress.input.bytesRead(), size, ingress.packets + egress.packets);
    }
    while (more) more = await readIngress();
  } finally {
    progress.end();
  }
  const problem = ingress.problem ?? egress.problem;
  return { packets: [ingress.packets, egress.packets], path: path.finish(), ...(problem && { problem }) };
}
