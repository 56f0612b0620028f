/** Something that plain JSON can hold. */
export type Kept = { readonly [name: string]: number | string | readonly number[] | readonly (readonly number[])[] };

/**
 * Gives a part of a long measurement: what was kept of it before, or what `make` finds now, which is then kept. A name stands for
 * one part of one measurement with one set of settings.
 */
export type Keep = <T extends Kept>(name: string, make: () => Promise<T>) => Promise<T>;

/** Keeps nothing. */
export const keepNothing: Keep = (_, make) => make();
