import { moduleBuilder } from '#src/wasm/assembler/index.js';
import type { TileExports } from '#src/threads/control.js';
import type { TileJob } from '#src/threads/pool.js';

/** Where things are in the module's memory, in bytes. */
const X = 1024;
const arenaAt = (thread: number): number => 64 + 64 * thread;
const CAPACITY = 4096;
const Y = X + 4 * CAPACITY;

/** What an arena's second word makes of its thread: computes, never ends, traps. */
export const mood = { well: 0, endless: 1, broken: 2 } as const;

/**
 * A program that doubles its rows and sums them per thread: y = 2x, and the arena's first float is the sum of x.
 * `imports` makes it ask for a function that no worker has.
 */
export async function doubling(threads: number, settings: { imports?: boolean } = {}) {
  const built = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 1, maximum: 1, shared: true } });
  if (settings.imports) built.import('env', 'unknown', []);
  built.define({ name: 'clear', parameters: { arena: 'i32' } }, (f, { arena }) => f.f32.store(arena.get(), f.f32.const(0)));
  built.define(
    { name: 'tile', parameters: { arena: 'i32', rowStart: 'i32', live: 'i32', batch: 'i32' } },
    (f, { arena, rowStart, live }) => {
      f.if(f.i32.eq(f.i32.load(arena.get(), 4), f.i32.const(mood.endless)), () => f.loop((again) => f.br(again)));
      f.if(f.i32.eq(f.i32.load(arena.get(), 4), f.i32.const(mood.broken)), () => f.unreachable());
      const at = f.local('i32');
      const end = f.local('i32');
      at.set(f.i32.mul(rowStart.get(), f.i32.const(4)));
      end.set(f.i32.add(at.get(), f.i32.mul(live.get(), f.i32.const(4))));
      f.loop((again) => {
        f.f32.store(at.get(), f.f32.add(f.f32.load(at.get(), X), f.f32.load(at.get(), X)), Y);
        f.f32.store(arena.get(), f.f32.add(f.f32.load(arena.get()), f.f32.load(at.get(), X)));
        at.set(f.i32.add(at.get(), f.i32.const(4)));
        f.brIf(again, f.i32.ltU(at.get(), end.get()));
      });
    },
  );
  const module = await WebAssembly.compile(built.bytes());
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const instance = new WebAssembly.Instance(module, { env: { memory, unknown: () => undefined } });
  const exports = instance.exports as unknown as TileExports;
  const job: TileJob = { module, memory, exports, threads };
  const arenas = Array.from({ length: threads }, (_, i) => arenaAt(i));
  return {
    job,
    arenas,
    write: (x: readonly number[]) => {
      new Float32Array(memory.buffer, X, x.length).set(x);
      new Float32Array(memory.buffer, Y, CAPACITY).fill(-1);
    },
    read: (rows: number): number[] => [...new Float32Array(memory.buffer, Y, rows)],
    sums: (count: number): number[] => arenas.slice(0, count).map((arena) => new Float32Array(memory.buffer, arena, 1)[0]),
    /** Also spoils the accumulator, which `clear` must set right. */
    feel: (thread: number, how: keyof typeof mood) => {
      new Float32Array(memory.buffer, arenaAt(thread), 1)[0] = 1e9;
      new Int32Array(memory.buffer, arenaAt(thread) + 4, 1)[0] = mood[how];
    },
  };
}
