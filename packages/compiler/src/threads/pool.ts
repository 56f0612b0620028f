import { cell, CELLS, computeTiles, type FromWorker, spinWhile, CALLER_SPINS, type TileExports, type ToWorker } from './control.js';
import { THREAD_LIMIT } from './count.js';
import { type Spawn, spawnWorker, type Spawned } from './spawn.js';

/** A module to be run by several threads: every worker makes an instance of its own on the same memory. */
export interface TileJob {
  readonly module: WebAssembly.Module;
  /** Shared. The module imports it, and nothing else. */
  readonly memory: WebAssembly.Memory;
  /** The calling thread's instance. */
  readonly exports: TileExports;
  /** How many threads, the calling one included. */
  readonly threads: number;
}

/** One run: `batch` rows in tiles of `tile`, all of them or those from `first` to before `end`; arenas by their first bytes, one a thread. */
export interface TileRun {
  readonly tile: number;
  readonly batch: number;
  readonly arenas: readonly number[];
  readonly first?: number;
  readonly end?: number;
}

/** Runs one program's tiles. */
export interface TileRunner {
  /** Threads that take part now: 1 once the pool has failed. */
  readonly threads: number;
  /** Why there are fewer threads than asked for. */
  readonly trouble: string | undefined;
  /**
   * Computes the run's tiles, by as many threads as there are arenas (but no more than the job's), each a contiguous range that
   * depends on nothing but the numbers given. Returns how many arenas took part: those from the first on, whose
   * accumulators (cleared before) hold the sums. At least one.
   *
   * Returns 0 if a worker did not answer in time. It may then still write to the memory, at any later moment: leave that
   * memory, copy what is shared of it to a new one and compute the run again there with {@link soloRunner}.
   */
  run(run: TileRun): number;
  /** Lets the workers forget the program. */
  dispose(): void;
}

export interface PoolSettings {
  readonly spawn?: Spawn;
  /** Milliseconds without one more tile after which a worker counts as lost. */
  readonly patience?: number;
  /** Milliseconds that a worker may take to start, and to make an instance. */
  readonly startPatience?: number;
  readonly warn?: (message: string) => void;
}

export interface Pool {
  /** Never rejects: where workers fail the runner has one thread and says why. */
  add(job: TileJob): Promise<TileRunner>;
  /** Ends all workers. Runners go on with one thread. */
  close(): void;
}

interface Member extends Spawned {
  readonly base: number;
  /** Waiting for an answer, by job. */
  readonly pending: Map<number, (answer: FromWorker) => void>;
}

const PATIENCE = 15_000;
const START_PATIENCE = 10_000;
const GRACE = 100;
/** A thread that may not sleep (a page's own) counts turns instead of time; one takes 2–10 ns. */
const TURNS_PER_MILLISECOND = 200_000;

/** Computes everything on the calling thread. */
export const soloRunner = (exports: TileExports, trouble?: string): TileRunner => ({
  threads: 1,
  trouble,
  run({ tile, batch, arenas, first = 0, end = Math.ceil(batch / tile) }) {
    computeTiles(exports, { first, end, tile, batch, arena: arenas[0] });
    return 1;
  },
  dispose: () => undefined,
});

let common: Pool | undefined;

/** A runner of as many threads as the job names, from the one pool of this process (or page, or worker). */
export const tileRunner = (job: TileJob): Promise<TileRunner> => (common ??= createPool()).add(job);

/** A pool without workers yet; they start when a job wants them, and sleep where the next run is long in coming. */
export function createPool(settings: PoolSettings = {}): Pool {
  const {
    spawn = spawnWorker,
    patience = PATIENCE,
    startPatience = START_PATIENCE,
    warn = (text: string) => console.warn(text),
  } = settings;
  const members: Member[] = [];
  const starting: Promise<void>[] = [];
  let cells: Int32Array | undefined;
  let trouble: string | undefined;
  let jobs = 0;

  function fail(why: string): void {
    if (trouble !== undefined) return;
    warn(`Advect goes on with one thread, since ${why}. Results stay right, but take longer.`);
    end(why);
  }

  function end(why: string): void {
    trouble ??= `one thread, since ${why}`;
    for (const member of members.splice(0)) {
      member.terminate();
      for (const resolve of member.pending.values()) resolve({ id: -1, problem: 'it was ended' });
    }
  }

  /** Announces the message before it is posted: a worker leaves its loop for the mail it has been told of. */
  function send(member: Member, message: ToWorker): void {
    Atomics.add(cells!, member.base + cell.mail, 1);
    ring(cells!, member.base);
    member.post(message);
  }

  /** Sends a message and waits for the answer; a worker that gives none, or a bad one, is the end of the pool. */
  async function request(member: Member, id: number, message: ToWorker): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (member.pending.size === 0) member.keepAlive(true);
    const answer = await new Promise<FromWorker>((resolve) => {
      member.pending.set(id, resolve);
      const lost = (): void => resolve({ id, problem: `it did not answer within ${startPatience} ms` });
      // Where this thread itself was busy all the time, the answer is there by now, behind the timer: it gets its turn.
      timer = setTimeout(() => (timer = setTimeout(lost, GRACE)), startPatience);
      send(member, message);
    });
    clearTimeout(timer);
    member.pending.delete(id);
    if (member.pending.size === 0) member.keepAlive(false);
    if (answer.problem !== undefined) fail(`a worker failed: ${answer.problem}`);
  }

  function start(index: number): Promise<void> {
    cells ??= new Int32Array(new SharedArrayBuffer(THREAD_LIMIT * CELLS * Int32Array.BYTES_PER_ELEMENT));
    const pending: Member['pending'] = new Map();
    const spawned = spawn({
      answer: (message) => pending.get(message.id)?.(message),
      ended: (why) => fail(`a worker failed: ${why}`),
    });
    members.push({ ...spawned, base: index * CELLS, pending });
    return request(members[index], 0, { kind: 'start', control: cells.buffer as SharedArrayBuffer, index });
  }

  async function add({ module, memory, exports, threads }: TileJob): Promise<TileRunner> {
    const id = ++jobs;
    try {
      if (trouble === undefined) while (starting.length < threads - 1) starting.push(start(starting.length));
      await Promise.all(starting.slice(0, threads - 1));
      await Promise.all(members.slice(0, threads - 1).map((member) => request(member, id, { kind: 'job', id, module, memory })));
    } catch (error) {
      fail(`a worker could not be started: ${error instanceof Error ? error.message : String(error)}`);
    }
    const solo = soloRunner(exports);
    return {
      get threads() {
        return trouble === undefined ? threads : 1;
      },
      get trouble() {
        return trouble;
      },
      run: (run) => (trouble === undefined ? share(id, run, exports, threads) : solo.run(run)),
      dispose() {
        for (const member of members.slice(0, threads - 1)) send(member, { kind: 'drop', id });
      },
    };
  }

  function share(
    id: number,
    { tile, batch, arenas, first: start = 0, end = Math.ceil(batch / tile) }: TileRun,
    exports: TileExports,
    threads: number,
  ): number {
    const tiles = end - start;
    const used = Math.max(1, Math.min(threads, tiles, arenas.length));
    const ranges = arenas.slice(0, used).map((arena, i) => {
      const part = rangeOf(i, used, tiles);
      return { first: start + part.first, end: start + part.end, tile, batch, arena };
    });
    const helpers = members.slice(0, used - 1);
    const asked = helpers.map((member, i) => ask(cells!, member.base, id, ranges[i + 1]));
    const ends: ('done' | 'failed' | 'lost')[] = [];
    try {
      computeTiles(exports, ranges[0]);
    } finally {
      helpers.forEach((member, i) => ends.push(join(cells!, member.base, asked[i], patience)));
    }
    if (ends.includes('lost')) {
      fail(`a worker has not computed one more tile within ${patience} ms`);
      return 0;
    }
    if (ends.includes('failed')) fail('a worker threw an error while it computed');
    ends.forEach((end, i) => end === 'failed' && computeTiles(exports, ranges[i + 1]));
    return used;
  }

  return { add, close: () => end('the pool was closed') };
}

/** Part `i` of `parts` of the tiles; the first parts are the longer ones, and the first is the calling thread's. */
export function rangeOf(i: number, parts: number, tiles: number): { first: number; end: number } {
  const [least, longer] = [Math.floor(tiles / parts), tiles % parts];
  const first = i * least + Math.min(i, longer);
  return { first, end: first + least + (i < longer ? 1 : 0) };
}

function ring(cells: Int32Array, base: number): void {
  Atomics.add(cells, base + cell.bell, 1);
  if (Atomics.load(cells, base + cell.asleep) === 1) Atomics.notify(cells, base + cell.bell);
}

/** Asks a worker for a run; the run's number. */
function ask(cells: Int32Array, base: number, job: number, work: Parameters<typeof computeTiles>[1]): number {
  Atomics.store(cells, base + cell.job, job);
  for (const place of ['first', 'end', 'tile', 'batch', 'arena'] as const) Atomics.store(cells, base + cell[place], work[place]);
  const asked = (Atomics.load(cells, base + cell.asked) + 1) | 0;
  Atomics.store(cells, base + cell.asked, asked);
  ring(cells, base);
  return asked;
}

/** Waits for a worker's run; `lost` if it does not get on for as long as the patience lasts. */
function join(cells: Int32Array, base: number, asked: number, patience: number): 'done' | 'failed' | 'lost' {
  const before = (asked - 1) | 0;
  let seen: number | undefined;
  for (let turns = CALLER_SPINS; !spinWhile(cells, base + cell.done, before, turns);) {
    const progress = Atomics.load(cells, base + cell.progress);
    if (progress === seen) return 'lost';
    seen = progress;
    turns = sleepWhile(cells, base, before, patience) ? 1 : patience * TURNS_PER_MILLISECOND;
  }
  return Atomics.load(cells, base + cell.failed) === asked ? 'failed' : 'done';
}

/** Sleeps until the worker is done, at the longest for the patience. False, at once, on a thread that must not sleep. */
function sleepWhile(cells: Int32Array, base: number, before: number, patience: number): boolean {
  Atomics.store(cells, base + cell.awaited, 1);
  try {
    Atomics.wait(cells, base + cell.done, before, patience);
    return true;
  } catch {
    return false;
  } finally {
    Atomics.store(cells, base + cell.awaited, 0);
  }
}
