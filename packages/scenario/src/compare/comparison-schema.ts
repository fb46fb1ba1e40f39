import { evennessSchema } from '@midplane/pipeline/schema';
import { z } from 'zod';
import { COMPARISON_SCHEMA, type Comparison } from './comparison.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const amount = z.number().nonnegative();
const figure = z.number().nullable();
const text = z.string();

/** A limit, as comparisons and plans have it. */
export const limitSchema: z.ZodType = z.strictObject({
  limit: z.enum(['sessions', 'cpu', 'session-rate', 'central-point']),
  spuId: count,
  name: text,
  used: amount,
  capacity: amount,
  factor: figure,
  reached: z.boolean(),
});

/** An assumption, as comparisons and plans list it. */
export const assumptionSchema: z.ZodType = z.strictObject({
  parameter: text,
  value: z.union([z.number(), text]),
  unit: text.exactOptional(),
  mark: z.literal('A'),
  why: text,
});

const spu = z.strictObject({
  spuId: count,
  name: text,
  card: text,
  role: text,
  rows: count,
  weightShare: share,
  sessionShare: share,
  packetShare: share,
  packets: count,
  bytes: count,
  sessions: z.strictObject({ created: count, failed: count, peak: count, capacity: count, peakPerSecond: count }),
  cpu: z.strictObject({ meanPercent: amount, peakPercent: amount }),
  dropped: count,
});

const side = z.strictObject({
  name: text,
  chassis: z.strictObject({
    model: text,
    release: text,
    cards: z.record(text, text),
    centralPoint: count,
    regime: text,
    distributionMode: text,
    tableLength: count,
    hash: text,
    symmetric: z.boolean(),
  }),
  input: z.strictObject({ packets: count, bytes: count, durationNs: count }),
  dropped: count,
  spus: z.array(spu),
  evenness: z.strictObject({ sessions: evennessSchema, packets: evennessSchema, bytes: evennessSchema }),
  unevenness: z.strictObject({
    cause: z.enum(['nothing', 'even', 'weight', 'changes', 'rows', 'chance', 'hash', 'elephants', 'sizes']),
    measure: z.enum(['packets', 'bytes']),
    spuId: count.nullable(),
    factors: z.strictObject({ load: amount, rows: amount, sessions: amount, size: amount }).nullable(),
    elephants: z.strictObject({ sessions: count, share, largest: text.nullable() }),
    maxOverMean: z.strictObject({ rows: figure, sessions: figure, packets: figure, bytes: figure }),
    packetsOverMean: figure,
    chanceP: figure,
  }),
  headroom: z.strictObject({ first: limitSchema.nullable(), limits: z.array(limitSchema) }),
});

/** Validates a comparison: what `midplane compare --json` prints. */
export const comparisonSchema: z.ZodType<Comparison> = z.strictObject({
  schema: z.literal(COMPARISON_SCHEMA),
  sameTraffic: z.boolean(),
  differences: z.array(z.strictObject({ what: text, before: text, after: text })),
  before: side,
  after: side,
  sessions: z.union([z.strictObject({ moved: count, stayed: count }), text]),
  rows: z.union([z.strictObject({ rows: count, moved: count, minimum: count }), text]),
  outage: z.strictObject({
    reboot: z.boolean(),
    why: text,
    seconds: amount,
    packets: count,
    newSessions: count,
    sessionsLost: count,
  }),
  inputError: text.exactOptional(),
  warnings: z.array(text),
  assumptions: z.array(assumptionSchema),
}) as unknown as z.ZodType<Comparison>;

/** Returns the JSON Schema (draft 2020-12) of a comparison. */
export function comparisonJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(comparisonSchema) as Record<string, unknown>;
}
