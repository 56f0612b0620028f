import { type NdArray, sizeOf } from '@advect/base/array';
import type { VelocityField } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import { number, oneOf, readOptions } from '@advect/base/options';
import { type Key, normals, split, uniforms } from '../random/index.js';
import { type Tensor1D, type Tensor2D, tf } from '../tensor/index.js';
import { couple, type CouplingName } from './coupling.js';
import type { Batch, Objective } from './objective.js';
import { evaluateRows, measureRows, type RowLoss } from './row-loss.js';

/** Options of `flowMatching`. */
export interface FlowMatchingOptions {
  /** How noise and data are paired within a batch. Default 'independent'. */
  readonly coupling: CouplingName;
  /** Standard deviation of the noise added to x_t. Default 0; above 0 both ends of the path are blurred by it, so keep it small. */
  readonly sigma: number;
  /**
   * How times are drawn: 'uniform' on [0, 1), or 'logit-normal', t = sigmoid(N(0, 1)), which weighs the loss towards the
   * middle times. Both have the same minimiser; their loss values are not comparable. Default 'uniform'.
   */
  readonly time: TimeDistribution;
}

/** How the times of training are drawn; see `FlowMatchingOptions`. */
export type TimeDistribution = 'uniform' | 'logit-normal';

/**
 * Conditional flow matching along straight paths: regresses u(x_t, t) on x1 − x0, where x_t = (1 − t)·x0 + t·x1 + σ·ε,
 * x0 from the base and x1 from the data. The loss is the mean square over samples and entries; its minimum is the
 * variance of x1 − x0 given x_t, not zero. Cost: one forward and one backward pass of the field for each step.
 *
 * References: Lipman et al. (2023), eq. 23 with σ_min = 0, for σ = 0; Liu, Gong & Liu (2023), eq. 1; Tong et al. (2024), eq. 14–15
 * for σ and §3.2 for 'exact-ot'; Esser et al. (2024), eq. 19 for 'logit-normal'.
 */
export function flowMatching(options?: Partial<FlowMatchingOptions>): Objective {
  const { coupling, sigma, time } = readOptions<FlowMatchingOptions>('flowMatching', options, {
    coupling: oneOf(['independent', 'exact-ot'], 'independent'),
    sigma: number({ default: 0, min: 0 }),
    time: oneOf(['uniform', 'logit-normal'], 'uniform'),
  });
  const regression = (flow: Flow, batch: Batch, key: Key) => {
    const count = batch.x.shape[0];
    const t = drawTimes(time, count, split(key, 'time'));
    const x0 = couple(coupling, flow.base.sample(split(key, 'base'), count, batch.x.shape.slice(1), 0), batch.x);
    const path = straightPath(x0, batch.x, t, sigma, split(key, 'sigma'));
    return { ...path, t: { shape: [count], data: t }, condition: batch.condition };
  };
  return {
    name: 'flow-matching',
    evaluate: (flow, parameters, batch, key, computing) =>
      evaluateRows(flow, parameters, squaredError(flow.field), regression(flow, batch, key), 1 / batch.x.data.length, computing),
    measure: (flow, parameters, batch, key, computing) =>
      measureRows(flow, parameters, squaredError(flow.field), regression(flow, batch, key), 1 / batch.x.data.length, computing),
  };
}

/** The squared error of each row at its point x_t of the path, where `target` is the velocity to be met. */
const squaredError = (field: VelocityField): RowLoss => ({
  name: 'flow-matching',
  loss(parameters, { xt, t, target, condition }) {
    const u = field.velocity(parameters, { x: xt, t: t as Tensor1D, ...(condition && { condition: condition as Tensor2D }) });
    return tf.sum(tf.reshape(tf.square(tf.sub(u, target)), [xt.shape[0], -1]), 1);
  },
});

function drawTimes(time: TimeDistribution, count: number, key: Key): Float32Array {
  if (time === 'uniform') return uniforms(key, count);
  return normals(key, count).map((z) => 1 / (1 + Math.exp(-z)));
}

function straightPath(x0: NdArray, x1: NdArray, t: Float32Array, sigma: number, key: Key): { xt: NdArray; target: NdArray } {
  const width = sizeOf(x1.shape.slice(1));
  const noise = sigma > 0 ? normals(key, x1.data.length) : undefined;
  const xt = new Float32Array(x1.data.length);
  const target = new Float32Array(x1.data.length);
  for (let i = 0; i < xt.length; i++) {
    const s = t[Math.floor(i / width)];
    xt[i] = (1 - s) * x0.data[i] + s * x1.data[i] + (noise ? sigma * noise[i] : 0);
    target[i] = x1.data[i] - x0.data[i];
  }
  return { xt: { shape: x1.shape, data: xt }, target: { shape: x1.shape, data: target } };
}
