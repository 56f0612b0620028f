import { compile, type CompileOptions } from '#src/compile.js';
import type { ExecutorReport } from '#src/program.js';
import { threadCount } from '#src/threads/count.js';
import { tileRunner } from '#src/threads/pool.js';
import { net, netInputs, parameters, wave } from '../net.js';
import { doubling } from '../threads/doubling.js';

/** What a page, a worker and Node each find out; plain data. */
export interface Answer {
  readonly isolated: boolean;
  readonly count: { readonly threads: number; readonly reason: string };
  readonly threads: number;
  readonly doubled: readonly number[];
  readonly sums: readonly number[];
  readonly warnings: readonly string[];
  readonly programs: readonly { readonly report: ExecutorReport; readonly results: { readonly [name: string]: readonly number[] } }[];
}

export const ROWS = 500;

/** Traced and compiled here, run twice. */
async function computed(options: CompileOptions): Promise<Answer['programs'][number]> {
  const program = await compile(net, netInputs, options);
  program.bind(parameters);
  await program.run({ x: wave(3 * 7, 0.1) });
  const results = await program.run({ x: wave(3 * ROWS, 0.37) });
  const plain = Object.fromEntries(Object.entries(results).map(([name, data]) => [name, [...data]]));
  const { report } = program;
  program.dispose();
  return { report, results: plain };
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
      programs: [await computed({ threads: 2 }), await computed({ executor: 'wasm', threads: 1 }), await computed({ executor: 'eager' })],
      warnings,
    };
  } finally {
    console.warn = before;
  }
}
