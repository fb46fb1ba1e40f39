import { type InspectAnswer, inspectQuerySchema } from '@midplane/api';
import { CaptureError } from '@midplane/capture';
import { Inspection, renderInspectionText } from '@midplane/pipeline';
import { readScenarioTraffic } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { captureCode, type RequestError } from '../request-error.ts';
import { linkTypeProblem } from '../run/open-capture.ts';
import { beginRun, type Run } from '../run/run.ts';
import { chooseType } from '../service/accept.ts';
import { answerJson, answerText } from './answer.ts';
import { readQuery } from './read-request.ts';

/** Packets between two looks at the number of flows. */
const LOOK_PACKETS = 65_536;

/** `POST /v1/inspect`: what a capture holds, as `midplane inspect` says it. */
export function inspectRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), ['application/json', 'text/plain']);
    const { communityId = false } = readQuery(c, inspectQuerySchema);
    const run = await beginRun(c, services, {}, { anyLinkType: true });
    try {
      const answer = await inspect(run, communityId);
      const { status, error } = answer;
      const headers: Record<string, string> = error === undefined ? {} : { 'Midplane-Input-Error': error.code };
      if (type === 'application/json') return answerJson(c, answer, headers);
      return answerText(c, renderInspectionText(answer, { isCorrupt: status === 'error' }), type, headers);
    } finally {
      await run.end();
    }
  };
}

async function inspect(run: Run, communityId: boolean): Promise<InspectAnswer> {
  const { budget, scenario, traffic, fileName: file = '-' } = run;
  const inspection = new Inspection({ communityId });
  let problem: InspectAnswer['error'];
  let unknown: RequestError | undefined;
  let lookedAt = 0;
  try {
    for await (const batch of readScenarioTraffic(scenario, traffic)) {
      if (inspection.offered === 0) unknown = linkTypeProblem(batch);
      inspection.offer(batch);
      if (inspection.offered - lookedAt >= LOOK_PACKETS) {
        lookedAt = inspection.offered;
        budget.checkSessions(inspection.finish().flows.total);
      }
      const pause = budget.spend(inspection.offered);
      if (pause !== undefined) await pause;
    }
  } catch (error) {
    if (!(error instanceof CaptureError) || inspection.offered === 0) throw error;
    problem = { code: captureCode(error), message: error.message, offset: error.offset };
  }
  if (problem === undefined && unknown !== undefined) problem = { code: unknown.code, message: unknown.message };
  const id = file.replace(/\.(pcap|pcapng|cap|snoop)(\.gz|\.zst)?$/i, '');
  const status = problem === undefined ? 'ok' : problem.code === unknown?.code ? 'unsupported' : 'error';
  return { file, id, status, ...(problem && { error: problem }), ...inspection.finish() };
}
