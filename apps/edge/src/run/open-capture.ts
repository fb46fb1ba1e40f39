import {
  type ByteStream,
  type CaptureDecoder,
  type Decompressors,
  type RecordBatch,
  readCapture,
} from '@midplane/capture';
import { linkTypeFault, type PacketRecords } from '@midplane/packet';
import { RecordsUntil } from '@midplane/pipeline';
import { RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';

/** Rows of a batch. */
const BATCH_ROWS = 1024;

/** A capture that is read while it comes. */
export interface OpenCapture {
  readonly batches: AsyncIterable<RecordBatch>;
  /** Bytes read so far, uncompressed. */
  readonly bytesRead: () => number;
}

/**
 * Opens an uploaded capture; its limits are watched while it is read.
 *
 * @param anyLinkType Whether a link type that cannot be decoded is let through.
 * @param maxGapsNs Longest pause that is simulated, of each path that it is sent down; undefined: the default.
 */
export function openCapture(
  source: ByteStream,
  limits: Limits,
  decompressors: Decompressors | undefined,
  anyLinkType: boolean,
  maxGapsNs: readonly (number | undefined)[] = [undefined],
): OpenCapture {
  let decoder: CaptureDecoder | undefined;
  const bytesRead = (): number => decoder?.bytesRead ?? 0;
  async function* read(): AsyncGenerator<RecordBatch, void, undefined> {
    // the clocks of the paths: a longer pause lets a capture last longer
    const clocks = [...new Set(maxGapsNs)].map((gapNs) => new RecordsUntil(limits.simulatedSeconds * 1e9, gapNs));
    let isFirst = true;
    const options = {
      batchSize: BATCH_ROWS,
      ...(decompressors && { decompressors }),
      onDecoder: (made: CaptureDecoder) => {
        decoder = made;
      },
    };
    for await (const batch of readCapture(source, options)) {
      const refused = isFirst && !anyLinkType ? linkTypeProblem(batch) : undefined;
      if (refused !== undefined) throw refused;
      isFirst = false;
      if (bytesRead() > limits.captureBytes) {
        const rule = `it must have at most ${limits.captureBytes} bytes, uncompressed`;
        throw new RequestError('capture-too-large', `Cannot read capture: ${rule}: got more`);
      }
      for (const clock of clocks) clock.take(batch);
      if (clocks.some((clock) => clock.reached)) {
        const rule = `it must last at most ${limits.simulatedSeconds} s`;
        throw new RequestError('too-long-simulated', `Cannot read capture: ${rule}: got more`);
      }
      yield batch;
    }
  }
  return { batches: read(), bytesRead };
}

/** What is wrong with the link type of a capture's first packet; undefined if it can be decoded. */
export function linkTypeProblem({ linkType }: Pick<PacketRecords, 'linkType'>): RequestError | undefined {
  const fault = linkTypeFault(linkType[0]);
  return fault === undefined ? undefined : new RequestError('unsupported-link-type', `Cannot decode capture: ${fault}`);
}
