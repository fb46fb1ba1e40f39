import { type RunInfo, type SimulationEvent, type SimulationQuery, simulationQuerySchema } from '@midplane/api';
import { type Report, renderReportCsv, renderReportText, type SpuCounts } from '@midplane/pipeline';
import type { RunScenarioOptions } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { runInfoHeader, runOnEndpoint, type TellRunInfo } from '../run/hosted-run.ts';
import { beginRun, inputErrorHeader, type Run } from '../run/run.ts';
import { chooseType } from '../service/accept.ts';
import { answerJson, answerText } from './answer.ts';
import { EVENT_TYPES } from './event-stream.ts';
import { readQuery } from './read-request.ts';
import { isEventType, streamRun } from './stream-run.ts';

const TYPES = ['application/json', 'text/csv', 'text/plain', ...EVENT_TYPES] as const;

/** `POST /v1/simulations`: a capture or a scenario through the whole path. */
export function simulationRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), TYPES);
    const query = readQuery(c, simulationQuerySchema);
    const run = await beginRun(c, services, query);
    if (isEventType(type)) {
      return streamRun<SimulationEvent>(c, services, type, run, async (tell, send) => {
        const report = await play(
          c,
          run,
          services,
          (runInfo) => send({ event: 'run-info', runInfo }),
          (packets, spus) => tell(() => ({ event: 'progress', packets, bytes: run.bytesRead(), spus: spus() })),
        );
        return { event: 'report', report };
      });
    }
    try {
      let info: RunInfo | undefined;
      const report = await play(c, run, services, (told) => {
        info = told;
      });
      return answerReport(c, report, type, query, { ...inputErrorHeader(run), ...runInfoHeader(info) });
    } finally {
      await run.end();
    }
  };
}

function answerReport(
  c: Context<Env>,
  report: Report,
  type: (typeof TYPES)[number],
  { top = 3 }: SimulationQuery,
  headers: Readonly<Record<string, string>>,
): Response {
  if (type === 'text/csv') return answerText(c, renderReportCsv(report), type, headers);
  if (type === 'text/plain') return answerText(c, renderReportText(report, { topSessions: top }), type, headers);
  return answerJson(c, report, headers);
}

async function play(
  c: Context<Env>,
  run: Run,
  services: Services,
  tellInfo: TellRunInfo,
  watch?: (packets: number, spus: () => readonly SpuCounts[]) => void,
): Promise<Report> {
  const { budget, scenario, traffic } = run;
  const hosts = (scenario.spus ?? 'inline') === 'inline' ? undefined : await services.hosts(c);
  const options: RunScenarioOptions = {
    ...traffic,
    signal: budget.signal,
    onProgress(packets, pipeline) {
      const spus = (): readonly SpuCounts[] => pipeline.spuCounts();
      watch?.(packets, spus);
      return budget.spend(packets, spus);
    },
  };
  return runOnEndpoint(run, hosts, options, tellInfo);
}
