/** Up to `wanted` of `available` items, at equal distances. */
export const evenly = (available: number, wanted: number): number[] => {
  const count = Math.min(available, wanted);
  return Array.from({ length: count }, (_, i) => Math.floor((i * available) / count));
};
