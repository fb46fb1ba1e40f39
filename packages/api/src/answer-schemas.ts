import { reportSchema } from '@midplane/pipeline/schema';
import { comparisonSchema, planSchema } from '@midplane/scenario';
import { z } from 'zod';
import { orderingAnswerSchema } from './_ordering-schema.ts';
import { problemSchema } from './problem-schema.ts';
import { spuCountsSchema } from './spu-counts-schema.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const text = z.string();

const names = z.strictObject({ dot: text, cli: text, slash: text });
const spuId = z.strictObject({ spuId: z.int().min(0).max(95), fpc: count, pic: count, names });

const catalogue = z.strictObject({
  models: z.array(z.looseObject({ name: text })),
  cards: z.array(z.looseObject({ type: text, kind: z.enum(['spc', 'ioc']) })),
});

const spu = z.strictObject({
  spuId: count,
  fpc: count,
  pic: count,
  card: text,
  role: z.enum(['flow', 'cp', 'cp-flow']),
  name: text,
  description: text,
  maxSessions: count,
  maxDcpSessions: count,
  weight: count,
});

const chassis = z.looseObject({
  model: text,
  release: text,
  slots: z.array(
    z.strictObject({ slot: count, card: text.nullable(), model: text.nullable(), description: text.nullable() }),
  ),
  spus: z.array(spu),
  iocs: z.array(z.looseObject({ slot: count, card: text, npus: count, maxWings: count })),
  centralPoint: z.looseObject({ spuId: count, fpc: count, pic: count, mode: z.enum(['dedicated', 'combined']) }),
  regime: text,
  distributionMode: text,
  tableLength: count,
  maxSessions: count,
});

const field = z.strictObject({ field: text, text, why: text.optional() });
const hash = z.strictObject({
  flow: text,
  key: z.strictObject({
    rule: text,
    packets: text,
    layer: text,
    fields: z.array(field),
    swapped: z.boolean(),
    fidelity: text,
    why: text,
  }),
  hashes: z.array(z.strictObject({ name: text, value: count })),
});

const where = z.strictObject({
  honest: text,
  flow: text,
  hashKey: z.strictObject({
    rule: text,
    packets: text,
    layer: text,
    fields: z.array(field),
    swapped: z.boolean(),
    mark: z.enum(['D', 'O', 'I', 'A']),
    why: text,
  }),
  hash: z.strictObject({ name: text, value: count }),
  hashIndex: z.strictObject({ value: count, tableLength: count }),
  spuId: count,
  fpc: count,
  pic: count,
  spu: text,
  card: text,
  rows: count,
  replySpuId: count,
  changes: z.array(z.strictObject({ change: text, spuId: count, spu: text, moves: z.boolean() })),
});

const weights = z.strictObject({
  tableLength: count,
  spus: z.array(
    z.strictObject({ spuId: count, name: text, weight: count, weightShare: share, rows: count, rowShare: share }),
  ),
});

const inspect = z.strictObject({
  file: text,
  id: text,
  status: z.enum(['ok', 'error', 'unsupported']),
  error: z.strictObject({ code: text, message: text, offset: count.optional() }).optional(),
  counts: z.looseObject({ packets_total: count, ipv4: count, ipv6: count, l4: z.record(text, count) }),
  flows: z.strictObject({
    tcp: count,
    udp: count,
    sctp: count,
    icmp: count,
    icmpv6: count,
    other: count,
    total: count,
    icmp_echo_sessions: count,
  }),
  community_id: z.strictObject({ distinct: count, packets_without_id: count, ids: z.record(text, count) }).optional(),
});

const sessions = z.strictObject({
  schema: z.literal('midplane-sessions/1'),
  atNs: count,
  inputError: text.optional(),
  sessions: z
    .array(
      z.looseObject({ spuId: count, sessionId: text, state: text, flow: text, in: z.looseObject({ source: text }) }),
    )
    .optional(),
  spus: z.array(
    z.strictObject({
      spuId: count,
      name: text,
      total: count,
      valid: count,
      pending: count,
      invalidated: count,
      failed: count,
      maximum: count,
    }),
  ),
  total: count,
});

const explain = z.looseObject({
  schema: z.literal('midplane-explain/1'),
  honest: text,
  offered: count,
  matched: count,
  packets: z.array(
    z.looseObject({
      packet: count,
      flow: text,
      outcome: text,
      steps: z.array(z.strictObject({ stage: text, text, rules: z.array(z.strictObject({ id: text, mark: text })) })),
    }),
  ),
});

const failed = z.strictObject({ event: z.literal('problem'), problem: problemSchema });
const reading = z.strictObject({ event: z.literal('progress'), reading: count.min(1), packets: count });
const runInfo = z.strictObject({ spus: z.strictObject({ workers: count, why: text }) });
const event = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('run-info'), runInfo }),
  z.strictObject({ event: z.literal('progress'), packets: count, bytes: count, spus: z.array(spuCountsSchema) }),
  z.strictObject({ event: z.literal('report'), report: reportSchema }),
  failed,
]);
const comparisonEvent = z.discriminatedUnion('event', [
  reading,
  z.strictObject({ event: z.literal('comparison'), comparison: comparisonSchema }),
  failed,
]);
const planEvent = z.discriminatedUnion('event', [
  reading,
  z.strictObject({ event: z.literal('plan'), plan: planSchema }),
  failed,
]);

const version = z.strictObject({
  name: z.literal('midplane'),
  version: text,
  runtime: text,
  spus: z.enum(['inline', 'workers']),
  workers: count,
  limits: z.record(text, z.number()),
});

/** Schemas of the answers, by the name that they have in the OpenAPI document. */
export const ANSWER_SCHEMAS: Readonly<Record<AnswerName, z.ZodType>> = {
  SpuId: spuId,
  Catalogue: catalogue,
  Chassis: chassis,
  Hash: hash,
  Where: where,
  Weights: weights,
  Report: reportSchema,
  SimulationEvent: event,
  Inspection: inspect,
  Sessions: sessions,
  Explanation: explain,
  Comparison: comparisonSchema,
  ComparisonEvent: comparisonEvent,
  Plan: planSchema,
  PlanEvent: planEvent,
  Ordering: orderingAnswerSchema,
  Version: version,
  Problem: problemSchema,
};

/** Names of answers. */
export type AnswerName =
  | 'SpuId'
  | 'Catalogue'
  | 'Chassis'
  | 'Hash'
  | 'Where'
  | 'Weights'
  | 'Report'
  | 'SimulationEvent'
  | 'Inspection'
  | 'Sessions'
  | 'Explanation'
  | 'Comparison'
  | 'ComparisonEvent'
  | 'Plan'
  | 'PlanEvent'
  | 'Ordering'
  | 'Version'
  | 'Problem';
