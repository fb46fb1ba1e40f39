/** How badly messages between units travel. */
export interface FaultOptions {
  /** Chooses which messages suffer; any integer. */
  readonly seed: number;
  /** Share of copies that are lost on their way, 0 to 0.9. */
  readonly loss: number;
  /** Share of copies that arrive twice, 0 to 1. */
  readonly duplication: number;
}

/** Copies of one message that can arrive. */
const MOST_COPIES = 8;
/** After so many losses in a row a copy gets through: nothing waits for ever. */
const MOST_LOSSES = 64;

/**
 * A seeded wrapper around messages: each is acknowledged, and sent again until it is, over a way that loses and doubles.
 *
 * What happens to a message depends on its sender and its number alone, not on when it is asked for.
 *
 * Fidelity: assumed. Nothing is published about messages that get lost inside a chassis.
 */
export class Faults {
  /** Copies that were lost. */
  lost = 0;
  /** Copies that arrived after the first one. */
  duplicates = 0;
  /** How much later than usual each copy of the message arrives, ns. */
  readonly lateNs: Float64Array = new Float64Array(MOST_COPIES);
  private readonly seed: number;
  private readonly loss: number;
  private readonly duplication: number;
  private readonly resendNs: number;
  private readonly sent = new Uint32Array(4096);

  /**
   * @param resendNs After so long without an acknowledgement a message is sent again.
   * @throws {RangeError} If a share is out of range.
   */
  constructor(options: FaultOptions, resendNs: number) {
    const { seed, loss, duplication } = options;
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot inject faults: seed must be an integer: got ${String(seed)}`);
    }
    if (!(loss >= 0 && loss <= 0.9)) {
      throw new RangeError(`Cannot inject faults: loss must be from 0 to 0.9: got ${String(loss)}`);
    }
    if (!(duplication >= 0 && duplication <= 1)) {
      throw new RangeError(`Cannot inject faults: duplication must be from 0 to 1: got ${String(duplication)}`);
    }
    this.seed = mix(seed | 0, Math.floor(seed / 4_294_967_296) | 0);
    this.loss = Math.floor(loss * 4_294_967_296);
    this.duplication = Math.floor(duplication * 4_294_967_296);
    this.resendNs = resendNs;
  }

  /**
   * Decides how a message travels: fills `lateNs`.
   *
   * @param source Number of the unit that sends it.
   * @returns Copies that arrive, at least 1.
   */
  send(source: number): number {
    const message = mix(mix(this.seed, source), this.sent[source]++);
    let draw = 0;
    const happens = (share: number): boolean => mix(message, ++draw) >>> 0 < share;
    let copies = 0;
    for (let attempt = 0; copies < MOST_COPIES - 1; attempt++) {
      if (happens(this.loss) && attempt < MOST_LOSSES) {
        this.lost++;
        continue;
      }
      this.lateNs[copies++] = attempt * this.resendNs;
      if (happens(this.duplication)) this.lateNs[copies++] = attempt * this.resendNs + 1;
      if (!happens(this.loss)) break; // else its acknowledgement is lost, and it is sent again
      this.lost++;
    }
    this.duplicates += copies - 1;
    return copies;
  }
}

/** Mixes two 32-bit integers into one. */
function mix(a: number, b: number): number {
  let word = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  word ^= word >>> 16;
  word = Math.imul(word + b, 0x27d4eb2f);
  return word ^ (word >>> 15);
}
