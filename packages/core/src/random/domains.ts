/**
 * What a counter is for. It fills the top byte of the counter, so that different kinds of draws from one key never share
 * a block: the normals, the uniforms and the child keys of one key are independent of each other.
 */
export const domains = { uniform: 0, normal: 1, rademacher: 2, integer: 3, permutation: 4, childNumber: 5, childName: 6 } as const;

export type Domain = (typeof domains)[keyof typeof domains];

/** The upper half of a counter: bits 32–52 of the index below the domain. */
export const highWord = (index: number, domain: Domain): number => (domain << 24) | Math.floor(index / 2 ** 32);
