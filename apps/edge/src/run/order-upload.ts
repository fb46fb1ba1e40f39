import type { Services } from '../context.ts';
import type { Body } from './body.ts';
import { KeptStream, readThrough } from './kept-stream.ts';
import { Multipart } from './multipart.ts';
import { OrderInput } from './order-input.ts';
import { essenceOf, malformedForm, type Upload } from './upload.ts';

/** What an upload holds whose order is measured: a list of numbers as text, a capture, or two. */
export type OrderUpload =
  | { readonly numbers: string }
  | { readonly capture: OrderInput; readonly mostPackets?: number }
  | { readonly ingress: OrderInput; readonly egress: OrderInput };

const LIST = 0x5b; // [
/** First bytes of what is compressed: gzip, zstd. */
const COMPRESSED: readonly number[] = [0x1f, 0x28];
/** Bytes that a packet takes at least in any kind of capture. */
const PACKET_BYTES = 16;

/**
 * Reads the beginning of an upload. A capture alone is read while it comes; of two the first is kept in memory, as they come
 * one after the other and are read by turns.
 */
export async function readOrderUpload(
  body: Body,
  headers: { readonly contentType: string | undefined; readonly contentLength: string | undefined },
  services: Services,
): Promise<OrderUpload> {
  const { limits } = services;
  const { contentType, contentLength } = headers;
  const essence = essenceOf(contentType);
  if (essence === 'multipart/form-data') return readForm(new Multipart(body, contentType!), services);
  const [first] = essence === 'application/json' ? [LIST] : await body.peek(1);
  if (first === LIST) return { numbers: await body.text(limits.textBytes) };
  const capture = new OrderInput(body, undefined, services);
  if (!/^\d+$/.test(contentLength ?? '') || COMPRESSED.includes(first)) return { capture };
  return { capture, mostPackets: Math.ceil(Number(contentLength) / PACKET_BYTES) };
}

async function readForm(form: Multipart, services: Services): Promise<OrderUpload> {
  const first = await form.next();
  const nextPart: Upload['nextPart'] = () => form.next();
  if (first?.name === 'capture') return { capture: new OrderInput(first, first.fileName, services, nextPart) };
  if (first?.name !== 'ingress') throw otherParts(first?.name);
  const kept = new KeptStream(first, services.limits.keptBytes);
  await readThrough(kept.open());
  const second = await form.next();
  if (second?.name !== 'egress') throw otherParts(second?.name);
  return {
    ingress: new OrderInput(kept.open(), first.fileName, services),
    egress: new OrderInput(second, second.fileName, services, nextPart),
  };
}

function otherParts(name: string | undefined): Error {
  const got = name === undefined ? 'nothing more' : JSON.stringify(name.slice(0, 60));
  return malformedForm('parts must be "capture", or "ingress", then "egress"', got);
}
