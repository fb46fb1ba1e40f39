import { ORDERING_MODES, type OrderingMode } from '@midplane/pipeline';
import { SCENARIO_HASHES } from '@midplane/scenario';
import { z } from 'zod';
import { choice, object, word, wordOf } from './_must.ts';

/** What one thing of the machine is asked about: `GET /v1/spu-id`. */
export interface SpuIdQuery {
  /** SPU ID or name: `5`, `fpc1.pic1`, `FPC1 PIC1`, `1/1`. */
  readonly spu: string;
}

/** What the query of an upload says: a scenario, or single settings with the names of the command's options. */
export interface RunQuery {
  /** A scenario, YAML or JSON; the capture of its `traffic` is the body. */
  readonly scenario?: string;
  /** `srx5400`, `srx5600` or `srx5800`. */
  readonly chassis?: string;
  /** Cards by slot, as `1=SPC2,2=SPC2,7=IOC2`. */
  readonly cards?: string;
  /** Junos release. */
  readonly release?: string;
  /** Rows of the session distribution hash table. */
  readonly tableLength?: number;
  /** Who chooses the SPU of a session. */
  readonly distribution?: 'hash' | 'rr' | 'wrr' | 'adaptive';
  /** Session distribution hash. */
  readonly hash?: string;
  /** Whether both directions of a flow are hashed as they stand. */
  readonly asymmetric?: boolean;
  /** How packets are kept in order; given, the order is measured. */
  readonly ordering?: OrderingMode;
}

/** Query of `POST /v1/simulations`. */
export interface SimulationQuery extends RunQuery {
  /** Largest sessions to list per SPU in text, 0 to 5; default 3. */
  readonly top?: number;
}

/** Query of `POST /v1/inspect`. */
export interface InspectQuery {
  /** Whether to add the Community ID of every flow. */
  readonly communityId?: boolean;
}

/** Query of `POST /v1/sessions`. */
export interface SessionsQuery extends RunQuery {
  /** Seconds after the first packet; default at the last packet. */
  readonly at?: number;
  /** How much is told; default `brief`. */
  readonly level?: 'brief' | 'extensive' | 'summary';
  readonly sourcePrefix?: string;
  readonly destinationPrefix?: string;
  readonly sourcePort?: string;
  readonly destinationPort?: string;
  readonly protocol?: string;
  readonly family?: string;
  readonly application?: string;
  readonly interface?: string;
  readonly sessionIdentifier?: string;
}

/** Query of `POST /v1/explain`: a packet or a flow. */
export interface ExplainQuery extends RunQuery {
  /** Number of the packet, from 1. */
  readonly packet?: number;
  /** Packets of this flow, in both directions. */
  readonly flow?: string;
}

/** Query of `POST /v1/compare`: what both sides are, and what is different after the change. */
export interface CompareQuery extends RunQuery {
  /** Scenario of the side after, YAML or JSON; without it that side is as before, but for what the names with `to` say. */
  readonly after?: string;
  readonly toChassis?: string;
  /** All cards, not only new ones. */
  readonly toCards?: string;
  readonly toRelease?: string;
  readonly toTableLength?: number;
  readonly toDistribution?: RunQuery['distribution'];
  readonly toHash?: string;
}

/** Query of `POST /v1/plan`. */
export interface PlanQuery extends RunQuery {
  /** How many times the traffic has to fit, above 0; default 1. */
  readonly growth?: number;
  /** CPU of the busiest second that counts as full, percent, above 0 up to 100; default 70. */
  readonly cpuTarget?: number;
  /** Kinds of services cards to look at, as `SPC2,SPC3`; default all that the release runs. */
  readonly types?: string;
  /** Whether the services cards that are there stay, and others are added; default false. */
  readonly keep?: boolean;
}

/** Query of `POST /v1/ordering/metrics`. Of a list of numbers, only `threshold` matters. */
export interface OrderingQuery {
  /** Most reordered flows that are listed, 0 to 1,000; default 5. */
  readonly top?: number;
  /** Flows that are remembered at once, 1 to 16,384; default 16,384. */
  readonly flows?: number;
  /** Displacement beyond which RFC 5236 counts loss, 1 to 1,024; default 16. */
  readonly threshold?: number;
  /** TCP: milliseconds after which what fills a gap counts as sent again, where IP IDs do not tell; default 3. */
  readonly lostAfter?: number;
  /** Two captures: whether addresses and ports may have been translated between them. */
  readonly translated?: boolean;
}

/** A whole number as a query writes it. */
function digits(low: number, high: number): z.ZodType<number, string> {
  const must = `be a whole number from ${low} to ${high}`;
  const inRange = (value: string): boolean => /^\d{1,16}$/.test(value) && Number(value) >= low && Number(value) <= high;
  return z.string(must).refine(inRange, must).transform(Number) as unknown as z.ZodType<number, string>;
}

/** A whole number as a query writes it; its range is checked where it is used. */
function integer(): z.ZodType<number, string> {
  const must = 'be a whole number';
  return z
    .string(must)
    .regex(/^-?\d{1,15}$/, must)
    .transform(Number) as unknown as z.ZodType<number, string>;
}

/** A number as a query writes it, from 0 or above it. */
function decimal(must: string, inRange: (value: number) => boolean): z.ZodType<number, string> {
  const isNumber = (value: string): boolean => /^\d{1,10}(\.\d{1,9})?$/.test(value) && inRange(Number(value));
  return z.string(must).refine(isNumber, must).transform(Number) as unknown as z.ZodType<number, string>;
}

/** A number as a query writes it; its range is checked where it is used. */
function signed(must: string): z.ZodType<number, string> {
  return z
    .string(must)
    .regex(/^-?\d{1,10}(\.\d{1,9})?$/, must)
    .transform(Number) as unknown as z.ZodType<number, string>;
}

const MOMENT = 'be a number of seconds from 0 to 2147483646';
const seconds = decimal(MOMENT, (value) => value <= 2_147_483_646);
const YES = 'be true or false';
const yes = z.enum(['true', 'false'], YES).transform((value) => value === 'true') as unknown as z.ZodType<
  boolean,
  string
>;

const scenario = z
  .string()
  .max(65_536, 'have at most 65536 characters; send a longer one as multipart')
  .exactOptional();
const model = word('be srx5400, srx5600 or srx5800').exactOptional();
const cards = word('be cards by slot, as 1=SPC2,2=SPC2,7=IOC2').exactOptional();
const release = word('be a release such as 17.4R1').exactOptional();
const tableLength = integer().exactOptional();
const distribution = choice(['hash', 'rr', 'wrr', 'adaptive']).exactOptional();
const hash = wordOf(SCENARIO_HASHES).exactOptional();

const run = {
  scenario,
  chassis: model,
  cards,
  release,
  tableLength,
  distribution,
  hash,
  asymmetric: yes.exactOptional(),
  ordering: choice(ORDERING_MODES).exactOptional(),
};

/** Validates a {@link SpuIdQuery}. */
export const spuIdQuerySchema: z.ZodType<SpuIdQuery> = object({
  spu: word('be an SPU ID or a name such as fpc1.pic1'),
});

/** Validates a {@link SimulationQuery}. */
export const simulationQuerySchema: z.ZodType<SimulationQuery> = object({ ...run, top: digits(0, 5).exactOptional() });

/** Validates an {@link InspectQuery}. */
export const inspectQuerySchema: z.ZodType<InspectQuery> = object({ communityId: yes.exactOptional() });

const filter = {
  sourcePrefix: word('be a prefix as 10.0.0.0/8').exactOptional(),
  destinationPrefix: word('be a prefix as 10.0.0.0/8').exactOptional(),
  sourcePort: word('be a port').exactOptional(),
  destinationPort: word('be a port').exactOptional(),
  protocol: word('be a protocol').exactOptional(),
  family: word('be inet or inet6').exactOptional(),
  application: word('be an application').exactOptional(),
  interface: word('be an interface as xe-7/0/0').exactOptional(),
  sessionIdentifier: word('be a session ID').exactOptional(),
};

/** Names of the filters of a session list, as the query has them. */
export const SESSION_FILTERS: readonly (keyof SessionsQuery)[] = Object.keys(filter) as (keyof SessionsQuery)[];

/** Validates a {@link SessionsQuery}; what filters mean is checked where they are read. */
export const sessionsQuerySchema: z.ZodType<SessionsQuery> = object({
  ...run,
  at: seconds.exactOptional(),
  level: choice(['brief', 'extensive', 'summary']).exactOptional(),
  ...filter,
});

/** Validates an {@link ExplainQuery}. */
export const explainQuerySchema: z.ZodType<ExplainQuery> = object({
  ...run,
  packet: digits(1, Number.MAX_SAFE_INTEGER).exactOptional(),
  flow: word('be a flow such as "192.0.2.1:1234 > 198.51.100.2:443/tcp"').exactOptional(),
});

/** Validates a {@link CompareQuery}. */
export const compareQuerySchema: z.ZodType<CompareQuery> = object({
  ...run,
  after: scenario,
  toChassis: model,
  toCards: cards,
  toRelease: release,
  toTableLength: tableLength,
  toDistribution: distribution,
  toHash: hash,
});

/** Validates a {@link PlanQuery}. */
export const planQuerySchema: z.ZodType<PlanQuery> = object({
  ...run,
  growth: decimal('be a number above 0 and at most 1000000', (value) => value > 0 && value <= 1e6).exactOptional(),
  cpuTarget: decimal('be a number above 0 and at most 100', (value) => value > 0 && value <= 100).exactOptional(),
  types: z
    .string()
    .regex(/^SPC[123](,SPC[123])*$/i, 'be some of SPC1, SPC2, SPC3, separated by commas')
    .exactOptional(),
  keep: yes.exactOptional(),
});

/** Validates an {@link OrderingQuery}; `lostAfter` is checked where it is used. */
export const orderingQuerySchema: z.ZodType<OrderingQuery> = object({
  top: digits(0, 1000).exactOptional(),
  flows: digits(1, 16_384).exactOptional(),
  threshold: digits(1, 1024).exactOptional(),
  lostAfter: signed('be a number of milliseconds').exactOptional(),
  translated: yes.exactOptional(),
});
