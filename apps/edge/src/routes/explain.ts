import { type ExplainQuery, explainQuerySchema } from '@midplane/api';
import { CaptureError } from '@midplane/capture';
import { Explainer, type Explanation, formatCount, renderExplanationText } from '@midplane/pipeline';
import { pipelineOptionsOf, readScenarioTraffic } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { RequestError } from '../request-error.ts';
import { beginRun, inputErrorHeader, type Run } from '../run/run.ts';
import { chooseType } from '../service/accept.ts';
import { answerJson, answerText } from './answer.ts';
import { readFlow } from './questions.ts';
import { readQuery } from './read-request.ts';

type Question = { readonly packet: number } | { readonly flow: Int32Array };

/** `POST /v1/explain`: what each stage decided about a packet or a flow, as `midplane explain` tells it. */
export function explainRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), ['application/json', 'text/plain']);
    const query = readQuery(c, explainQuerySchema);
    const question = questionOf(query);
    const run = await beginRun(c, services, query);
    try {
      const explanation = await play(run, question);
      if (explanation.matched === 0) throw notFound(query, explanation);
      const headers = inputErrorHeader(run);
      if (type === 'text/plain') return answerText(c, renderExplanationText(explanation), type, headers);
      return answerJson(c, explanation, headers);
    } finally {
      await run.end();
    }
  };
}

function questionOf({ packet, flow }: ExplainQuery): Question {
  if ((packet === undefined) === (flow === undefined)) {
    const got = packet === undefined ? 'neither' : 'both';
    const rule = 'packet or flow must be given, one of them';
    throw new RequestError('one-question', `Cannot explain packets: ${rule}: got ${got}`, { parameter: 'packet' });
  }
  return packet === undefined ? { flow: readFlow(flow!, { parameter: 'flow' }) } : { packet };
}

async function play({ scenario, traffic, budget }: Run, question: Question): Promise<Explanation> {
  const explainer = new Explainer({ ...pipelineOptionsOf(scenario), ...question });
  const { pipeline } = explainer;
  try {
    for await (const batch of readScenarioTraffic(scenario, traffic)) {
      explainer.offer(batch);
      if (explainer.isDone) break;
      const pause = budget.spend(pipeline.offered, () => pipeline.spuCounts());
      if (pause !== undefined) await pause;
    }
    return explainer.finish();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const explanation = explainer.finish();
    if (explanation.matched === 0) throw error;
    return explanation;
  }
}

function notFound({ packet, flow }: ExplainQuery, { offered, nearestFlow }: Explanation): RequestError {
  if (packet === undefined) {
    const hint = nearestFlow === undefined ? '' : ` (nearest: ${nearestFlow})`;
    const rule = 'the capture must have packets of it, in either direction';
    const message = `Cannot explain flow: ${rule}: got ${JSON.stringify(flow)}${hint}`;
    return new RequestError('flow-not-found', message, { parameter: 'flow' });
  }
  const rule = `packet must be from 1 to ${formatCount(offered)}, the packets of the capture`;
  const message =
    offered === 0
      ? 'Cannot explain packet: the capture must have packets: got none'
      : `Cannot explain packet: ${rule}: got ${packet} (nearest: ${offered})`;
  return new RequestError('packet-not-found', message, { parameter: 'packet' });
}
