/** Mixes 32 bits so that each depends on all: the finaliser of MurmurHash3, a bijection. */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Pseudo-random 32-bit words from a seed: sfc32 of PractRand (Chris Doty-Humphrey), integer arithmetic only. */
export class Random {
  readonly #state = new Int32Array(4);

  constructor(seed: number) {
    const state = this.#state;
    for (let i = 0; i < 3; i++) state[i] = mix32((seed | 0) + Math.imul(i + 1, 0x9e3779b9));
    state[3] = 1;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Returns the next word, as a signed 32-bit integer. */
  next(): number {
    // hot: called twice per packet, no allocation. State in an Int32Array: a field above 2^30 would be boxed.
    const state = this.#state;
    const b = state[1]!;
    const c = state[2]!;
    const counter = state[3]!;
    const out = (state[0]! + b + counter) | 0;
    state[3] = counter + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + out;
    return out;
  }

  /** Returns a number of at least 0 and below 1, a multiple of 2^-32. */
  unit(): number {
    return (this.next() >>> 0) / 4_294_967_296;
  }
}
