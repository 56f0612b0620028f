import type { NdArray } from '@advect/base/array';
import { sketchSize, type Trace } from './divergence.js';

/**
 * The probes of Hutch++ made ready for a solve. The products of the Jacobian with the first half of the probes, `sketched`,
 * [sketch, batch, ...event], span the subspace in which it acts most: an orthonormal basis Q of it takes their place, and
 * the random probes of the other half lose their part in it. tr J = tr QᵀJQ + E gᵀ(I − QQᵀ)J(I − QQᵀ)g holds for *any* Q
 * that does not depend on g, so that one sketch, kept for the whole solve, leaves the estimate unbiased at all times.
 *
 * Row by row, in float64. Reference: Meyer, Musco, Musco and Woodruff (2021), "Hutch++: optimal stochastic trace
 * estimation", algorithm 1, with Q held fixed.
 */
export function applySketch(trace: Trace, probes: NdArray, sketched: Float32Array): NdArray {
  const [count, batch, ...event] = probes.shape;
  const dim = event.reduce((product, n) => product * n, 1);
  const data = new Float32Array(probes.data.length);
  const at = (p: number, row: number): number => (p * batch + row) * dim;
  for (let row = 0; row < batch; row++) {
    const basis: Float64Array[] = [];
    for (let p = 0; p < count; p++) {
      const sketch = p < sketchSize(trace);
      const source = sketch ? sketched : probes.data;
      const v = Float64Array.from(source.subarray(at(p, row), at(p, row) + dim));
      const size = Math.sqrt(dot(v, v));
      const left = orthogonalise(v, basis);
      if (sketch && left > 1e-5 * size) basis.push(v.map((entry) => entry / left));
      if (sketch) data.set(left > 1e-5 * size ? basis[basis.length - 1] : new Float64Array(dim), at(p, row));
      else data.set(v, at(p, row));
    }
  }
  return { shape: probes.shape, data };
}

/** Takes from v its part in the span of orthonormal vectors, twice, which is enough (Kahan, Parlett); the length of what is left. */
function orthogonalise(v: Float64Array, basis: readonly Float64Array[]): number {
  for (let pass = 0; pass < 2; pass++) {
    for (const q of basis) {
      const along = dot(q, v);
      for (let i = 0; i < v.length; i++) v[i] -= along * q[i];
    }
  }
  return Math.sqrt(dot(v, v));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
