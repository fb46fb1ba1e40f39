import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { type HttpBindings, serve } from '@hono/node-server';
import { createApp } from '../app.ts';
import { createSpuHosts } from '../run/spu-hosts.ts';
import { type EnvironmentSettings, readSettings } from '../settings.ts';

/** Bytes of the headers of a request: a query may hold two scenarios, each character of which may take three bytes. */
const MOST_HEADER = 6 * 65_536 + 16_384;

/** A server that listens. */
export interface NodeServer {
  /** Where it listens, as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Ends it; what runs is ended too. */
  close(): Promise<void>;
}

/** Where a server listens. */
export interface NodeServerOptions {
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** Default 8787; 0 takes a free one. */
  readonly port?: number;
  /** Default from the environment. */
  readonly settings?: EnvironmentSettings;
  /** Module of the workers that host SPUs, where it is bundled. */
  readonly workerUrl?: URL;
  /** Takes lines of the log; default standard error. */
  readonly writeLog?: (line: string) => void;
}

/** Serves the endpoint with Node, until it is closed. */
export async function serveNode(options: NodeServerOptions = {}): Promise<NodeServer> {
  const { host = '127.0.0.1', port = 8787, settings = readSettings(process.env) } = options;
  const write = options.writeLog ?? ((line: string) => void process.stderr.write(line));
  const hosts = await createSpuHosts(settings.workers, options.workerUrl);
  const app = createApp({
    ...settings,
    runtime: 'node',
    hosts,
    clientOf: (c) => (c.env as unknown as HttpBindings).incoming?.socket.remoteAddress,
    headerOf: (c, name) => {
      const value = (c.env as unknown as HttpBindings).incoming.headers[name];
      return typeof value === 'string' ? value : value?.join(', ');
    },
    // of Node: files of several gzip members, and zstd
    decompressors: {
      gzip: () => Duplex.toWeb(zlib.createGunzip()) as never,
      ...(zlib.createZstdDecompress && { zstd: () => Duplex.toWeb(zlib.createZstdDecompress()) as never }),
    },
    ...(settings.logs && { log: (record) => write(`${JSON.stringify(record)}\n`) }),
  });
  return new Promise((resolve, reject) => {
    const serverOptions = { maxHeaderSize: MOST_HEADER };
    const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions }, (info: AddressInfo) => {
      const name = info.family === 'IPv6' ? `[${info.address}]` : info.address;
      resolve({
        url: `http://${name}:${info.port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => {
              hosts?.close();
              done();
            });
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.on('error', reject);
  });
}
