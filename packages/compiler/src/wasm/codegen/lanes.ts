import type { V128 } from '../assembler/index.js';
import { addressOf, type Cursor } from './cursors.js';
import type { Scope } from './layout.js';

/** Pushes `lanes` entries along an axis, from the one `index` places on; other lanes are zero, or whatever lies in memory. */
export function loadLanes(scope: Scope, cursor: Cursor, axis: number, index: number, lanes: number): V128 {
  const { v128 } = scope.f;
  const stride = cursor.strides[axis] ?? 0;
  const place = (lane: number) => addressOf(scope, cursor, 4 * stride * (index + lane));
  if (stride === 0) return splat(scope, cursor);
  if (stride === 1 && lanes > 1) {
    const { address, offset } = place(0);
    const low = lanes === 4 ? v128.load(address, offset) : v128.load64Zero(address, offset);
    if (lanes !== 3) return low;
    scope.f.scope(() => {
      const kept = scope.f.local('v128');
      kept.set(low);
      const third = place(2);
      v128.load32Lane(third.address, kept.get(), 2, third.offset);
    });
    return low;
  }
  const first = place(0);
  let value = v128.load32Zero(first.address, first.offset);
  for (let lane = 1; lane < lanes; lane++) {
    scope.f.scope(() => {
      const kept = scope.f.local('v128');
      kept.set(value);
      const next = place(lane);
      value = v128.load32Lane(next.address, kept.get(), lane, next.offset);
    });
  }
  return value;
}

/** Pushes the entry at the cursor in all four lanes. */
export function splat(scope: Scope, cursor: Cursor): V128 {
  const { address, offset } = addressOf(scope, cursor);
  return scope.f.v128.load32Splat(address, offset);
}

/** Stores the first `lanes` lanes along an axis. The value is a function that pushes it, the same each time. */
export function storeLanes(scope: Scope, cursor: Cursor, axis: number, index: number, lanes: number, value: () => V128): void {
  const { v128 } = scope.f;
  const stride = cursor.strides[axis] ?? 0;
  const place = (lane: number) => addressOf(scope, cursor, 4 * stride * (index + lane));
  if (stride === 1 && lanes === 4) {
    const { address, offset } = place(0);
    return v128.store(address, value(), offset);
  }
  let lane = 0;
  if (stride === 1 && lanes >= 2) {
    const { address, offset } = place(0);
    v128.store64Lane(address, value(), 0, offset);
    lane = 2;
  }
  for (; lane < lanes; lane++) {
    const { address, offset } = place(lane);
    v128.store32Lane(address, value(), lane, offset);
  }
}

/**
 * The places of a loop over `length` entries, four lanes each: `at(index, lanes)` writes the code of one place, `index`
 * entries after the pointers, which stand at the loop's start. Returns by how many entries the pointers have moved on.
 */
export function vectorLoop(
  { f }: Scope,
  length: number,
  unroll: number,
  move: (entries: number) => void,
  at: (index: number, lanes: number) => void,
): number {
  const whole = Math.floor(length / 4);
  const turns = whole <= unroll ? 0 : Math.floor(whole / unroll);
  if (turns > 0) {
    f.scope(() => {
      f.range(f.local('i32'), 0, turns, 1, () => {
        for (let i = 0; i < unroll; i++) at(4 * i, 4);
        move(4 * unroll);
      });
    });
  }
  const done = 4 * turns * unroll;
  for (let i = 0; done + i < length; i += 4) at(i, Math.min(4, length - done - i));
  return done;
}
