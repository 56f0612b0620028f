import { sizeOf } from '@advect/base/array';
import type { ParameterTensors } from '../field/field.js';
import { integer, number, oneOf, optional, readOptions } from '@advect/base/options';
import { drawDirections } from '../flow/divergence.js';
import type { DivergenceOptions, Flow, SolverOptions } from '../flow/flow.js';
import { gradientByAdjoint } from '../flow/gradient/adjoint.js';
import { logDensities, solveForward } from '../flow/gradient/forward.js';
import type { LikelihoodProblem } from '../flow/gradient/problem.js';
import { gradientThroughSteps } from '../flow/gradient/steps.js';
import { chooseTrace, divergenceReaders, solverReaders } from '../flow/options.js';
import { type Key, split } from '../random/index.js';
import { downloadSync, type Scope, type Tensor2D, upload, withScope } from '../tensor/index.js';
import type { Batch, Objective } from './objective.js';

/** Options of `likelihood`. */
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
  const problemOf = (
    scope: Scope,
    { field, base }: Flow,
    parameters: ParameterTensors,
    { x, condition }: Batch,
    key: Key,
  ): LikelihoodProblem => {
    const rows = x.shape[0];
    const trace = chooseTrace(o, sizeOf(field.event));
    const keys = Array.from({ length: rows }, (_, i) => split(key, i));
    return {
      field,
      base,
      parameters,
      x: scope.run(() => upload(x)),
      condition: condition && (scope.run(() => upload(condition)) as Tensor2D),
      trace,
      directions: scope.run(() => drawDirections(trace, keys, field.event)),
      weights: new Float64Array(rows).fill(-1 / rows),
      interval: [0, 1],
      solver: { method, rtol, atol, steps, maxSteps },
    };
  };
  return {
    name: 'likelihood',
    evaluate: (flow, parameters, batch, key) =>
      withScope(async (scope) => {
        const result = await differentiate(problemOf(scope, flow, parameters, batch, key));
        result.x.dispose();
        const { forward, backward } = result.evaluations;
        return {
          loss: meanOf(result.logProb.map((v) => -v)),
          gradients: result.parameters,
          metrics: { forwardEvaluations: forward, backwardEvaluations: backward },
        };
      }),
    measure: (flow, parameters, batch, key) =>
      withScope(async (scope) => {
        const problem = problemOf(scope, flow, parameters, batch, key);
        const { y } = await solveForward(problem, scope);
        return -meanOf(logDensities(problem, flow.base.logProb(downloadSync(y.x)), y.integrals));
      }),
  };
}

const meanOf = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
