/**
 * The report's schema as data: validates reports, and gives their JSON Schema. Apart from the main entry, so that who only
 * runs a pipeline does not load it.
 *
 * @example
 * ```ts
 * import { createPipeline } from '@midplane/pipeline';
 * import { reportJsonSchema, reportSchema } from '@midplane/pipeline/schema';
 * import { resolveChassis } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const report = createPipeline({ chassis: resolveChassis() }).finish();
 * assert.deepEqual(reportSchema.parse(report), report);
 * assert.equal(reportJsonSchema().type, 'object');
 * ```
 *
 * @module
 */
import type { Evenness } from '@midplane/weights';
import { z } from 'zod';
import { ORDER_CLASSES } from '../spu/order-class.ts';
import { ORDERING_MODES } from '../spu/spu-ordering.ts';
import { REPORT_SCHEMA, type Report } from './report.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const text = z.string();
const figure = z.number().nullable();
const mark = z.enum(['D', 'O', 'I', 'A']);

const alarm = z.strictObject({ severity: text, text });
const drops = z.array(z.strictObject({ reason: text, packets: count, bytes: count }));

/** Validates how even a load is: what `evenness` of `@midplane/weights` gives. */
export const evennessSchema: z.ZodType<Evenness> = z.strictObject({
  spus: count,
  total: count,
  outside: count,
  maxOverMean: figure,
  coefficientOfVariation: figure,
  jain: figure,
  chiSquare: figure,
  degreesOfFreedom: count,
  pValue: figure,
});

const chassis = z.strictObject({
  model: text,
  release: text,
  cards: z.record(text, text),
  centralPoint: count,
  regime: text,
  distributionMode: text,
  tableLength: count,
  hash: text,
  symmetric: z.boolean(),
  ordering: z.enum(ORDERING_MODES as ['hardware', 'software', 'none']),
  orderingConfigured: z.enum(ORDERING_MODES as ['hardware', 'software', 'none']),
});

const input = z.strictObject({
  packets: count,
  bytes: count,
  capturedBytes: count,
  ipv4: count,
  ipv6: count,
  nonIp: count,
  malformed: count,
  fragments: count,
  durationNs: count,
  timeBackwards: count,
  withoutTimestamp: count,
  gaps: z.strictObject({
    count,
    listed: z.array(z.strictObject({ packet: count, atNs: count, seconds: z.number() })),
  }),
  error: text.exactOptional(),
});

const npu = z.strictObject({
  slot: count,
  packets: count,
  lookups: count,
  hits: count,
  installs: count,
  refusals: count,
  withdrawals: count,
  agedOut: count,
  wings: count,
  capacity: count,
  ipv6: z.strictObject({
    lookups: count,
    hits: count,
    installs: count,
    withdrawals: count,
    agedOut: count,
    wings: count,
  }),
});

const counts = z.array(count);
const amount = z.number().min(0);

const reordering = { packets: count, reordered: count, ratio: share, meanExtent: amount, maxExtent: count };

const ordering = z.strictObject({
  held: count,
  meanWaitNs: amount,
  maxWaitNs: count,
  stalls: count,
  measured: z
    .strictObject({
      ...reordering,
      unmeasured: count,
      lostBefore: z.strictObject({ fragments: count, 'central point': count, redirected: count, other: count }),
    })
    .nullable(),
});

const latency = z.strictObject({ p50: count, p90: count, p99: count, p999: count, max: count });

const egressCard = z.strictObject({
  slot: count,
  packets: count,
  bytes: count,
  waited: count,
  queuePeak: count,
  latencyNs: latency,
  dropped: count,
  droppedBytes: count,
  measured: z.strictObject(reordering).nullable(),
});

const order = z.strictObject({
  classes: z.array(z.strictObject({ class: z.enum(ORDER_CLASSES), ...reordering })),
  sessions: z.array(
    z.strictObject({ sessionId: text, flow: text, packets: count, reordered: count, maxExtent: count }),
  ),
});

const spu = z.strictObject({
  spuId: count,
  name: text,
  card: text,
  role: text,
  weight: count,
  weightShare: share,
  rows: count,
  packets: count,
  bytes: count,
  delivered: count,
  handedOver: count,
  paths: z.strictObject({
    npuHit: count,
    hash: count,
    fragment: count,
    icmpError: count,
    centralPoint: count,
    fragmentHandedOver: count,
    redirected: count,
    npCache: count,
  }),
  fragments: z.strictObject({ tiny: count, repeated: count, overlapping: count }),
  staleHits: count,
  generated: count,
  replicated: count,
  firstPath: count,
  fastPath: count,
  sessions: z.strictObject({
    created: count,
    failed: count,
    agedOut: count,
    replaced: count,
    yielded: count,
    cleared: count,
    lost: count,
    current: count,
    leaves: count,
    invalidated: count,
    peak: count,
    capacity: count,
  }),
  pointers: count,
  aggressivePeriods: count,
  sessionShare: share,
  cpu: z.strictObject({ meanPercent: z.number().min(0).max(100), peakPercent: count }),
  latencyNs: latency,
  ordering,
  memory: z.strictObject({ peakBytes: count, capacityBytes: count }).nullable(),
  drops,
  top: z.array(z.strictObject({ sessionId: text, flow: text, packets: count, bytes: count })),
});

/** Validates a report; unknown keys are refused. */
export const reportSchema: z.ZodType<Report> = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  chassis,
  input,
  totals: z.strictObject({
    offered: count,
    replicated: count,
    generated: count,
    delivered: count,
    toRe: count,
    dropped: count,
    remaining: count,
  }),
  drops,
  npus: z.array(npu),
  centralPoint: z
    .strictObject({
      lookups: count,
      known: count,
      installs: count,
      refused: count,
      sessions: count,
      peak: count,
      capacity: count,
      alarm: alarm.exactOptional(),
    })
    .nullable(),
  natPools: z.array(
    z.strictObject({ name: text, addresses: count, ports: count, inUse: count, allocations: count, failures: count }),
  ),
  faults: z.strictObject({ lost: count, duplicates: count }).nullable(),
  spus: z.array(spu),
  egress: z.array(egressCard).nullable(),
  order: order.nullable(),
  latencyNs: latency,
  events: z.array(z.strictObject({ atNs: count.nullable(), event: text, result: text, sessionsEnded: count })),
  series: z.strictObject({
    stepS: count,
    seconds: counts,
    traffic: z.array(text),
    resets: counts,
    dropped: counts,
    spus: z.array(
      z.strictObject({
        spuId: count,
        cpuPercent: counts,
        sessions: counts,
        created: counts,
        packets: counts,
        dropped: counts,
        weight: counts,
        tableRows: counts,
      }),
    ),
  }),
  device: z
    .strictObject({
      log: z.array(z.strictObject({ atNs: count, kind: text, text })),
      outages: z.array(z.strictObject({ fromNs: count, untilNs: count.nullable(), cause: text })),
      alarms: z.array(alarm),
    })
    .nullable(),
  evenness: z.strictObject({ sessions: evennessSchema, packets: evennessSchema, bytes: evennessSchema }),
  warnings: z.array(z.strictObject({ code: text, message: text })),
  assumptions: z.array(
    z.strictObject({
      parameter: text,
      value: z.union([z.number(), text]),
      unit: text.exactOptional(),
      mark,
      why: text,
    }),
  ),
});

/** Returns the JSON Schema (draft 2020-12) of a report. */
export function reportJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema) as Record<string, unknown>;
}
