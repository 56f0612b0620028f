import type { CommandContext } from '@advect/node';
import { rowsAtOnce } from '../model/defaults.js';

export interface Series {
  /** Number of the first tune, how many there are, and the candidates of each. */
  readonly index: number;
  readonly count: number;
  readonly best: number;
  /** What is said of the work: "composing". */
  readonly what?: string;
}

/** Some tunes of a series, from number `index` on. */
export interface Part {
  readonly index: number;
  readonly count: number;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Makes a series some tunes at a time and hands each on when it is finished, so that an interrupt keeps those that are: tune i
 * depends on its number alone.
 */
export async function inTurn<T>(
  { progress, note, signal }: Pick<CommandContext, 'progress' | 'note' | 'signal'>,
  { index, count, best, what = 'composing' }: Series,
  make: (part: Part) => Promise<readonly T[]>,
  finish: (tune: T, index: number) => Promise<void>,
): Promise<void> {
  const atOnce = Math.max(1, Math.floor(rowsAtOnce / best));
  let finished = 0;
  try {
    while (finished < count) {
      const before = finished;
      const size = Math.min(atOnce, count - before);
      const tunes = await make({
        index: index + before,
        count: size,
        onProgress: (done, total) => progress.update((before * total) / size + done, (count * total) / size, what),
      });
      progress.clear();
      for (const tune of tunes) {
        await finish(tune, index + finished);
        finished++;
      }
    }
  } catch (thrown) {
    if (signal.aborted && finished > 0) note(`interrupted: ${finished} of ${count} tunes are kept`);
    throw thrown;
  }
}
