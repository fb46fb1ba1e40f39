import type { FrameSize } from './shape.ts';

/**
 * Hands out frame sizes so that their shares come out exact, whatever part of the packets must be small.
 *
 * Each packet gives every size its share as credit; a packet takes the size with the most, and pays 1. Packets that must be
 * small (handshakes, echo) pay from the smallest size.
 */
export class SizeMix {
  /** The smallest size, bytes. */
  readonly smallest: number;
  readonly #bytes: Int32Array<ArrayBuffer>;
  readonly #share: Float64Array<ArrayBuffer>;
  readonly #credit: Float64Array<ArrayBuffer>;

  constructor(frames: readonly FrameSize[]) {
    const sum = frames.reduce((total, { weight }) => total + weight, 0);
    this.#bytes = Int32Array.from(frames, ({ bytes }) => bytes);
    this.#share = Float64Array.from(frames, ({ weight }) => weight / sum);
    this.#credit = new Float64Array(frames.length);
    this.smallest = this.#bytes[0]!;
  }

  /** Accounts for a packet that must be small. */
  small(): void {
    const credit = this.#credit;
    if (credit.length === 1) return;
    for (let i = 0; i < credit.length; i++) credit[i]! += this.#share[i]!;
    credit[0]! -= 1;
  }

  /** Returns the size of a packet that may have any, bytes. */
  next(): number {
    const credit = this.#credit;
    if (credit.length === 1) return this.smallest;
    let best = 0;
    for (let i = 0; i < credit.length; i++) {
      credit[i]! += this.#share[i]!;
      if (credit[i]! > credit[best]!) best = i;
    }
    credit[best]! -= 1;
    return this.#bytes[best]!;
  }
}
