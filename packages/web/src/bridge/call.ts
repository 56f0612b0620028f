import { AdvectError } from '@advect/base/errors';
import { fromMessage } from './errors.js';
import type { FromServer, Line, ToServer, Verbs } from './messages.js';

/** How a call is watched and stopped. */
export interface CallOptions<Progress = never> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Arrays to hand over with the request instead of copying them. */
  readonly transfer?: readonly ArrayBuffer[];
}

/** Asks a worker for one of its verbs. Rejects with the worker's error (code, message and hint as there), or `aborted`. */
export type Call<V extends Verbs> = <K extends keyof V & string>(
  verb: K,
  request: V[K]['request'],
  options?: CallOptions<V[K]['progress']>,
) => Promise<V[K]['result']>;

/** The caller's end of a line. */
export interface Bridge<V extends Verbs> {
  readonly call: Call<V>;
  /** Fails every call that waits, as when the worker has ended. */
  fail(error: Error): void;
}

interface Waiting {
  readonly settle: (message: FromServer & { readonly type: 'done' | 'failed' }) => void;
  readonly fail: (error: Error) => void;
  readonly onProgress?: (value: never) => void;
}

/** The caller's end of a line to a worker whose other end `serveBridge` answers. */
export function callBridge<V extends Verbs>(line: Line): Bridge<V> {
  const waiting = new Map<number, Waiting>();
  let ids = 0;
  const send = (message: ToServer, transfer: Transferable[] = []): void => line.postMessage(message, transfer);

  line.onmessage = ({ data }: { readonly data: FromServer }): void => {
    const caller = waiting.get(data.id);
    if (data.type === 'progress') caller?.onProgress?.(data.value as never);
    else caller?.settle(data);
  };

  const call: Call<V> = (verb, request, { signal, onProgress, transfer = [] } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(aborted(verb, signal.reason));
        return;
      }
      const id = ++ids;
      const cancel = (): void => {
        send({ id, type: 'cancel' });
        end(() => reject(aborted(verb, signal!.reason)));
      };
      const end = (how: () => void): void => {
        waiting.delete(id);
        signal?.removeEventListener('abort', cancel);
        how();
      };
      waiting.set(id, {
        settle: (message) => end(() => (message.type === 'done' ? resolve(message.result) : reject(fromMessage(message.error)))),
        fail: (error) => end(() => reject(error)),
        onProgress,
      });
      signal?.addEventListener('abort', cancel);
      try {
        send({ id, type: 'call', verb, request }, [...transfer]);
      } catch (thrown) {
        end(() => reject(thrown));
      }
    });

  return {
    call,
    fail: (error) => {
      for (const { fail } of waiting.values()) fail(error);
    },
  };
}

const aborted = (verb: string, cause: unknown): AdvectError =>
  new AdvectError('aborted', `${verb} was stopped`, 'Start it again for the whole result.', cause);
