import type { VersionAnswer } from '@midplane/api';
import type { Services } from '../context.ts';
import type { Handler } from '../frame.ts';
import { VERSION } from '../version.ts';
import { answer, answerJson, answerText } from './answer.ts';

/** Routes about the endpoint itself. */
export function serviceRoutes(
  services: Services,
): Readonly<Record<'healthz' | 'readyz' | 'version' | 'metrics', Handler>> {
  const { limits, metrics, gate, config } = services;
  return {
    healthz: (c) => answerText(c, 'ok\n', 'text/plain'),
    readyz(c) {
      if (gate.isOpen) return answerText(c, 'ready\n', 'text/plain');
      return answer(c, 503, 'busy\n', { 'Content-Type': 'text/plain; charset=UTF-8', 'Retry-After': '1' });
    },
    async version(c) {
      const { runtime = 'unknown' } = config;
      const hosts = await services.hosts(c);
      const version: VersionAnswer = {
        name: 'midplane',
        version: VERSION,
        runtime,
        spus: hosts ? 'workers' : 'inline',
        workers: hosts?.workers ?? 0,
        limits,
      };
      return answerJson(c, version);
    },
    // Prometheus 3 refuses an answer without this very type
    metrics: (c) =>
      answer(c, 200, metrics.render(limits.simulations), {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      }),
  };
}
