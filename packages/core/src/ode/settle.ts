import type { Pending } from './problem.js';

/** Whether a value is still to come. */
export const isPromise = <T>(value: Pending<T>): value is Promise<T> => typeof (value as Promise<T> | undefined)?.then === 'function';

/** Passes a value on: at once, or when it comes. */
export const whenSettled = <T, R>(value: Pending<T>, next: (value: T) => Pending<R>): Pending<R> =>
  isPromise(value) ? value.then(next) : next(value);

/** The same for several values: once all are there. */
export const whenAllSettled = <T, R>(values: readonly Pending<T>[], next: (values: readonly T[]) => R): Pending<R> =>
  values.some(isPromise) ? Promise.all(values.map((value) => Promise.resolve(value))).then(next) : next(values as readonly T[]);

/** Runs a computation that yields what it needs to wait for: to its end at once, if nothing it yields is a promise. */
export function settle<T, R>(work: Generator<Pending<T>, R, T>): Pending<R> {
  let step = work.next();
  while (!step.done) {
    if (isPromise(step.value)) return settleLater(work, step.value);
    step = work.next(step.value);
  }
  return step.value;
}

async function settleLater<T, R>(work: Generator<Pending<T>, R, T>, first: Promise<T>): Promise<R> {
  let step = work.next(await first);
  while (!step.done) step = work.next(isPromise(step.value) ? await step.value : step.value);
  return step.value;
}
