import { type MethodData, stagesOf } from './method.js';
import type { Times, VectorSpace } from './problem.js';
import { timeOf } from './times.js';

/** One step with everything dense output needs: y at its start, all slopes including the one at its end. */
export interface DenseStep<V> {
  readonly y: V;
  readonly slopes: readonly V[];
  readonly h: Times;
}

/**
 * The polynomials bᵢ(θ) of a method's dense output, one for each slope with the end's last, as coefficients of θ, θ², ….
 * Without native ones: the cubic Hermite interpolant, Σbᵢkᵢ(3θ² − 2θ³) + k₁(θ − 2θ² + θ³) + f₁(θ³ − θ²).
 */
export function interpolantOf(method: MethodData): readonly (readonly number[])[] {
  if (method.interpolant) return method.interpolant;
  const stages = stagesOf(method);
  return Array.from({ length: stages + 1 }, (_, i) => {
    const b = method.b[i] ?? 0;
    if (i === stages) return [0, -1, 1];
    return i === 0 ? [1, 3 * b - 2, 1 - 2 * b] : [0, 3 * b, -2 * b];
  });
}

/** Σⱼ coefficients[j]·θʲ⁺¹. */
const evaluate = (coefficients: readonly number[], theta: number): number =>
  coefficients.reduceRight((sum, coefficient) => (sum + coefficient) * theta, 0);

/** y(t + θh) within a step, θ in [0, 1], shared or row by row; a new state. Costs no field evaluation. */
export function interpolate<V>(space: VectorSpace<V>, method: MethodData, step: DenseStep<V>, theta: Times): V {
  const h = step.h;
  const weights = interpolantOf(method).map((polynomial) =>
    typeof theta === 'number'
      ? evaluate(polynomial, theta) * (h as number)
      : theta.map((value, row) => evaluate(polynomial, value) * timeOf(h, row)),
  );
  return space.blend([step.y, ...step.slopes], [1, ...weights]);
}
