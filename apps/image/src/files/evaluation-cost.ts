import type { Flow } from '@advect/core';
import { choosePictures, type PictureSet } from '../data/picture-set.js';
import { usualDivergence } from '../model/density.js';
import { conditionOf, guided } from '../model/label.js';
import { pictureRows } from '../model/picture-rows.js';
import { type EvaluationPlan, needsGenerated } from './evaluate-model.js';

/** Seconds that the solves of an evaluation take on this machine, about. */
export interface EvaluationCost {
  readonly drawing: number;
  readonly likelihood: number;
}

/** Rows of the solves that are timed. */
const few = 16;
/** Evaluations at a tenth of the tolerance for one at the tolerance: 96 for 69 of the digits of 28 × 28 pixels. */
const tenth = 1.4;

/**
 * Times one solve of a few pictures of each kind, compilation included, and multiplies. Evaluations with more probes are taken to
 * cost in proportion to their directional derivatives and the field itself.
 *
 * @param now milliseconds of a clock that never runs back
 */
export async function evaluationCost(
  { flow, set, signal }: { readonly flow: Flow; readonly set: PictureSet; readonly signal?: AbortSignal },
  plan: Omit<EvaluationPlan, 'temperature'>,
  now: () => number,
): Promise<EvaluationCost> {
  const { only, executor, seed, tolerance, solver, guidance } = plan;
  const shared = { executor, seed, ...(signal && { signal }) } as const;
  const perRow = async (solve: () => Promise<unknown>): Promise<number> => {
    const began = now();
    await solve();
    return (now() - began) / 1000 / few;
  };
  const labels = Array.from({ length: few }, (_, i) => (set.classes.length > 0 ? i % set.classes.length : -1));
  const draw = (): Promise<unknown> =>
    guided(flow, guidance).sample(few, { ...solver, ...shared, ...conditionOf(labels, set.classes.length) });
  const some = choosePictures(
    set.test,
    labels.map((_, i) => i % set.test.count),
  );
  const measure = (): Promise<unknown> =>
    flow.logProb(pictureRows(some, set), { rtol: tolerance, atol: tolerance, ...usualDivergence(set), ...shared, solverError: false });
  return {
    drawing: needsGenerated(only) ? plan.samples * (await perRow(draw)) : 0,
    likelihood: only.has('likelihood') ? solvesOf(plan, set) * (await perRow(measure)) : 0,
  };
}

/** Solves for bits/dim, in units of one draw with one probe. */
function solvesOf({ pictures, tighter, weighted, mixture, draws, probes }: Omit<EvaluationPlan, 'temperature'>, set: PictureSet): number {
  const classes = set.classes.length;
  const withProbes = (count: number): number => (usualDivergence(set).divergence === 'exact' ? 1 : (1 + count) / 2);
  const of = (count: number): number => Math.min(count, pictures);
  const byClass = classes > 0 ? of(mixture) * (1 + classes * withProbes(4)) : 0;
  return pictures + tenth * of(tighter) + of(weighted) * draws * withProbes(probes) + byClass;
}
