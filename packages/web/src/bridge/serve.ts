import { AdvectError } from '@advect/base/errors';
import { toMessage } from './errors.js';
import type { FromServer, Line, ToServer, Verbs } from './messages.js';

/** What a verb may use while it works. */
export interface Job<Progress> {
  /** Fires when the caller's signal does. */
  readonly signal: AbortSignal;
  /** Tells how far it is, ten times a second at most: a report that comes sooner is not made. */
  progress(make: () => Progress): void;
  /** Hands arrays over with the result instead of copying them; they are empty here afterwards. */
  give<T extends ArrayBufferView>(array: T): T;
}

/** The work behind each verb. */
export type Handlers<V extends Verbs> = {
  readonly [K in keyof V]: (request: V[K]['request'], job: Job<V[K]['progress']>) => Promise<V[K]['result']> | V[K]['result'];
};

const shortestPause = 100;

/** Answers the calls that come over a line. Every call ends with one message; one that was cancelled with the error `aborted`. */
export function serveBridge<V extends Verbs>(line: Line, handlers: Handlers<V>, now: () => number = () => performance.now()): void {
  const running = new Map<number, AbortController>();
  const send = (message: FromServer, transfer: Transferable[] = []): void => line.postMessage(message, transfer);

  async function call(id: number, verb: string, request: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    const given = new Set<ArrayBufferLike>();
    let last = -Infinity;
    try {
      if (!Object.hasOwn(handlers, verb)) throw new AdvectError('unsupported', `the worker knows no '${verb}'`, 'Load the page again.');
      const result = await handlers[verb](request, {
        signal: controller.signal,
        progress(make) {
          if (controller.signal.aborted || now() - last < shortestPause) return;
          last = now();
          send({ id, type: 'progress', value: make() });
        },
        give(array) {
          given.add(array.buffer);
          return array;
        },
      });
      send({ id, type: 'done', result }, [...given].filter(isTransferable));
    } catch (thrown) {
      send({ id, type: 'failed', error: toMessage(thrown) });
    } finally {
      running.delete(id);
    }
  }

  line.onmessage = ({ data }: { readonly data: ToServer }): void => {
    if (data.type === 'cancel') running.get(data.id)?.abort();
    else void call(data.id, data.verb, data.request);
  };
}

const isTransferable = (buffer: ArrayBufferLike): buffer is ArrayBuffer => buffer instanceof ArrayBuffer;
