/**
 * The worker that hosts a group of SPUs: an entry for `new Worker`, the same for Node, Deno, Bun and browsers.
 *
 * `createSpuHost` of `@midplane/pipeline/host` starts it; where modules are bundled, tell it where this one is.
 *
 * @module
 */
import { type Endpoint, expose } from 'comlink';
import { bridgeErrors } from './error-bridge.ts';
import { nodeEndpoint, nodeThreads } from './node-threads.ts';
import { runGroup, type SpuWorker } from './run-group.ts';
import { ROOM } from './worker-link.ts';

// where threads are Web Workers they talk through their global scope
const isWebWorker = typeof (globalThis as { postMessage?: unknown }).postMessage === 'function';
const endpoint: Endpoint = isWebWorker ? (globalThis as unknown as Endpoint) : nodeEndpoint(nodeThreads()!.parentPort!);

bridgeErrors();
const worker: SpuWorker = { run: (setup) => runGroup(setup, () => endpoint.postMessage(ROOM, [])) };
expose(worker, endpoint);
