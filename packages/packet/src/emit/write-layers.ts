import type { BuiltLayer } from '../built-packet.ts';
import type { Layer } from './layer.ts';

/**
 * Writes layers round a body, with lengths, types and checksums.
 *
 * @param layers Outermost first.
 */
export function writeLayers(
  layers: readonly Layer[],
  body: Uint8Array,
): { readonly bytes: Uint8Array; readonly layers: readonly BuiltLayer[] } {
  // Lengths from the inside out
  const headers: number[] = [];
  const trailers: number[] = [];
  let length = body.length;
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i];
    headers[i] = typeof layer.length === 'number' ? layer.length : layer.length(length);
    trailers[i] = layer.trailer?.(length) ?? 0;
    length += headers[i] + trailers[i];
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = headers.reduce((sum, header) => sum + header, 0);
  bytes.set(body, at);
  // Headers from the inside out, so that checksums cover finished bytes
  const built: BuiltLayer[] = [{ name: 'payload', offset: at }];
  let bodyEnd = at + body.length;
  for (let i = layers.length - 1; i >= 0; i--) {
    const bodyAt = at;
    at -= headers[i];
    const end = bodyEnd + trailers[i];
    layers[i].write({ bytes, view, at, bodyAt, bodyEnd, end, outer: layers.slice(0, i), inner: layers[i + 1] });
    built.push({ name: layers[i].name, offset: at });
    bodyEnd = end;
  }
  return { bytes, layers: built.reverse() };
}
