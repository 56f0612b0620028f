import { AdvectError } from '@advect/base/errors';
import { oneOf } from '@advect/base/options';
import { type Ledger, ledgerOf } from '../ledger.js';
import { explicitMethodReader } from '../method-reader.js';
import type { ExplicitMethodName } from '../methods/index.js';
import type { Pending, VectorField, VectorSpace } from '../problem.js';
import { reversible, type ReversibleMethod } from '../reversible.js';
import { whenSettled } from '../settle.js';
import type { Solution, SolveOptions, SolveResult, SolveStats } from '../solution.js';
import { solve } from '../solve.js';
import type { ExplicitMethod } from '../tableau.js';
import { adjointSolve } from './adjoint.js';
import { checkpointedTrail } from './checkpoints.js';
import type { FieldPullback, Gather } from './pull.js';
import { type Derivatives, throughReversible, throughSteps } from './through-steps.js';
import { acceptedTrail, type Course, type Trail, wholeTrail } from './trail.js';

/** How a solve is differentiated. */
export const gradientModes = ['steps', 'accepted', 'checkpointed', 'reversible', 'adjoint', 'interpolated'] as const;

/**
 * How a solve of n steps of s stages is differentiated. Exactly, for the steps as they were computed:
 *
 * - 'steps': keeps all states and slopes, n(s + 1) of them; nothing is computed twice.
 * - 'accepted': keeps the n accepted states and evaluates the slopes again.
 * - 'checkpointed': keeps O(log n) states and goes stretches of the way again.
 * - 'reversible': solves by the reversible form of the method, keeps nothing and goes the whole way back; twice the
 *   evaluations both ways.
 *
 * Up to the tolerance, by a second solve of the adjoint equation:
 *
 * - 'adjoint': keeps nothing; the state is integrated back too.
 * - 'interpolated': keeps the forward solution for dense output, n(s + 2) states, and solves for the adjoint alone.
 */
export type GradientMode = (typeof gradientModes)[number];

export interface GradientOptions<V, P = unknown> extends Pick<
  SolveOptions<V>,
  | ('space' | 'field' | 'y0' | 't0' | 't1' | 'rtol' | 'atol' | 'steps' | 'times' | 'maxSteps' | 'signal')
  | ('firstStep' | 'controller' | 'minStep' | 'maxStep' | 'stepAt')
> {
  /** An explicit Runge–Kutta method; default 'dopri5'. */
  readonly method?: ExplicitMethodName | ExplicitMethod;
  /** Default 'steps'. */
  readonly gradient?: GradientMode;
  /** Of the reversible form, for `gradient: 'reversible'` alone; default 0.99, with many fixed steps nearer to 1. */
  readonly lambda?: number;
  /** The field's vector–Jacobian product. */
  readonly pull: FieldPullback<V, P>;
  /** Is told each pullback's part of the gradient with respect to parameters, and by what to scale it in the sum. */
  readonly gather?: Gather<P>;
  /** ∂L/∂y at t1: a new state. */
  readonly ofEnd: (y: V) => Pending<V>;
  /** What steers the steps of the continuous adjoints, for the state and for its adjoint; default: the norm of the space. */
  readonly adjointNorm?: VectorSpace<V>['norm'];
}

/** A solve that did not arrive, or, `astray`, one in reversible form that missed its start on the way back. */
export interface GradientFailure extends Pick<Solution<unknown>, 'diagnosis' | 'stats'> {
  readonly result: SolveResult | 'astray';
}

/** A solve, and the gradient of L(y(t1)). */
export interface SolveGradient<V> {
  readonly solution: Solution<V>;
  /** ∂L/∂y0, ∂L/∂t0, ∂L/∂t1; absent where a solve did not arrive. The caller frees `y0`. */
  readonly gradient?: { readonly y0: V; readonly t0: number; readonly t1: number };
  /** Why there is none. */
  readonly failure?: GradientFailure;
  /** Evaluations of the field on the way back, beside those of the solve; and of its pullback. */
  readonly evaluations: { readonly again: number; readonly pullbacks: number };
}

/**
 * Solves dy/dt = f(t, y) from t0 to t1 and differentiates a function L of the end: with respect to y0, to both times, and
 * through `gather` to whatever the field depends on. One clock for the whole state. `ofEnd` says ∂L/∂y at the end, `pull` is
 * the field's vector–Jacobian product; all modes of `gradient` give the same answer, at different cost.
 *
 * Throws AdvectError for options that cannot be meant, and what the callbacks throw, after freeing every state it made.
 *
 * @example
 * // y′ = −y, L = y(1): ∂L/∂y0 = e⁻¹.
 * const { gradient } = await solveWithGradient({
 *   space: float64Space(),
 *   field: (t, y) => y.map((v) => -v),
 *   pull: (t, y, c) => ({ ofY: c.map((v) => -v) }),
 *   ofEnd: () => Float64Array.of(1),
 *   y0: Float64Array.of(1),
 *   t0: 0,
 *   t1: 1,
 *   gradient: 'checkpointed',
 * });
 */
export async function solveWithGradient<V, P = unknown>(options: GradientOptions<V, P>): Promise<SolveGradient<V>> {
  checkMeant(options);
  const ledger = ledgerOf(options.space);
  try {
    return await differentiate(options, ledger);
  } catch (error) {
    ledger.releaseAll();
    throw error;
  }
}

/** Throws for what only a solve without a gradient can meet, and for a λ that nothing would use. */
function checkMeant(options: object): void {
  const given = options as Partial<Pick<SolveOptions<never>, 'jumpAt' | 'events'> & Pick<GradientOptions<never>, 'gradient' | 'lambda'>>;
  const hints = { jumpAt: 'Differentiate up to each jump and from it on, one after the other.', events: 'Use solve, then eventGradient.' };
  for (const name of ['jumpAt', 'events'] as const) {
    if (given[name]?.length) throw new AdvectError('invalid-option', `solveWithGradient: ${name} is not possible`, hints[name]);
  }
  if (given.lambda !== undefined && given.gradient !== 'reversible') {
    throw new AdvectError(
      'invalid-option',
      `solveWithGradient: lambda ${given.lambda} is of the reversible form, and gradient is '${given.gradient ?? 'steps'}'`,
      "Add gradient: 'reversible', or leave lambda out.",
    );
  }
}

/** What each of the modes that go back over the steps keeps of the way; the others keep none. */
const trails: Partial<Record<GradientMode, <V>(course: Course<V>) => Trail<V>>> = {
  steps: wholeTrail,
  accepted: acceptedTrail,
  checkpointed: checkpointedTrail,
};

async function differentiate<V, P>(options: GradientOptions<V, P>, ledger: Ledger<V>): Promise<SolveGradient<V>> {
  const { space } = ledger;
  const { pull, gather, ofEnd, gradient: _, lambda, adjointNorm, ...settings } = options;
  const { t0, t1, y0 } = settings;
  const mode = oneOf(gradientModes, 'steps')(options.gradient, 'solveWithGradient: gradient');
  const method = explicitMethodReader(options.method, 'solveWithGradient: method');
  const counts = { again: 0, pullbacks: 0 };
  const owned: VectorField<V> = (t, y) => whenSettled(options.field(t, y), (slope) => ledger.adopt(slope, y));
  const field: VectorField<V> = (t, y) => {
    counts.again++;
    return owned(t, y);
  };
  const derivatives: Derivatives<V, P> = {
    gather,
    pull(t, y, cotangent) {
      counts.pullbacks++;
      return whenSettled(pull(t, y, cotangent), ({ ofY, slope, ...rest }) => ({
        ...rest,
        ofY: ledger.adopt(ofY, cotangent),
        ...(slope !== undefined && { slope: ledger.adopt(slope, y) }),
      }));
    },
  };
  const trail = trails[mode]?.({ space, field, method, y0, t0 });
  const form = mode === 'reversible' ? reversible(method, { lambda: lambda ?? lambdaFor(settings) }) : method;
  let firstSlope: V | undefined;
  const { companion, at, releaseDense, ...solution } = await solve<V>({
    ...settings,
    space,
    field: owned,
    method: form,
    dense: mode === 'interpolated',
    onStep({ accepted, slopes, y, next }) {
      if (mode === 'adjoint' || mode === 'interpolated') firstSlope ??= space.clone(slopes[0]);
      if (accepted[0]) trail?.record({ slopes, y, next: next[0] });
    },
  });

  const differentiated = async (): Promise<NonNullable<SolveGradient<V>['gradient']> | GradientFailure> => {
    if (solution.result !== 'done') return solution;
    const ofY1 = ledger.adopt(await ofEnd(solution.y), solution.y);
    if (trail && t0 !== t1) return await throughSteps(space, method, trail, [t0, t1], ofY1, derivatives);
    if (form.kind === 'reversible' && t0 !== t1) {
      const back = await throughReversible({ space, field }, form, { y: solution.y, z: companion! }, solution.grid!, ofY1, derivatives);
      const off = space.blend([back.start, y0], [1, -1]);
      const [astray] = await space.norm(off, y0, y0, { atol: settings.atol ?? 1e-6, rtol: settings.rtol ?? 1e-6 }, true);
      for (const state of [off, back.start]) space.release(state);
      return astray < MOST_ASTRAY ? back : lostOnTheWayBack(solution.stats, form, astray);
    }
    const { space: __, field: ___, y0: ____, times, ...control } = settings;
    const along = (cotangent: V, slope: V): Pending<number> => (space.dot ? space.dot(cotangent, slope) : NaN);
    let ofT1: number | undefined;
    const pullSeeingFirst: FieldPullback<V, P> = (t, y, cotangent) =>
      whenSettled((at ? derivatives.pull : withSlope(field, derivatives.pull))(t, y, cotangent), (pulled) => {
        if (pulled.slope === undefined || ofT1 !== undefined) return pulled;
        return whenSettled(along(cotangent, pulled.slope), (value) => {
          ofT1 = value;
          return pulled;
        });
      });
    const back = await adjointSolve<V, P>({
      ...control,
      times: times && Array.from(times).reverse(),
      space: adjointNorm ? { ...space, norm: adjointNorm } : space,
      method,
      gather,
      pull: pullSeeingFirst,
      path: at,
      y1: solution.y,
      ofY1,
    });
    if (back.result !== 'done') return back;
    return {
      y0: back.y,
      t0: -(await along(back.y, firstSlope ?? (await field(t0, y0)))),
      t1: ofT1 ?? (await along(ofY1, await field(t1, solution.y))),
    };
  };
  const found = await differentiated();
  releaseDense?.();
  for (const state of [solution.y, ...('y0' in found ? [found.y0] : [])]) ledger.handOver(state);
  ledger.releaseAll();
  if (!('y0' in found)) return { solution, failure: found, evaluations: counts };
  const { y0: ofY0, t0: ofT0, t1: ofT1 } = found;
  return { solution, gradient: { y0: ofY0, t0: ofT0, t1: ofT1 }, evaluations: counts };
}

/** By how many tolerances a reversible solve may miss its start on the way back. */
const MOST_ASTRAY = 100;

/** Rounding grows like λ⁻ⁿ over n steps: to at most e⁴ where n is known. */
const lambdaFor = ({ steps, times }: { readonly steps?: number; readonly times?: ArrayLike<number> }): number =>
  Math.max(0.99, Math.exp(-4 / (steps ?? (times ? times.length : 1))));

const lostOnTheWayBack = (stats: SolveStats, { name, lambda }: ReversibleMethod, astray: number): GradientFailure => ({
  result: 'astray',
  stats,
  diagnosis:
    `On the way back over ${stats.accepted} steps the ${name} with λ = ${lambda} missed its start by ${astray.toPrecision(2)} tolerances: ` +
    "rounding grows like λ⁻ⁿ, and where the field contracts. Take a λ nearer to 1, or differentiate by 'checkpointed'.",
});

/** The same pullback with f(t, y) in what it returns. */
const withSlope =
  <V, P>(field: VectorField<V>, pull: FieldPullback<V, P>): FieldPullback<V, P> =>
  (t, y, cotangent) =>
    whenSettled(pull(t, y, cotangent), (pulled) =>
      pulled.slope === undefined ? whenSettled(field(t, y), (slope) => ({ ...pulled, slope })) : pulled,
    );
