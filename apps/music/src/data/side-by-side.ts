/** First steps of windows of `size` steps that cover a piece side by side; where it does not divide, the last one ends with it. */
export const startsSideBySide = (steps: number, size: number): number[] =>
  Array.from({ length: Math.ceil(steps / size) }, (_, i) => Math.min(i * size, steps - size));
