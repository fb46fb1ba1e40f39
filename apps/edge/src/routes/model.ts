import type { RouteName } from '@midplane/api/openapi';
import type { Services } from '../context.ts';
import type { Handler } from '../frame.ts';
import { compareRoute } from './compare.ts';
import { explainRoute } from './explain.ts';
import { inspectRoute } from './inspect.ts';
import { orderingRoute } from './ordering.ts';
import { planRoute } from './plan.ts';
import { questionRoutes } from './questions.ts';
import { sessionsRoute } from './sessions.ts';
import { simulationRoute } from './simulations.ts';
import { trafficRoute } from './traffic.ts';

/** Names of these routes. */
type ModelRoute = Exclude<RouteName, 'spuId' | 'healthz' | 'readyz' | 'version' | 'metrics'>;

/** Handlers of the routes that need the engine and its schemas: loaded together, when one of them is asked for. */
export function modelRoutes(services: Services): Readonly<Record<ModelRoute, Handler>> {
  return {
    ...questionRoutes(services),
    simulations: simulationRoute(services),
    inspect: inspectRoute(services),
    sessions: sessionsRoute(services),
    explain: explainRoute(services),
    compare: compareRoute(services),
    plan: planRoute(services),
    ordering: orderingRoute(services),
    traffic: trafficRoute(services),
  };
}
