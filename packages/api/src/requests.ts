import type { Scenario, ScenarioChassis, ScenarioHash, ScenarioTraffic } from '@midplane/scenario';
import { SCENARIO_HASHES } from '@midplane/scenario';
import { z } from 'zod';
import { choice, flag, object, whole, word, wordOf } from './_must.ts';

/** Body of `POST /v1/chassis/resolve`. */
export interface ChassisRequest {
  /** As in a scenario; default two SPC2 and an IOC2 in an SRX5800 of release 17.4R1. */
  readonly chassis?: ScenarioChassis;
}

/** Body of `POST /v1/hash`. */
export interface HashRequest {
  /** Such as `192.0.2.1:1234 > 198.51.100.2:443/tcp`. */
  readonly flow: string;
  /** One function; default all of them. */
  readonly hash?: ScenarioHash;
  /** Whether the packet is a fragment: no ports are hashed. */
  readonly fragment?: boolean;
}

/** Body of `POST /v1/where`. */
export interface WhereRequest extends ChassisRequest {
  /** Such as `192.0.2.1:1234 > 198.51.100.2:443/tcp`. */
  readonly flow: string;
  /** Default `crc32c`. */
  readonly hash?: ScenarioHash;
  /** Whether the packet is a fragment: no ports are hashed. */
  readonly fragment?: boolean;
}

/** Body of `POST /v1/weights`: a chassis, or weights of your own. */
export interface WeightsRequest extends ChassisRequest {
  /** Weights of your own instead of a chassis, at least one above 0. */
  readonly spus?: readonly { readonly spuId: number; readonly weight: number }[];
  /** Rows of the table for them; default 65,536. */
  readonly tableLength?: number;
}

/** Body of `POST /v1/traffic`: what a scenario's `traffic` may have, and the format of the file. */
export interface TrafficRequest {
  /** A ready-made workload or one of your own. */
  readonly traffic: Exclude<ScenarioTraffic, { capture: string }>;
  /** Default `pcap`. */
  readonly format?: 'pcap' | 'pcapng';
}

/** The chassis is checked with all its rules by `checkScenario`, which says where in it a fault is. */
const chassis = z.unknown().exactOptional() as unknown as z.ZodType<ScenarioChassis>;
const flow = word('be a flow such as "192.0.2.1:1234 > 198.51.100.2:443/tcp"');
const hash = wordOf(SCENARIO_HASHES).exactOptional();

/** Validates the shape of a {@link ChassisRequest}. */
export const chassisRequestSchema: z.ZodType<ChassisRequest> = object({ chassis });

/** Validates a {@link HashRequest}. */
export const hashRequestSchema: z.ZodType<HashRequest> = object({ flow, hash, fragment: flag().exactOptional() });

/** Validates the shape of a {@link WhereRequest}. */
export const whereRequestSchema: z.ZodType<WhereRequest> = object({
  chassis,
  flow,
  hash,
  fragment: flag().exactOptional(),
});

const SPUS = 'be a list of 1 to 96 weights such as [{ "spuId": 5, "weight": 1 }]';

/** Validates the shape of a {@link WeightsRequest}. */
export const weightsRequestSchema: z.ZodType<WeightsRequest> = object({
  chassis,
  spus: z
    .array(object({ spuId: whole(0, 95), weight: whole(0, Number.MAX_SAFE_INTEGER) }), SPUS)
    .min(1, SPUS)
    .max(96, SPUS)
    .exactOptional(),
  tableLength: whole(1, 16_777_216).exactOptional(),
});

/** Validates the shape of a {@link TrafficRequest}. */
export const trafficRequestSchema: z.ZodType<TrafficRequest> = object({
  traffic: z.unknown() as unknown as z.ZodType<TrafficRequest['traffic']>,
  format: choice(['pcap', 'pcapng']).exactOptional(),
});

const NUMBER = 'be a whole number from 0 to 4294967295';

/** Validates a list of sequence numbers, in the order of arrival: a body of `POST /v1/ordering/metrics`. */
export const orderingNumbersSchema: z.ZodType<readonly number[]> = z
  .array(z.int(NUMBER).min(0, NUMBER).max(0xffff_ffff, NUMBER), 'be a list of sequence numbers such as [1, 2, 4, 3]')
  .min(1, 'have at least one number');

/** A scenario as a body; checked by `loadScenario`. */
export type ScenarioRequest = Scenario;
