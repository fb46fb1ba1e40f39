import { createRingMemory, type RingMemory } from './ring-memory.ts';
import { type SpawnWorker, spawnWorker, WorkerLink } from './worker-link.ts';

/** Workers that are kept where nothing else is said. */
const IDLE = 8;
/** Shared memories that are kept: each has 10 MB for a group. */
const MEMORIES = 2;

/** How workers are started. */
export interface WorkerPoolOptions {
  /** Module of the worker; default `@midplane/pipeline/worker`, as the runtime finds it from here. */
  readonly url?: string | URL;
  /** Starts a worker; default {@link spawnWorker}. */
  readonly spawn?: SpawnWorker;
  /** Idle workers that are kept for the next run, default 8. */
  readonly idle?: number;
}

/** Workers that are kept from run to run, and the memory that they share in a run. */
export class WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly idle: WorkerLink[] = [];
  private readonly memories: RingMemory[] = [];

  constructor(options: WorkerPoolOptions = {}) {
    this.options = options;
  }

  /** Takes a worker: one that is idle, or a new one. */
  take(): WorkerLink {
    for (let link = this.idle.pop(); link !== undefined; link = this.idle.pop()) {
      if (link.death === undefined) return link;
      link.end();
    }
    const { url = import.meta.resolve('@midplane/pipeline/worker'), spawn = spawnWorker } = this.options;
    return new WorkerLink(spawn(url));
  }

  /** Starts workers that will be wanted: to start one takes a fifth of a second in Node. */
  warm(workers: number): void {
    const links = Array.from({ length: workers }, () => this.take());
    for (const link of links) this.give(link);
  }

  /** Gives a worker back that has nothing to do any more. */
  give(link: WorkerLink): void {
    if (link.death === undefined && this.idle.length < (this.options.idle ?? IDLE)) this.idle.push(link);
    else link.end();
  }

  /** Takes shared memory for a run of so many SPUs in so many groups. */
  takeMemory(spus: number, groups: number): RingMemory {
    const { memories } = this;
    const at = memories.findIndex((memory) => memory.spus === spus && memory.groups === groups);
    if (at < 0) return createRingMemory(spus, groups);
    const [memory] = memories.splice(at, 1);
    new Int32Array(memory.control).fill(0); // columns are written before they are read
    return memory;
  }

  /** Gives memory back that no worker has any more. */
  giveMemory(memory: RingMemory): void {
    if (this.memories.length < Math.min(MEMORIES, this.options.idle ?? IDLE)) this.memories.push(memory);
  }

  /** Ends all idle workers. */
  close(): void {
    this.memories.length = 0;
    for (const link of this.idle.splice(0)) link.end();
  }
}
