import { decodePackets, PacketBatch, type PacketRecords } from '@midplane/packet';
import { IpIdOrder, type IpIdOrderResult } from './ip-id-order.ts';
import { ORDER_DEFAULTS, type OrderOptions } from './order-measure.ts';
import { PacketClock } from './packet-clock.ts';
import { PathOrder, type PathOrderResult, REMEMBERED } from './path-order.ts';
import { TcpOrder, type TcpOrderResult } from './tcp-order.ts';

/** Rows of a batch. */
const BATCH_ROWS = 1024;

/** Order in one capture, by the numbers that packets carry. */
export interface CaptureOrder {
  readonly packets: number;
  readonly tcp: TcpOrderResult;
  readonly ipId: IpIdOrderResult;
}

/** Order on the way from one capture to another. */
export interface CapturesOrder {
  readonly packets: readonly [ingress: number, egress: number];
  readonly path: PathOrderResult;
}

/** Packets of a capture, batch by batch. */
export type OrderInput = AsyncIterable<PacketRecords>;

/** Told the packets read so far, after every batch; a promise is waited for. */
export type OrderProgress = (packets: number) => void | Promise<void>;

/** A capture that is decoded batch by batch. */
class Reader {
  readonly batch: PacketBatch = new PacketBatch(BATCH_ROWS);
  packets = 0;
  private readonly input: AsyncIterator<PacketRecords>;

  constructor(input: OrderInput) {
    this.input = input[Symbol.asyncIterator]();
  }

  /** Decodes the next packets into `batch`; false if there are none. */
  async next(): Promise<boolean> {
    const { done, value } = await this.input.next();
    if (done) return false;
    this.packets += value.count;
    decodePackets(value, this.batch);
    return true;
  }

  /** Reads no more. */
  async close(): Promise<void> {
    await this.input.return?.();
  }
}

/**
 * Measures order in one capture, packet by packet in fixed memory: TCP by sequence number, IPv4 by IP ID.
 *
 * Fidelity: documented. RFC 4737 and RFC 5236; which packets are measured, and by what, is ours.
 *
 * @param input Batches of up to 1,024 rows, such as `readCapture` of `@midplane/capture` gives.
 * @example
 * ```ts
 * import { measureCaptureOrder } from '@midplane/pipeline/capture-order';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const segments = [0, 200, 100, 300].map((sequence) =>
 *   packet().ethernet().ipv4().tcp({ sequence, flags: 'A' }).payload(new Uint8Array(100)).build(),
 * );
 * async function* input() {
 *   yield recordsOf(segments);
 * }
 * const { tcp } = await measureCaptureOrder(input());
 * assert.deepEqual([tcp.figures.received, tcp.figures.reordered], [4, 1]);
 * ```
 */
export async function measureCaptureOrder(
  input: OrderInput,
  options: Partial<OrderOptions> = {},
  onProgress?: OrderProgress,
): Promise<CaptureOrder> {
  const reader = new Reader(input);
  const full = { ...ORDER_DEFAULTS, ...options };
  const tcp = new TcpOrder(full);
  const ipId = new IpIdOrder(full);
  const clock = new PacketClock();
  const { batch } = reader;
  try {
    while (await reader.next()) {
      for (let row = 0; row < batch.count; row++) {
        const nowNs = clock.at(batch.records!, row);
        tcp.offer(batch, row, nowNs);
        ipId.offer(batch, row, nowNs);
      }
      const pause = onProgress?.(reader.packets);
      if (pause !== undefined) await pause;
    }
  } finally {
    await reader.close();
  }
  return { packets: reader.packets, tcp: tcp.finish(), ipId: ipId.finish() };
}

/**
 * Measures order in a second capture against a first, taken where packets go in. The first is read as far as the second
 * asks for, and ahead by half of what is remembered at most.
 *
 * Fidelity: documented. RFC 4737 and RFC 5236; how a packet is found again is ours.
 *
 * @param isTranslated Whether addresses and ports may have been translated on the way.
 */
export async function measurePathOrder(
  inputs: readonly [ingress: OrderInput, egress: OrderInput],
  options: Partial<OrderOptions> = {},
  isTranslated = false,
  onProgress?: OrderProgress,
): Promise<CapturesOrder> {
  const ingress = new Reader(inputs[0]);
  const egress = new Reader(inputs[1]);
  const path = new PathOrder({ ...ORDER_DEFAULTS, ...options }, isTranslated);
  const clock = new PacketClock();
  const readIngress = async (): Promise<boolean> => {
    if (!(await ingress.next())) return false;
    for (let row = 0; row < ingress.batch.count; row++) path.offerIngress(ingress.batch, row);
    const pause = onProgress?.(ingress.packets + egress.packets);
    if (pause !== undefined) await pause;
    return true;
  };
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
      const pause = onProgress?.(ingress.packets + egress.packets);
      if (pause !== undefined) await pause;
    }
    while (more) more = await readIngress();
  } finally {
    await ingress.close();
    await egress.close();
  }
  return { packets: [ingress.packets, egress.packets], path: path.finish() };
}
