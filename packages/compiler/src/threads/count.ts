import { AdvectError } from '@advect/base/errors';
import { environment, inNode } from '../platform.js';

/** What the platform offers for threads. */
export interface ThreadFacts {
  readonly cores: number;
  /** A Worker can be made. */
  readonly workers: boolean;
  /** WebAssembly memory can be shared. */
  readonly sharedMemory: boolean;
  /** False in a page that its server has not isolated; such a page may not hand shared memory to a worker. */
  readonly isolated: boolean;
}

/** How many threads share a run, the calling one included, and why. */
export interface ThreadCount {
  readonly threads: number;
  readonly reason: string;
}

/** Threads that are used unasked: beyond these a run of a solver's size gains little and other work of the machine suffers. */
export const MOST_THREADS = 8;
/** Threads that can be asked for. */
export const THREAD_LIMIT = 64;

export function threadFacts(): ThreadFacts {
  if (inNode()) {
    const cores = process.getBuiltinModule('node:os').availableParallelism();
    return { cores, workers: true, sharedMemory: canShareMemory(), isolated: true };
  }
  return {
    cores: globalThis.navigator?.hardwareConcurrency ?? 1,
    workers: typeof Worker === 'function',
    sharedMemory: canShareMemory(),
    isolated: 'crossOriginIsolated' in globalThis ? globalThis.crossOriginIsolated : true,
  };
}

/**
 * The number of threads for a program: as many as asked for by `threads`, else by the environment variable ADVECT_THREADS,
 * else one for each core up to {@link MOST_THREADS}; 1 where the platform cannot have more. Throws `invalid-option`.
 */
export function threadCount(threads?: number, facts: ThreadFacts = threadFacts()): ThreadCount {
  const variable = environment('ADVECT_THREADS');
  const wanted = threads ?? (variable === undefined ? undefined : Number(variable));
  if (wanted !== undefined && (!Number.isInteger(wanted) || wanted < 1 || wanted > THREAD_LIMIT)) {
    const name = threads === undefined ? 'The environment variable ADVECT_THREADS' : 'threads';
    throw new AdvectError(
      'invalid-option',
      `${name} is ${threads ?? `'${variable}'`} where a whole number from 1 to ${THREAD_LIMIT} belongs`,
      'Give the number of threads that shall share a run, the calling one included; 1 starts no worker.',
    );
  }
  if (wanted === 1) return { threads: 1, reason: 'one thread was asked for' };
  const obstacle = obstacleOf(facts);
  if (obstacle !== undefined) return { threads: 1, reason: `one thread, since ${obstacle}` };
  if (wanted !== undefined) return { threads: wanted, reason: `${wanted} threads were asked for` };
  if (facts.cores <= 1) return { threads: 1, reason: 'one thread for the one core' };
  const count = Math.min(facts.cores, MOST_THREADS);
  return { threads: count, reason: `${count} threads on ${facts.cores} cores` };
}

function obstacleOf({ workers, sharedMemory, isolated }: ThreadFacts): string | undefined {
  if (!isolated) {
    return (
      'this page is not cross-origin isolated: its server would have to send the headers ' +
      '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp"'
    );
  }
  if (!sharedMemory) return 'memory cannot be shared between threads here';
  if (!workers) return 'no worker can be started here';
  return undefined;
}

function canShareMemory(): boolean {
  try {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return typeof SharedArrayBuffer === 'function' && typeof Atomics === 'object' && buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  }
}
