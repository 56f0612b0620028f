/** An initial value problem whose solution is known in closed form. */
export interface ExactProblem {
  readonly name: string;
  readonly t0: number;
  readonly t1: number;
  readonly field: (t: number, y: ArrayLike<number>) => Float64Array;
  readonly exact: (t: number) => Float64Array;
}

/** A damped rotation, y′ = Ay with A = [[−0.1, 1], [−1, −0.1]]: linear, autonomous. */
export const dampedRotation: ExactProblem = {
  name: 'damped rotation',
  t0: 0,
  t1: 2,
  field: (_t, y) => Float64Array.of(-0.1 * y[0] + y[1], -y[0] - 0.1 * y[1]),
  exact: (t) => Float64Array.of(Math.exp(-0.1 * t) * Math.cos(t), -Math.exp(-0.1 * t) * Math.sin(t)),
};

/** y′ = −2ty² with y = 1/(1 + t²): nonlinear, non-autonomous. */
export const rational: ExactProblem = {
  name: 'rational',
  t0: -1,
  t1: 1,
  field: (t, y) => Float64Array.of(-2 * t * y[0] * y[0]),
  exact: (t) => Float64Array.of(1 / (1 + t * t)),
};

/** y₁′ = y₁ cos t, y₂′ = y₁y₂ sin(t) / exp(sin t): two coupled equations with y₁ = exp(sin t), y₂ = exp(1 − cos t). */
export const coupled: ExactProblem = {
  name: 'coupled exponentials',
  t0: 0.25,
  t1: 2.25,
  field: (t, y) => Float64Array.of(y[0] * Math.cos(t), (y[0] * y[1] * Math.sin(t)) / Math.exp(Math.sin(t))),
  exact: (t) => Float64Array.of(Math.exp(Math.sin(t)), Math.exp(1 - Math.cos(t))),
};

/** The logistic equation y′ = y(1 − y) from 1/10: nonlinear, autonomous. */
export const logistic: ExactProblem = {
  name: 'logistic growth',
  t0: 0,
  t1: 5,
  field: (_t, y) => Float64Array.of(y[0] * (1 - y[0])),
  exact: (t) => Float64Array.of(1 / (1 + 9 * Math.exp(-t))),
};
