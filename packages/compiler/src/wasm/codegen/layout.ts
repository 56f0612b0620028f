import type { FunctionBuilder, I32, Local } from '../assembler/index.js';
import type { Buffer, Plan, View } from '../../plan/plan.js';
import { scratchBytes } from './product-shapes.js';

/** Parameters of every generated kernel and of the phase `tile`: bytes, rows, rows, rows. */
export const kernelParameters = { arena: 'i32', rowStart: 'i32', live: 'i32', batch: 'i32' } as const;

/** Where the parts of a plan lie in memory, in bytes: [table of row slots][shared region][an arena per thread][rows]. */
export interface Layout {
  /** Addresses of the row arguments, 4 bytes each. */
  readonly slots: number;
  /** Addresses of the row results, which follow. */
  readonly resultSlots: number;
  readonly shared: number;
  readonly arenas: readonly number[];
  /** Scratch memory of a kernel, from an arena's start. */
  readonly scratch: number;
  /** The first byte that may hold the caller's rows. */
  readonly rows: number;
}

/** The layout for a number of threads. What generated code knows of it does not depend on that number. */
export function layoutOf(plan: Plan, threads: number): Layout {
  const slots = 64;
  const resultSlots = slots + 4 * plan.rowArguments.length;
  const shared = align(resultSlots + 4 * plan.rowResults.length);
  const first = align(shared + plan.sharedBytes);
  const scratch = align(plan.arenaBytes);
  const arenaBytes = scratch + align(scratchBytes(plan));
  const arenas = Array.from({ length: threads }, (_, i) => first + i * arenaBytes);
  return { slots, resultSlots, shared, arenas, scratch, rows: first + threads * arenaBytes };
}

/** Up to a multiple of a cache line, so that threads do not write to the same one. */
export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** What the generators of kernels need to know while they write one function. */
export interface Scope {
  readonly f: FunctionBuilder;
  readonly buffers: ReadonlyMap<number, Buffer>;
  readonly layout: Layout;
  readonly arena: Local<'i32'>;
  readonly rowStart: Local<'i32'>;
  readonly live: Local<'i32'>;
  readonly batch: Local<'i32'>;
  /** Rows of a tile, or 0. */
  readonly tile: number;
}

/** A view's first entry as a base address and constant bytes on top of it. */
export function baseOf(scope: Scope, view: View): { region: Buffer['region']; base: () => I32; bytes: number } {
  const buffer = scope.buffers.get(view.buffer)!;
  const bytes = buffer.offset + 4 * view.offset;
  return buffer.region === 'arena'
    ? { region: 'arena', base: scope.arena.get, bytes }
    : { region: 'shared', base: () => scope.f.i32.const(0), bytes: bytes + scope.layout.shared };
}
