import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { mlp } from '#src/field/index.js';
import { cnf } from '#src/flow/index.js';
import { fetchModel, readModelFiles } from '#src/io/index.js';
import { loadModel, saveModel } from '#src/model/index.js';

const flow = cnf({ field: mlp({ dim: 2, hidden: [8], lastLayer: 'random' }), seed: 3 });
const saved = saveModel(flow, { name: 'small' });

/** Runs `work` with the address of a server on this machine. */
async function serving<T>(listener: RequestListener, work: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a model is fetched from the address of its folder, with or without a slash, or of its model.json', async (t) => {
  const files = await saved;
  const asked: string[] = [];
  const listener: RequestListener = ({ url }, response) => {
    asked.push(url!);
    response.end(files.get(url!.split('/').at(-1)!));
  };
  await serving(listener, async (origin) => {
    for (const address of [`${origin}/models/small`, new URL(`${origin}/models/small/`), `${origin}/models/small/model.json`]) {
      const loaded = await loadModel(await fetchModel(address));
      t.deepEqual(loaded.parameters, flow.parameters);
    }
  });
  t.deepEqual([...new Set(asked)], ['/models/small/model.json', '/models/small/weights.safetensors']);
});

test('a fetched file that is too large is refused by its announced length, before it is read', async (t) => {
  const files = await saved;
  const listener: RequestListener = ({ url }, response) => {
    if (url === '/model.json') return response.end(files.get('model.json'));
    // Announced, and never sent: only the announcement can be what ends this.
    return response.writeHead(200, { 'content-length': 10 ** 9 }).flushHeaders();
  };
  await serving(listener, (origin) =>
    t.throwsAsync(fetchModel(origin), {
      instanceOf: AdvectError,
      code: 'invalid-file',
      message: /1000000000 bytes, more than the \d+ allowed/,
    }),
  );
});

test('a fetched file without an announced length is refused as soon as it has a byte too many', async (t) => {
  let sent = 0;
  const listener: RequestListener = (_request, response) => {
    const send = (): void => {
      if (response.destroyed) return;
      sent += 2 ** 16;
      response.write(new Uint8Array(2 ** 16), () => setImmediate(send));
    };
    send();
  };
  await serving(listener, (origin) =>
    t.throwsAsync(fetchModel(origin), { code: 'invalid-file', message: /at least \d+ bytes, more than/ }),
  );
  t.true(sent < 2 ** 26, `${sent} bytes were sent`);
});

test('weights beyond the limit are refused by what model.json says, without a request for them', async (t) => {
  const files = await saved;
  const asked: string[] = [];
  const listener: RequestListener = ({ url }, response) => {
    asked.push(url!);
    response.end(files.get(url!.slice(1)));
  };
  await serving(listener, (origin) =>
    t.throwsAsync(fetchModel(origin, { limit: 100 }), { code: 'invalid-file', message: /weights have \d+ bytes, more than the 100/ }),
  );
  t.deepEqual(asked, ['/model.json']);
  const limit = files.get('weights.safetensors')!.length;
  t.is((await serving(listener, (origin) => fetchModel(origin, { limit }))).size, 2, 'as many as the limit');
});

test('no answer, a refusal, an abort and no address are told apart', async (t) => {
  await serving(
    (_request, response) => response.writeHead(404).end(),
    (origin) => t.throwsAsync(fetchModel(origin), { instanceOf: AdvectError, code: 'not-found', message: /answers 404/ }),
  );
  const refuse = (): Promise<never> => Promise.reject(new TypeError('no network'));
  await t.throwsAsync(fetchModel('http://localhost/m', { fetch: refuse }), { code: 'not-found', message: /no network/ });
  const closed = await serving(
    (_request, response) => response.end(),
    (origin) => Promise.resolve(origin),
  );
  await t.throwsAsync(fetchModel(closed), { code: 'not-found', message: /ECONNREFUSED/ });
  await t.throwsAsync(fetchModel('http://localhost/m', { signal: AbortSignal.abort() }), { instanceOf: AdvectError, code: 'aborted' });
  await t.throwsAsync(async () => fetchModel('models/small'), { code: 'invalid-value', message: /no address/ });
  await t.throwsAsync(async () => fetchModel('http://localhost/m', { timeout: 1 } as never), { code: 'unknown-option' });
});

test('files that come in pieces are put together', async (t) => {
  const files = await saved;
  const inPieces = (address: unknown): Promise<Response> => {
    const file = files.get((address as URL).pathname.slice(1))!;
    const pieces = [0, 1, 2].map((i) => file.subarray((i * file.length) / 3, ((i + 1) * file.length) / 3));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    return Promise.resolve(new Response(body as BodyInit));
  };
  const fetched = await fetchModel('http://localhost/', { fetch: inPieces });
  for (const name of ['model.json', 'weights.safetensors']) t.deepEqual(fetched.get(name), new Uint8Array(files.get(name)!));
});

test('fetch is given the signal, and an answer without a status text or without a body is told as it is', async (t) => {
  const { signal } = new AbortController();
  const answer =
    (response: () => Response): typeof fetch =>
    (_address, init) => {
      t.is(init?.signal, signal);
      return Promise.resolve(response());
    };
  const given = (response: () => Response) => fetchModel('http://localhost/m', { signal, fetch: answer(response) });
  await t.throwsAsync(
    given(() => new Response('', { status: 404 })),
    { code: 'not-found', message: /answers 404$/ },
  );
  await t.throwsAsync(
    given(() => new Response('', { status: 404, statusText: 'Not Found' })),
    { code: 'not-found', message: /answers 404 Not Found$/ },
  );
  await t.throwsAsync(
    given(() => new Response(null)),
    { code: 'invalid-file', message: /model\.json/ },
  );
  const long = { status: 200, headers: { 'content-length': String(10 ** 9) } };
  await t.throwsAsync(
    given(() => new Response(null, long)),
    { code: 'invalid-file', message: /1000000000 bytes/ },
  );
  const options: [object, string][] = [
    [{ fetch: 'GET' }, 'invalid-option'],
    [{ limit: -1 }, 'invalid-option'],
    [{ signal: true }, 'invalid-option'],
  ];
  for (const [option, code] of options) {
    await t.throwsAsync(async () => fetchModel('http://localhost/m', option), { instanceOf: AdvectError, code, message: /^fetchModel/ });
  }
});

test('files chosen by a person are found in whatever folder they lie, and others are not looked at', async (t) => {
  const files = await saved;
  const chosen = [...files].map(([name, bytes]) => new File([new Uint8Array(bytes)], `folder/${name}`));
  const unread = new File([], 'holiday.jpg');
  unread.arrayBuffer = () => t.fail('it was read');
  t.deepEqual((await loadModel(await readModelFiles([unread, ...chosen]))).parameters, flow.parameters);
  const blobs = new Map([...files].map(([name, bytes]) => [name, new Blob([new Uint8Array(bytes)])]));
  t.deepEqual((await loadModel(await readModelFiles(blobs))).parameters, flow.parameters);
});

test('chosen files that are missing, double or of another size are refused before they are read', async (t) => {
  const files = await saved;
  const sized = (size: number): Blob =>
    Object.defineProperties(new Blob(), { size: { value: size }, arrayBuffer: { value: () => t.fail('it was read') } });
  const json = new Blob([new Uint8Array(files.get('model.json')!)]);
  const weights = new Blob([new Uint8Array(files.get('weights.safetensors')!)]);
  const cases: [readonly (readonly [string, Blob])[], RegExp][] = [
    [[], /no model\.json among the files \(none\)/],
    [[['model.json', json]], /no weights\.safetensors among the files \(model\.json\)/],
    [
      [
        ['a/model.json', json],
        ['b/model.json', json],
      ],
      /2 files called model\.json \(a\/model\.json, b\/model\.json\)/,
    ],
    [[['model.json', sized(4 * 2 ** 20)]], /model\.json has 4194304 bytes, more than/],
    [
      [
        ['model.json', json],
        ['weights.safetensors', sized(weights.size + 1)],
      ],
      /weights\.safetensors has \d+ bytes, more than/,
    ],
  ];
  await t.throwsAsync(async () => readModelFiles([], { limit: -1 }), { code: 'invalid-option', message: /^readModelFiles/ });
  for (const [given, reason] of cases) {
    await t.throwsAsync(readModelFiles(given), { instanceOf: AdvectError, code: 'invalid-file', message: reason });
  }
});
