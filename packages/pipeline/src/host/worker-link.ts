import { type Endpoint, type Remote, releaseProxy, wrap } from 'comlink';
import { bridgeErrors } from './error-bridge.ts';
import { nodeEndpoint, nodeThreads } from './node-threads.ts';
import type { SpuWorker } from './run-group.ts';

/** What a worker says, beside what it is asked: half of the ring is empty. */
export const ROOM = 'room';

/** What became of a worker whose module there is not. */
const NO_MODULE = 'a module that cannot be loaded';

/** A worker thread of this runtime. */
export interface WorkerThread {
  readonly endpoint: Endpoint;
  /** Calls back when the thread fails or ends by itself; not every runtime tells that. */
  onDeath(tell: (what: string) => void): void;
  terminate(): unknown;
}

/** Starts a worker; one of your own may start it another way. */
export type SpawnWorker = (url: string | URL) => WorkerThread;

/** Starts a worker of the runtime: a Web Worker, or one of `worker_threads` in Node. */
export const spawnWorker: SpawnWorker = (url) => {
  if (typeof Worker !== 'undefined') {
    const worker = new Worker(url, { type: 'module' });
    return {
      endpoint: worker,
      onDeath(tell) {
        worker.addEventListener('error', (event) => {
          event.preventDefault(); // Deno would end the process
          // a browser says nothing of a module that it cannot load
          tell((event as { message?: string }).message === undefined ? NO_MODULE : `an error: ${event.message}`);
        });
        worker.addEventListener('messageerror', () => tell('a message that cannot be read'));
        worker.addEventListener('close', () => tell('one that has ended')); // Bun only
      },
      terminate: () => worker.terminate(),
    };
  }
  const worker = new (nodeThreads()!.Worker)(new URL(url));
  return {
    endpoint: nodeEndpoint(worker),
    onDeath(tell) {
      worker.on('error', (error) => tell(`an error: ${error instanceof Error ? error.message : String(error)}`));
      worker.on('messageerror', () => tell('a message that cannot be read'));
      worker.on('exit', () => tell('one that has ended'));
    },
    terminate: () => worker.terminate(),
  };
};

/** A worker that can be asked again and again, until it dies. */
export class WorkerLink {
  /** What it is asked through; kept as long as the link, for comlink drops calls of proxies that are collected. */
  readonly remote: Remote<SpuWorker>;
  /** What became of it; undefined = it lives. */
  death: string | undefined;
  private readonly thread: WorkerThread;
  private listener: { room(): void; died(what: string): void } | undefined;

  constructor(thread: WorkerThread) {
    bridgeErrors();
    this.thread = thread;
    this.remote = wrap<SpuWorker>(thread.endpoint);
    thread.endpoint.addEventListener('message', (event) => {
      if ((event as MessageEvent).data === ROOM) this.listener?.room();
    });
    thread.onDeath((what) => {
      this.death ??= what;
      this.listener?.died(what);
    });
  }

  /** Says who hears of it from now on. */
  listen(listener: { room(): void; died(what: string): void } | undefined): void {
    this.listener = listener;
  }

  /** Ends it. */
  end(): void {
    this.listener = undefined;
    this.death ??= 'one that was ended';
    this.remote[releaseProxy]();
    this.thread.terminate();
  }
}
