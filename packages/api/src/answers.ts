import type {
  Explanation,
  InspectionResult,
  PipelineSession,
  Report,
  SpuCounts,
  SpuHostPlan,
  Where,
} from '@midplane/pipeline';
import type { CaptureOrder, CapturesOrder, NumbersOrder } from '@midplane/pipeline/capture-order';
import type { Comparison, Plan, pipelineOptionsOf } from '@midplane/scenario';
import type { Problem } from './problem.ts';

/** Answer of `GET /v1/spu-id`. */
export interface SpuIdAnswer {
  /** FPC x 4 + PIC. */
  readonly spuId: number;
  readonly fpc: number;
  readonly pic: number;
  /** The same as text, in every style. */
  readonly names: { readonly dot: string; readonly cli: string; readonly slash: string };
}

/** Answer of `GET /v1/chassis/catalogue`: models and cards, every figure with its fidelity mark. */
export interface CatalogueAnswer {
  readonly models: readonly { readonly name: string }[];
  readonly cards: readonly { readonly type: string; readonly kind: string }[];
}

/** Answer of `POST /v1/chassis/resolve`: what `resolveChassis` of `@midplane/chassis` returns. */
export type ChassisAnswer = ReturnType<typeof pipelineOptionsOf>['chassis'];

/** Answer of `POST /v1/hash`. */
export interface HashAnswer {
  readonly flow: string;
  /** Which fields are hashed, and why. */
  readonly key: {
    readonly rule: string;
    readonly packets: string;
    readonly layer: string;
    readonly fields: readonly { readonly field: string; readonly text: string }[];
    /** Whether the endpoints were exchanged so that both directions hash alike. */
    readonly swapped: boolean;
    readonly fidelity: string;
    readonly why: string;
  };
  readonly hashes: readonly { readonly name: string; readonly value: number }[];
}

/** Answer of `POST /v1/where`. */
export type WhereAnswer = Where;

/** Answer of `POST /v1/weights`. */
export interface WeightsAnswer {
  readonly tableLength: number;
  readonly spus: readonly {
    readonly spuId: number;
    readonly name: string;
    readonly weight: number;
    readonly weightShare: number;
    /** Rows of the session distribution hash table, and their share. */
    readonly rows: number;
    readonly rowShare: number;
  }[];
}

/** Answer of `POST /v1/simulations`. */
export type SimulationAnswer = Report;

/** Answer of `POST /v1/inspect`, as `midplane inspect --json` prints it. */
export interface InspectAnswer extends InspectionResult {
  readonly file: string;
  readonly id: string;
  readonly status: 'ok' | 'error' | 'unsupported';
  /** Why the capture could not be read to its end, or its packets not be decoded. */
  readonly error?: { readonly code: string; readonly message: string; readonly offset?: number };
}

/** Answer of `POST /v1/sessions`, as `midplane sessions --json` prints it. */
export interface SessionsAnswer {
  readonly schema: 'midplane-sessions/1';
  readonly atNs: number;
  readonly inputError?: string;
  /** Absent at the level `summary`. */
  readonly sessions?: readonly PipelineSession[];
  readonly spus: readonly {
    readonly spuId: number;
    readonly name: string;
    readonly total: number;
    readonly valid: number;
    readonly pending: number;
    readonly invalidated: number;
    readonly failed: number;
    readonly maximum: number;
  }[];
  readonly total: number;
}

/** Answer of `POST /v1/explain`. */
export type ExplainAnswer = Explanation;

/** Answer of `POST /v1/compare`, as `midplane compare --json` prints it. */
export type CompareAnswer = Comparison;

/** Answer of `POST /v1/plan`, as `midplane plan --json` prints it. */
export type PlanAnswer = Plan;

/** Answer of `POST /v1/ordering/metrics`, as `midplane ordering --json` prints it: of a capture, of two, of a list. */
export type OrderingAnswer =
  | (OrderingStatus & { readonly file: string } & CaptureOrder)
  | (OrderingStatus & { readonly files: readonly [ingress: string, egress: string] } & CapturesOrder)
  | (OrderingStatus & NumbersOrder);

/** How far captures could be read whose order was measured. */
export interface OrderingStatus {
  readonly schema: 'midplane-ordering/1';
  readonly status: 'ok' | 'error' | 'unsupported';
  /** Why a capture could not be read to its end, or its packets not be decoded. */
  readonly error?: { readonly code: string; readonly message: string; readonly offset?: number };
}

/** Answer of `GET /version`. */
export interface VersionAnswer {
  readonly name: 'midplane';
  readonly version: string;
  /** `node`, `deno`, `bun`, `workerd` or another name of the runtime. */
  readonly runtime: string;
  /** Where SPUs can be simulated: `workers` where a scenario may ask for them. */
  readonly spus: 'inline' | 'workers';
  /** Workers of a run, at most. */
  readonly workers: number;
  readonly limits: Readonly<Record<string, number>>;
}

/** What is to be known of a run that is not of the model: the report has nothing of it. */
export interface RunInfo {
  /** Where SPUs are simulated, and why there; 0 workers: in the thread of the endpoint. */
  readonly spus: SpuHostPlan;
}

/** What a simulation tells while it runs: as a server-sent event of this name, or a line of JSON. */
export type SimulationEvent =
  | {
      /** Comes first, and again if the run begins anew, where the scenario says `spus: workers` or `auto`. */
      readonly event: 'run-info';
      readonly runInfo: RunInfo;
    }
  | {
      readonly event: 'progress';
      readonly packets: number;
      /** Bytes of the capture that were read, uncompressed; 0 where there is none. */
      readonly bytes: number;
      readonly spus: readonly SpuCounts[];
    }
  | { readonly event: 'report'; readonly report: Report }
  | ProblemEvent;

/** What a comparison tells while it runs. */
export type ComparisonEvent =
  | ReadingEvent
  | { readonly event: 'comparison'; readonly comparison: Comparison }
  | ProblemEvent;

/** What a plan tells while it is made. */
export type PlanEvent = ReadingEvent | { readonly event: 'plan'; readonly plan: Plan } | ProblemEvent;

/** How far traffic was read that is read once or several times. */
export interface ReadingEvent {
  readonly event: 'progress';
  /** Which reading this is, from 1. */
  readonly reading: number;
  /** Packets of this reading. */
  readonly packets: number;
}

/** The end of a run that could not go on. */
export interface ProblemEvent {
  readonly event: 'problem';
  readonly problem: Problem;
}
