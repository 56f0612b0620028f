import type { Local, V128 } from '../assembler/index.js';
import type { Expression, Step } from '../../plan/plan.js';
import type { BinaryName, UnaryName } from '../../graph/index.js';
import { binary, unary } from '../math/index.js';
import type { Scope } from './layout.js';
import { isTest, testCode } from './tests.js';

/** How the entries of an expression are reached at one place of a loop nest. */
export interface Access {
  /** Whether the operand is the same at all places of the loop around `at`. */
  readonly isConstant: (operand: number) => boolean;
  /** Pushes four entries of an operand. */
  readonly load: (operand: number) => V128;
}

/** The code of an expression, four entries at a time. */
export interface ExpressionCode {
  /** Writes what is the same at all places: to be called once, before the loop. */
  before(access: Access): void;
  /** Writes the values at one place; `product` is the epilogue's value 0. */
  at(access: Access, product?: Local<'v128'>): void;
  /** Pushes a wanted value of the last place. */
  push(value: number): V128;
}

type Kept = { readonly as: 'number' | 'mask'; readonly local: Local<'v128'> } | { readonly as: 'literal'; readonly value: number };

/**
 * Writes the code of an expression's wanted values. Comparisons are kept as masks as long as they only choose; a product
 * used once becomes a fused multiply-add where relaxed SIMD has it. Variables last to the end of the caller's scope.
 */
export function expressionCode(scope: Scope, expression: Expression, wanted: readonly number[], hasProduct = false): ExpressionCode {
  const { f } = scope;
  const { operands, steps } = expression;
  const firstOperand = hasProduct ? 1 : 0;
  const firstStep = firstOperand + operands.length;
  const uses = usesOf(steps, firstStep, wanted);
  const kept: (Kept | undefined)[] = [];
  const early = new Set<number>();
  // All at once, in the caller's scope: a place in an inner scope must not take a variable that is free there alone.
  const locals = uses.map((count, value) =>
    count > 0 && value >= firstOperand && steps[value - firstStep]?.f !== 'number' ? f.local('v128') : undefined,
  );

  const push = (value: number): V128 => {
    const entry = kept[value]!;
    if (entry.as === 'literal') return f.f32x4.const(entry.value);
    return entry.as === 'number' ? entry.local.get() : f.v128.and(entry.local.get(), f.f32x4.const(1));
  };
  const pushMask = (value: number): V128 => {
    const entry = kept[value]!;
    return entry.as === 'mask' ? entry.local.get() : f.f32x4.ne(push(value), f.f32x4.const(0));
  };
  const keep = (value: number, as: 'number' | 'mask', code: V128): void => {
    const local = locals[value]!;
    local.set(code);
    kept[value] = { as, local };
  };

  /** The product that `add` can take in, if nothing else uses it. */
  const factorsOf = (value: number): readonly number[] | undefined => {
    const step = steps[value - firstStep];
    const fuses = value >= firstStep && step.f === 'mul' && uses[value] === 1;
    return fuses ? step.args : undefined;
  };

  const writeStep = (value: number, step: Step): void => {
    if (step.f === 'number') {
      kept[value] = { as: 'literal', value: step.value };
      return;
    }
    const { args } = step;
    if (step.f === 'select') return keep(value, 'number', f.v128.bitselect(push(args[1]), push(args[2]), pushMask(args[0])));
    if (isTest(step.f)) return keep(value, 'mask', testCode(f, step.f, args, push, pushMask));
    if (step.f === 'add') {
      const [a, b] = args.map(factorsOf);
      if (a)
        return keep(
          value,
          'number',
          f.f32x4.madd(push(a[0]), push(a[1]), () => push(args[1])),
        );
      if (b)
        return keep(
          value,
          'number',
          f.f32x4.madd(push(b[0]), push(b[1]), () => push(args[0])),
        );
    }
    if (args.length === 1) keep(value, 'number', unary(f, step.f as UnaryName, push(args[0])));
    else keep(value, 'number', binary(f, step.f as BinaryName, push(args[0]), push(args[1])));
  };

  const isFused = (value: number): boolean =>
    steps[value - firstStep].f === 'mul' &&
    uses[value] === 1 &&
    !wanted.includes(value) &&
    steps.some((step, i) => {
      const sum = firstStep + i;
      if (step.f !== 'add' || !step.args.includes(value) || uses[sum] === 0) return false;
      return step.args[0] === value || factorsOf(step.args[0]) === undefined;
    });

  const write = (isEarly: boolean, access: Access): void => {
    for (let operand = 0; operand < operands.length; operand++) {
      const value = firstOperand + operand;
      if (uses[value] > 0 && early.has(value) === isEarly) keep(value, 'number', access.load(operand));
    }
    for (const [i, step] of steps.entries()) {
      const value = firstStep + i;
      if (uses[value] > 0 && early.has(value) === isEarly && !isFused(value)) writeStep(value, step);
    }
  };

  return {
    push,
    before(access) {
      for (let operand = 0; operand < operands.length; operand++) if (access.isConstant(operand)) early.add(firstOperand + operand);
      for (const [i, step] of steps.entries()) {
        if (step.f === 'number' || step.args.every((arg) => early.has(arg))) early.add(firstStep + i);
      }
      write(true, access);
    },
    at(access, product) {
      if (product) kept[0] = { as: 'number', local: product };
      write(false, access);
    },
  };
}

/** How often each value is used by values that are themselves needed, or wanted. */
function usesOf(steps: readonly Step[], firstStep: number, wanted: readonly number[]): number[] {
  const uses = Array.from({ length: firstStep + steps.length }, () => 0);
  for (const value of wanted) uses[value]++;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (step.f !== 'number' && uses[firstStep + i] > 0) for (const arg of step.args) uses[arg]++;
  }
  return uses;
}
