import type { SpcType } from '@midplane/chassis';

/** How fast an SPU is: what each kind of work costs one of its flow threads. */
export interface SpuSpeed {
  /** Flow threads, a power of two: packets take turns. */
  readonly threads: number;
  /** Packet of a session that exists, ns. */
  readonly fastPathNs: number;
  /** Packet without a session: checks, policy, translation, ns. */
  readonly firstPathNs: number;
  /** Making its session, beside that, ns. */
  readonly setUpNs: number;
  /** Packet that is handed over to another SPU, ns. */
  readonly redirectNs: number;
  /** Fragment, beside what is done with its packet, ns. */
  readonly fragmentNs: number;
  /** Spreading packets over the threads and putting them in order again (LBT, POT) where the SPU does it itself, ns. */
  readonly orderingNs: number;
  /** Work that may wait for a thread, ns: a packet that would wait for longer is dropped. */
  readonly queueNs: number;
}

/**
 * Speeds of SPUs by card.
 *
 * Fidelity: assumed. Nothing is published per SPU. The defaults make an SPC2 SPU faster than one of an SPC1, and one of an
 * SPC3 faster than both: 0.5, 1 and 3.2 million packets of known sessions a second, 25,000, 80,000 and 267,000 new sessions.
 */
export const SPU_SPEEDS: Readonly<Record<SpcType, SpuSpeed>> = {
  SPC1: {
    threads: 8,
    fastPathNs: 16_000,
    firstPathNs: 200_000,
    setUpNs: 120_000,
    redirectNs: 6_000,
    fragmentNs: 4_000,
    orderingNs: 3_000,
    queueNs: 2_000_000,
  },
  SPC2: {
    threads: 16,
    fastPathNs: 16_000,
    firstPathNs: 120_000,
    setUpNs: 80_000,
    redirectNs: 6_000,
    fragmentNs: 4_000,
    orderingNs: 2_500,
    queueNs: 2_000_000,
  },
  SPC3: {
    threads: 32,
    fastPathNs: 10_000,
    firstPathNs: 72_000,
    setUpNs: 48_000,
    redirectNs: 4_000,
    fragmentNs: 2_000,
    orderingNs: 1_500,
    queueNs: 2_000_000,
  },
};

/** Changes to {@link SPU_SPEEDS}. */
export type SpuSpeedChanges = Readonly<Partial<Record<SpcType, Partial<SpuSpeed>>>>;

/**
 * Returns the speeds of all SPUs, with some of them changed.
 *
 * @throws {RangeError} If a card or a figure is unknown, a time is not a whole number of nanoseconds from 1 to 10^9, or the
 * number of threads is not a power of two up to 64.
 * @example
 * ```ts
 * import { resolveSpuSpeeds, SPU_SPEEDS } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const speeds = resolveSpuSpeeds({ SPC2: { fastPathNs: 8_000 } });
 * assert.equal(speeds.SPC2.fastPathNs, 8_000);
 * assert.equal(speeds.SPC3, SPU_SPEEDS.SPC3);
 * ```
 */
export function resolveSpuSpeeds(changes: SpuSpeedChanges = {}): Readonly<Record<SpcType, SpuSpeed>> {
  const speeds = { ...SPU_SPEEDS };
  for (const [card, figures] of Object.entries(changes)) {
    if (!Object.hasOwn(SPU_SPEEDS, card)) {
      const names = Object.keys(SPU_SPEEDS).join(', ');
      throw new RangeError(`Cannot set SPU speed: card must be one of ${names}: got ${JSON.stringify(card)}`);
    }
    for (const [name, value] of Object.entries(figures)) checkFigure(card, name, value);
    speeds[card as SpcType] = { ...SPU_SPEEDS[card as SpcType], ...figures };
  }
  return speeds;
}

function checkFigure(card: string, name: string, value: number): void {
  const names = Object.keys(SPU_SPEEDS.SPC2);
  if (!names.includes(name)) {
    throw new RangeError(
      `Cannot set speed of ${card}: figure must be one of ${names.join(', ')}: got ${JSON.stringify(name)}`,
    );
  }
  if (name === 'threads') {
    if (Number.isInteger(value) && value >= 1 && value <= 64 && (value & (value - 1)) === 0) return;
    throw new RangeError(
      `Cannot set speed of ${card}: threads must be a power of two from 1 to 64: got ${String(value)}`,
    );
  }
  if (Number.isInteger(value) && value >= 1 && value <= 1e9) return;
  throw new RangeError(
    `Cannot set speed of ${card}: ${name} must be a whole number of nanoseconds from 1 to 1,000,000,000: got ${String(value)}`,
  );
}
