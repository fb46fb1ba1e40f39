import { evenness } from '@midplane/weights';
import type { Report, ReportSpu } from './report.ts';

/**
 * Why a chassis is loaded unevenly.
 *
 * | cause | the busiest SPU has more than its weight, because |
 * | --- | --- |
 * | `nothing` | nothing was measured: no session, or fewer than two SPUs that take them |
 * | `even` | it has not |
 * | `weight` | it has not, but weights differ; or the central point's choice does not follow them |
 * | `changes` | tables were others for a part of the run: SPUs came, went or failed |
 * | `rows` | it has more rows of the distribution table than its weight: the table is short |
 * | `chance` | more sessions fell on its rows than on others, as chance does with so few |
 * | `hash` | so many more that chance hardly does that: these flows are alike in what is hashed |
 * | `elephants` | few large sessions are on it |
 * | `sizes` | its sessions are larger, without any that stands out |
 */
export type UnevennessCause =
  | 'nothing'
  | 'even'
  | 'weight'
  | 'changes'
  | 'rows'
  | 'chance'
  | 'hash'
  | 'elephants'
  | 'sizes';

/** What the load of one SPU is made of: each factor is 1 where it adds nothing. Their product is `load`. */
export interface LoadFactors {
  /** Its share of what is measured, divided by its share of the weights. */
  readonly load: number;
  /** Its share of the table's rows, divided by its share of the weights; 1 where no hash distributes sessions. */
  readonly rows: number;
  /**
   * Its share of the sessions, those that it refused too, divided by its share of the rows (or of the weights, where no hash
   * distributes).
   */
  readonly sessions: number;
  /** What its sessions are of it on average, divided by the average over all SPUs. */
  readonly size: number;
}

/** Large sessions of an SPU. */
export interface Elephants {
  /** How many; at most as many as the report lists per SPU. */
  readonly sessions: number;
  /** Their part of what the SPU has. */
  readonly share: number;
  /** The largest of them, as a flow. */
  readonly largest: string | null;
}

/** Why a chassis is loaded evenly or not, with the figures. */
export interface Unevenness {
  /** The main cause. */
  readonly cause: UnevennessCause;
  /** What is most uneven, and was looked into. */
  readonly measure: 'packets' | 'bytes';
  /** SPU with the most of it for its weight; `null` where nothing was measured. */
  readonly spuId: number | null;
  /** What that load is made of. */
  readonly factors: LoadFactors | null;
  /** Sessions of that SPU that have a tenth of a fair share each, or more. */
  readonly elephants: Elephants;
  /** Largest load for its weight among all SPUs, of rows, sessions, packets and bytes; 1 is even. */
  readonly maxOverMean: {
    readonly rows: number | null;
    readonly sessions: number | null;
    readonly packets: number | null;
    readonly bytes: number | null;
  };
  /** Largest number of packets of an SPU, divided by the mean over SPUs: above 1 also where weights differ. */
  readonly packetsOverMean: number | null;
  /** Probability that sessions fall on the rows as unevenly by chance; `null` where that was not measured. */
  readonly chanceP: number | null;
}

/** Up to so much above the fair share counts as even. */
const EVEN = 1.1;
/** Below this probability it is not chance. */
const UNLIKELY = 0.001;
/** A session of this part of an SPU's fair share is an elephant. */
const ELEPHANT = 0.1;

/**
 * Says whether the load of a chassis follows its weights, and if not, why.
 *
 * The load of the busiest SPU is taken apart into three factors whose product it is: rows against weight, sessions against
 * rows, size of its sessions against that of others. The largest factor is the cause. Up to 1.1 times the
 * fair share counts as even; a p below 0.001 is not chance; a session of a tenth of a fair share is an
 * elephant. Those three bounds are ours.
 *
 * Fidelity: assumed. It is arithmetic over the report, as good as the report is; the bounds are a choice.
 *
 * @param report From `Pipeline.finish`.
 * @returns Cause and figures.
 * @example One large session on one SPU
 * ```ts
 * import { createPipeline, diagnoseUnevenness } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({ chassis: resolveChassis() });
 * const frame = (host: number) => packet().ethernet().ipv4({ source: `192.0.2.${host}` }).udp().build();
 * for (let host = 1; host <= 200; host++) pipeline.offer(recordsOf([frame(host)]));
 * pipeline.offer(recordsOf(Array.from({ length: 100 }, () => frame(1))));
 * const { cause, elephants } = diagnoseUnevenness(pipeline.finish());
 * assert.equal(cause, 'elephants');
 * assert.match(elephants.largest ?? '', /^192\.0\.2\.1:/);
 * ```
 */
export function diagnoseUnevenness(report: Report): Unevenness {
  const spus = report.spus.filter(({ weight }) => weight > 0);
  const isHashed = report.chassis.distributionMode === 'hash-based';
  const weights = spus.map(({ weight }) => weight);
  const rows = isHashed ? spus.map((spu) => spu.rows) : weights;
  const { sessions, packets, bytes } = report.evenness;
  const maxOverMean = {
    rows: isHashed ? evenness(rows, weights).maxOverMean : null,
    sessions: sessions.maxOverMean,
    packets: packets.maxOverMean,
    bytes: bytes.maxOverMean,
  };
  const wanted = spus.map(wantedOf);
  const chanceP = isHashed ? evenness(wanted, rows).pValue : null;
  const measure = (bytes.maxOverMean ?? 0) > EVEN && (packets.maxOverMean ?? 0) <= EVEN ? 'bytes' : 'packets';
  const busiest = busiestOf(spus, measure);
  const figures = { measure, maxOverMean, packetsOverMean: overMean(spus.map((spu) => spu.packets)), chanceP } as const;
  if (busiest === undefined || sum(wanted) === 0 || spus.length < 2) {
    return { cause: 'nothing', ...figures, spuId: null, factors: null, elephants: NO_ELEPHANTS };
  }
  const at = spus.indexOf(busiest);
  const factors = factorsOf(spus, rows, at, measure);
  const elephants = elephantsOf(busiest, measure, (sum(loadsOf(spus, measure)) * weights[at]) / sum(weights));
  const found = { ...figures, spuId: busiest.spuId, factors, elephants };
  const cause = causeOf(found, isHashed);
  const isOfTable = cause === 'rows' || cause === 'hash' || cause === 'chance';
  return { cause: isOfTable && hasChanged(report) ? 'changes' : cause, ...found };
}

/** Sessions that an SPU was to have: a full one has fewer. */
function wantedOf({ sessions }: ReportSpu): number {
  return sessions.created + sessions.failed;
}

/** Whether SPUs had other numbers of rows at other times at which traffic passed. */
function hasChanged({ series: { spus, traffic } }: Report): boolean {
  return spus.some(({ tableRows }) => new Set(tableRows.filter((_, row) => traffic[row] === 'passes')).size > 1);
}

const NO_ELEPHANTS: Elephants = { sessions: 0, share: 0, largest: null };

function causeOf(found: Omit<Unevenness, 'cause'>, isHashed: boolean): UnevennessCause {
  const { maxOverMean, factors, elephants, chanceP } = found;
  const { rows, sessions, size, load } = factors!;
  const worst = Math.max(maxOverMean.sessions ?? 0, maxOverMean.packets ?? 0, maxOverMean.bytes ?? 0);
  if (worst <= EVEN) return (found.packetsOverMean ?? 0) > EVEN ? 'weight' : 'even';
  // packets and bytes may follow the weights where sessions do not
  if (load <= EVEN && isHashed && (maxOverMean.rows ?? 0) > EVEN) return 'rows';
  if (load <= EVEN || (sessions >= rows && sessions >= size)) {
    if (!isHashed) return 'weight';
    return (chanceP ?? 1) < UNLIKELY ? 'hash' : 'chance';
  }
  if (rows >= size) return 'rows';
  // without its elephants the SPU would have half the excess at most
  return elephants.share >= (load - 1) / load / 2 ? 'elephants' : 'sizes';
}

function loadsOf(spus: readonly ReportSpu[], measure: 'packets' | 'bytes'): number[] {
  return spus.map((spu) => spu[measure]);
}

/** The SPU with the most for its weight; ties to the lower SPU ID. */
function busiestOf(spus: readonly ReportSpu[], measure: 'packets' | 'bytes'): ReportSpu | undefined {
  let best: ReportSpu | undefined;
  for (const spu of spus) if (best === undefined || spu[measure] / spu.weight > best[measure] / best.weight) best = spu;
  return best;
}

function factorsOf(
  spus: readonly ReportSpu[],
  rows: readonly number[],
  at: number,
  measure: 'packets' | 'bytes',
): LoadFactors {
  const weightShare = shareOf(
    spus.map(({ weight }) => weight),
    at,
  );
  const rowShare = shareOf(rows, at);
  const sessionShare = shareOf(spus.map(wantedOf), at);
  const loadShare = shareOf(loadsOf(spus, measure), at);
  return {
    load: loadShare / weightShare,
    rows: rowShare / weightShare,
    sessions: sessionShare / rowShare,
    // packets without a session of this run, such as those of an SPU that only handed over
    size: sessionShare === 0 ? 1 : loadShare / sessionShare,
  };
}

/** The largest sessions of an SPU, as far as each has a tenth of what the SPU should have. */
function elephantsOf(spu: ReportSpu, measure: 'packets' | 'bytes', fair: number): Elephants {
  const large = spu.top.filter((session) => session[measure] >= fair * ELEPHANT);
  if (large.length === 0 || spu[measure] === 0) return NO_ELEPHANTS;
  const largest = large.reduce((a, b) => (b[measure] > a[measure] ? b : a));
  const total = sum(large.map((session) => session[measure]));
  return { sessions: large.length, share: Math.min(1, total / spu[measure]), largest: largest.flow };
}

function shareOf(values: readonly number[], at: number): number {
  const total = sum(values);
  return total === 0 ? 0 : values[at] / total;
}

function overMean(values: readonly number[]): number | null {
  const total = sum(values);
  return total === 0 ? null : (Math.max(...values) * values.length) / total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
