import { type NdArray, ndarray } from '@advect/base/array';

/** Weights of a central difference of fourth order, at −2h, −h, h and 2h. */
const STENCIL = [
  { at: -2, weight: 1 / 12 },
  { at: -1, weight: -8 / 12 },
  { at: 1, weight: 8 / 12 },
  { at: 2, weight: -1 / 12 },
] as const;

/**
 * Derivatives of a map of rows along directions, by central differences of fourth order: J·v for each row and direction,
 * [rows, directions, dim]. With h = 0.02 in float32 they are good to about 1e-5 of the values, less what the map itself is
 * uncertain by, divided by h.
 *
 * @param directions v of row i and direction p, as long as a row
 */
export async function alongDirections(
  x: NdArray,
  count: number,
  directions: (row: number, direction: number) => ArrayLike<number>,
  map: (x: NdArray) => Promise<ArrayLike<number>>,
  h = 0.02,
): Promise<Float64Array> {
  const rows = x.shape[0];
  const dim = x.data.length / rows;
  const moved = new Float32Array(rows * count * STENCIL.length * dim);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    for (let p = 0; p < count; p++) {
      const v = directions(i, p);
      for (const { at: by } of STENCIL) for (let d = 0; d < dim; d++) moved[at++] = x.data[i * dim + d] + by * h * v[d];
    }
  }
  const values = await map(ndarray(moved, [rows * count * STENCIL.length, ...x.shape.slice(1)]));
  const width = values.length / (rows * count * STENCIL.length);
  const result = new Float64Array(rows * count * width);
  for (let pair = 0; pair < rows * count; pair++) {
    STENCIL.forEach(({ weight }, s) => {
      for (let d = 0; d < width; d++) result[pair * width + d] += (weight / h) * values[(pair * STENCIL.length + s) * width + d];
    });
  }
  return result;
}

/** Unit vectors as directions. */
export const unitVector =
  (dim: number) =>
  (_: number, direction: number): Float64Array => {
    const v = new Float64Array(dim);
    v[direction] = 1;
    return v;
  };
