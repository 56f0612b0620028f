import type { FieldGauge } from './gauge.js';
import type { Problem } from './solve-options.js';
import type { SolveResult, SolveStats } from './solution.js';

/** Sizes of the state of the worst clock. */
export interface Sizes {
  /** Root-mean-square of the state at the end over that at the start. */
  readonly growth: number;
  /** What rounding alone may change in the state, in units of the tolerance; NaN where the space does not tell its precision. */
  readonly rounding: number;
}

/** Where the worst clock of a solve stands when it ends. */
export interface Ending extends Sizes {
  readonly result: SolveResult;
  readonly t: number;
  readonly h: number;
  /** Last error estimate of that clock, in units of the tolerance. */
  readonly error: number;
  /** Of that clock; the largest of all where all arrived. */
  readonly gauge: FieldGauge;
  /** Rows that ended like this and rows in all, under per-sample control. */
  readonly rows?: readonly [number, number];
}

/** Growth from which a solution is said to explode. */
const EXPLOSION = 1e3;

/** Share of the tolerance from which rounding is said to stand in its way. */
const ROUNDING = 0.3;

/** The sizes of one clock's part of the end y, or without one the largest of all. */
export async function sizesOf<V>({ space, y0, tolerance, joint }: Problem<V>, y: V, clock?: number): Promise<Sizes> {
  const sizes = async (state: V, allowed = { atol: 1, rtol: 0 }) => space.norm(state, state, state, allowed, joint);
  const chosen = (values: Float64Array): number =>
    clock === undefined ? values.reduce((most, value) => Math.max(most, value)) : values[clock];
  const before = await sizes(y0);
  const growth = chosen((await sizes(y)).map((size, i) => size / before[i]));
  const rounding = space.coordinates ? space.coordinates.epsilon * chosen(await sizes(y, tolerance)) : NaN;
  return { growth, rounding };
}

const short = (value: number): string => (Math.abs(value) < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2));

/** One sentence: what happened, with the numbers, and what to do. */
export function diagnose<V>(problem: Problem<V>, stats: SolveStats, ending: Ending): string {
  const { t0, t1, method, tolerance, fixed, maxSteps, minStep } = problem;
  const { result, gauge } = ending;
  const counts = `${stats.accepted} accepted and ${stats.rejected} rejected steps of ${method.name} (${stats.evaluations} evaluations)`;
  if (result === 'done') {
    const warnings = [
      gauge.stiff ? `; the field is stiff there (Lipschitz constant about ${short(gauge.lipschitz)}): ${STIFF}` : '',
      !fixed && ending.rounding > 1 ? `; ${impossible(ending)}` : '',
    ];
    return `Reached t = ${short(t1)} from ${short(t0)} in ${counts}${warnings.join('')}.`;
  }
  const who = ending.rows ? `${ending.rows[0]} of ${ending.rows[1]} rows ` : 'the solve ';
  const where = `${who}stopped at t = ${short(ending.t)} on the way from ${short(t0)} to ${short(t1)}, after ${counts}`;
  const step = `a step of ${short(Math.abs(ending.h))}`;
  const limits = `rtol ${tolerance.rtol} and atol ${tolerance.atol}`;
  switch (result) {
    case 'event':
      return capital(`${where}, at a terminal event.`);
    case 'stopped':
      return capital(`${where}, because onStep told it to; the state so far is returned.`);
    case 'aborted':
      return capital(`${where}, because its signal was aborted; the state so far is returned.`);
    case 'maxSteps':
      return capital(
        `${where}, at the limit of ${maxSteps} steps, with ${step}${fixed ? '' : ` for ${limits}`}: ${slow(problem, ending)}.`,
      );
    case 'stepTooSmall': {
      const least = minStep > 0 ? `the smallest allowed, ${minStep},` : 'the rounding of t';
      return capital(
        `${where}, because ${step} is below ${least} while the error is still ${short(ending.error)} times what ${limits} allow: ` +
          `${cause(ending) ?? 'the solution blows up there, or the field jumps or is noisy; look at the field near that time, name jumps in jumpAt, or loosen the tolerance'}.`,
      );
    }
    case 'nonFinite':
      return capital(
        `${where}, because the field or the state is not finite there${fixed ? ` after ${step}` : ', however small the step'}: ` +
          `${exploded(ending) ?? 'look at the field near that time, at its weights and input'}${fixed ? ', or take more steps' : ''}; ` +
          'the last finite state is returned.',
      );
  }
}

const STIFF = "take method 'rodas4', loosen the tolerance, or train the field to be smoother";

const exploded = ({ growth }: Ending): string | undefined =>
  growth > EXPLOSION
    ? `the solution explodes, its state has grown ${Number.isFinite(growth) ? `${short(growth)}-fold` : 'beyond all numbers'}; end before that time, or bound the field (a smaller learning rate, a penalty)`
    : undefined;

const impossible = ({ rounding }: Ending): string =>
  `the tolerance is finer than the arithmetic, whose rounding alone is ${short(rounding)} times what it allows; loosen it`;

/** Why small steps do not help, if the numbers tell. */
const cause = (ending: Ending): string | undefined => exploded(ending) ?? (ending.rounding > ROUNDING ? impossible(ending) : undefined);

/** Why a solve takes so many steps, and what to do. */
function slow<V>({ t1, fixed, method, maxSteps }: Problem<V>, ending: Ending): string {
  if (fixed) return 'the grid has too many steps; raise maxSteps';
  const told = cause(ending);
  if (told) return told;
  const { lipschitz, stiff } = ending.gauge;
  if (stiff) return `the field is stiff for ${method.name} (Lipschitz constant about ${short(lipschitz)}); ${STIFF}, or raise maxSteps`;
  const needed = maxSteps + Math.ceil(Math.abs(t1 - ending.t) / Math.abs(ending.h));
  return `at that pace it would take about ${short(needed)}; raise maxSteps, loosen the tolerance or make the field smoother`;
}

const capital = (sentence: string): string => sentence[0].toUpperCase() + sentence.slice(1);
