import { inNode } from '../platform.js';
import type { FromWorker, ToWorker } from './control.js';

/** A worker thread, of Node or of the web. */
export interface Spawned {
  post(message: ToWorker): void;
  /** Whether the worker keeps the process alive; it does not at first. No matter in a browser. */
  keepAlive(on: boolean): void;
  terminate(): void;
}

/** What a worker says: an answer, or once that it has ended or could not start. */
export interface SpawnListener {
  answer(message: FromWorker): void;
  ended(why: string): void;
}

export type Spawn = (listener: SpawnListener) => Spawned;

/** Starts `worker.js`, a module beside this one, so that a page's policy `worker-src 'self'` allows it. Throws where it cannot. */
export const spawnWorker: Spawn = (listener) =>
  inNode()
    ? spawnInNode(new URL('./worker.js', import.meta.url), listener)
    : overWeb(new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'advect' }), listener);

export function spawnInNode(file: URL, listener: SpawnListener): Spawned {
  const { Worker: NodeWorker } = process.getBuiltinModule('node:worker_threads');
  const worker = new NodeWorker(file, { execArgv: [], name: 'advect' });
  worker.on('message', (message: FromWorker) => listener.answer(message));
  worker.on('error', (error) => listener.ended(`it threw: ${error instanceof Error ? error.message : String(error)}`));
  worker.on('exit', (code) => listener.ended(`it ended with code ${code}`));
  worker.unref();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's messages have no target origin
    post: (message) => worker.postMessage(message),
    keepAlive: (on) => (on ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

function overWeb(worker: Worker, listener: SpawnListener): Spawned {
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => listener.answer(data);
  worker.onerror = (event) => {
    event.preventDefault();
    listener.ended(event.message ? `it threw: ${event.message}` : 'its script could not be loaded');
  };
  worker.onmessageerror = () => listener.ended('it could not read a message');
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's messages have no target origin
    post: (message) => worker.postMessage(message),
    keepAlive: () => undefined,
    terminate: () => worker.terminate(),
  };
}
