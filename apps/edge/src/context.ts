import type { Decompressors } from '@midplane/capture';
import type { Context } from 'hono';
import { Gate } from './run/gate.ts';
import type { SpuHosts } from './run/spu-hosts.ts';
import { StallWatch } from './run/stall-watch.ts';
import { createUsableHosts, type UsableHosts } from './run/usable-hosts.ts';
import { Metrics } from './service/metrics.ts';
import { RequestIds } from './service/request-ids.ts';
import { LIMITS, type LimitName, type Limits } from './settings.ts';

/**
 * A line of the log. It never holds what a client sent, but for the names of methods and routes.
 *
 * An answer that fails after its status was sent has a second line: with that status, and the code of what ended it.
 */
export interface LogRecord {
  /** RFC 3339. */
  readonly time: string;
  readonly level: 'info' | 'error';
  readonly requestId: string;
  readonly method: string;
  /** Route as it is declared, `none` for a path that there is not. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** Code of the problem, if there was one. */
  readonly code?: string;
  /** Stack of a fault of the program, or what a worker died of. */
  readonly fault?: string;
}

/** What the app is made with. Everything has a default. */
export interface AppConfig {
  /** Changes to the defaults of {@link LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Bearer tokens; with none everybody may ask. */
  readonly tokens?: readonly string[];
  /** Origins of pages that may ask; `*` is all. */
  readonly corsOrigins?: readonly string[];
  /** Whether `X-Forwarded-For` is believed. */
  readonly trustProxy?: boolean;
  /** Whether OpenTelemetry spans are made. */
  readonly telemetry?: boolean;
  /** Takes a line of the log; default nobody. */
  readonly log?: (record: LogRecord) => void;
  /** Address of the client, as the runtime knows it. */
  readonly clientOf?: (c: Context) => string | undefined;
  /** Reads a header where the runtime has a quicker way than the request's own. */
  readonly headerOf?: HeaderOf;
  /** Decompression that the runtime has besides the web's. */
  readonly decompressors?: Decompressors;
  /** Whether timers belong to requests, so that one cannot serve several; default false. */
  readonly hasRequestTimers?: boolean;
  /** Name of the runtime, for `/version`. */
  readonly runtime?: string;
  /**
   * Declares the length of a body that is made as it is read, where the runtime ends one that breaks off as if it were
   * whole: such a body is made twice, first for its length alone.
   */
  readonly withLength?: (body: ReadableStream<Uint8Array>, length: number) => ReadableStream<Uint8Array>;
  /** Workers that scenarios may ask for; default none. */
  readonly hosts?: SpuHosts | undefined;
  /** Milliseconds between two progress events, at least; default 200. */
  readonly progressMs?: number;
}

/** What all routes share. */
export interface Services {
  readonly config: AppConfig;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly gate: Gate;
  readonly ids: RequestIds;
  readonly stalls: StallWatch;
  readonly headerOf: HeaderOf;
  readonly hosts: UsableHosts;
}

/** What a request carries through the app. */
export interface Env {
  Variables: { requestId: string; code: string | undefined };
}

/** A header of the request by its name in small letters. */
export type HeaderOf = (c: Context, name: string) => string | undefined;

/** Makes what all routes share. */
export function createServices(config: AppConfig): Services {
  const names = Object.keys(LIMITS) as LimitName[];
  const values = names.map((name) => [name, config.limits?.[name] ?? LIMITS[name].value] as const);
  const limits = Object.fromEntries(values) as Limits;
  const metrics = new Metrics();
  const headerOf: HeaderOf = config.headerOf ?? ((c, name) => c.req.header(name));
  const stalls = new StallWatch(limits.idleSeconds * 1000, !config.hasRequestTimers);
  return {
    config,
    limits,
    metrics,
    gate: new Gate(limits.simulations, metrics),
    ids: new RequestIds(),
    stalls,
    headerOf,
    hosts: createUsableHosts(config),
  };
}
