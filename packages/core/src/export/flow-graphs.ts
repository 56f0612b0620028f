import { sizeOf } from '@advect/base/array';
import { directionsOf, velocityAndDivergence, type Trace, traceColumns, traceDirections } from '../flow/divergence.js';
import type { Flow } from '../flow/flow.js';
import { byWeight, conditionInput, rowsOf, TRACED_ROWS, type TracedFunction, weightInputs } from '../flow/programs/traced.js';
import type { FieldInput } from '../field/field.js';
import { advance, type ExplicitMethod, type ExplicitMethodName, productSpace } from '../ode/index.js';
import { type Scope, tensorSpace, tf, type Tensor, type Tensor1D, type Tensor2D } from '../tensor/index.js';
import { baseLogDensity } from './base.js';
import { needsUniforms, tensorsToDataSpace, tensorsToModelSpace } from './transforms.js';

/** How the ODE of an exported program is solved: equal steps. */
export interface Grid {
  readonly method: ExplicitMethodName | ExplicitMethod;
  readonly steps: number;
}

type Named = { readonly [name: string]: Tensor };

/** While tracing nothing is freed: tensors have no numbers. */
const tracedScope: Scope = { run: (compute) => compute(), keep: (tensor) => tensor, release: () => {}, detach: (tensor) => tensor };

const times = (from: number, to: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, i) => (i === steps ? to : from + ((to - from) * i) / steps));

const inputsOf = (flow: Flow, own: TracedFunction['inputs']): TracedFunction['inputs'] => ({
  ...own,
  ...conditionInput(flow.field.conditionDim === 0 ? undefined : flow.field.conditionDim),
  ...weightInputs(flow.parameters),
});

const at = (t: number, x: Tensor, { condition }: Named): FieldInput => ({
  x,
  t: tf.tensor1d([t]),
  ...(condition && { condition: condition as Tensor2D }),
});

/** (x, t) → u, in model space. */
export const velocityGraph = (flow: Flow): TracedFunction => ({
  inputs: inputsOf(flow, { x: rowsOf(...flow.field.event), t: { shape: [1] } }),
  f: (tensors) => ({ u: flow.field.velocity(byWeight(tensors), { ...at(0, tensors.x, tensors), t: tensors.t as Tensor1D }) }),
});

/** Noise z → sample x, in data space. */
export const samplerGraph = (flow: Flow, { method, steps }: Grid): TracedFunction => ({
  inputs: inputsOf(flow, { z: rowsOf(...flow.field.event) }),
  f: (tensors) => {
    const weights = byWeight(tensors);
    const field = (t: unknown, x: Tensor): Tensor => flow.field.velocity(weights, at(t as number, x, tensors));
    return { x: tensorsToDataSpace(flow.transforms, advance(tensorSpace(tracedScope), field, method, tensors.z, times(0, 1, steps))) };
  },
});

/** Data x → its log-density, nats; with probes and uniform noise as inputs where the flow needs them. */
export const logProbGraph = (flow: Flow, { method, steps }: Grid, trace: Trace): TracedFunction => ({
  inputs: inputsOf(flow, {
    x: rowsOf(...flow.field.event),
    ...(needsUniforms(flow.transforms) && { uniforms: rowsOf(...flow.field.event) }),
    ...('probes' in trace && {
      probes: { shape: [traceDirections(trace, flow.field.event), TRACED_ROWS, ...flow.field.event], rowAxis: 1 },
    }),
  }),
  f: (tensors) => {
    const weights = byWeight(tensors);
    const directions = directionsOf(trace, flow.field.event, tensors.probes);
    const { y, logDet } = tensorsToModelSpace(flow.transforms, tensors.x, tensors.uniforms);
    const field = (t: unknown, { x }: { x: Tensor; integrals: Tensor }): { x: Tensor; integrals: Tensor } => {
      const { u, divergence } = velocityAndDivergence(flow.field, weights, at(t as number, x, tensors), directions, trace);
      return { x: u, integrals: divergence };
    };
    const space = productSpace({ x: tensorSpace(tracedScope), integrals: tensorSpace(tracedScope) });
    const start = { x: y, integrals: tf.zeros([y.shape[0], traceColumns(trace)]) };
    const end = advance(space, field, method, start, times(1, 0, steps));
    const z = tf.reshape(end.x, [-1, sizeOf(flow.field.event)]);
    return { logProb: tf.add(tf.add(baseLogDensity(flow.base.config, z), tf.mean(end.integrals, 1)), logDet) };
  },
});
