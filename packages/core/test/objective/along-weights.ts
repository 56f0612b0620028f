import { centralDifference, stencil } from '@advect/testkit';
import type { Parameters } from '#src/field/index.js';
import { type Key, normals, split } from '#src/random/index.js';

/** A gradient's product with a direction of unit normals in all weights, and the slope of the loss along it by central differences. */
export async function alongWeights(
  parameters: Parameters,
  gradients: { readonly [name: string]: ArrayLike<number> },
  lossAt: (parameters: Parameters) => Promise<number>,
  key: Key,
  h = 2 ** -6,
): Promise<{ exact: number; numeric: number }> {
  const direction = Object.fromEntries(
    Object.entries(parameters).map(([name, { data }]) => [name, normals(split(key, name), data.length)]),
  );
  const moved = (by: number): Parameters =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape, data: data.map((v, i) => v + by * direction[name][i]) }]),
    );
  const losses: number[] = [];
  for (const by of stencil(h)) losses.push(await lossAt(moved(by)));
  const exact = Object.entries(direction).reduce((sum, [name, d]) => sum + d.reduce((s, v, i) => s + v * gradients[name][i], 0), 0);
  return { exact, numeric: centralDifference(losses, h) };
}
