import { threadCount } from '#src/threads/count.js';
import { tileRunner } from '#src/threads/pool.js';
import { doubling } from '../threads/doubling.js';

/** What a page, a worker and Node each find out; plain data. */
export interface Answer {
  readonly isolated: boolean;
  readonly count: { readonly threads: number; readonly reason: string };
  readonly threads: number;
  readonly doubled: readonly number[];
  readonly sums: readonly number[];
  readonly warnings: readonly string[];
}

/** The same work wherever it runs. */
export async function answer(): Promise<Answer> {
  const warnings: string[] = [];
  const before = console.warn;
  console.warn = (...words: unknown[]) => void warnings.push(words.join(' '));
  try {
    const count = threadCount(2);
    const program = await doubling(count.threads);
    const runner = await tileRunner(program.job);
    program.write(Array.from({ length: 100 }, (_, i) => i));
    let used = 0;
    for (let i = 0; i < 200; i++) used = runner.run({ tile: 8, batch: 100, arenas: program.arenas });
    return {
      isolated: globalThis.crossOriginIsolated,
      count,
      threads: runner.threads,
      doubled: program.read(100),
      sums: program.sums(used),
      warnings,
    };
  } finally {
    console.warn = before;
  }
}
