import { sizeOf } from '../array.js';
import { integer, number, oneOf, optional, readOptions } from '../options.js';
import { drawDirections } from '../flow/divergence.js';
import type { DivergenceOptions, SolverOptions } from '../flow/flow.js';
import { gradientByAdjoint } from '../flow/gradient/adjoint.js';
import { gradientThroughSteps } from '../flow/gradient/steps.js';
import { chooseTrace, divergenceReaders, solverReaders } from '../flow/options.js';
import { split } from '../random/index.js';
import { type Tensor2D, tf, upload, withScope } from '../tensor/index.js';
import type { Objective } from './objective.js';

export interface LikelihoodOptions extends DivergenceOptions, Pick<SolverOptions, 'method' | 'rtol' | 'atol' | 'steps' | 'maxSteps'> {
  /**
   * 'steps' (default): backpropagation through the solver's steps, the exact gradient of the computed value, memory
   * proportional to the steps. 'adjoint': a second ODE backward in constant memory, exact up to the tolerance.
   */
  readonly gradient?: 'steps' | 'adjoint';
}

/**
 * Maximum likelihood: the loss is the mean of −log p(x) over the batch, in nats, in model space (the transforms'
 * log-determinants are constants of training and left out).
 *
 * Adaptive with rtol = atol = 1e-4 unless `steps` asks for a fixed grid. One probe for each sample and step by default where
 * the divergence is not exact; the noise is fresh at every training step and frozen within one.
 * Reference: Grathwohl et al. (2019), FFJORD.
 */
export function likelihood(options: LikelihoodOptions = {}): Objective {
  const o = readOptions<LikelihoodOptions>('likelihood', options, {
    gradient: oneOf(['steps', 'adjoint'] as const, 'steps'),
    method: solverReaders.method,
    rtol: number({ default: 1e-4, min: 1e-12 }),
    atol: number({ default: 1e-4, min: 1e-12 }),
    steps: solverReaders.steps,
    maxSteps: optional(integer({ min: 1 })),
    divergence: divergenceReaders.divergence,
    probes: integer({ default: 1, min: 1 }),
  });
  const differentiate = o.gradient === 'adjoint' ? gradientByAdjoint : gradientThroughSteps;
  const { method, rtol, atol, steps, maxSteps } = o;
  return {
    name: 'likelihood',
    evaluate: ({ field, base }, parameters, batch, key) =>
      withScope(async (scope) => {
        const rows = batch.x.shape[0];
        const trace = chooseTrace(o, sizeOf(field.event));
        const keys = Array.from({ length: rows }, (_, i) => split(key, i));
        const x = scope.run(() => upload(batch.x));
        const directions = scope.run(() => drawDirections(trace, keys, field.event));
        const condition = batch.condition && (scope.run(() => upload(batch.condition!)) as Tensor2D);
        const weights = new Float64Array(rows).fill(1 / rows);
        const problem = { field, base, parameters, x, condition, trace, directions, weights };
        const result = await differentiate({ ...problem, interval: [0, 1], solver: { method, rtol, atol, steps, maxSteps } });
        scope.keep(result.x);
        const gradients = scope.run(() => Object.fromEntries(Object.entries(result.parameters).map(([name, g]) => [name, tf.neg(g)])));
        for (const g of Object.values(result.parameters)) g.dispose();
        for (const g of Object.values(gradients)) scope.detach(g);
        const { forward, backward } = result.evaluations;
        return {
          loss: -result.logProb.reduce((sum, v) => sum + v, 0) / rows,
          gradients,
          metrics: { forwardEvaluations: forward, backwardEvaluations: backward },
        };
      }),
  };
}
