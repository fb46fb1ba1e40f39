import type { SpuCounts } from '@midplane/pipeline';
import { z } from 'zod';

const count = z.int().nonnegative();

/** Validates what an SPU has counted so far. */
export const spuCountsSchema: z.ZodType<SpuCounts> = z.strictObject({
  spuId: count,
  name: z.string(),
  packets: count,
  bytes: count,
  firstPath: count,
  fastPath: count,
  sessions: z.strictObject({ created: count, current: count }),
});
