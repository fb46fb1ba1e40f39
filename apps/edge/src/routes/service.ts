import type { VersionAnswer } from '@midplane/api';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { VERSION } from '../version.ts';
import { answerJson, answerText } from './answer.ts';

type Handler = (c: Context<Env>) => Response | Promise<Response>;

/** Routes about the endpoint itself. */
export function serviceRoutes(
  services: Services,
): Readonly<Record<'healthz' | 'readyz' | 'version' | 'metrics', Handler>> {
  const { limits, metrics, gate, config } = services;
  return {
    healthz: (c) => answerText(c, 'ok\n', 'text/plain'),
    readyz(c) {
      if (gate.isOpen) return answerText(c, 'ready\n', 'text/plain');
      return c.body('busy\n', 503, { 'Content-Type': 'text/plain; charset=UTF-8', 'Retry-After': '1' });
    },
    version(c) {
      const runtime = config.runtime ?? 'unknown';
      const answer: VersionAnswer = { name: 'midplane', version: VERSION, runtime, spus: 'inline', limits };
      return answerJson(c, answer);
    },
    // Prometheus 3 refuses an answer without this very type
    metrics: (c) =>
      c.body(metrics.render(limits.simulations), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
  };
}
