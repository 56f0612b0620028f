import type { Parameters } from '../field/field.js';
import { integer, number, oneOf, optional, readOptions } from '@advect/base/options';
import type { DivergenceOptions, Flow, SolverOptions } from '../flow/flow.js';
import { gradientByAdjoint } from '../flow/gradient/adjoint.js';
import { logDensities, solveForward } from '../flow/gradient/forward.js';
import type { LikelihoodProblem } from '../flow/gradient/problem.js';
import { gradientThroughSteps } from '../flow/gradient/steps.js';
import { chooseTrace } from '../flow/divergence-choice.js';
import { divergenceReaders, solverReaders } from '../flow/options.js';
import { fieldPrograms, type ProgramOptions, withPrograms } from '../flow/programs/index.js';
import { type ExplicitMethodName, explicitMethodNames } from '../ode/index.js';
import { type Key, split } from '../random/index.js';
import type { Batch, Objective } from './objective.js';

/** Options of `likelihood`. */
export interface LikelihoodOptions extends DivergenceOptions, Pick<SolverOptions, 'rtol' | 'atol' | 'steps' | 'maxSteps'> {
  /** Default 'dopri5'. */
  readonly method?: ExplicitMethodName;
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
    method: oneOf(explicitMethodNames, 'dopri5'),
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
    { field, base }: Flow,
    parameters: Parameters,
    { x, condition }: Batch,
    key: Key,
    computing: ProgramOptions = {},
  ): LikelihoodProblem => {
    const rows = x.shape[0];
    return {
      field,
      base,
      parameters,
      x,
      condition,
      divergence: { trace: chooseTrace(o, field), keys: Array.from({ length: rows }, (_, i) => split(key, i)) },
      weights: new Float64Array(rows).fill(-1 / rows),
      interval: [0, 1],
      solver: { method, rtol, atol, steps, maxSteps },
      computing,
    };
  };
  return {
    name: 'likelihood',
    async evaluate(flow, parameters, batch, key, computing) {
      const {
        logProb,
        parameters: gradients,
        evaluations,
        executor,
      } = await differentiate(problemOf(flow, parameters, batch, key, computing));
      return {
        loss: -meanOf(logProb),
        gradients,
        metrics: { forwardEvaluations: evaluations.forward, backwardEvaluations: evaluations.backward },
        executor,
      };
    },
    measure(flow, parameters, batch, key, computing = {}) {
      const problem = problemOf(flow, parameters, batch, key, computing);
      return withPrograms(flow.field, parameters, computing, async (programs) => {
        const { y } = await solveForward(problem, fieldPrograms(programs, flow.field, parameters, problem));
        return -meanOf(logDensities(problem, y));
      });
    },
  };
}

const meanOf = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
