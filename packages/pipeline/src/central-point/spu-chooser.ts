import type { Spu } from '../spu/spu.ts';

/** How the central point chooses the SPU of a new session. */
export type ChoiceMode = 'rr-based' | 'wrr' | 'adaptive';

/**
 * Smooth weighted round robin: each SPU comes up as often as its weight says, spread evenly; ties go to the lower SPU ID.
 *
 * Weights are equal (`rr-based`), fixed by session capacity (`wrr`), or recalculated every second from what is left of the
 * capacity (`adaptive`).
 *
 * Fidelity: documented for the weights. The order of choice is assumed; so is that adaptive weights see no CPU load, which
 * is not modelled yet.
 */
export class SpuChooser {
  private readonly spus: readonly Spu[];
  private readonly mode: ChoiceMode;
  private readonly weights: Float64Array;
  private readonly credits: Float64Array;

  constructor(spus: readonly Spu[], mode: ChoiceMode) {
    this.spus = spus;
    this.mode = mode;
    this.weights = Float64Array.from(spus, ({ spec }) =>
      spec.maxSessions === 0 ? 0 : mode === 'rr-based' ? 1 : spec.weight,
    );
    this.credits = new Float64Array(spus.length);
  }

  /** Position of the SPU of the next new session; -1 if none can take one. */
  choose(): number {
    const { weights, credits } = this;
    let best = -1;
    let sum = 0;
    for (let position = 0; position < weights.length; position++) {
      if (weights[position] === 0) continue;
      sum += weights[position];
      credits[position] += weights[position];
      if (best < 0 || credits[position] > credits[best]) best = position;
    }
    if (best >= 0) credits[best] -= sum;
    return best;
  }

  /** Lets a second pass: adaptive weights are recalculated. */
  tick(): void {
    if (this.mode !== 'adaptive') return;
    const { spus, weights } = this;
    const total = spus.reduce((sum, { spec }) => sum + spec.weight, 0);
    const left = spus.map(({ table }) => (table === undefined ? 0 : 1 - table.size / table.capacity));
    const sum = left.reduce((one, other) => one + other, 0);
    for (let position = 0; position < weights.length; position++) {
      weights[position] = sum === 0 ? 0 : Math.round((total * left[position]) / sum);
    }
  }
}
