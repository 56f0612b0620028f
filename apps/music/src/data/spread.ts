/** `count` of these, as far apart as each other from the first on; all where there are no more. */
export function spread<T>(all: readonly T[], count: number): T[] {
  const stride = Math.max(1, Math.floor(all.length / count));
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[i * stride]);
}
