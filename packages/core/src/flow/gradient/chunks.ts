import { sizeOf, takeRows } from '@advect/base/array';
import { gradientSum } from './gather.js';
import { gradientByLegs } from './legs.js';
import { likelihoodGradient } from './likelihood-gradient.js';
import type { LikelihoodGradient, LikelihoodProblem } from './problem.js';
import type { GradientMode } from '../../ode/index.js';

/** The gradient of a likelihood, its rows in chunks of so many, which bounds memory; sums over the chunks in float64. */
export async function gradientInChunks(
  problem: LikelihoodProblem,
  chunk: number,
  gradient: GradientMode | undefined,
): Promise<Omit<LikelihoodGradient, 'penalties'>> {
  const { x, condition, weights, divergence, field, parameters } = problem;
  const [rows, size] = [x.shape[0], sizeOf(field.event)];
  const logProb = new Float64Array(rows);
  const ofX = new Float32Array(x.data.length);
  const ofCondition = problem.ofCondition && condition ? new Float32Array(condition.data.length) : undefined;
  const gathered = gradientSum(parameters);
  const interval: [number, number] = [0, 0];
  let executor: LikelihoodGradient['executor'];
  const evaluations = { forward: 0, again: 0, backward: 0 };
  for (let start = 0; start < rows; start += chunk) {
    const own = Int32Array.from({ length: Math.min(chunk, rows - start) }, (_, i) => start + i);
    const end = start + own.length;
    const found = await gradientByLegs((leg) => likelihoodGradient(leg, gradient), {
      ...problem,
      x: takeRows(x, own),
      condition: condition && takeRows(condition, own),
      divergence: { ...divergence, keys: divergence.keys.slice(start, end) },
      weights: weights.subarray(start, end),
    });
    logProb.set(found.logProb, start);
    ofX.set(found.x, start * size);
    if (found.condition) ofCondition!.set(found.condition, start * (found.condition.length / own.length));
    gathered.add(found.parameters, 1);
    found.interval.forEach((value, i) => (interval[i] += value));
    executor = found.executor;
    for (const name of ['forward', 'again', 'backward'] as const) evaluations[name] += found.evaluations[name];
  }
  return {
    logProb,
    x: ofX,
    ...(ofCondition && { condition: ofCondition }),
    parameters: gathered.total(),
    interval,
    evaluations,
    ...(executor && { executor }),
  };
}
