import { AdvectError, requestFailure } from '@advect/base/errors';
import { abortSignal, integer, readOptions, value } from '@advect/base/options';
import { collectModel, type ModelFiles, modelLimits } from './model-files.js';

export interface FetchModelOptions {
  readonly signal?: AbortSignal;
  /** Most bytes of weights, default 512 MiB. */
  readonly limit?: number;
  /** How to fetch, default the platform's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Fetches a model's files for `loadModel` from the address of its folder or of its `model.json`; in a page the
 * address may be relative. Sizes are held to before anything is read: the announced length of each file, then the bytes
 * as they come; the weights may have as many as `model.json` says. Cost: two requests, one after the other.
 *
 * Throws `not-found` where the server does not answer or says that there is nothing, `invalid-file` for files that are
 * too large or no manifest, and `aborted`.
 */
export function fetchModel(address: string | URL, options?: FetchModelOptions): Promise<ModelFiles> {
  const { signal, limit, fetch } = readOptions<FetchModelOptions>('fetchModel', options, {
    signal: abortSignal,
    limit: integer({ default: modelLimits['weights.safetensors'], min: 0 }),
    fetch: value<typeof globalThis.fetch>(
      (v) => typeof v === 'function',
      'a function such as fetch',
      (...given) => globalThis.fetch(...given),
    ),
  });
  const folder = folderOf(address);
  return collectModel((name, most) => download(new URL(name, folder), most, fetch!, signal), limit!);
}

function folderOf(address: string | URL): URL {
  const page = globalThis.location?.href;
  if (!URL.canParse(address, page)) {
    throw new AdvectError(
      'invalid-value',
      `fetchModel: ${JSON.stringify(String(address))} is no address`,
      'Give a URL, whole or relative to the page.',
    );
  }
  const url = new URL(address, page);
  if (!url.pathname.endsWith('/') && !url.pathname.endsWith('.json')) url.pathname += '/';
  return url;
}

async function download(url: URL, most: number, fetch: typeof globalThis.fetch, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw missing(url, `the server answers ${`${response.status} ${response.statusText}`.trim()}`);
    const announced = Number(response.headers.get('content-length') ?? 0);
    if (announced > most) {
      await response.body?.cancel();
      throw tooLarge(url, `${announced}`, most);
    }
    return await readBody(response, url, most);
  } catch (cause) {
    if (cause instanceof AdvectError) throw cause;
    if (signal?.aborted)
      throw new AdvectError('aborted', `fetchModel was aborted at ${url.href}`, 'Call it again for the whole model.', cause);
    throw missing(url, requestFailure(cause), cause);
  }
}

async function readBody(response: Response, url: URL, most: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader?.read(); part?.value; part = await reader!.read()) {
    size += part.value.length;
    if (size > most) {
      await reader!.cancel();
      throw tooLarge(url, `at least ${size}`, most);
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const tooLarge = (url: URL, size: string, most: number): AdvectError =>
  new AdvectError(
    'invalid-file',
    `${url.href} has ${size} bytes, more than the ${most} allowed`,
    'Check that the address is that of a model.',
  );

const missing = (url: URL, reason: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'not-found',
    `${url.href} could not be fetched: ${reason}`,
    'Check the address and the connection, and try again.',
    cause,
  );
