import { integer, optional, readOptions } from '@advect/base/options';
import { dense, initDense, multiply } from '../nn/dense.js';
import { sideInput } from '../nn/time-features.js';
import { type Key, split } from '../random/index.js';
import { softplus, type Tensor, type Tensor1D, tf } from '../tensor/index.js';
import { checkInput, conditionWidth } from './check.js';
import type { FieldInput, ParameterTensors, Parameters, VelocityField } from './field.js';
import { type ConditionSettings, conditionSettings } from './settings.js';

/** What the field `potential` is made of. */
export interface PotentialOptions extends ConditionSettings {
  /** Length of one sample. */
  readonly dim: number;
  /** Width m of the network. Default 64. */
  readonly width?: number;
  /** Layers of the network, the first included. Default 2. */
  readonly depth?: number;
  /** Rank of the quadratic part. Default: 10, or dim + 1 if that is less. */
  readonly rank?: number;
}

type Settings = Required<Pick<PotentialOptions, 'dim' | 'width' | 'depth'>> & Pick<PotentialOptions, 'rank' | 'classes' | 'conditionDim'>;

/**
 * The gradient field of a potential, u = −∇Φ(x, t), with Φ(s) = wᵀN(s) + ½ sᵀAᵀA s + bᵀx for s = (x, t, condition): a residual
 * network N, aᵢ = aᵢ₋₁ + h·log cosh(Kᵢaᵢ₋₁ + bᵢ), and a quadratic of low rank. Transport of least energy is of this kind
 * (Brenier), and the divergence, −tr ∇²Φ over x, has a closed form. Starts near u = 0.
 *
 * Cost of one evaluation: two products with each layer; of the closed form, for each layer but the first one more with
 * dim × batch rows, half of what directional derivatives in all directions would cost.
 *
 * Reference: Onken, Wu Fung, Li and Ruthotto (2021), "OT-Flow: fast and accurate continuous normalizing flows via optimal
 * transport", eq. 10–15.
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function potential(options: PotentialOptions): VelocityField {
  const positive = integer({ min: 1 });
  const read = readOptions<Settings>('potential', options, {
    dim: positive,
    width: integer({ default: 64, min: 1 }),
    depth: integer({ default: 2, min: 1 }),
    rank: optional(positive),
    ...conditionSettings,
  });
  const { dim, width, depth, rank = Math.min(10, dim + 1) } = read;
  const conditionDim = conditionWidth('potential', read.classes, read.conditionDim);
  const names = Array.from({ length: depth }, (_, i) => `hidden${i}`);
  /** h, so that the residual layers together are one unit long whatever their number. */
  const length = 1 / Math.max(1, depth - 1);

  /** zᵢ of each layer with its slope tanh zᵢ, and the gradients of wᵀN with respect to each aᵢ, seen from the back. */
  const passes = (parameters: ParameterTensors, input: FieldInput) => {
    checkInput('potential', input, [dim], conditionDim);
    const side = sideInput(input.t, 0, input.condition, conditionDim);
    const z = [tf.add(dense(parameters, names[0], input.x), multiply(side, parameters['hidden0/shift/weight']))];
    let a = logCosh(z[0]);
    for (const name of names.slice(1)) {
      if (z.length > 1) a = tf.add(a, tf.mul(length, logCosh(z[z.length - 1])));
      z.push(dense(parameters, name, a));
    }
    const slopes = z.map((value) => tf.tanh(value));
    const gradients: Tensor[] = [];
    let g: Tensor = tf.reshape(parameters['readout/weight'], [1, width]);
    for (let i = depth - 1; i >= 0; i--) {
      gradients[i] = g;
      if (i > 0) g = tf.add(g, tf.mul(length, tf.matMul(tf.mul(slopes[i], g), parameters[`${names[i]}/weight`], false, true)));
    }
    return { side, slopes, gradients };
  };

  const velocityFrom = (
    parameters: ParameterTensors,
    { x }: FieldInput,
    { side, slopes, gradients }: ReturnType<typeof passes>,
  ): Tensor => {
    const a = parameters['quadratic/weight'];
    const ofNetwork = tf.matMul(tf.mul(slopes[0], gradients[0]), parameters['hidden0/weight'], false, true);
    const squared = tf.add(multiply(x, a), multiply(side, parameters['quadratic/shift/weight']));
    return tf.neg(tf.add(tf.add(ofNetwork, tf.matMul(squared, a, false, true)), parameters['linear/bias']));
  };

  /** tr ∇²Φ by the recursion of the reference, with Jᵢ = ∂aᵢ/∂x as [batch, dim, width]. */
  const traceOf = (parameters: ParameterTensors, { slopes, gradients }: ReturnType<typeof passes>): Tensor1D => {
    const first = parameters['hidden0/weight'];
    const curvatures = slopes.map((slope, i) => tf.mul(tf.sub(1, tf.square(slope)), gradients[i]));
    let trace = tf.add(
      tf.sum(tf.mul(curvatures[0], tf.sum(tf.square(first), 0, true)), 1),
      tf.sum(tf.square(parameters['quadratic/weight'])),
    );
    let jacobian = tf.mul(tf.expandDims(slopes[0], 1), first);
    for (let i = 1; i < depth; i++) {
      const y = multiply(jacobian, parameters[`${names[i]}/weight`]);
      trace = tf.add(trace, tf.mul(length, tf.sum(tf.mul(curvatures[i], tf.sum(tf.square(y), 1)), 1)));
      if (i < depth - 1) jacobian = tf.add(jacobian, tf.mul(length, tf.mul(tf.expandDims(slopes[i], 1), y)));
    }
    return trace as Tensor1D;
  };

  /** −∇²Φ·v for tangents v, [probes, batch or 1, dim]: both passes differentiated forward. */
  const hessianProduct = (parameters: ParameterTensors, v: Tensor, { slopes, gradients }: ReturnType<typeof passes>): Tensor => {
    const first = parameters['hidden0/weight'];
    const transposed = (name: string): Tensor => tf.transpose(parameters[`${name}/weight`]);
    const dz = [multiply(v, first)];
    let da = tf.mul(slopes[0], dz[0]);
    for (let i = 1; i < depth; i++) {
      dz.push(multiply(da, parameters[`${names[i]}/weight`]));
      da = tf.add(da, tf.mul(length, tf.mul(slopes[i], dz[i])));
    }
    const turned = (i: number): Tensor => tf.mul(tf.mul(tf.sub(1, tf.square(slopes[i])), gradients[i]), dz[i]);
    let dg: Tensor | undefined;
    for (let i = depth - 1; i > 0; i--) {
      const change = dg ? tf.add(turned(i), tf.mul(slopes[i], dg)) : turned(i);
      const step = tf.mul(length, multiply(change, transposed(names[i])));
      dg = dg ? tf.add(dg, step) : step;
    }
    const change = dg ? tf.add(turned(0), tf.mul(slopes[0], dg)) : turned(0);
    const a = parameters['quadratic/weight'];
    return tf.neg(tf.add(multiply(change, transposed(names[0])), multiply(multiply(v, a), tf.transpose(a))));
  };

  const init = (key: Key): Parameters => {
    const at = (name: string): Key => split(key, name);
    return Object.assign(
      {
        ...initDense(at('hidden0'), 'hidden0', dim, width),
        ...initDense(at('shift'), 'hidden0/shift', 1 + conditionDim, width, { bias: false }),
        ...initDense(at('readout'), 'readout', width, 1, { gain: 0, bias: false }),
        ...initDense(at('quadratic'), 'quadratic', dim, rank, { gain: 0.1, bias: false }),
        ...initDense(at('quadratic shift'), 'quadratic/shift', 1 + conditionDim, rank, { gain: 0.1, bias: false }),
        'linear/bias': { shape: [dim], data: new Float32Array(dim) },
      },
      ...names.slice(1).map((name) => initDense(at(name), name, width, width)),
    ) as Parameters;
  };

  return {
    config: { kind: 'potential', dim, width, depth, rank, conditionDim },
    event: [dim],
    conditionDim,
    init,
    velocity: (parameters, input) => tf.tidy(() => velocityFrom(parameters, input, passes(parameters, input))),
    velocityAndJvp: (parameters, input, tangents) =>
      tf.tidy(() => {
        const found = passes(parameters, input);
        const jvp = hessianProduct(parameters, tangents, found);
        return {
          u: velocityFrom(parameters, input, found),
          jvp: tf.broadcastTo(jvp, [tangents.shape[0], ...input.x.shape]),
        };
      }),
    velocityAndDivergence: (parameters, input) =>
      tf.tidy(() => {
        const found = passes(parameters, input);
        return { u: velocityFrom(parameters, input, found), divergence: tf.neg(traceOf(parameters, found)) };
      }),
  };
}

/** log cosh z, the integral of tanh. */
const logCosh = (z: Tensor): Tensor => tf.sub(tf.sub(softplus(tf.mul(z, 2)), z), Math.LN2);
