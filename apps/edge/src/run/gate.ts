import { RequestError } from '../request-error.ts';
import type { Metrics } from '../service/metrics.ts';

/** Lets so many runs in at a time and refuses the rest: there is no queue that could grow. */
export class Gate {
  private readonly most: number;
  private readonly metrics: Metrics;

  constructor(most: number, metrics: Metrics) {
    this.most = most;
    this.metrics = metrics;
  }

  /** Whether another run may begin. */
  get isOpen(): boolean {
    return this.metrics.running < this.most;
  }

  /**
   * Begins a run; what is returned ends it, once.
   *
   * @throws {RequestError} `too-busy` if as many run as may.
   */
  enter(): () => void {
    if (!this.isOpen) {
      const rule = `at most ${this.most} runs may go on at a time`;
      throw new RequestError('too-busy', `Cannot begin run: ${rule}: got one more`, {}, { 'Retry-After': '1' });
    }
    this.metrics.running++;
    this.metrics.runs++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.metrics.running--;
    };
  }
}
