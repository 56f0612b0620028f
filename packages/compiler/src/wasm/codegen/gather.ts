import type { Kernel, View } from '../../plan/plan.js';
import type { I32, Local } from '../assembler/index.js';
import { addressOf, type Cursor, cursorsOf, loopOver, startPointers } from './cursors.js';
import type { Scope } from './layout.js';
import { nestOf } from './nest.js';

/** Code of `gather`: one entry at a time. An index out of range gives NaN. */
export function gatherKernel(scope: Scope, { axis, x, indices, target }: Extract<Kernel, { kind: 'gather' }>): void {
  const { f } = scope;
  const spread = (outer: readonly number[], middle: readonly number[]): number[] => [
    ...outer.slice(0, axis),
    ...middle,
    ...outer.slice(axis + 1),
  ];
  const zeros = (shape: readonly number[]): number[] => shape.map(() => 0);
  const views = [
    { ...x, strides: spread(x.strides, zeros(indices.shape)) },
    { ...indices, strides: spread(zeros(x.shape), indices.strides) },
    target,
  ];
  const index = f.local('i32');
  eachEntry(scope, spread(x.shape, indices.shape), views, ([from, at, to]) => {
    readIndex(scope, index, at);
    const place = addressOf(scope, to);
    f.f32.store(
      place.address,
      f.select(
        f.f32.load(indexedAddress(scope, from, index, x.shape[axis], x.strides[axis])),
        f.f32.const(NaN),
        f.i32.ltU(index.get(), f.i32.const(x.shape[axis])),
      ),
      place.offset,
    );
  });
}

/** Code of `scatterAdd`: one entry at a time. Updates whose index is out of range are left out. */
export function scatterAddKernel(scope: Scope, { updates, indices, target }: Extract<Kernel, { kind: 'scatterAdd' }>): void {
  const { f } = scope;
  eachEntry(scope, target.shape, [target], ([to]) => {
    const place = addressOf(scope, to);
    f.f32.store(place.address, f.f32.const(0), place.offset);
  });
  const views = [
    { ...target, strides: [0, ...target.strides.slice(1)] },
    { ...indices, strides: updates.shape.map((_, i) => (i === 0 ? indices.strides[0] : 0)) },
    updates,
  ];
  const [index, place] = f.locals('i32', 2);
  eachEntry(scope, updates.shape, views, ([to, at, from]) => {
    readIndex(scope, index, at);
    f.if(f.i32.ltU(index.get(), f.i32.const(target.shape[0])), () => {
      place.set(indexedAddress(scope, to, index, target.shape[0], target.strides[0]));
      const address = place.get();
      const update = addressOf(scope, from);
      f.f32.store(address, f.f32.add(f.f32.load(update.address, update.offset), f.f32.load(place.get())));
    });
  });
}

/** Loops over all entries of a shape that the views share. */
function eachEntry(scope: Scope, shape: readonly number[], views: readonly View[], body: (cursors: readonly Cursor[]) => void): void {
  if (shape.includes(0)) return;
  scope.f.scope(() => {
    const { lengths, strides } = nestOf(shape, views);
    const cursors = cursorsOf(scope, views, strides);
    startPointers(cursors);
    loopOver(scope, cursors, lengths, 0, lengths.length, () => {
      body(cursors.all);
      return cursors.pointers.map(() => 0);
    });
  });
}

/** Sets `index` to the whole number at the cursor; NaN counts as 0. */
function readIndex(scope: Scope, index: Local<'i32'>, at: Cursor): void {
  const { address, offset } = addressOf(scope, at);
  index.set(scope.f.i32.truncSatF32(scope.f.f32.load(address, offset)));
}

/** Pushes the address of an entry, or of the first one if the index is out of range. */
function indexedAddress({ f }: Scope, cursor: Cursor, index: Local<'i32'>, length: number, stride: number): I32 {
  const start = f.i32.add(cursor.pointer.local.get(), f.i32.const(cursor.bytes));
  const inRange = f.select(index.get(), f.i32.const(0), f.i32.ltU(index.get(), f.i32.const(length)));
  return f.i32.add(start, f.i32.mul(inRange, f.i32.const(4 * stride)));
}
