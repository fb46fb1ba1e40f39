import { z } from 'zod';
import { assumptionSchema } from '../compare/comparison-schema.ts';
import { PLAN_SCHEMA, type Plan } from './plan.ts';

const count = z.int().nonnegative();
const amount = z.number().nonnegative();
const text = z.string();
const type = z.enum(['SPC1', 'SPC2', 'SPC3']);

const candidate = z.strictObject({
  cards: text,
  services: z.partialRecord(type, count),
  verdict: z.enum(['holds', 'too-small', 'elephant']),
  run: z.boolean(),
  binding: z.strictObject({
    limit: z.enum(['sessions', 'cpu', 'session-rate', 'central-point']),
    used: amount,
    capacity: amount,
    factor: amount.nullable(),
    spuId: count.nullable(),
  }),
  reason: text,
});

/** Validates a plan: what `midplane plan --json` prints. */
export const planSchema: z.ZodType<Plan> = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  model: text,
  release: text,
  ioCards: z.record(text, text),
  growth: amount,
  cpuTargetPercent: amount,
  types: z.array(type),
  demand: z.strictObject({
    packets: count,
    bytes: count,
    durationNs: count,
    sessions: count,
    sessionsPerSecond: count,
    busySpus: z.partialRecord(type, amount),
    largest: z.strictObject({ flow: text, packetShare: z.number().min(0).max(1) }).nullable(),
  }),
  chosen: candidate.nullable(),
  candidates: z.array(candidate),
  order: text,
  inputError: text.exactOptional(),
  assumptions: z.array(assumptionSchema),
}) as unknown as z.ZodType<Plan>;

/** Returns the JSON Schema (draft 2020-12) of a plan. */
export function planJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(planSchema) as Record<string, unknown>;
}
