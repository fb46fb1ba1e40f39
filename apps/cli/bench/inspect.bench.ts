/** P1 and P5: `midplane inspect` against softflowd and tshark over the same captures. */
import { compareWithTools } from './compare.ts';

await compareWithTools({ id: 'P1', command: 'inspect', softflowdOnMany: 8, softflowdOnSmall: 2, tsharkOnMany: 100 });
