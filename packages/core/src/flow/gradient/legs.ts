import { legsOf } from '../legs.js';
import { fieldPrograms, withPrograms } from '../programs/index.js';
import { logDensities, penaltiesOf, solveForward } from './forward.js';
import type { LikelihoodGradient, LikelihoodProblem } from './problem.js';

/** Where the rows of a leg set out from the data, and what the leg adds to their log-density and penalties. */
interface Stretch {
  readonly problem: LikelihoodProblem;
  readonly logProb: Float64Array;
  readonly penalties: Float64Array;
  readonly evaluations: number;
}

/** log p of each point, by a solve from the data to the base. */
export async function likelihoodOf(problem: LikelihoodProblem): Promise<Float64Array> {
  const stretches = await forwards(problem);
  return stretches.map(({ logProb }) => logProb).reduce(added);
}

/**
 * The gradient of the likelihood of a field in pieces, from that of each: forward from data to base to learn where each leg
 * sets out, then back from leg to leg, each with the gradient at its end in place of the base's. The legs are solved forward
 * twice. A field without pieces goes straight through.
 */
export async function gradientByLegs(
  differentiate: (problem: LikelihoodProblem) => Promise<LikelihoodGradient>,
  problem: LikelihoodProblem,
): Promise<LikelihoodGradient> {
  if (!problem.field.pieces) return differentiate(problem);
  const stretches = await forwards(problem);
  let score = problem.base;
  const found: LikelihoodGradient[] = [];
  for (const stretch of stretches.toReversed()) {
    const gradient = await differentiate({ ...stretch.problem, base: score });
    score = { ...problem.base, logProb: zeroes, score: ({ shape }) => ({ shape, data: perWeight(gradient.x, problem.weights) }) };
    found.unshift(gradient);
  }
  return {
    logProb: stretches.map(({ logProb }) => logProb).reduce(added),
    penalties: stretches.map(({ penalties }) => penalties).reduce(added),
    parameters: Object.assign({}, ...found.map(({ parameters }) => parameters)) as LikelihoodGradient['parameters'],
    x: found[0].x,
    ...(problem.ofCondition && { condition: found.map(({ condition }) => condition!).reduce((a, b) => a.map((v, i) => v + b[i])) }),
    interval: [found.at(-1)!.interval[0], found[0].interval[1]],
    evaluations: {
      forward: found.reduce((sum, { evaluations }, i) => sum + evaluations.forward + stretches[i].evaluations, 0),
      again: found.reduce((sum, { evaluations }) => sum + evaluations.again, 0),
      backward: found.reduce((sum, { evaluations }) => sum + evaluations.backward, 0),
    },
    executor: found[0].executor,
  };
}

/** Forward solves of all legs, from data to base. The base's own density counts with the last. */
async function forwards(problem: LikelihoodProblem): Promise<Stretch[]> {
  const legs = legsOf(problem.field, problem.parameters, problem.interval[1], problem.interval[0]);
  const stretches: Stretch[] = [];
  let x = problem.x;
  for (const [i, { field, parameters, from, to }] of legs.entries()) {
    const base = i === legs.length - 1 ? problem.base : { ...problem.base, logProb: zeroes };
    const own: LikelihoodProblem = { ...problem, field, parameters, x, base, interval: [to, from] };
    const { y, stats } = await withPrograms(field, parameters, problem.computing ?? {}, (programs) =>
      solveForward(own, fieldPrograms(programs, field, parameters, own)),
    );
    stretches.push({ problem: own, logProb: logDensities(own, y), penalties: penaltiesOf(own, y), evaluations: stats.evaluations });
    x = { shape: x.shape, data: y.x };
  }
  return stretches;
}

const added = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v + b[i]);

const zeroes = (x: { readonly shape: readonly number[] }): Float64Array => new Float64Array(x.shape[0]);

/** A gradient without the weights of its rows, which the next leg puts on again. */
function perWeight(gradient: Float32Array, weights: Float64Array): Float32Array {
  const width = gradient.length / weights.length;
  return gradient.map((v, i) => {
    const weight = weights[Math.floor(i / width)];
    return weight === 0 ? 0 : v / weight;
  });
}
