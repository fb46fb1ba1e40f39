import type { PlayOptions } from '@midplane/scenario';
import type { Budget } from './budget.ts';

/**
 * How a run is watched that plays its traffic once or several times, down one path or several: sessions count together.
 *
 * @param tell Told which reading this is, from 1, and the packets of it.
 */
export function watchPlays(
  budget: Budget,
  tell?: (reading: number, packets: number) => void,
): Required<Pick<PlayOptions, 'onProgress' | 'signal'>> {
  let reading = 1;
  return {
    signal: budget.signal,
    onProgress(packets, paths) {
      if (packets <= budget.packets) {
        budget.readAgain();
        reading++;
      }
      tell?.(reading, packets);
      return budget.spend(packets, () => paths.flatMap((path) => path.spuCounts()));
    },
  };
}
