import type { FunctionBuilder, V128 } from '../assembler/index.js';
import { mask as compare } from '../math/index.js';

const names = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or', 'not', 'isNaN', 'isFinite'] as const;
type Test = (typeof names)[number];

/** Whether a function gives 1 or 0. */
export const isTest = (f: string): f is Test => (names as readonly string[]).includes(f);

/** A comparison or a logical function of earlier values, as a mask. */
export function testCode(
  f: FunctionBuilder,
  test: Test,
  [a, b]: readonly number[],
  number: (value: number) => V128,
  mask: (value: number) => V128,
): V128 {
  switch (test) {
    case 'and':
      return f.v128.and(mask(a), mask(b));
    case 'or':
      return f.v128.or(mask(a), mask(b));
    case 'not':
      return f.v128.not(mask(a));
    case 'isNaN':
      return f.f32x4.ne(number(a), number(a));
    case 'isFinite':
      return f.f32x4.lt(f.f32x4.abs(number(a)), f.f32x4.const(Infinity));
    default:
      return compare(f, test, number(a), number(b));
  }
}
