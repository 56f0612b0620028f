import type { WorkerOptions } from 'node:worker_threads';
import { tf } from '@advect/compiler/tensorflow';
import { compile } from '#src/compile.js';
import { byHand, net, netInputs, parameters, wave } from '../net.js';

/**
 * A process of its own whose workers come to grief, as its argument says: 'dying' amid a run, 'throwing' amid a run, 'absent'.
 * It computes three times with two threads and prints the errors, the report and what was warned of.
 */
const [, , trouble] = process.argv;
const threads = process.getBuiltinModule('node:worker_threads');
const Genuine = threads.Worker;
class Troubled extends Genuine {
  constructor(_file: URL, options: WorkerOptions) {
    if (trouble === 'absent') throw new Error('no workers here');
    super(new URL(`${trouble}-worker.js`, import.meta.url), options);
  }
}
Object.assign(threads, { Worker: Troubled });

/** The pool waits long before it gives a worker up; here it need not. */
const { wait } = Atomics;
Atomics.wait = ((cells: Int32Array, index: number, value: number, milliseconds: number) =>
  wait(cells, index, value, Math.min(milliseconds, 300))) as typeof Atomics.wait;

const warnings: string[] = [];
console.warn = (text: string) => void warnings.push(text);
await tf.setBackend('cpu');
const program = await compile(net, netInputs, { executor: 'wasm', threads: 2 });
program.bind(parameters);
const errors: number[] = [];
for (const rows of [500, 400, 1000]) {
  const x = wave(3 * rows, 0.37);
  const expected = byHand(x);
  const results = await program.run({ x });
  for (const name of ['y', 'ofX', 'ofW'] as const) {
    const scale = Math.max(1, ...expected[name].map(Math.abs));
    errors.push(Math.max(...results[name].map((v, i) => Math.abs(v - expected[name][i]) / scale)));
  }
}
process.stdout.write(JSON.stringify({ errors, report: program.report, warnings }));
