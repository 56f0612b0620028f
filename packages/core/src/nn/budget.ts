import { AdvectError } from '@advect/base/errors';

let left = Infinity;

/**
 * Runs `build` and throws `invalid-value` as soon as the weights that it initialises have more than `numbers` numbers
 * in all, before they take memory: for architectures that come from a file. Synchronous.
 */
export function withinBudget<T>(numbers: number, build: () => T): T {
  const before = left;
  left = numbers;
  try {
    return build();
  } finally {
    left = before;
  }
}

/** Every initialiser calls this with the number of weights that it is about to make. */
export function spend(numbers: number): void {
  left -= numbers;
  if (left < 0) {
    throw new AdvectError(
      'invalid-value',
      'the field asks for more weights than there are',
      'Settings and weights must belong to one model.',
    );
  }
}
