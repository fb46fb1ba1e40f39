import type { PartialReport } from '@midplane/pipeline';
import { z } from 'zod';
import type { Problem } from './problem.ts';
import { spuCountsSchema } from './spu-counts-schema.ts';

const count = z.int().nonnegative();

const partial: z.ZodType<PartialReport> = z.strictObject({
  incomplete: z.literal(true),
  packets: count,
  spus: z.array(spuCountsSchema),
});

/** Validates a problem. */
export const problemSchema: z.ZodType<Problem> = z.strictObject({
  type: z.string().regex(/^urn:midplane:problem:/),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.string(),
  pointer: z.string().exactOptional(),
  parameter: z.string().exactOptional(),
  line: count.exactOptional(),
  column: count.exactOptional(),
  offset: count.exactOptional(),
  requestId: z.string().exactOptional(),
  partial: partial.exactOptional(),
});
