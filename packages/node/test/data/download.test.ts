// Runs alone: it starts processes and ends them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { AdvectError } from '@advect/base/errors';
import { dataFile, type DataFile, type DataSettings, sha256 } from '#src/index.js';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) % 251));
const half = content.length / 2;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What a static file server says, with ranges. */
const serve: Answer = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= content.length) return void response.writeHead(416).end();
  const headers = { 'content-length': content.length - start, 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(start > 0 ? 206 : 200, headers).end(content.subarray(start));
};

/** Says the whole length, sends half, and breaks the connection. */
const breakOff: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': content.length });
  response.write(content.subarray(0, half), () => setTimeout(() => response.destroy(), 50));
};

interface Scene {
  readonly address: string;
  readonly folder: string;
  readonly file: DataFile;
  readonly settings: DataSettings;
  /** The range that each request asked for, '' where it asked for the whole. */
  readonly ranges: readonly string[];
  get(change?: Partial<DataSettings>, file?: Partial<DataFile>): Promise<Uint8Array>;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers request i with answers[i], and those after the last with the last. */
async function withServer(answers: readonly Answer[], work: (scene: Scene) => Promise<void>): Promise<void> {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? '');
    answers[Math.min(ranges.length, answers.length) - 1](request, response);
  });
  const cache = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    const address = await listening(server);
    const file: DataFile = { name: 'set.bin', url: `${address}/set.bin`, sha256: sha256(content), limit: content.length };
    const settings: DataSettings = { set: 'things', env: { XDG_CACHE_HOME: cache }, retryAfter: [] };
    const get: Scene['get'] = (change, other) => dataFile({ ...file, ...other }, { ...settings, ...change });
    await work({ address, folder: join(cache, 'advect/things'), file, settings, ranges, get });
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(cache, { recursive: true, force: true });
  }
}

const failing = (t: ExecutionContext, running: Promise<unknown>): Promise<AdvectError> =>
  t.throwsAsync(running, { instanceOf: AdvectError });

test('a download that broke off is gone on from, and verified as a whole', (t) =>
  withServer([breakOff, serve], async ({ get, ranges, folder }) => {
    t.is((await failing(t, get())).code, 'not-found');
    t.deepEqual(
      (await readdir(folder)).map((name) => /^set\.bin\..*\.part$/.test(name)),
      [true],
    );
    t.deepEqual(Buffer.from(await get()), content);
    t.deepEqual(ranges, ['', `bytes=${half}-`]);
    t.deepEqual(await readdir(folder), ['set.bin']);
  }));

test('a broken connection and a failing server are tried again by themselves', (t) =>
  withServer([breakOff, (_, response) => response.writeHead(503).end(), serve], async ({ get, ranges }) => {
    t.deepEqual(Buffer.from(await get({ retryAfter: [1, 1] })), content);
    t.deepEqual(ranges, ['', `bytes=${half}-`, `bytes=${half}-`]);
  }));

test('where the name of the host is not known, nothing is tried again', (t) =>
  withServer([serve], async ({ get }) => {
    let calls = 0;
    const offline = (() => {
      calls++;
      return Promise.reject(
        new TypeError('fetch failed', { cause: Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }) }),
      );
    }) as typeof fetch;
    t.regex((await failing(t, get({ fetch: offline, retryAfter: [60_000] }))).message, /ENOTFOUND/);
    t.is(calls, 1);
  }));

test('a cache that cannot be made is said to be so', (t) =>
  withServer([serve], async ({ get, folder }) => {
    await mkdir(join(folder, '..'), { recursive: true });
    await writeFile(folder, 'a file where the folder belongs');
    t.regex((await failing(t, get())).message, /is no folder, or leads through a file/);
  }));

test('an interrupted download says so and is gone on from', (t) =>
  withServer(
    [
      (_, response) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, half));
      },
      serve,
    ],
    async ({ get, ranges }) => {
      const abort = new AbortController();
      const error = await failing(t, get({ signal: abort.signal, onProgress: (received) => received === half && abort.abort() }));
      t.is(error.code, 'aborted');
      t.deepEqual(Buffer.from(await get()), content);
      t.deepEqual(ranges, ['', `bytes=${half}-`]);
    },
  ));

test('a server without ranges sends all again', (t) =>
  withServer([breakOff, (_, response) => response.end(content)], async ({ get }) => {
    await failing(t, get());
    t.deepEqual(Buffer.from(await get()), content);
  }));

test('a damaged part is thrown away and the file fetched from its beginning', (t) =>
  withServer([breakOff, serve], async ({ get, ranges, folder }) => {
    await failing(t, get());
    const [part] = await readdir(folder);
    await writeFile(join(folder, part), Buffer.alloc(half));
    t.deepEqual(Buffer.from(await get()), content);
    t.deepEqual(ranges, ['', `bytes=${half}-`, '']);
  }));

test('a part that has everything already needs no more bytes', (t) =>
  withServer([breakOff, serve], async ({ get, ranges, folder }) => {
    await failing(t, get());
    const [part] = await readdir(folder);
    await writeFile(join(folder, part), content);
    t.deepEqual(Buffer.from(await get()), content);
    t.deepEqual(ranges, ['', `bytes=${content.length}-`]);
  }));

test('other bytes than those of the checksum are refused and not kept', (t) =>
  withServer([(_, response) => response.end('other bytes')], async ({ get, folder, ranges }) => {
    t.regex((await failing(t, get())).message, /sha256/);
    t.deepEqual(await readdir(folder), []);
    t.is(ranges.length, 1);
  }));

test('more bytes than allowed are refused by the announced length, and without one as they come', (t) =>
  withServer([serve, (_, response) => (response.write(content), response.end(content))], async ({ get, folder }) => {
    t.regex((await failing(t, get({}, { limit: 1000 }))).message, /more than 1000 bytes/);
    t.regex((await failing(t, get({}, { limit: content.length }))).message, /more than 200000 bytes/);
    t.deepEqual(await readdir(folder), []);
  }));

test('a redirect is followed; a missing page is not asked for twice', (t) =>
  withServer(
    [(_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), serve, (_, response) => response.writeHead(404).end()],
    async ({ get, ranges }) => {
      t.deepEqual(Buffer.from(await get()), content);
      const error = await failing(t, get({ retryAfter: [1, 1] }, { name: 'missing' }));
      t.is(error.code, 'not-found');
      t.regex(error.message, /answers 404/);
      t.regex(error.hint, /--data DIR/);
      t.is(ranges.length, 3);
    },
  ));

test('a file without a published checksum is pinned by its first download', (t) =>
  withServer([serve, serve, (_, response) => response.end('another file')], async ({ file, settings, folder, ranges }) => {
    const { name, url, limit } = file;
    const pinned: DataFile = { name, url, limit, pinned: true };
    t.deepEqual(Buffer.from(await dataFile(pinned, settings)), content);
    await dataFile(pinned, settings);
    t.is(ranges.length, 1);
    t.is(await readFile(join(folder, 'set.bin.sha256'), 'utf8'), `${sha256(content)}\n`);
    await writeFile(join(folder, 'set.bin'), 'damaged');
    t.deepEqual(Buffer.from(await dataFile(pinned, settings)), content, 'a damaged copy is fetched again');
    await writeFile(join(folder, 'set.bin'), 'damaged');
    t.regex((await failing(t, dataFile(pinned, settings))).message, /sha256/, 'but only the pinned bytes are taken');
  }));

test('the proxy of the environment is used, except for the hosts of NO_PROXY', (t) =>
  withServer([serve], async ({ file, settings, ranges }) => {
    const { port } = new URL(file.url!);
    let asked = 0;
    const proxy = createServer((request, response) => {
      asked++;
      serve(request, response);
    });
    proxy.on('connect', (_, socket, head: Buffer) => {
      asked++;
      const upstream = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    try {
      const env = { ...settings.env, HTTP_PROXY: await listening(proxy), NO_PROXY: '127.0.0.1' };
      t.deepEqual(
        Buffer.from(await dataFile({ ...file, name: 'by-proxy', url: 'http://data.invalid/set.bin' }, { ...settings, env })),
        content,
      );
      t.is(asked, 1);
      const before = ranges.length;
      await dataFile({ ...file, name: 'direct' }, { ...settings, env });
      t.is(asked, 1);
      t.is(ranges.length, before + 1);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  }));

/** Another process that fetches the file, and the code it ends with. */
function elsewhere({ file, settings }: Scene) {
  const program = `
    const { dataFile } = await import(${JSON.stringify(import.meta.resolve('#src/index.js'))});
    const bytes = await dataFile(${JSON.stringify(file)}, ${JSON.stringify(settings)});
    process.exitCode = bytes.length === ${content.length} ? 0 : 3;`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'inherit', 'inherit'] });
  return { child, code: once(child, 'exit').then(([code]: unknown[]) => code) };
}

/** Sends half at once and the rest a little later. */
const slowly: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': content.length });
  response.write(content.subarray(0, half));
  setTimeout(() => response.end(content.subarray(half)), 300);
};

test('two processes and two calls may fetch the same file at once', (t) =>
  withServer([slowly], async (scene) => {
    const codes = Promise.all([elsewhere(scene).code, elsewhere(scene).code]);
    const both = await Promise.all([scene.get(), scene.get()]);
    t.deepEqual(await codes, [0, 0]);
    for (const bytes of both) t.deepEqual(Buffer.from(bytes), content);
    t.deepEqual(await readdir(scene.folder), ['set.bin']);
  }));

test('what a killed process had fetched is gone on from', async (t) => {
  let reached!: () => void;
  const sent = new Promise<void>((resolve) => (reached = resolve));
  const halfAndWait: Answer = (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, half), () => reached());
  };
  await withServer([halfAndWait, serve], async (scene) => {
    const { child, code } = elsewhere(scene);
    await sent;
    const partSize = async (): Promise<number> => {
      const [part] = await readdir(scene.folder).catch(() => []);
      return part === undefined ? 0 : (await readFile(join(scene.folder, part))).length;
    };
    while ((await partSize()) < half) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    await code;
    t.deepEqual(Buffer.from(await scene.get()), content);
    t.deepEqual(scene.ranges, ['', `bytes=${half}-`]);
    t.deepEqual(await readdir(scene.folder), ['set.bin']);
  });
});
