import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { type Key, split } from '../../random/index.js';
import type { Transform, TransformConfig } from '../flow.js';
import { affine, type AffineOptions } from './affine.js';
import { augment, type AugmentOptions } from './augment.js';
import { dequantise, type DequantiseOptions } from './dequantise.js';
import { logit, type LogitOptions } from './logit.js';
import { projectionFromConfig } from './projection.js';
import { quantile, type QuantileOptions } from './quantile.js';
import { squeeze, type SqueezeOptions } from './squeeze.js';

export { affine, augment, dequantise, logit, quantile, squeeze };
export type { AffineOptions, AugmentOptions, DequantiseOptions, LogitOptions, QuantileOptions, SqueezeOptions };

const makers: { readonly [kind: string]: (settings: never) => Transform } = {
  affine,
  augment,
  dequantise,
  logit,
  projection: projectionFromConfig,
  quantile,
  squeeze,
};

/** Rebuilds a transform from its config; throws `invalid-file` for an unknown kind. */
export function transformFromConfig({ kind, ...settings }: TransformConfig): Transform {
  const maker = Object.hasOwn(makers, kind) ? makers[kind] : undefined;
  if (!maker) throw new AdvectError('invalid-file', `unknown transform '${kind}'`, `Known are ${Object.keys(makers).join(', ')}.`);
  return maker(settings as never);
}

/** The shape of one sample of the data of a flow, whose field has this event. */
export const dataEvent = (transforms: readonly Transform[], event: readonly number[]): readonly number[] =>
  transforms.reduceRight((shape, transform) => transform.dataEvent?.(shape) ?? shape, event);

/** Data to model space through all transforms, with the sum of their log-determinants. */
export function toModelSpace(transforms: readonly Transform[], x: NdArray, keys: readonly Key[]): { y: NdArray; logDet: Float64Array } {
  let y = x;
  const logDet = new Float64Array(x.shape[0]);
  transforms.forEach((transform, index) => {
    const step = transform.forward(
      y,
      keys.map((key) => split(key, index)),
    );
    y = step.y;
    step.logDet.forEach((value, i) => (logDet[i] += value));
  });
  return { y, logDet };
}

/** Model space back to data. */
export const toDataSpace = (transforms: readonly Transform[], y: NdArray): NdArray =>
  transforms.reduceRight((value, transform) => transform.inverse(value).x, y);

/** Model space back to data, with the log-determinant of the whole forward map at y. */
export function toDataSpaceWithLogDet(transforms: readonly Transform[], y: NdArray): { x: NdArray; logDet: Float64Array } {
  const logDet = new Float64Array(y.shape[0]);
  const x = transforms.reduceRight((image, transform) => {
    const source = transform.inverse(image);
    source.logDet.forEach((value, i) => (logDet[i] += value));
    return source.x;
  }, y);
  return { x, logDet };
}
