import { tileRunner } from '#src/threads/pool.js';
import { doubling } from './doubling.js';

/** A program of its own: computes with two threads, says what came out, and leaves the workers asleep. */
const program = await doubling(2);
const runner = await tileRunner(program.job);
program.write([1, 2, 3]);
if (runner.run({ tile: 2, batch: 3, arenas: program.arenas }) === 2) process.stdout.write(program.read(3).join());
