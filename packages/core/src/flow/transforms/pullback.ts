import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { type Key, split } from '../../random/index.js';
import type { Transform } from '../flow.js';

/**
 * From the gradient of L in model space to that in data space, x of the same shape: through all transforms, whose
 * log-determinants count in L with the weights of their rows.
 */
export function pullToDataSpace(
  transforms: readonly Transform[],
  x: NdArray,
  keys: readonly Key[],
  ofY: Float32Array,
  weights: Float64Array,
): Float32Array {
  let at = x;
  const passed = transforms.map((transform, index) => {
    const own = { transform, x: at, keys: keys.map((key) => split(key, index)) };
    at = transform.forward(at, own.keys).y;
    return own;
  });
  return passed.reduceRight((gradient, { transform, x: input, keys: own }) => {
    if (transform.pullback) return transform.pullback(input, own, gradient, weights);
    throw new AdvectError(
      'unsupported',
      `the transform '${transform.config.kind}' has no derivative`,
      'Give it a `pullback`, or differentiate a flow without it.',
    );
  }, ofY);
}
