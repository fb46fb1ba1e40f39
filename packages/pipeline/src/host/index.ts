/**
 * Hosts of the SPUs of a run: this thread, or workers. The report does not depend on it.
 *
 * @module
 */
export { createSpuHost, type SpuHostOptions } from './create-host.ts';
export { type HostPlanning, planHost, supportsWorkers } from './plan-host.ts';
export { WorkerDied } from './worker-died.ts';
export { type SpawnWorker, spawnWorker, type WorkerThread } from './worker-link.ts';
export { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';
