import type { Parameters } from '../field/field.js';
import { type AdamNumbers, kernelOf } from './update-kernel.js';

/** Gradients on the host, by parameter name. */
export type Gradients = { readonly [name: string]: Float32Array };

/**
 * What Adam remembers, as plain data. The powers βᵏ are kept as numbers and multiplied on, never recomputed, so that a
 * run that was stopped and resumed gives the same bits as one that was not.
 */
export interface AdamState {
  /** Updates made so far. */
  step: number;
  beta1Power: number;
  beta2Power: number;
  /** First and second moments, one array for each parameter. */
  readonly m: { readonly [name: string]: Float32Array };
  readonly v: { readonly [name: string]: Float32Array };
}

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  /** Added to √v̂. Always explicit: it must not depend on the backend. */
  readonly epsilon: number;
  /** Decoupled weight decay λ: each update also takes learningRate·λ of the weight. 0 is plain Adam. */
  readonly weightDecay: number;
  /** Which parameters decay. */
  readonly decays: (name: string, shape: readonly number[]) => boolean;
}

export const adamDefaults: AdamOptions = Object.freeze({
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  decays: isWeightMatrix,
});

/** True for weight matrices and kernels; false for vectors, scalars, and what has `bias`, `norm` or `embed` in its name. */
export function isWeightMatrix(name: string, shape: readonly number[]): boolean {
  return shape.length >= 2 && !/bias|norm|embed/i.test(name);
}

/** The state before the first update: all moments zero. */
export function adamInit(parameters: Parameters): AdamState {
  const zeros = () => Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, new Float32Array(data.length)]));
  return { step: 0, beta1Power: 1, beta2Power: 1, m: zeros(), v: zeros() };
}

/**
 * One update of AdamW, in place: changes the numbers of `parameters` and of `state`, and nothing else. Each entry is
 * worked out in float64 and stored in float32. Parameters without a gradient stay as they are. The corrections of the moments'
 * bias are taken out of the loop: with r = √(1 − β₂ᵏ), m̂/(√v̂ + ε) is r·m/(1 − β₁ᵏ)/(√v + ε·r).
 *
 * References: Kingma & Ba (2015), algorithm 1; Loshchilov & Hutter (2019), algorithm 2 (decay scaled by the learning rate).
 */
export function adamUpdate(
  parameters: Parameters,
  gradients: Gradients,
  state: AdamState,
  learningRate: number,
  options: AdamOptions = adamDefaults,
): void {
  const { beta1, beta2, epsilon, weightDecay, decays } = options;
  state.step += 1;
  state.beta1Power *= beta1;
  state.beta2Power *= beta2;
  const root = Math.sqrt(1 - state.beta2Power);
  const rate = (learningRate * root) / (1 - state.beta1Power);
  const floor = epsilon * root;
  for (const [name, { data, shape }] of Object.entries(parameters)) {
    const g = gradients[name];
    if (!g) continue;
    const m = state.m[name];
    const v = state.v[name];
    const keep = weightDecay > 0 && decays(name, shape) ? 1 - learningRate * weightDecay : 1;
    const numbers = { beta1, beta2, rate, floor, keep };
    (kernelOf(data)?.adam ?? adamLoop)(data, g, m, v, numbers);
  }
}

function adamLoop(
  data: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  { beta1, beta2, rate, floor, keep }: AdamNumbers,
): void {
  for (let i = 0; i < data.length; i++) {
    const first = beta1 * m[i] + (1 - beta1) * g[i];
    const second = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
    m[i] = first;
    v[i] = second;
    data[i] = keep * data[i] - (rate * first) / (Math.sqrt(second) + floor);
  }
}
