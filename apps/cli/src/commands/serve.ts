import { once } from 'node:events';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import { wholeIn } from '../parse-number.ts';
import { WORKER_URL } from '../worker-url.ts';

interface ServeArguments {
  readonly host: string;
  readonly port: number;
}

/** `midplane serve`: the endpoint, until it is interrupted. */
export function addServeCommand(program: Command, output: Output): void {
  program
    .command('serve')
    .description('answer over HTTP: the endpoint, with its documentation at /docs, until it is interrupted')
    .option(
      '--host <address>',
      'address to listen on; whoever reaches it may ask, unless MIDPLANE_TOKENS is set',
      '127.0.0.1',
    )
    .option('--port <number>', 'port to listen on, 0 for a free one', wholeIn(0, 65_535), 8787)
    .addHelpText(
      'after',
      `
Limits, tokens, origins and the log are set in the environment, as MIDPLANE_MAX_PACKETS
and MIDPLANE_TOKENS: the README of @midplane/edge lists them.

Examples:
  midplane serve
  curl -T capture.pcapng http://127.0.0.1:8787/v1/simulations -H 'Accept: text/plain'
  MIDPLANE_TOKENS=secret midplane serve --host 0.0.0.0 --port 8080`,
    )
    .action((options: ServeArguments) => serve(options, output));
}

async function serve({ host, port }: ServeArguments, output: Output): Promise<void> {
  const { serveNode } = await import('@midplane/edge/node'); // no other command waits for it to be loaded
  const server = await serveNode({ host, port, workerUrl: WORKER_URL, writeLog: (line) => output.error(line) }).catch(
    (error) => {
      throw listenError(host, port, error);
    },
  );
  output.write(`midplane listens on ${server.url}, documentation at ${server.url}/docs\n`);
  await output.flush();
  const stop = new AbortController();
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal, { signal: stop.signal })));
  stop.abort();
  await server.close();
}

function listenError(host: string, port: number, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const rules: Readonly<Record<string, string>> = {
    EADDRINUSE: 'the port must be free',
    EACCES: 'the port must be one that this user may take, such as 8787',
  };
  const rule = rules[code] ?? 'the address must be one of this machine';
  return new CommandError('cannot-listen', `Cannot serve: ${rule}: got ${host}:${port} (${code})`, { cause: error });
}
