import { type SimulationEvent, type SimulationQuery, simulationQuerySchema } from '@midplane/api';
import { type Report, renderReportCsv, renderReportText } from '@midplane/pipeline';
import { runScenario } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { problemFor } from '../problem-answer.ts';
import { beginRun, inputErrorHeader, type Run } from '../run/run.ts';
import { chooseType } from '../service/accept.ts';
import { answer, answerJson, answerText } from './answer.ts';
import { EventStream } from './event-stream.ts';
import { readQuery } from './read-request.ts';

const TYPES = ['application/json', 'text/csv', 'text/plain', 'text/event-stream', 'application/x-ndjson'] as const;
const PROGRESS_MS = 200;

/** `POST /v1/simulations`: a capture or a scenario through the whole path. */
export function simulationRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), TYPES);
    const query = readQuery(c, simulationQuerySchema);
    const run = await beginRun(c, services, query);
    if (type === 'text/event-stream' || type === 'application/x-ndjson') {
      return streamRun(c, services, run, type);
    }
    try {
      const report = await play(run);
      return answerReport(c, report, type, query, inputErrorHeader(run));
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

async function play(run: Run, watch?: (packets: number, spus: () => readonly SpuCounts[]) => void): Promise<Report> {
  const { budget, scenario, traffic } = run;
  return runScenario(scenario, {
    ...traffic,
    signal: budget.signal,
    onProgress(packets, pipeline) {
      const spus = (): readonly SpuCounts[] => pipeline.spuCounts();
      watch?.(packets, spus);
      return budget.spend(packets, spus);
    },
  });
}

type SpuCounts = Extract<SimulationEvent, { event: 'progress' }>['spus'][number];

/** Answers at once and tells how far the run is; the report or the problem comes last. */
function streamRun(
  c: Context<Env>,
  { config }: Services,
  run: Run,
  type: 'text/event-stream' | 'application/x-ndjson',
): Response {
  const every = config.progressMs ?? PROGRESS_MS;
  const events = new EventStream(type, () => run.budget.control.abort(new Error('the client is gone')));
  let toldMs = Date.now();
  const tell = (packets: number, spus: () => readonly SpuCounts[]): void => {
    const now = Date.now();
    if (now - toldMs < every) return;
    toldMs = now;
    events.offer({ event: 'progress', packets, bytes: run.bytesRead(), spus: spus() });
  };
  const played = async (): Promise<void> => {
    try {
      events.send({ event: 'report', report: await play(run, tell) });
    } catch (error) {
      events.send({ event: 'problem', problem: problemFor(c, error) });
    } finally {
      await run.end();
      events.end();
    }
  };
  void played();
  return answer(c, 200, events.stream, {
    'Content-Type': type === 'text/event-stream' ? `${type}; charset=UTF-8` : type,
    'Cache-Control': 'no-cache',
    'X-Accel-Buffering': 'no',
  });
}
