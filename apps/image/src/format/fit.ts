/** What becomes of a picture that is not square: its middle is cut out, it is put on black, or it is squeezed. */
export const fits = ['cover', 'contain', 'fill'] as const;
export type Fit = (typeof fits)[number];
