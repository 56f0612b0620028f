import type { I32, Local } from '../assembler/index.js';
import type { View } from '../../plan/plan.js';
import { baseOf, type Scope } from './layout.js';

/** A place in memory that moves with the loops: an address of which a pointer holds the moving part. */
export interface Cursor {
  readonly pointer: Pointer;
  /** Constant bytes on top of the pointer. */
  readonly bytes: number;
  /** Strides over the nest's axes, in floats. */
  readonly strides: readonly number[];
}

/** An address in a variable. Views of one region that have the same strides share one. */
export interface Pointer {
  readonly local: Local<'i32'>;
  readonly start: () => I32;
  /** Bytes for a step along each axis. */
  readonly steps: readonly number[];
}

export interface Cursors {
  readonly all: readonly Cursor[];
  readonly pointers: readonly Pointer[];
}

/** Cursors for views with their strides over a nest. The pointers are unset: see `start`. */
export function cursorsOf(scope: Scope, views: readonly View[], strides: readonly (readonly number[])[]): Cursors {
  const { f } = scope;
  const pointers = new Map<string, Pointer>();
  const all = views.map((view, i): Cursor => {
    const { region, base, bytes } = baseOf(scope, view);
    // A view that runs backward may leave its region's start behind, where an unsigned offset cannot follow.
    const backward = strides[i].some((stride) => stride < 0);
    const key = `${region} ${strides[i].join()}${backward ? ` ${bytes}` : ''}`;
    const pointer = pointers.get(key) ?? {
      local: f.local('i32'),
      start: () => (backward ? f.i32.add(base(), f.i32.const(bytes)) : base()),
      steps: strides[i].map((stride) => 4 * stride),
    };
    pointers.set(key, pointer);
    return { pointer, bytes: backward ? 0 : bytes, strides: strides[i] };
  });
  return { all, pointers: [...pointers.values()] };
}

/** Puts the pointers at their views' first entries. */
export function startPointers({ pointers }: Cursors): void {
  for (const { local, start } of pointers) local.set(start());
}

/** Pushes the address of the entry `bytes` further than the cursor; what it returns is the constant offset to use with it. */
export function addressOf({ f }: Scope, cursor: Cursor, bytes = 0): { address: I32; offset: number } {
  const offset = cursor.bytes + bytes;
  if (offset >= 0) return { address: cursor.pointer.local.get(), offset };
  return { address: f.i32.add(cursor.pointer.local.get(), f.i32.const(offset)), offset: 0 };
}

/**
 * Loops over axes `from` to `to` (not included) of a nest, the outermost first. The body moves pointers as it likes and
 * returns how far, in bytes for each pointer; so does this function.
 */
export function loopOver(
  { f }: Pick<Scope, 'f'>,
  { pointers }: Pick<Cursors, 'pointers'>,
  lengths: readonly number[],
  from: number,
  to: number,
  body: () => readonly number[],
): readonly number[] {
  if (from === to) return body();
  f.scope(() => {
    f.range(f.local('i32'), 0, lengths[from], 1, () => {
      const inner = loopOver({ f }, { pointers }, lengths, from + 1, to, body);
      for (const [i, { local, steps }] of pointers.entries()) f.advance(local, steps[from] - inner[i]);
    });
  });
  return pointers.map(({ steps }) => lengths[from] * steps[from]);
}
