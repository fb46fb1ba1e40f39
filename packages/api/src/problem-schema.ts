import { z } from 'zod';
import type { Problem } from './problem.ts';

const count = z.int().nonnegative();

/** Validates a problem. */
export const problemSchema: z.ZodType<Problem> = z.strictObject({
  type: z.string().startsWith('urn:midplane:problem:'),
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
});
