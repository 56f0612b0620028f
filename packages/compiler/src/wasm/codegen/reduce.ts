import type { ReduceName } from '../../graph/index.js';
import type { Kernel, View } from '../../plan/plan.js';
import type { FunctionBuilder, Local, V128 } from '../assembler/index.js';
import { type Cursors, cursorsOf, loopOver, startPointers } from './cursors.js';
import { type ExpressionCode, expressionCode } from './expression.js';
import { loadLanes, splat, storeLanes, vectorLoop } from './lanes.js';
import type { Scope } from './layout.js';
import { nestOf, vectorAxisLast } from './nest.js';

type Reduction = Extract<Kernel, { kind: 'reduce' }>;

/** Neutral element and pairwise step of each reduction; maximum and minimum propagate NaN. */
const reductions: { readonly [N in ReduceName]: { start: number; join: (f: FunctionBuilder, a: V128, b: V128) => V128 } } = {
  sum: { start: 0, join: (f, a, b) => f.f32x4.add(a, b) },
  product: { start: 1, join: (f, a, b) => f.f32x4.mul(a, b) },
  max: { start: -Infinity, join: (f, a, b) => f.f32x4.max(a, b) },
  min: { start: Infinity, join: (f, a, b) => f.f32x4.min(a, b) },
};

/** A reduction over a nest whose first axes are kept, the others reduced. */
interface Parts {
  readonly kernel: Reduction;
  readonly cursors: Cursors;
  readonly code: ExpressionCode;
  readonly lengths: readonly number[];
  /** Number of axes kept. */
  readonly kept: number;
  readonly join: (into: Local<'v128'>, value: () => V128) => void;
}

/**
 * Code of a reduction. Where the last axis is kept, or entries are to be taken in order, four results are worked out at a
 * time; else four parts of one result, in several sums, joined at the end.
 */
export function reduceKernel(scope: Scope, kernel: Reduction): void {
  const { shape, axes, expression, overRows, inOrder } = kernel;
  const rank = shape.length;
  const keptAxes = [...shape.keys()].filter((axis) => !axes.includes(axis));
  if (keptAxes.some((axis) => shape[axis] === 0)) return;
  const target: View = { ...kernel.target, shape, strides: shape.map((_, axis) => kernel.target.strides[keptAxes.indexOf(axis)] ?? 0) };
  const views = [...expression.operands, target];
  const isAcross = inOrder || (!axes.includes(rank - 1) && keptAxes.some((axis) => shape[axis] > 1));
  // The rows stay an axis of their own: how many there are is known only when the code runs.
  const results = nestOf(shape, views, isAcross ? vectorAxisLast(shape, views, keptAxes) : keptAxes);
  const one = { lengths: [1], strides: views.map(() => [0]) };
  const nests = [
    isAcross && results.lengths.length === 0 ? one : results,
    nestOf(shape, views, overRows ? axes.slice(0, -1) : isAcross ? axes : vectorAxisLast(shape, views, axes)),
    overRows ? { lengths: [shape[rank - 1]], strides: views.map((view) => [view.strides[rank - 1]]) } : nestOf(shape, views, []),
  ];
  const strides = views.map((_, i) => nests.flatMap((nest) => nest.strides[i]));
  const parts: Parts = {
    kernel,
    cursors: cursorsOf(scope, views, strides),
    code: expressionCode(scope, expression, [lastValue(kernel)]),
    lengths: nests.flatMap(({ lengths }) => lengths),
    kept: nests[0].lengths.length,
    join: (into, value) => into.set(reductions[kernel.f].join(scope.f, value(), into.get())),
  };
  startPointers(parts.cursors);
  if (isAcross) reduceAcross(scope, parts);
  else reduceAlong(scope, parts);
}

const lastValue = ({ expression }: Reduction): number => expression.operands.length + expression.steps.length - 1;

function reduceAcross(scope: Scope, parts: Parts): void {
  const { cursors, code, lengths, kept, kernel } = parts;
  const { f } = scope;
  const axis = kept - 1;
  const results = f.locals('v128', 4);
  const chunk = (places: readonly number[]): void => {
    for (const i of places.keys()) results[i].set(f.f32x4.const(reductions[kernel.f].start));
    const moved = loopOver(scope, cursors, lengths, kept, lengths.length, () => {
      const isConstant = (operand: number): boolean => cursors.all[operand].strides[axis] === 0;
      code.before({ isConstant, load: (operand) => splat(scope, cursors.all[operand]) });
      for (const [i, lanes] of places.entries()) {
        code.at({ isConstant, load: (operand) => loadLanes(scope, cursors.all[operand], axis, 4 * i, lanes) });
        parts.join(results[i], () => code.push(lastValue(kernel)));
      }
      return cursors.pointers.map(() => 0);
    });
    for (const [i, { local }] of cursors.pointers.entries()) f.advance(local, -moved[i]);
    for (const [i, lanes] of places.entries()) storeLanes(scope, cursors.all.at(-1)!, axis, 4 * i, lanes, results[i].get);
  };

  loopOver(scope, cursors, lengths, 0, axis, () => {
    const turns = Math.floor(lengths[axis] / 16);
    f.scope(() =>
      f.range(f.local('i32'), 0, turns, 1, () => {
        chunk([4, 4, 4, 4]);
        for (const { local, steps } of cursors.pointers) f.advance(local, 16 * steps[axis]);
      }),
    );
    const rest = lengths[axis] - 16 * turns;
    if (rest > 0) chunk(Array.from({ length: Math.ceil(rest / 4) }, (_, i) => Math.min(4, rest - 4 * i)));
    return cursors.pointers.map(({ steps }) => 16 * turns * steps[axis]);
  });
}

function reduceAlong(scope: Scope, parts: Parts): void {
  const { cursors, code, lengths, kept, kernel, join } = parts;
  const { f } = scope;
  const axis = Math.max(kept, lengths.length - 1);
  const length = lengths[axis] ?? 1;
  const start = reductions[kernel.f].start;
  const sums = f.locals('v128', Math.max(1, Math.min(4, Math.ceil(length / 4))));
  const isConstant = (operand: number): boolean => (cursors.all[operand].strides[axis] ?? 0) === 0;
  const value = (): V128 => code.push(lastValue(kernel));
  const move = (entries: number): void => {
    for (const { local, steps } of cursors.pointers) f.advance(local, entries * steps[axis]);
  };
  const at = (index: number, lanes: number): void =>
    code.at({ isConstant, load: (operand) => loadLanes(scope, cursors.all[operand], axis, index, lanes) });
  const joinSome = (mask: () => V128): void => join(sums[0], () => f.v128.bitselect(value(), f.f32x4.const(start), mask()));
  const alongAll = (): number =>
    vectorLoop(scope, length, sums.length, move, (index, lanes) => {
      at(index, lanes);
      if (lanes === 4) join(sums[(index / 4) % sums.length], value);
      else joinSome(() => f.i32x4.consts([-1, lanes > 1 ? -1 : 0, lanes > 2 ? -1 : 0, 0]));
    });
  const alongLive = (): void => {
    const turns = f.local('i32');
    turns.set(f.i32.shrU(scope.live.get(), f.i32.const(2)));
    f.while(turns.get, () => {
      at(0, 4);
      join(sums[0], value);
      move(4);
      f.advance(turns, -1);
    });
    f.if(f.i32.and(scope.live.get(), f.i32.const(3)), () => {
      at(0, 4);
      joinSome(() => f.i32x4.gtS(f.i32x4.splat(f.i32.and(scope.live.get(), f.i32.const(3))), f.i32x4.consts([0, 1, 2, 3])));
    });
    turns.set(f.i32.and(scope.live.get(), f.i32.const(-4)));
    for (const { local, steps } of cursors.pointers) {
      if (steps[axis] !== 0) local.set(f.i32.sub(local.get(), f.i32.mul(turns.get(), f.i32.const(steps[axis]))));
    }
  };

  loopOver(scope, cursors, lengths, 0, kept, () => {
    for (const sum of sums) sum.set(f.f32x4.const(start));
    const moved = loopOver(scope, cursors, lengths, kept, axis, () => {
      code.before({ isConstant, load: (operand) => splat(scope, cursors.all[operand]) });
      if (!kernel.overRows) {
        const entries = alongAll();
        return cursors.pointers.map(({ steps }) => entries * (steps[axis] ?? 0));
      }
      f.if(
        f.i32.eq(scope.live.get(), f.i32.const(length)),
        () => move(-alongAll()),
        () => f.scope(alongLive),
      );
      return cursors.pointers.map(() => 0);
    });
    for (const [i, { local }] of cursors.pointers.entries()) f.advance(local, -moved[i]);
    const [sum, ...others] = sums;
    for (const other of others) join(sum, other.get);
    for (const lanes of [
      [2, 3, 0, 1],
      [1, 0, 3, 2],
    ] as const)
      join(sum, () => f.v128.shuffle32(sum.get(), sum.get(), lanes));
    const target = cursors.all.at(-1)!;
    if (kernel.overRows) join(sum, () => loadLanes(scope, target, axis, 0, 1));
    storeLanes(scope, target, axis, 0, 1, sum.get);
    return cursors.pointers.map(() => 0);
  });
}
