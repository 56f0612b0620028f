import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { AffineOptions, AugmentOptions, DequantiseOptions, LogitOptions } from '../flow/index.js';
import { dataEvent } from '../flow/transforms/index.js';
import type { ManifoldConfig } from '../manifold/index.js';
import type { Transform } from '../flow/flow.js';
import { tf, type Tensor } from '../tensor/index.js';

/** A transform on rows of an event, [rows, numbers], in tensor operations; `logDet` is a number or [rows]. */
interface TensorTransform {
  forward(x: Tensor, uniforms: Tensor | undefined): { y: Tensor; logDet: Tensor | number };
  inverse(y: Tensor): Tensor;
}

const numbers = (setting: number | readonly number[]): Tensor | number =>
  typeof setting === 'number' ? setting : tf.tensor1d([...setting]);

function refuseAugmented(): never {
  throw new AdvectError(
    'unsupported',
    "the 'logProb' of a flow with further numbers, drawn from the bytes of each point, which a graph cannot do, has no export",
    "Export its 'sampler' or its 'velocity', and take log-densities with flow.logProb.",
  );
}

const makers: { readonly [kind: string]: (config: never, dim: number) => TensorTransform } = {
  affine: ({ shift, scale }: AffineOptions, dim) => ({
    forward: (x) => ({
      y: tf.div(tf.sub(x, numbers(shift)), numbers(scale)),
      logDet: -Array.from({ length: dim }, (_, d) => Math.log(typeof scale === 'number' ? scale : scale[d])).reduce((a, b) => a + b, 0),
    }),
    inverse: (y) => tf.add(tf.mul(y, numbers(scale)), numbers(shift)),
  }),
  logit: ({ alpha }: Required<LogitOptions>, dim) => ({
    forward(x) {
      const s = tf.add(alpha, tf.mul(1 - 2 * alpha, x));
      const [low, high] = [tf.log(s), tf.log1p(tf.neg(s))];
      return { y: tf.sub(low, high), logDet: tf.sub(dim * Math.log(1 - 2 * alpha), tf.sum(tf.add(low, high), 1)) };
    },
    inverse: (y) => tf.div(tf.sub(tf.sigmoid(y), alpha), 1 - 2 * alpha),
  }),
  projection: ({ manifold }: { readonly manifold: ManifoldConfig }) => {
    const turn = 2 * Math.PI;
    const project = (v: Tensor): Tensor =>
      manifold.kind === 'sphere'
        ? tf.div(v, tf.sqrt(tf.sum(tf.square(v), 1, true)))
        : tf.sub(v, tf.mul(turn, tf.floor(tf.div(tf.add(v, Math.PI), turn))));
    return { forward: (x) => ({ y: project(x), logDet: 0 }), inverse: project };
  },
  augment: ({ dims }: AugmentOptions, dim) => ({
    forward: refuseAugmented,
    inverse: (y) => tf.slice(y, [0, 0], [-1, dim - dims]),
  }),
  dequantise: ({ levels }: DequantiseOptions, dim) => ({
    forward: (x, uniforms) => ({ y: tf.div(tf.add(x, uniforms!), levels), logDet: -dim * Math.log(levels) }),
    inverse: (y) => tf.minimum(levels - 1, tf.maximum(0, tf.floor(tf.mul(y, levels)))),
  }),
};

function tensorTransform({ config }: Transform, dim: number): TensorTransform {
  const maker = makers[config.kind];
  if (maker === undefined) {
    throw new AdvectError('unsupported', `the transform '${config.kind}' has no export`, 'Export the velocity, which needs no transforms.');
  }
  return maker(config as never, dim);
}

/** Whether the forward map needs noise: uniform numbers in [0, 1), of the data's shape. */
export const needsUniforms = (transforms: readonly Transform[]): boolean => transforms.some(({ config }) => config.kind === 'dequantise');

/** Data to model space, with the sum of the log-determinants. Rows keep their shape. */
export function tensorsToModelSpace(
  transforms: readonly Transform[],
  x: Tensor,
  uniforms?: Tensor,
): { y: Tensor; logDet: Tensor | number } {
  if (transforms.some((transform) => transform.dataEvent)) refuseAugmented();
  const dim = sizeOf(x.shape.slice(1));
  const flat = (rows: Tensor): Tensor => tf.reshape(rows, [-1, dim]);
  let y = flat(x);
  let logDet: Tensor | number = 0;
  for (const transform of transforms) {
    const step = tensorTransform(transform, dim).forward(y, uniforms && flat(uniforms));
    y = step.y;
    logDet = typeof logDet === 'number' && typeof step.logDet === 'number' ? logDet + step.logDet : tf.add(logDet, step.logDet);
  }
  return { y: tf.reshape(y, x.shape), logDet };
}

/** Model space to data. */
export function tensorsToDataSpace(transforms: readonly Transform[], y: Tensor): Tensor {
  const event = y.shape.slice(1);
  const rows: Tensor = tf.reshape(y, [-1, sizeOf(event)]);
  const x = transforms.reduceRight((z, transform) => tensorTransform(transform, z.shape[1]!).inverse(z), rows);
  return tf.reshape(x, [y.shape[0], ...dataEvent(transforms, event)]);
}
