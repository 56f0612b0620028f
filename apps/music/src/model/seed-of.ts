import type { Key } from '@advect/core/random';

/** A seed (53 bits) from a key. */
export const seedOf = ({ hi, lo }: Key): number => (hi >>> 0) * 2 ** 21 + (lo >>> 11);
