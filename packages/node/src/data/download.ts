import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdvectError, requestFailure } from '@advect/base/errors';
import { flushFolder, makeFolder } from '../atomic-file.js';
import { fromSystemError } from '../system-error.js';
import { takePart } from './part-file.js';
import { proxiedFetch } from './proxied-fetch.js';

export interface DownloadSettings {
  /** Where the proxies are named: HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
  /** Told before a download. */
  readonly onDownload?: (url: string) => void;
  /** Told now and then how many bytes are here; `total` is undefined where the server does not say. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** Milliseconds before each new try after the connection broke or the server failed; [1000, 4000] by default. */
  readonly retryAfter?: readonly number[];
}

/** What is fetched. */
export interface Remote {
  readonly url: string;
  /** Largest size accepted, in bytes. */
  readonly limit: number;
  /** Whether a part that an earlier download left may be gone on from: only where the whole can be verified. */
  readonly resumable: boolean;
}

/**
 * Fetches a file to `target`, which is there in full and verified, or not at all. A download that breaks off, or is
 * aborted, leaves a .part beside the target, and the next one goes on from it (HTTP Range). A part that does not verify
 * is thrown away, and the file is fetched once more from its beginning.
 *
 * Throws `aborted` for the signal, `not-found` where the server cannot be reached or refuses, `invalid-file` where it sends
 * more than the limit, and what `verify` throws.
 */
export async function download(
  remote: Remote,
  target: string,
  verify: (path: string) => Promise<void>,
  settings: DownloadSettings,
): Promise<void> {
  settings.onDownload?.(remote.url);
  const part = await makeFolder(dirname(target))
    .then(() => takePart(target))
    .catch((thrown: unknown) => {
      throw fromSystemError(thrown, dirname(target)) ?? thrown;
    });
  try {
    if (!remote.resumable) await rm(part.path, { force: true });
    const resumed = await sizeOf(part.path);
    await fetchWithRetries(remote, part.path, settings);
    try {
      await verify(part.path);
    } catch (thrown) {
      await rm(part.path, { force: true });
      if (resumed === 0) throw thrown;
      await fetchWithRetries(remote, part.path, settings);
      await verify(part.path).catch(async (error: unknown) => {
        await rm(part.path, { force: true });
        throw error;
      });
    }
    await rename(part.path, target);
    await flushFolder(dirname(target));
  } finally {
    part.release();
  }
}

async function fetchWithRetries(remote: Remote, path: string, settings: DownloadSettings): Promise<void> {
  const { signal, retryAfter = [1000, 4000] } = settings;
  const get = settings.fetch ?? proxiedFetch(settings.env);
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetchRest(remote, path, get, settings);
    } catch (cause) {
      if (signal?.aborted) throw aborted(remote, cause);
      if (cause instanceof AdvectError) throw cause;
      if (isOfFile(cause)) throw fromSystemError(cause, path) ?? cause;
      if (cause instanceof Refusal || isOffline(cause) || attempt === retryAfter.length) throw unreachable(remote, cause);
      await sleep(retryAfter[attempt], undefined, { signal }).catch((thrown: unknown) => {
        throw aborted(remote, thrown);
      });
    }
  }
}

const isOfFile = (cause: unknown): boolean =>
  cause instanceof Error && 'syscall' in cause && ['open', 'write', 'fsync', 'close'].includes(String(cause.syscall));

/** Nobody knows the host's name: there is no network, or no such host. */
const isOffline = (cause: unknown): boolean =>
  cause instanceof Error && cause.cause instanceof Error && 'code' in cause.cause && cause.cause.code === 'ENOTFOUND';

/** An answer that another try would not change. */
class Refusal extends Error {}

/** Fetches what is missing of the part, and puts it behind what is there. */
async function fetchRest(remote: Remote, path: string, get: typeof fetch, { signal, onProgress }: DownloadSettings): Promise<void> {
  const have = await sizeOf(path);
  const headers = { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) };
  const response = await get(remote.url, { signal, headers });
  if (response.status === 416 && have > 0) {
    // The server has no byte beyond ours: we have all, or too much, which the checksum tells.
    await response.body?.cancel();
    return;
  }
  if (!response.ok) {
    const said = `the server answers ${response.status} ${response.statusText}`.trim();
    throw response.status >= 500 || response.status === 429 ? new Error(said) : new Refusal(said);
  }
  const start = response.status === 206 ? startOfRange(response, have) : 0;
  const length = Number(response.headers.get('content-length') ?? NaN);
  const total = Number.isFinite(length) ? start + length : undefined;
  if (total !== undefined && total > remote.limit) throw await tooLarge(remote, path, response);
  const file = await open(path, start === 0 ? 'w' : 'a');
  let received = start;
  try {
    for await (const bytes of response.body ?? []) {
      received += bytes.length;
      if (received > remote.limit) throw await tooLarge(remote, path);
      await file.writeFile(bytes);
      onProgress?.(received, total);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (total !== undefined && received < total) throw new Error(`the connection closed after ${received} of ${total} bytes`);
}

/** The first byte of a partial answer, which must be the one that was asked for. */
function startOfRange(response: Response, have: number): number {
  const range = response.headers.get('content-range') ?? '';
  if (Number(/^bytes (\d+)-/.exec(range)?.[1] ?? NaN) === have) return have;
  throw new Refusal(`the server sends the range '${range}' where bytes from ${have} were asked for`);
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

async function tooLarge({ url, limit }: Remote, path: string, response?: Response): Promise<AdvectError> {
  await response?.body?.cancel();
  await rm(path, { force: true });
  return new AdvectError('invalid-file', `${url} sends more than ${limit} bytes`, 'The file there has changed; give --data DIR.');
}

const aborted = ({ url }: Remote, cause: unknown): AdvectError =>
  new AdvectError('aborted', `the download of ${url} was interrupted`, 'Run the command again: it goes on from there.', cause);

function unreachable({ url }: Remote, cause: unknown): AdvectError {
  return new AdvectError(
    'not-found',
    `${url} could not be fetched: ${requestFailure(cause)}`,
    'Connect to the internet and try again (behind a proxy, set HTTPS_PROXY), or put the file in a folder and give --data DIR (or set ADVECT_DATA).',
    cause,
  );
}
