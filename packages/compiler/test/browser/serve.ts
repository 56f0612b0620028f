import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The strictest policy that WebAssembly allows: nothing inline, no eval, no blob; and word of whatever it stops. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; report-uri /violation";

/** What isolates a page, so that it may share memory with workers. */
export const ISOLATION = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

export interface Site {
  readonly origin: string;
  /** What a page or worker has sent to /answer?name=…, as it comes in. */
  answer(name: string): Promise<unknown>;
  /** Paths that were not found, and reports of what the policy stopped. */
  readonly problems: string[];
  close(): void;
}

const roots: Record<string, string> = {
  compiler: fileURLToPath(new URL('.', import.meta.resolve('#src/index.js'))),
  test: fileURLToPath(new URL('..', import.meta.url)),
  base: dirname(fileURLToPath(import.meta.resolve('@advect/base/errors'))),
  tfjs: dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs')),
  onnxruntime: dirname(createRequire(import.meta.url).resolve('onnxruntime-web')),
};

/** Where a browser finds what Node looks up by name. An import map would have to be inline, which the policy forbids. */
const addressOf = (specifier: string): string => {
  if (specifier.startsWith('#src/')) return `/compiler/${specifier.slice(5)}`;
  if (specifier.startsWith('@advect/base/')) return `/base/${specifier.slice(13)}.js`;
  if (specifier.startsWith('onnxruntime-web/')) return `/onnxruntime/ort.${specifier.slice(16)}.bundle.min.mjs`;
  if (specifier === '@advect/compiler/tensorflow') return '/compiler/tensorflow/imported.js';
  return specifier === '@tensorflow/tfjs' ? '/tfjs/tf.fesm.min.js' : specifier;
};
const withAddresses = (source: string): string =>
  source.replace(/(\bfrom\s*|\bimport\s*\(?\s*)'([#@o][^']+)'/g, (_, before: string, name: string) => `${before}'${addressOf(name)}'`);

const types: Record<string, string> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
/** Served as they are. */
const foreign = new Set(['tfjs', 'onnxruntime']);

/** Serves a page and the modules as they are published but for one, with the policy and further headers, on this machine only. */
export async function serve(page: string, headers: { readonly [name: string]: string }, missing = ''): Promise<Site> {
  const problems: string[] = [];
  const answers = new Map<string, { promise: Promise<unknown>; resolve: (value: unknown) => void }>();
  const answerOf = (name: string) => {
    let entry = answers.get(name);
    if (!entry) {
      let resolve: (value: unknown) => void = () => undefined;
      const promise = new Promise((settle) => (resolve = settle));
      answers.set(name, (entry = { promise, resolve }));
    }
    return entry;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    const path = normalize(decodeURIComponent(url.pathname));
    const [, root, ...rest] = path.split('/');
    response.setHeaders(new Map(Object.entries({ 'content-security-policy': POLICY, ...headers })));
    const send = (type: string, body: string | Buffer): void => void response.setHeader('content-type', type).end(body);
    const refuse = (): void => {
      if (root !== 'favicon.ico') problems.push(`404 ${path}`);
      response.writeHead(404).end();
    };
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        if (root === 'violation') problems.push(body);
        else answerOf(url.searchParams.get('name') ?? '').resolve(JSON.parse(body));
        response.writeHead(204).end();
      });
    } else if (root === '') send('text/html', `<!doctype html><script type="module" src="/test/browser/${page}"></script>`);
    else if (root in roots && extname(path) in types && path !== missing) {
      const file = join(roots[root], ...rest);
      const served = (bytes: Buffer): string | Buffer => (foreign.has(root) ? bytes : withAddresses(String(bytes)));
      readFile(file).then((bytes) => send(types[extname(path)], served(bytes)), refuse);
    } else refuse();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (name) => answerOf(name).promise,
    problems,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
