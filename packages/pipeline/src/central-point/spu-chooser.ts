import type { Spu } from '@midplane/chassis';
import { AdaptiveWeights, equalWeights, SmoothRoundRobin, type SpuWeight, weightsByType } from '@midplane/weights';

/** How the central point chooses the SPU of a new session. */
export type ChoiceMode = 'rr-based' | 'wrr' | 'adaptive';

/** Sum of adaptive weights: fine enough that what an SPU has left shows, whatever the cards. */
const ADAPTIVE_SUM = 100_000;

/**
 * Smooth weighted round robin: each SPU comes up as often as its weight says, spread evenly; ties go to the lower SPU ID.
 *
 * Weights are equal (`rr-based`), by the type of the SPU (`wrr`), or recalculated every second from what is left of the
 * SPUs as they reported it (`adaptive`).
 *
 * Fidelity: documented for the weights. The order of choice is assumed.
 */
export class SpuChooser {
  private readonly turns: SmoothRoundRobin;
  private readonly initial: readonly SpuWeight[];
  private readonly adaptive: AdaptiveWeights | undefined;

  /** @param spus In the order of their positions; one with 0 sessions takes none. */
  constructor(spus: readonly Spu[], mode: ChoiceMode) {
    const rows = spus.map(({ spuId, card, maxSessions }) => ({ spuId, card, capacity: maxSessions }));
    const initial = mode === 'rr-based' ? equalWeights(rows) : weightsByType(rows);
    this.initial = initial;
    const hasSpus = initial.some(({ weight }) => weight > 0);
    this.adaptive = mode === 'adaptive' && hasSpus ? new AdaptiveWeights(initial, ADAPTIVE_SUM) : undefined;
    this.turns = new SmoothRoundRobin(this.adaptive?.weights ?? initial);
  }

  /** Position of the SPU of the next new session; -1 if none can take one. */
  choose(): number {
    return this.turns.choose();
  }

  /** The weight of the SPU of a position now. */
  weightOf(position: number): number {
    return (this.adaptive?.weights ?? this.initial)[position].weight;
  }

  /** Whether SPUs have to report. */
  get wantsReports(): boolean {
    return this.adaptive !== undefined;
  }

  /** An SPU has said how much it has to do. */
  report({ spuId, maxSessions }: Spu, cpuPercent: number, sessions: number): void {
    this.adaptive?.report(spuId, { cpuPercent, sessions, capacity: maxSessions });
  }

  /** Lets a second pass: adaptive weights are recalculated. */
  tick(): void {
    if (this.adaptive?.tick()) this.turns.setWeights(this.adaptive.weights);
  }
}
