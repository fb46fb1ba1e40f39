import {
  type ChassisRequest,
  chassisRequestSchema,
  type HashAnswer,
  hashRequestSchema,
  type WeightsAnswer,
  type WeightsRequest,
  type WhereRequest,
  weightsRequestSchema,
  whereRequestSchema,
} from '@midplane/api';
import { CARDS, CHASSIS_MODELS, type ResolvedChassis } from '@midplane/chassis';
import { formatFlow, parseFlow } from '@midplane/flow';
import { FLOW_HASHES, findFlowHash, hashKey, selectHashKey } from '@midplane/hash';
import { prepareWhere, renderWhereJson, renderWhereText, type Where } from '@midplane/pipeline';
import { reportJsonSchema } from '@midplane/pipeline/schema';
import {
  checkScenario,
  comparisonJsonSchema,
  pipelineOptionsOf,
  planJsonSchema,
  SCENARIO_SCHEMA,
} from '@midplane/scenario';
import { scenarioJsonSchema } from '@midplane/scenario/schema';
import { formatSpuId, parseSpuId } from '@midplane/spu-id';
import { buildDistributionTable, countRows } from '@midplane/weights';
import type { Services } from '../context.ts';
import type { Handler } from '../frame.ts';
import { RequestError } from '../request-error.ts';
import { checkHash } from '../run/check-hash.ts';
import { checkTableLength } from '../run/scenario-of.ts';
import { chooseType } from '../service/accept.ts';
import { Kept } from '../service/kept.ts';
import { answerJson, answerText, jsonText } from './answer.ts';
import { parseBody, readJson, readText } from './read-request.ts';

/** Chassis whose tables are kept: half a megabyte each at the default table length limit at worst. */
const KEPT = 8;
/** Answers that are kept, of questions of so many characters at most: two megabytes at worst. */
const KEPT_ANSWERS = 128;
const KEPT_LENGTH = 512;
const DEFAULT_LENGTH = 65_536;
/** Where a question names its hash function. */
const HASH = { pointer: '/hash' };

/** What there are schemas of. */
const SCHEMAS: Readonly<Record<string, () => Record<string, unknown>>> = {
  scenario: scenarioJsonSchema,
  report: reportJsonSchema,
  comparison: comparisonJsonSchema,
  plan: planJsonSchema,
};

/** Routes whose answer follows from the question alone. */
export function questionRoutes(
  services: Services,
): Readonly<Record<'catalogue' | 'chassisResolve' | 'hash' | 'where' | 'weights' | 'schemas', Handler>> {
  const { limits } = services;
  const chassisKept = new Kept<ResolvedChassis>(KEPT);
  const whereKept = new Kept<ReturnType<typeof prepareWhere>>(KEPT);
  const answersKept = new Kept<string>(KEPT_ANSWERS);
  let catalogue: string | undefined;

  /** The chassis of a request, checked as that of a scenario is: an error has the path into it. */
  const chassisOf = ({ chassis }: ChassisRequest): ResolvedChassis =>
    chassisKept.get(JSON.stringify(chassis ?? null), () => {
      const data = {
        schema: SCENARIO_SCHEMA,
        ...(chassis !== undefined && { chassis }),
        traffic: [{ shape: 'small' }],
      };
      const resolved = pipelineOptionsOf(checkScenario(data, { name: 'of the request' })).chassis;
      checkTableLength(resolved.tableLength, limits);
      return resolved;
    });

  const whereAnswer = (request: WhereRequest): Where => {
    const { flow, hash = 'crc32c', fragment = false, chassis: asked } = request;
    const key = readFlow(flow, { pointer: '/flow' });
    checkHash(hash, HASH);
    const ask = whereKept.get(asked === undefined ? hash : `${hash} ${JSON.stringify(asked)}`, () => {
      const chassis = chassisOf(request);
      if (chassis.distributionMode !== 'hash-based') throw notByHash(chassis);
      return prepareWhere({ chassis, hash: findFlowHash(hash) });
    });
    return ask(key, 0, fragment);
  };

  return {
    catalogue(c) {
      catalogue ??= jsonText({ models: CHASSIS_MODELS, cards: CARDS });
      return answerText(c, catalogue, 'application/json');
    },
    async chassisResolve(c) {
      return answerJson(c, chassisOf(await readJson(c, services, chassisRequestSchema)));
    },
    async hash(c) {
      const { flow, hash, fragment = false } = await readJson(c, services, hashRequestSchema);
      const key = readFlow(flow, { pointer: '/flow' });
      if (hash !== undefined) checkHash(hash, HASH);
      const { rule, fields, swapped } = selectHashKey(key, 0, { fragment });
      const functions = hash === undefined ? [...FLOW_HASHES.values()] : [findFlowHash(hash)];
      const answer: HashAnswer = {
        flow: formatFlow(key),
        key: {
          rule: rule.id,
          packets: rule.packets,
          layer: rule.layer,
          fields: fields.map((each) => ({ field: each.field, text: each.text })),
          swapped,
          fidelity: rule.fidelity,
          why: rule.why,
        },
        hashes: functions.map((each) => ({ name: each.name, value: hashKey(key, 0, { hash: each, fragment }) })),
      };
      return answerJson(c, answer);
    },
    where(c) {
      const type = chooseType(services.headerOf(c, 'accept'), ['application/json', 'text/plain']);
      return readText(c, services).then((body) => {
        const make = (): string => {
          const answer = whereAnswer(parseBody(body, whereRequestSchema));
          return type === 'text/plain' ? renderWhereText(answer) : renderWhereJson(answer);
        };
        const text = body.length > KEPT_LENGTH ? make() : answersKept.get(`${type} ${body}`, make);
        return answerText(c, text, type);
      });
    },
    weights(c) {
      return readText(c, services).then((body) => {
        const make = (): string => jsonText(weightsAnswer(parseBody(body, weightsRequestSchema), services, chassisOf));
        const text = body.length > KEPT_LENGTH ? make() : answersKept.get(`weights ${body}`, make);
        return answerText(c, text, 'application/json');
      });
    },
    schemas(c) {
      const name = c.req.param('name') ?? '';
      if (!Object.hasOwn(SCHEMAS, name)) {
        const rule = `name must be one of ${Object.keys(SCHEMAS).join(', ')}`;
        const got = JSON.stringify(name.slice(0, 60));
        throw new RequestError('no-such-schema', `Cannot find schema: ${rule}: got ${got}`);
      }
      return answerText(c, jsonText(SCHEMAS[name]()), 'application/schema+json');
    },
  };
}

/**
 * Reads a flow.
 *
 * @throws {RequestError} `malformed-flow`, with its place.
 */
export function readFlow(text: string, place: { pointer?: string; parameter?: string }): Int32Array {
  try {
    return parseFlow(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RequestError('malformed-flow', error.message, place);
  }
}

function weightsAnswer(
  request: WeightsRequest,
  { limits }: Services,
  chassisOf: (request: ChassisRequest) => ResolvedChassis,
): WeightsAnswer {
  const { spus: own } = request;
  if (own !== undefined && request.chassis !== undefined) {
    const rule = 'chassis or spus must be given, one of them';
    throw new RequestError('one-question', `Cannot build table: ${rule}: got both`, { pointer: '/spus' });
  }
  const chassis = own === undefined ? chassisOf(request) : undefined;
  const tableLength = request.tableLength ?? chassis?.tableLength ?? DEFAULT_LENGTH;
  checkTableLength(tableLength, limits);
  const weights = (chassis?.spus ?? own!).map(({ spuId, weight }) => ({ spuId: parseSpuId(String(spuId)), weight }));
  const rowsOf = new Map(countRows(tableOf(weights, tableLength)).map(({ spuId, rows }) => [spuId as number, rows]));
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  const sorted = weights.toSorted((a, b) => a.spuId - b.spuId);
  return {
    tableLength,
    spus: sorted.map(({ spuId, weight }) => {
      const rows = rowsOf.get(spuId) ?? 0;
      return {
        spuId,
        name: formatSpuId(spuId),
        weight,
        weightShare: weight / sum,
        rows,
        rowShare: rows / tableLength,
      };
    }),
  };
}

function tableOf(weights: Parameters<typeof buildDistributionTable>[0], tableLength: number): Uint16Array {
  try {
    return buildDistributionTable(weights, tableLength);
  } catch (error) {
    const { message } = error as Error;
    if (!message.startsWith('Cannot ')) throw error;
    throw new RequestError('out-of-range', message, { pointer: '/spus' });
  }
}

function notByHash({ distributionMode, release }: ResolvedChassis): RequestError {
  const message =
    'Cannot tell where a flow lands: distribution must be hash-based (in other modes the central point chooses the SPU by ' +
    `load and by turn): got ${distributionMode} distribution of release ${release}`;
  return new RequestError('unsupported-release', message, { pointer: '/chassis/release' });
}
