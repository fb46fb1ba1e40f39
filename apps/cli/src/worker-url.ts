/** The worker beside this file, compiled or as source. */
export const WORKER_URL: URL = new URL(
  import.meta.url.endsWith('.ts') ? './spu-worker.ts' : './spu-worker.js',
  import.meta.url,
);
