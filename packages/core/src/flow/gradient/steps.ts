import { ndarray } from '@advect/base/array';
import { advance, methods, type Times, type VectorSpace } from '../../ode/index.js';
import {
  downloadSync,
  type Scalar,
  type Scope,
  type Tensor,
  type Tensor1D,
  tensorSpace,
  tf,
  upload,
  valueAndGradients,
  withScope,
} from '../../tensor/index.js';
import { traceColumns, velocityAndDivergence } from '../divergence.js';
import { productSpace } from '../product-space.js';
import { logDensities, solveForward } from './forward.js';
import type { LikelihoodGradient, LikelihoodProblem } from './problem.js';

type TapeState = { x: Tensor; integrals: Tensor };

/**
 * The gradient of the likelihood as computed: backpropagation through the solver's own steps.
 *
 * Adaptive solves first find their steps, which are then repeated on a gradient tape: exact for those steps, memory grows
 * with their number. With `steps` there is no search. Time is mapped to s in [0, 1], so that the interval's ends are
 * ordinary inputs of the tape and get their gradients too.
 */
export function gradientThroughSteps(problem: LikelihoodProblem): Promise<LikelihoodGradient> {
  return withScope(async (scope) => {
    const { grid, evaluations } = await stepGrid(problem, scope);
    const { field, base, condition, trace, directions, weights, interval, solver } = problem;
    const columns = traceColumns(trace);
    const rows = weights.length;
    const backward = methods[solver.method ?? 'dopri5'].c.length * (grid.length - 1);
    let logProb = new Float64Array(0);

    const ends = scope.run(() => ({ start: tf.tensor1d([interval[0]]), end: tf.tensor1d([interval[1]]) }));
    const inputs = { ...prefixed(problem.parameters), x: problem.x, ...ends };
    const { value, gradients } = valueAndGradients((inputs) => {
      const parameters = unprefixed(inputs);
      const duration = tf.sub(inputs.start, inputs.end);
      const slope = (s: Times, { x }: TapeState): TapeState => {
        const t = tf.add<Tensor1D>(inputs.end, tf.mul(duration, s));
        const { u, divergence } = velocityAndDivergence(field, parameters, { x, t, condition }, directions, trace);
        return { x: tf.mul(u, duration), integrals: tf.mul(divergence, duration) };
      };
      const zero = { x: inputs.x, integrals: tf.zeros([rows, columns]) };
      const arrival = advance(tapeSpace, slope, solver.method ?? 'dopri5', zero, grid);

      const z = downloadSync(arrival.x);
      logProb = logDensities(problem, base.logProb(z), downloadSync(arrival.integrals).data) as Float64Array<ArrayBuffer>;
      const weightOf = upload(ndarray(weights, [rows, 1]));
      const pull = weighScore(base.score(z).data, weights);
      const viaBase = tf.sum(tf.mul(arrival.x, upload(ndarray(pull, z.shape))));
      const viaDivergence = tf.sum(tf.mul(tf.mean(arrival.integrals, 1, true), weightOf));
      return tf.add<Scalar>(viaBase, viaDivergence);
    }, inputs);
    value.dispose();

    const ofInterval = ([gradients.start, gradients.end] as const).map((g) => g.dataSync()[0]);
    gradients.start.dispose();
    gradients.end.dispose();
    return {
      logProb,
      parameters: unprefixed(gradients),
      x: gradients.x,
      interval: [ofInterval[0], ofInterval[1]] as const,
      evaluations: { forward: evaluations, backward },
    };
  });
}

/** wᵢ ∇log p₀(zᵢ), flat. */
export function weighScore(score: Float32Array, weights: Float64Array): Float32Array {
  const dim = score.length / weights.length;
  return score.map((v, i) => v * weights[Math.floor(i / dim)]);
}

/** Steps as fractions of the way from data to base. */
async function stepGrid(problem: LikelihoodProblem, scope: Scope): Promise<{ grid: Float64Array; evaluations: number }> {
  const { steps } = problem.solver;
  if (steps !== undefined) return { grid: Float64Array.from({ length: steps + 1 }, (_, i) => i / steps), evaluations: 0 };
  const { grid, stats } = await solveForward(problem, scope);
  const [start, end] = problem.interval;
  return { grid: grid!.map((t) => (t - end) / (start - end)), evaluations: stats.evaluations };
}

const MARK = 'parameter:';
const prefixed = (parameters: { readonly [name: string]: Tensor }) =>
  Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [MARK + name, tensor]));
const unprefixed = (tensors: { readonly [name: string]: Tensor }) =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) => (name.startsWith(MARK) ? [[name.slice(MARK.length), tensor]] : [])),
  );

/** Tensor arithmetic that frees nothing: on a tape every intermediate may be needed backward, and the tape's tidy frees them. */
const onTape: Scope = { run: (compute) => compute(), keep: (tensor) => tensor, release: () => {}, detach: (tensor) => tensor };
const tapeSpace: VectorSpace<TapeState> = productSpace<TapeState>({ x: tensorSpace(onTape), integrals: tensorSpace(onTape) });
