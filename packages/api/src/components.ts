import { scenarioJsonSchema } from '@midplane/scenario/schema';
import { z } from 'zod';
import { ANSWER_SCHEMAS } from './answer-schemas.ts';
import {
  chassisRequestSchema,
  hashRequestSchema,
  trafficRequestSchema,
  weightsRequestSchema,
  whereRequestSchema,
} from './requests.ts';

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = Record<string, unknown>;

/** Bodies whose shape is known here, by the name that they have in the OpenAPI document. */
const REQUESTS: Readonly<Record<string, z.ZodType>> = {
  ChassisRequest: chassisRequestSchema,
  HashRequest: hashRequestSchema,
  WhereRequest: whereRequestSchema,
  WeightsRequest: weightsRequestSchema,
  TrafficRequest: trafficRequestSchema,
};

/**
 * Returns the JSON Schemas that the routes refer to, by name. They are made when they are asked for: it takes some
 * milliseconds that the first answer of an endpoint need not wait for.
 */
export function componentSchemas(): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = { Scenario: without$schema(scenarioJsonSchema()) };
  for (const [name, schema] of Object.entries(ANSWER_SCHEMAS)) schemas[name] = jsonSchemaOf(schema);
  for (const [name, schema] of Object.entries(REQUESTS)) {
    const made = jsonSchemaOf(schema);
    const properties = made['properties'] as Record<string, JsonSchema>;
    if ('chassis' in properties) properties['chassis'] = { $ref: '#/components/schemas/Scenario/properties/chassis' };
    if ('traffic' in properties) {
      properties['traffic'] = { $ref: '#/components/schemas/Scenario/properties/traffic/items' };
    }
    schemas[name] = made;
  }
  return schemas;
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return without$schema(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema);
}

function without$schema({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
