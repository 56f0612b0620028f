import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AdvectError } from '@advect/base/errors';
import { findFile, type Mount } from './find-file.js';
import { cacheControl, commonHeaders, isolation } from './headers.js';

export interface ServeOptions {
  readonly mounts: readonly Mount[];
  /** 0 takes any that is free. */
  readonly port: number;
  /** Where it listens. Default 127.0.0.1: this machine alone. */
  readonly host?: string;
  /** Whether pages are isolated, so that they may use threads. Default true. */
  readonly isolated?: boolean;
}

export interface Site {
  /** Such as `http://localhost:8080/`. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves files, to be read only. Throws `invalid-option` where the port is taken or not allowed. */
export async function serveSite({ mounts, port, host = '127.0.0.1', isolated = true }: ServeOptions): Promise<Site> {
  const server = createServer((request, response) => {
    answer(request, response, mounts, isolated).catch(() => response.destroy());
  });
  await listen(server, port, host);
  const taken = (server.address() as AddressInfo).port;
  return {
    address: `http://${host === '127.0.0.1' || host === '0.0.0.0' ? 'localhost' : host}:${taken}/`,
    port: taken,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, mounts: readonly Mount[], isolated: boolean): Promise<void> {
  response.setHeaders(new Map(Object.entries({ ...commonHeaders, ...(isolated && isolation) })));
  const refuse = (status: number, words: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    refuse(405, 'Files here are only read.');
    return;
  }
  const [pathname] = (request.url ?? '/').split('?');
  const file = await findFile(mounts, pathname);
  if (!file) {
    refuse(404, 'There is no such file.');
    return;
  }
  response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes, 'cache-control': cacheControl(pathname) });
  if (request.method === 'HEAD' || typeof file.content !== 'string') {
    response.end(request.method === 'HEAD' ? undefined : file.content);
    return;
  }
  const bytes = createReadStream(file.content, { start: 0, end: Math.max(0, file.bytes - 1) });
  bytes.on('error', () => response.destroy());
  response.on('close', () => bytes.destroy());
  bytes.pipe(response);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(refusal(cause, port, host)));
    server.listen(port, host, resolve);
  });
}

function refusal(cause: NodeJS.ErrnoException, port: number, host: string): AdvectError {
  const reasons: Readonly<Record<string, readonly [string, string]>> = {
    EADDRINUSE: [`port ${port} is taken by another program`, 'Give another --port, or 0 for any that is free.'],
    EACCES: [`port ${port} is not allowed to you`, 'Give a --port from 1024 on, or 0 for any that is free.'],
    EADDRNOTAVAIL: [`this machine has no address ${host}`, 'Give 127.0.0.1 for this machine alone, 0.0.0.0 for all its networks.'],
  };
  const [message, hint] = reasons[cause.code ?? ''] ?? [`the server cannot start: ${cause.message}`, 'Give another --port.'];
  return new AdvectError('invalid-option', message, hint, cause);
}
