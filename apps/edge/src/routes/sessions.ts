import { SESSION_FILTERS, type SessionsQuery, sessionsQuerySchema } from '@midplane/api';
import { CaptureError } from '@midplane/capture';
import { createPipeline, type Pipeline, RecordsUntil, type Report } from '@midplane/pipeline';
import {
  deviceViewOfRun,
  pipelineOptionsOf,
  readScenarioTraffic,
  renderSessions,
  type SessionListQuery,
  selectSessions,
  sessionsJson,
} from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { RequestError } from '../request-error.ts';
import { beginRun, inputErrorHeader, type Run } from '../run/run.ts';
import { chooseType } from '../service/accept.ts';
import { answerMade } from './answer-made.ts';
import { encodePieces } from './made-stream.ts';
import { readQuery } from './read-request.ts';

type Filter = NonNullable<SessionListQuery['filter']>;

/** `POST /v1/sessions`: the sessions of a capture, as `midplane sessions` lists them. */
export function sessionsRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), ['application/json', 'text/plain', 'application/xml']);
    const query = readQuery(c, sessionsQuerySchema);
    const list: SessionListQuery = { filter: filterOf(query), level: query.level ?? 'brief' };
    const run = await beginRun(c, services, query);
    try {
      const { pipeline, report, atNs } = await play(run, query.at);
      const { chassis } = pipelineOptionsOf(run.scenario);
      const pieces = (): Iterable<string> =>
        type === 'application/json'
          ? sessionsJson({ sessions: pipeline, report, atNs }, list)
          : renderSessions(
              deviceViewOfRun({ chassis, report, sessions: pipeline, atNs }),
              list,
              type === 'text/plain' ? 'text' : 'xml',
            );
      const headers = { 'Content-Type': `${type}; charset=UTF-8`, ...inputErrorHeader(run) };
      const { budget } = run;
      return await answerMade(c, services, headers, {
        make: () => encodePieces(pieces()),
        budget,
        end: () => void run.end(),
      });
    } catch (error) {
      await run.end();
      throw error;
    }
  };
}

/** Reads the filter; all that is wrong with it is found before the capture is read. */
function filterOf(query: SessionsQuery): Filter {
  const filter: Filter = Object.fromEntries(
    SESSION_FILTERS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  );
  try {
    selectSessions({ sessions: () => [], sessionCounts: () => [] }, filter);
    return filter;
  } catch (error) {
    const { message } = error as Error;
    const word = /^Cannot read filter: ([\w-]+)/.exec(message)?.[1] ?? '';
    const parameter = word.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    throw new RequestError('malformed-filter', message, { parameter });
  }
}

/** Sends the traffic down the path, up to a moment; a corrupt capture gives the sessions at that place. */
async function play(run: Run, atSeconds?: number): Promise<{ pipeline: Pipeline; report: Report; atNs: number }> {
  const { scenario, traffic, budget } = run;
  const pipeline = createPipeline(pipelineOptionsOf(scenario));
  const untilNs = atSeconds === undefined ? undefined : Math.round(atSeconds * 1e9);
  const until = untilNs === undefined ? undefined : new RecordsUntil(untilNs, scenario.parameters?.maxGapNs);
  const finish = (inputError?: string): { pipeline: Pipeline; report: Report; atNs: number } => {
    const report = pipeline.finish(inputError);
    return { pipeline, report, atNs: untilNs ?? report.input.durationNs };
  };
  try {
    for await (const batch of readScenarioTraffic(scenario, traffic)) {
      pipeline.offer(until?.take(batch) ?? batch);
      if (until?.reached) break;
      const pause = budget.spend(pipeline.offered, () => pipeline.spuCounts());
      if (pause !== undefined) await pause;
    }
    return finish();
  } catch (error) {
    if (!(error instanceof CaptureError) || pipeline.offered === 0) throw error;
    return finish(error.message);
  }
}
