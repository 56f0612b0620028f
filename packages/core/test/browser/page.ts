import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumLaunch, hasBrowser } from '@advect/testkit';

/** Folders of modules as they are published, by the first part of their address. */
const roots: Record<string, string> = {
  core: fileURLToPath(new URL('../../../dist', import.meta.url)),
  test: fileURLToPath(new URL('..', import.meta.url)),
  compiler: dirname(fileURLToPath(import.meta.resolve('@advect/compiler'))),
  base: dirname(fileURLToPath(import.meta.resolve('@advect/base/errors'))),
  tfjs: dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs')),
};

const imports = {
  '#src/': '/core/',
  '@tensorflow/tfjs': '/tfjs/tf.fesm.min.js',
  '@advect/base/array': '/base/array.js',
  '@advect/base/errors': '/base/errors.js',
  '@advect/base/options': '/base/options.js',
  '@advect/compiler': '/compiler/index.js',
  '@advect/compiler/tensorflow': '/compiler/tensorflow/imported.js',
  '@advect/compiler/gradients': '/compiler/gradients.js',
  '@advect/compiler/math': '/compiler/wasm/math/index.js',
  '@advect/compiler/assembler': '/compiler/wasm/assembler/index.js',
};

/** A page: plain ES modules, no bundler, an import map for the dependencies. `script` is a module, `body` what is seen. */
const pageOf = (script: string, body: string): string =>
  `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>${body}<script type="module">${script}</script>`;

let browser: Browser | undefined;
export const closeBrowser = async (): Promise<void> => browser?.close();

/**
 * Runs `work` in a page of Chromium that has run `script`, with further files at their addresses, from this machine only.
 * An error of the page or an address that is not found fails the test. Without a browser the test says so, which fails in
 * continuous integration.
 */
export async function inPage(
  t: ExecutionContext,
  { script, body = '', files = new Map() }: { script: string; body?: string; files?: ReadonlyMap<string, Uint8Array> },
  work: (page: Page) => Promise<void>,
): Promise<void> {
  if (!hasBrowser(t)) return;
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://localhost').pathname));
    const [, root, ...rest] = path.split('/');
    const file = files.get(path);
    if (file) response.end(file);
    else if (root === '') response.setHeader('content-type', 'text/html').end(pageOf(script, body));
    else if (root in roots && extname(path) === '.js') {
      readFile(join(roots[root], ...rest)).then(
        (bytes) => response.setHeader('content-type', 'text/javascript').end(bytes),
        () => response.writeHead(404).end(),
      );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    browser ??= await chromium.launch(chromiumLaunch);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on(
      'response',
      (response) => void (response.status() >= 400 && !response.url().endsWith('favicon.ico') && problems.push(response.url())),
    );
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('window.ready === true');
    await work(page);
    t.deepEqual(problems, []);
    await page.close();
  } finally {
    server.close();
  }
}
