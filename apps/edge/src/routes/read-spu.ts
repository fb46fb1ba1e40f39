import { spuIdQuerySchema } from '@midplane/api';
import type { Context } from 'hono';
import type { Env } from '../context.ts';
import { readQuery } from './read-request.ts';

/** Reads the query of `GET /v1/spu-id`, whatever it is. */
export function readSpu(c: Context<Env>): string {
  return readQuery(c, spuIdQuerySchema).spu;
}
