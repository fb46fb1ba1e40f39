import { transferHandlers } from 'comlink';

/** Errors whose class survives the way from a worker. */
const CLASSES: Readonly<Record<string, new (message: string) => Error>> = { Error, RangeError, SyntaxError, TypeError };

/** What was thrown, on its way between threads: as comlink writes it, and the code. */
interface Sent {
  readonly isError: boolean;
  readonly value: unknown;
}

/** Lets class and code of errors survive the way between threads, which comlink does not. Once per thread. */
export function bridgeErrors(): void {
  const builtin = transferHandlers.get('throw')!;
  transferHandlers.set('throw', {
    canHandle: builtin.canHandle as (thrown: unknown) => thrown is { value: unknown },
    serialize: ({ value }: { value: unknown }): [Sent, Transferable[]] => {
      if (!(value instanceof Error)) return [{ isError: false, value }, []];
      const { name, message, stack, code } = value as Error & { code?: string };
      return [{ isError: true, value: { name, message, stack, ...(code !== undefined && { code }) } }, []];
    },
    deserialize: ({ isError, value }: Sent): never => {
      if (!isError) throw value;
      const { name, message, ...rest } = value as Error;
      const error = new (CLASSES[name] ?? Error)(message);
      if (CLASSES[name] === undefined) error.name = name;
      throw Object.assign(error, rest);
    },
  });
}
