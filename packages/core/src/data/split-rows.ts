import { AdvectError } from '@advect/base/errors';
import { key, permutation, split } from '../random/index.js';

/** Shares of the parts of a split, which sum to at most 1; what is left goes to no part. */
export type Shares<P extends string> = Readonly<Record<P, number>>;

/**
 * Splits the numbers 0 to count − 1 at random: each part has its share of them, rounded down but for the first, which takes
 * what rounding leaves. The same seed gives the same parts on every machine; the numbers of a part are in ascending order.
 */
export function splitRows<P extends string>(count: number, shares: Shares<P>, seed = 0): Record<P, Int32Array> {
  const entries = Object.entries<number>(shares);
  const total = entries.reduce((sum, [, share]) => sum + share, 0);
  if (!Number.isInteger(count) || count < 0 || entries.length === 0 || !entries.every(([, share]) => share >= 0) || !(total <= 1 + 1e-12)) {
    throw new AdvectError(
      'invalid-option',
      `splitRows: ${count} rows by the shares ${JSON.stringify(shares)}`,
      'Give shares that sum to at most 1.',
    );
  }
  const order = permutation(split(key(seed), 'split'), count);
  const sizes = entries.map(([, share]) => Math.floor(share * count + 1e-9));
  sizes[0] += Math.floor(total * count + 1e-9) - sizes.reduce((sum, n) => sum + n, 0);
  let at = 0;
  const parts = entries.map(([name], i) => [name, order.slice(at, (at += sizes[i])).sort()] as const);
  return Object.fromEntries(parts) as Record<P, Int32Array>;
}
