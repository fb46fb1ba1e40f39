import { expect } from 'vitest';

const died = { name: 'WorkerDied', code: 'worker-died', isRange: false };

/** What `_play-in-workers.ts` says wherever it runs. */
export const PLAYED: object = {
  supported: true,
  plain: 'same',
  thrown: {
    name: 'RangeError',
    isRange: true,
    message: expect.stringMatching(/^Cannot schedule event 0: atNs must be/),
  },
  again: 'same',
  killed: {
    ...died,
    message: expect.stringMatching(/^Cannot go on: the workers that host the SPUs must live: got one that has/),
    packets: expect.any(Number),
  },
  missing: { ...died, message: expect.stringMatching(/must live: got /), packets: 0 },
};
