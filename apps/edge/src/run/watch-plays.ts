import type { PlayOptions } from '@midplane/scenario';
import type { Budget } from './budget.ts';

/** How a run is watched that plays its traffic once or several times, down one path or several: sessions count together. */
export function watchPlays(budget: Budget): Required<Pick<PlayOptions, 'onProgress' | 'signal'>> {
  return {
    signal: budget.signal,
    onProgress(packets, paths) {
      if (packets <= budget.packets) budget.readAgain();
      return budget.spend(packets, () => paths.flatMap((path) => path.spuCounts()));
    },
  };
}
