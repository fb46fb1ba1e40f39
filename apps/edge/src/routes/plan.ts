import { type PlanEvent, type PlanQuery, planQuerySchema } from '@midplane/api';
import type { SpcType } from '@midplane/chassis';
import { type Plan, planCards, renderPlan } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { beginRun, inputErrorHeader } from '../run/run.ts';
import { watchPlays } from '../run/watch-plays.ts';
import { chooseType } from '../service/accept.ts';
import { answerJson, answerText } from './answer.ts';
import { EVENT_TYPES } from './event-stream.ts';
import { readQuery } from './read-request.ts';
import { isEventType, streamRun, type Tell, tellReading } from './stream-run.ts';

/** `POST /v1/plan`: the smallest services cards that hold a traffic, as `midplane plan` finds them. */
export function planRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), ['application/json', 'text/plain', ...EVENT_TYPES]);
    const query = readQuery(c, planQuerySchema);
    const run = await beginRun(c, services, query, { isReread: true });
    const play = (tell?: Tell<PlanEvent>): Promise<Plan> => {
      const watch = watchPlays(run.budget, tellReading(tell));
      return planCards(run.scenario, { ...targetsOf(query), ...run.traffic, ...watch });
    };
    if (isEventType(type)) {
      return streamRun<PlanEvent>(c, services, type, run, async (tell) => ({ event: 'plan', plan: await play(tell) }));
    }
    try {
      const plan = await play();
      const headers = inputErrorHeader(run);
      return type === 'text/plain' ? answerText(c, renderPlan(plan), type, headers) : answerJson(c, plan, headers);
    } finally {
      await run.end();
    }
  };
}

function targetsOf({ growth, cpuTarget, types, keep }: PlanQuery): Parameters<typeof planCards>[1] {
  return {
    ...(growth !== undefined && { growth }),
    ...(cpuTarget !== undefined && { cpuTargetPercent: cpuTarget }),
    ...(types !== undefined && { types: types.toUpperCase().split(',') as SpcType[] }),
    ...(keep !== undefined && { keep }),
  };
}
