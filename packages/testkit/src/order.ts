/** Slope of the least-squares line through the points. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, xi, i) => sum + (xi - mx) * (y[i] - my), 0);
  return covariance / x.reduce((sum, xi) => sum + (xi - mx) ** 2, 0);
}

/** The observed order of a method: slope of log(error) over log(step). Choose steps whose errors are far above rounding. */
export const observedOrder = (steps: readonly number[], errors: readonly number[]): number =>
  slopeOf(steps.map(Math.log), errors.map(Math.log));
