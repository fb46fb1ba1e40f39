import type { Endpoint } from 'comlink';

/** A port of Node. */
export interface NodePort {
  postMessage(message: unknown, transfer: readonly Transferable[]): void;
  on(event: 'message' | 'error' | 'messageerror' | 'exit', listener: (data: unknown) => void): unknown;
  off(event: 'message', listener: (data: unknown) => void): unknown;
}

/** What is used of `node:worker_threads`. */
export interface NodeThreads {
  readonly parentPort: NodePort | null;
  readonly Worker: new (url: URL) => NodePort & { terminate(): Promise<number> };
}

/** The threads of Node; undefined elsewhere. No import: packages run where there is no such module. */
export function nodeThreads(): NodeThreads | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined;
}

/** A port of Node as comlink wants it: listeners get an event with the data in it. */
export function nodeEndpoint(port: NodePort): Endpoint {
  type Listener = Parameters<Endpoint['addEventListener']>[1];
  const listeners = new Map<Listener, (data: unknown) => void>();
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer ?? []),
    addEventListener(_type, listener) {
      const onData = (data: unknown): void => {
        if (typeof listener === 'function') listener({ data } as MessageEvent);
        else listener.handleEvent({ data } as MessageEvent);
      };
      listeners.set(listener, onData);
      port.on('message', onData);
    },
    removeEventListener(_type, listener) {
      const onData = listeners.get(listener);
      if (onData === undefined) return;
      port.off('message', onData);
      listeners.delete(listener);
    },
  };
}
