/**
 * The cells by which the calling thread and one worker talk without messages: a stretch of int32 in shared memory for each
 * worker, two cache lines apart from the next. All are read and written by Atomics.
 */
export const CELLS = 32;

/** Places in a worker's stretch. */
export const cell = {
  /** Changes with every errand; what a worker sleeps on. */
  bell: 0,
  /** 1 while the worker sleeps, or is about to. */
  asleep: 1,
  /** Messages posted to the worker so far. */
  mail: 2,
  /** Number of the run that is asked for. */
  asked: 3,
  /** Number of the last run that the worker has ended, well or badly. */
  done: 16,
  /** 1 while the caller sleeps on `done`, or is about to. */
  awaited: 17,
  /** Tiles computed so far, of all runs. */
  progress: 18,
  /** Number of the last run that threw. */
  failed: 19,
  /** The run: which job, from and to which tile, rows of a tile, rows in all, the worker's arena. */
  job: 4,
  first: 5,
  end: 6,
  tile: 7,
  batch: 8,
  arena: 9,
} as const;

/** What is posted to a worker. The first message is `start`. */
export type ToWorker =
  | { readonly kind: 'start'; readonly control: SharedArrayBuffer; readonly index: number }
  | { readonly kind: 'job'; readonly id: number; readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory }
  | { readonly kind: 'drop'; readonly id: number };

/** A worker's answer to `start` (id 0) and `job`. */
export type FromWorker = { readonly id: number; readonly problem?: string };

/** Exports of a program's module, as far as they concern tiles; all arguments are bytes or rows. */
export interface TileExports {
  /** Sets the arena's accumulators to 0. */
  clear(arena: number): void;
  /** Computes the tile of `live` rows from `rowStart` of `batch`. */
  tile(arena: number, rowStart: number, live: number, batch: number): void;
}

/** Calls for a contiguous range of tiles, after clearing the arena. */
export function computeTiles(
  { clear, tile }: TileExports,
  work: { readonly first: number; readonly end: number; readonly tile: number; readonly batch: number; readonly arena: number },
  afterTile?: () => void,
): void {
  clear(work.arena);
  for (let i = work.first; i < work.end; i++) {
    const start = i * work.tile;
    tile(work.arena, start, Math.min(work.tile, work.batch - start), work.batch);
    afterTile?.();
  }
}

/**
 * Turns of a waiting loop, of 7 to 8 ns each, before a thread goes to sleep. Waking one takes 10–40 µs, and a scheduler may
 * wake it on the core of the thread that calls it and leave both there for many runs, which is no better than one thread. So
 * a worker waits for the next run about a millisecond, longer than lies between two steps of a solver or of training a small
 * net; and the caller waits about 3.5 ms for a worker, as long as a scheduler may need to see that two threads want one core.
 * After that both sleep: where no program runs, no thread is awake. Beside 10,000 and 30,000 turns a training step of a net of
 * three layers of 64, two threads on two cores, took 0.87 ms and not 0.92 at its best (the mean of eight processes each);
 * the medians, 1.09 and 1.10 ms, were alike.
 */
export const WORKER_SPINS = 150_000;
export const CALLER_SPINS = 450_000;

/** Waits in a loop, for at most `turns`, until a cell differs from a value; whether it does. */
export function spinWhile(cells: Int32Array, index: number, value: number, turns: number): boolean {
  for (let i = 0; i < turns; i++) if (Atomics.load(cells, index) !== value) return true;
  return false;
}

/**
 * How long to spin, by what came of it: all the turns where that has been worth it, ever fewer where it has not, and once in
 * a while all of them again to see whether that has changed.
 */
export function spinner(most: number) {
  let turns = most;
  let waits = 0;
  return {
    next: (): number => (++waits % 32 === 0 ? most : turns),
    saw(change: boolean): boolean {
      turns = change ? most : Math.max(turns >> 1, most >> 5);
      return change;
    },
  };
}

/** Instantiates a module on its memory, which it imports under whatever name. */
export function instantiateOn(module: WebAssembly.Module, memory: WebAssembly.Memory): TileExports {
  const imports: WebAssembly.Imports = {};
  for (const { kind, module: space, name } of WebAssembly.Module.imports(module)) {
    if (kind === 'memory') imports[space] = { ...imports[space], [name]: memory };
  }
  return new WebAssembly.Instance(module, imports).exports as unknown as TileExports;
}
