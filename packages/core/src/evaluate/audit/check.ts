import type { Parameters, VelocityField } from '../../field/field.js';
import type { Base, ConditionOptions, Flow, SolverOptions } from '../../flow/flow.js';

/** What one check of an audit found. */
export interface AuditCheck {
  readonly name: string;
  /** 'inconclusive' where the measurement is too rough to tell; 'skipped' where the check does not apply. */
  readonly verdict: 'passed' | 'failed' | 'inconclusive' | 'skipped';
  /** The largest deviation found; none where skipped. */
  readonly deviation?: number;
  /** How much of it is allowed. */
  readonly tolerance?: number;
  /** The numbers in a sentence, and where the check failed, what it means and what to do. */
  readonly summary: string;
}

/** What the checks work on: a flow without its transforms, and points of its own. */
export interface Subject {
  readonly flow: Flow;
  readonly field: VelocityField;
  readonly base: Base;
  readonly parameters: Parameters;
  readonly dim: number;
  /** How every solve is done. */
  readonly solver: SolverOptions;
  readonly seed: number;
  /** The condition for so many rows. */
  readonly given: (rows: number) => ConditionOptions;
}

/** A check that measured how far two things are apart that should be one. */
export const compared = (name: string, deviation: number, tolerance: number, measured: string, advice: string): AuditCheck =>
  deviation <= tolerance
    ? { name, verdict: 'passed', deviation, tolerance, summary: measured }
    : { name, verdict: 'failed', deviation, tolerance, summary: `${measured}. ${advice}` };

/** A number in a sentence. */
export const show = (v: number): string =>
  !Number.isFinite(v) || (Math.abs(v) >= 1e-3 && Math.abs(v) < 1e5) ? String(Number(v.toPrecision(4))) : v.toExponential(1);

/** The largest |aᵢ − bᵢ|, NaN where any is. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}
