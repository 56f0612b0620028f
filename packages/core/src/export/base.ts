import { AdvectError } from '@advect/base/errors';
import type { BaseConfig } from '../flow/flow.js';
import { manifoldFromConfig } from '../manifold/index.js';
import { tf, type Tensor } from '../tensor/index.js';

const LOG_2PI = Math.log(2 * Math.PI);

interface Mixture {
  readonly means: readonly (readonly number[])[];
  readonly standardDeviations: readonly number[];
  readonly weights: readonly number[];
}

/** log p₀ of each row of z, [rows, numbers], in tensor operations: [rows]. Throws `unsupported` for an unknown base. */
export function baseLogDensity(config: BaseConfig, z: Tensor): Tensor {
  const dim = z.shape[1]!;
  if (config.kind === 'standard-normal') return tf.mul(-0.5, tf.add(tf.sum(tf.square(z), 1), dim * LOG_2PI));
  if (config.kind === 'uniform') return tf.sub(tf.mul(0, tf.sum(z, 1)), manifoldFromConfig(config.manifold).logVolume);
  if (config.kind !== 'gaussian-mixture') {
    throw new AdvectError('unsupported', `the base distribution '${config.kind}' has no export`, 'Export the velocity or the sampler.');
  }
  const { means, standardDeviations, weights } = config as unknown as Mixture;
  const terms = means.map((mean, k) => {
    const sigma = standardDeviations[k];
    const squares = tf.sum(tf.square(tf.div(tf.sub(z, tf.tensor1d([...mean])), sigma)), 1, true);
    return tf.add(tf.mul(-0.5, squares), Math.log(weights[k]) - 0.5 * dim * (LOG_2PI + 2 * Math.log(sigma)));
  });
  const stacked = tf.concat(terms, 1);
  const top = tf.max(stacked, 1, true);
  return tf.add(tf.squeeze(top, [1]), tf.log(tf.sum(tf.exp(tf.sub(stacked, top)), 1)));
}
