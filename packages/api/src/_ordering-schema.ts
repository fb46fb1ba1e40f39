import { z } from 'zod';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const text = z.string();

const spread = z.strictObject({ mean: z.number(), p50: z.number(), p99: z.number(), max: z.number() });
const density = z.strictObject({
  threshold: count,
  packets: count,
  discarded: count,
  density: z.array(z.strictObject({ displacement: z.int(), share })),
  meanDisplacement: z.number(),
  entropy: z.number(),
});
const occupancy = z.strictObject({
  threshold: count,
  packets: count,
  discarded: count,
  density: z.array(share),
  meanOccupancy: z.number(),
});
const figures = {
  received: count,
  reordered: count,
  ratio: share,
  duplicates: count,
  resent: count,
  tooLate: count,
  discontinuities: count,
  extent: spread,
  nReordered: z.array(count),
  runs: z.strictObject({ count, mean: z.number(), longest: count, squares: z.number() }),
  rd: density,
  rbd: occupancy,
};
const timed = z.strictObject({
  ...figures,
  lateNs: spread,
  gaps: z.strictObject({ count, mean: z.number(), meanNs: z.number() }),
});
const flowOrder = z.strictObject({
  flow: text,
  received: count,
  reordered: count,
  duplicates: count,
  resent: count,
  tooLate: count,
  maxExtent: count,
  run: count,
});
const order = {
  flows: z.strictObject({ measured: count, forgotten: count }),
  figures: timed,
  top: z.array(flowOrder),
};
const orderStatus = {
  schema: z.literal('midplane-ordering/1'),
  status: z.enum(['ok', 'error', 'unsupported']),
  error: z.strictObject({ code: text, message: text, offset: count.optional() }).optional(),
};

/** Validates the order of a capture, from one to another, or of a list. */
export const orderingAnswerSchema: z.ZodType = z.union([
  z.strictObject({
    ...orderStatus,
    file: text,
    packets: count,
    tcp: z.strictObject({ packets: count, withoutData: count, unreadable: count, ...order }),
    ipId: z.strictObject({ packets: count, unmeasured: count, jumps: count, ...order }),
  }),
  z.strictObject({
    ...orderStatus,
    files: z.tuple([text, text]),
    packets: z.tuple([count, count]),
    path: z.strictObject({
      ingress: count,
      egress: count,
      matched: count,
      onlyEgress: count,
      onlyIngress: count,
      flowForgotten: count,
      ...order,
      acrossFlows: timed,
    }),
  }),
  z.strictObject({
    ...orderStatus,
    packets: count,
    figures: z.strictObject({ ...figures, gaps: z.strictObject({ count, mean: z.number() }) }),
  }),
]);
