import type { Kernel } from '../../plan/plan.js';
import { loadRows, storeRows } from '../kernels/index.js';
import type { Scope } from './layout.js';
import { placeOf } from './products.js';

/** Code that carries the caller's rows to a tile, or back. */
export function transferKernel(
  scope: Scope,
  { kind, slot, outer, inner, view }: Extract<Kernel, { kind: 'loadRows' | 'storeRows' }>,
): void {
  if (outer * inner === 0) return;
  const { f, rowStart, live, batch } = scope;
  const caller = f.local('i32');
  const table = kind === 'loadRows' ? scope.layout.slots : scope.layout.resultSlots;
  caller.set(f.i32.load(f.i32.const(0), table + 4 * slot));
  const [outerStride, tile] = view.strides;
  (kind === 'loadRows' ? loadRows : storeRows)(f, {
    caller,
    rowStart,
    live,
    batch,
    outer,
    inner,
    tile,
    outerStride,
    place: placeOf(scope, view),
  });
}
