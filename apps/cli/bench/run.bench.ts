/** P2 and P5: `midplane run`, the whole model, against softflowd and tshark over the same captures. */
import { compareWithTools } from './compare.ts';

await compareWithTools({ id: 'P2', command: 'run', softflowdOnMany: 4, softflowdOnSmall: 1.5, tsharkOnMany: 50 });
