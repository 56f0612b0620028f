import { ndarray, sizeOf } from '@advect/base/array';
import type { ParameterTensors } from '../../field/field.js';
import { solve, type Times } from '../../ode/index.js';
import {
  downloadSync,
  type Scalar,
  type Scope,
  type Tensor,
  type Tensor2D,
  tensorSpace,
  tf,
  upload,
  valueAndGradients,
  withScope,
} from '../../tensor/index.js';
import { traceColumns, velocityAndDivergence } from '../divergence.js';
import { assertDone, timeTensor } from '../integrate.js';
import { productSpace } from '../product-space.js';
import { logDensities, solveForward } from './forward.js';
import type { LikelihoodGradient, LikelihoodProblem } from './problem.js';
import { weighScore } from './steps.js';

/** Position, adjoint a = ∂L/∂x, and the gradient gathered so far, all weights in one row. */
type AdjointState = { x: Tensor; adjoint: Tensor; gathered: Tensor };

/**
 * The gradient of the likelihood by the continuous adjoint: a second ODE from base back to data, in constant memory.
 *
 * With f = (u, div u) and a constant cotangent of the divergence, da/dt = −∂ₓ(a·u + c div u) and
 * dg/dt = −∂_θ(a·u + c div u). At the ends ∂L/∂start = a·u + c div u and ∂L/∂end = −(a·u + c div u). The gathered gradient
 * does not steer the step size (seminorm). Agrees with backpropagation through the steps up to the tolerance.
 *
 * Reference: Chen et al. (2018), Neural ordinary differential equations, appendix B; Kidger, Chen, Lyons (2021).
 */
export function gradientByAdjoint(problem: LikelihoodProblem): Promise<LikelihoodGradient> {
  return withScope(async (scope) => {
    const { base, interval, parameters, solver, trace, weights } = problem;
    const forward = await solveForward(problem, scope);
    const z = downloadSync(forward.y.x);
    const logProb = logDensities(problem, base.logProb(z), forward.y.integrals);
    const cotangent = scope.run(() => {
      const columns = traceColumns(trace);
      const perColumn = Float32Array.from({ length: weights.length * columns }, (_, i) => weights[Math.floor(i / columns)] / columns);
      return upload(ndarray(perColumn, [weights.length, columns])) as Tensor2D;
    });
    const pairing = (t: number, { x, adjoint }: Pick<AdjointState, 'x' | 'adjoint'>) =>
      pull(problem, scope, cotangent, t, x, adjoint, parameters);

    const count = Object.values(parameters).reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0);
    const y0: AdjointState = {
      x: forward.y.x,
      adjoint: scope.run(() => upload(ndarray(weighScore(base.score(z).data, weights), z.shape))),
      gathered: scope.run(() => tf.zeros([1, count])),
    };
    const atStart = pairing(interval[0], y0);
    const backward = await solve<AdjointState>({
      space: productSpace<AdjointState>({ x: tensorSpace(scope), adjoint: tensorSpace(scope), gathered: tensorSpace(scope) }, ['gathered']),
      field: (t: Times, state) => {
        const { u, ofX, ofParameters, value } = pairing(t as number, state);
        const slope = scope.run(() => ({
          adjoint: tf.neg(ofX),
          gathered: tf.neg(
            tf.concat(
              Object.values(ofParameters).map((g) => g.reshape([1, -1])),
              1,
            ),
          ),
        }));
        for (const tensor of [ofX, value, ...Object.values(ofParameters)]) scope.release(tensor);
        return { x: u, ...slope };
      },
      y0,
      t0: interval[0],
      t1: interval[1],
      control: 'joint',
      ...solver,
    });
    assertDone(backward);
    const atEnd = pairing(interval[1], backward.y);
    return {
      logProb,
      parameters: detachAll(scope, split(backward.y.gathered, parameters, scope)),
      x: scope.detach(backward.y.adjoint),
      interval: [atStart.value.dataSync()[0], -atEnd.value.dataSync()[0]] as const,
      evaluations: { forward: forward.stats.evaluations, backward: backward.stats.evaluations + 2 },
    };
  });
}

/** u, the pairing a·u + c div u summed over the batch, and its gradients with respect to x and the weights. */
function pull(
  problem: LikelihoodProblem,
  scope: Scope,
  cotangent: Tensor2D,
  t: number,
  x: Tensor,
  adjoint: Tensor,
  parameters: ParameterTensors,
) {
  const { field, condition, directions, trace } = problem;
  const names = Object.keys(parameters);
  return scope.run(() => {
    let velocity: Tensor | undefined;
    const { value, gradients } = valueAndGradients(
      (inputs) => {
        const weights = Object.fromEntries(names.map((name, i) => [name, inputs[i]]));
        const { u, divergence } = velocityAndDivergence(field, weights, { x: inputs.x, t: timeTensor(t), condition }, directions, trace);
        velocity = scope.keep(tf.clone(u));
        return tf.add<Scalar>(tf.sum(tf.mul(adjoint, u)), tf.sum(tf.mul(cotangent, divergence)));
      },
      { x, ...Object.fromEntries(names.map((name, i) => [i, parameters[name]])) },
    );
    return {
      u: velocity!,
      value,
      ofX: gradients.x,
      ofParameters: Object.fromEntries(names.map((name, i) => [name, gradients[i]])),
    };
  });
}

/** The row of gathered gradients cut back into weights. */
function split(gathered: Tensor, parameters: ParameterTensors, scope: Scope): { [name: string]: Tensor } {
  let at = 0;
  return scope.run(() =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, { shape }]) => {
        const size = sizeOf(shape);
        const piece = tf.slice(gathered, [0, at], [1, size]).reshape(shape);
        at += size;
        return [name, piece];
      }),
    ),
  );
}

const detachAll = (scope: Scope, tensors: { [name: string]: Tensor }): { [name: string]: Tensor } =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, scope.detach(tensor)]));
