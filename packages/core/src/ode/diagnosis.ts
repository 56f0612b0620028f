import type { Problem } from './solve-options.js';
import type { SolveResult, SolveStats } from './solution.js';

/** Where the worst clock of a solve stands when it ends. */
export interface Ending {
  readonly result: SolveResult;
  readonly t: number;
  readonly h: number;
  /** Last error estimate of that clock, in units of the tolerance. */
  readonly error: number;
  /** Rows that ended like this and rows in all, under per-sample control. */
  readonly rows?: readonly [number, number];
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** One sentence: what happened, with the numbers, and what to do. */
export function diagnose<V>(problem: Problem<V>, stats: SolveStats, ending: Ending): string {
  const { t0, t1, method, tolerance, fixed, maxSteps, minStep } = problem;
  const counts = `${stats.accepted} accepted and ${stats.rejected} rejected steps of ${method.name} (${stats.evaluations} evaluations)`;
  if (ending.result === 'done') return `Reached t = ${short(t1)} from ${short(t0)} in ${counts}.`;
  const who = ending.rows ? `${ending.rows[0]} of ${ending.rows[1]} rows ` : 'the solve ';
  const where = `${who}stopped at t = ${short(ending.t)} on the way from ${short(t0)} to ${short(t1)}, after ${counts}`;
  const limits = `rtol ${tolerance.rtol} and atol ${tolerance.atol}`;
  const step = `a step of ${short(Math.abs(ending.h))}`;
  switch (ending.result) {
    case 'event':
      return capital(`${where}, at a terminal event.`);
    case 'stopped':
      return capital(`${where}, because onStep told it to; the state so far is returned.`);
    case 'aborted':
      return capital(`${where}, because its signal was aborted; the state so far is returned.`);
    case 'maxSteps':
      return capital(
        `${where}, at the limit of ${maxSteps} steps, with ${step}${fixed ? '' : ` for ${limits}`}: the field is stiff or ` +
          `${fixed ? 'the grid has too many steps' : 'the tolerance very tight'}; raise maxSteps${fixed ? '' : ', loosen the tolerance'} or ` +
          'make the field smoother.',
      );
    case 'stepTooSmall':
      return capital(
        `${where}, because ${step} is below ${minStep > 0 ? `the smallest allowed, ${minStep},` : 'the rounding of t'} while the error is still ${short(ending.error)} times what ${limits} allow: ` +
          'the solution blows up there, the field jumps or is noisy, or the tolerance is finer than its arithmetic; loosen the tolerance ' +
          'or look at the field near that time.',
      );
    case 'nonFinite':
      return capital(
        `${where}, because the field or the state is not finite there${fixed ? ` after ${step}` : ', however small the step'}: ` +
          `look at the field near that time${fixed ? ', or take more steps' : ''}; the last finite state is returned.`,
      );
  }
}

const capital = (sentence: string): string => sentence[0].toUpperCase() + sentence.slice(1);
