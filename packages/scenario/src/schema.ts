/**
 * The scenario file's schema as data: a Zod schema of its shape, and its JSON Schema for editors and other languages.
 *
 * Shape and bounds only: what belongs together, such as cards and release, is checked by `loadScenario`.
 *
 * @example
 * ```ts
 * import { scenarioJsonSchema, scenarioSchema } from '@midplane/scenario/schema';
 * import assert from 'node:assert/strict';
 *
 * const scenario = { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1000 }] };
 * assert.deepEqual(scenarioSchema.parse(scenario), scenario);
 * assert.deepEqual(scenarioJsonSchema().required, ['schema', 'traffic']);
 * ```
 *
 * @module
 */
import { CHASSIS_MODELS, CHASSIS_TIMING, DISTRIBUTION_MODES } from '@midplane/chassis';
import {
  LIVE_PARAMETERS,
  ORDERING_MODES,
  PARAMETERS,
  type ParameterName,
  parameterRange,
  SPU_HOSTINGS,
} from '@midplane/pipeline';
import { z } from 'zod';
import { configurationSchema } from './_configuration-schema.ts';
import { choice, decimal, list, object, powerOfTwo, text, whole } from './_must.ts';
import { time } from './_quantity.ts';
import { trafficSchema } from './_traffic-schema.ts';
import { SCENARIO_HASHES, SCENARIO_SCHEMA } from './scenario.ts';

const CARDS = 'be cards by slot, such as { 1: SPC2, 2: SPC2, 7: IOC2 } or "1=SPC2,2=SPC2,7=IOC2"';
const SPU = 'be an SPU ID or a name such as fpc1.pic0';

const chassis = object({
  model: text(`be one of ${CHASSIS_MODELS.map(({ model }) => model).join(', ')}`).exactOptional(),
  release: text('be a release such as 17.4R1 or 15.1X49-D30').exactOptional(),
  cards: z
    .union(
      [z.record(z.string().regex(/^\d{1,2}$/), text('be the name of a card such as SPC2'), CARDS), text(CARDS)],
      CARDS,
    )
    .exactOptional(),
  distributionMode: choice(DISTRIBUTION_MODES).exactOptional(),
  tableLength: whole(1, 16_777_216).exactOptional(),
  centralPoint: z.union([z.int(SPU).min(0, SPU).max(47, SPU), text(SPU)], SPU).exactOptional(),
  centralPointMode: choice(['dedicated', 'combined']).exactOptional(),
  sessionsPerSpu: object({
    SPC1: whole(1, 83_333_333).exactOptional(),
    SPC2: whole(1, 83_333_333).exactOptional(),
    SPC3: whole(1, 83_333_333).exactOptional(),
  }).exactOptional(),
  centralPointSessions: object({
    SPC1: whole(1, 268_435_456).exactOptional(),
    SPC2: whole(1, 268_435_456).exactOptional(),
  }).exactOptional(),
  npuTableWings: whole(1, 0xffff_ffff).exactOptional(),
  timing: object(
    Object.fromEntries(Object.keys(CHASSIS_TIMING).map((name) => [name, whole(1, 86_400).exactOptional()])),
  ).exactOptional(),
  start: choice(['running', 'boot']).exactOptional(),
});

/** One key for each parameter: times may be written with a unit. */
function parameterSchema(name: ParameterName): z.ZodType {
  const { unit, meaning } = PARAMETERS[name];
  const { least, most } = parameterRange(name);
  const value = unit === 's' || unit === 'ns' ? time(least, most, unit, true) : whole(least, most);
  return value.describe(`${meaning}, ${unit}`).exactOptional();
}

const names = Object.keys(PARAMETERS) as ParameterName[];
const parameters = object(Object.fromEntries(names.map((name) => [name, parameterSchema(name)])));

const spuId = z.int(SPU).min(0, SPU).max(47, SPU);
const spu = z.union([spuId, text(SPU)], SPU);
const slot = whole(0, 11);

/** Whether what fails stays broken after a reboot. */
const permanent = z.boolean('be true or false').exactOptional();
const FAIL_SPU = `${SPU}, or an object with the keys spu, permanent`;
const FAIL_CARD = 'be a whole number from 0 to 11, or an object with the keys slot, permanent';

const COMMIT = 'be parameters with their values, or Junos lines such as set security flow aging early-ageout 10';
const live = Object.fromEntries(LIVE_PARAMETERS.map((name) => [name, parameterSchema(name)]));

/** Latest second of an event: nanoseconds are exact up to it. */
const LAST_SECOND = Math.floor(Number.MAX_SAFE_INTEGER / 1e9);

/** An event: when, and one thing that happens; that it is one of each is checked by `loadScenario`. */
const event = object({
  atSeconds: time(0, LAST_SECOND, 's', false).exactOptional(),
  afterPackets: whole(0, Number.MAX_SAFE_INTEGER).exactOptional(),
  clearSessions: object({ spu: spu.exactOptional() }).exactOptional(),
  failSpu: z.union([spuId, text(SPU), object({ spu, permanent })], FAIL_SPU).exactOptional(),
  failCard: z.union([slot, object({ slot, permanent })], FAIL_CARD).exactOptional(),
  insertCard: object({ slot, card: text('be the name of a card such as SPC2') }).exactOptional(),
  removeCard: slot.exactOptional(),
  offline: slot.exactOptional(),
  online: slot.exactOptional(),
  restart: slot.exactOptional(),
  reboot: object({}).exactOptional(),
  setOrdering: choice(['hardware', 'software']).exactOptional(),
  set: z.union([text(COMMIT), object(live)], COMMIT).exactOptional(),
});

const speed = object({
  threads: powerOfTwo(1, 64).exactOptional(),
  fastPathNs: whole(1, 1e9).exactOptional(),
  firstPathNs: whole(1, 1e9).exactOptional(),
  setUpNs: whole(1, 1e9).exactOptional(),
  redirectNs: whole(1, 1e9).exactOptional(),
  fragmentNs: whole(1, 1e9).exactOptional(),
  orderingNs: whole(1, 1e9).exactOptional(),
  queueNs: whole(1, 1e9).exactOptional(),
});

/** Validates the shape of a scenario; unknown keys are refused. Messages are what must hold. */
export const scenarioSchema: z.ZodType = object({
  schema: z.literal(SCENARIO_SCHEMA, `be ${SCENARIO_SCHEMA}, the version that is read here`),
  chassis: chassis.exactOptional(),
  hash: choice(SCENARIO_HASHES).exactOptional(),
  symmetric: z.boolean('be true or false').exactOptional(),
  configuration: configurationSchema.exactOptional(),
  parameters: parameters.exactOptional(),
  ordering: object({
    mode: choice(ORDERING_MODES).exactOptional(),
    protocols: list(whole(0, 255), 0, 256).exactOptional(),
    measure: z.boolean('be true or false').exactOptional(),
  }).exactOptional(),
  egress: object({
    gigabitsPerSecond: decimal(0.001, 100_000).exactOptional(),
    queuePackets: whole(1, 1_048_576).exactOptional(),
  }).exactOptional(),
  packetMemory: object({ spuBytes: whole(1, 1e12) }).exactOptional(),
  spuSpeeds: object({
    SPC1: speed.exactOptional(),
    SPC2: speed.exactOptional(),
    SPC3: speed.exactOptional(),
  }).exactOptional(),
  faults: object({ seed: whole(0, 0xffff_ffff), loss: decimal(0, 0.9), duplication: decimal(0, 1) }).exactOptional(),
  events: list(event, 0, 10_000).exactOptional(),
  spus: choice(SPU_HOSTINGS).exactOptional(),
  traffic: trafficSchema,
});

/** Returns the JSON Schema (draft 2020-12) of a scenario file. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenarioSchema) as Record<string, unknown>;
}
