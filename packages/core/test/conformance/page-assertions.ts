import type { Assertions } from './flow-laws.js';

/** Assertions where AVA is not: what does not hold becomes a sentence in `failures`. */
export function pageAssertions(): Assertions & { readonly failures: readonly string[]; readonly count: () => number } {
  const failures: string[] = [];
  let count = 0;
  const check = (holds: boolean, what: string): boolean => {
    count++;
    if (!holds) failures.push(what);
    return holds;
  };
  const assertions = {
    is: (a: unknown, b: unknown, what = '') => check(Object.is(a, b), `${what} ${show(a)} is not ${show(b)}`),
    true: (a: unknown, what = 'it is not true') => check(a === true, what),
    deepEqual: (a: unknown, b: unknown, what = '') => check(same(a, b), `${what} ${show(a)} is not ${show(b)}`),
    notDeepEqual: (a: unknown, b: unknown, what = '') => check(!same(a, b), `${what} both are ${show(a)}`),
    pass: () => check(true, ''),
    fail: (what = 'it failed') => check(false, what),
    async throwsAsync(work: Promise<unknown>, expected: { readonly instanceOf?: new () => Error; readonly code?: string } = {}) {
      const error = await work.then(
        () => undefined,
        (thrown: Error & { readonly code?: string }) => thrown,
      );
      if (!check(error instanceof (expected.instanceOf ?? Error), `${show(error)} was thrown`)) return error;
      if (expected.code !== undefined) assertions.is(error!.code, expected.code, error!.message);
      return error;
    },
  };
  return { ...(assertions as unknown as Assertions), failures, count: () => count };
}

/** Equal in kind and in every entry; numbers as `Object.is` has it. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return (
    names.length === others.length &&
    names.every((name) => Object.hasOwn(b, name) && same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
  );
}

const show = (value: unknown): string => (value instanceof Error ? value.stack! : (JSON.stringify(value) ?? String(value))).slice(0, 300);
