import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { AppConfig, Env } from '../context.ts';
import { recordOf } from '../log-record.ts';
import type { SpuHosts } from './spu-hosts.ts';

/** The workers of the endpoint, if they can be had; the request that asks first is the one that waits. */
export type UsableHosts = (c: Context<Env>) => Promise<SpuHosts | undefined>;

/**
 * Tries the workers once, when they are asked for first: where they cannot be had, runs stay in this thread, and the log says
 * why.
 */
export function createUsableHosts({ hosts, log }: Pick<AppConfig, 'hosts' | 'log'>): UsableHosts {
  const find = async (c: Context<Env>): Promise<SpuHosts | undefined> => {
    const startMs = performance.now();
    const error = await hosts?.tryOne();
    if (error === undefined) return hosts;
    const ms = performance.now() - startMs;
    log?.(recordOf(c, { route: routePath(c), status: 200, ms, code: 'worker-died', error }));
    return undefined;
  };
  let found: ReturnType<UsableHosts> | undefined;
  return (c) => (found ??= find(c));
}
