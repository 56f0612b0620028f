/** A problem of the set by which solvers have been compared since 1972. */
export interface DetestProblem {
  readonly name: string;
  readonly y0: readonly number[];
  readonly field: (t: number, y: ArrayLike<number>) => Float64Array;
}

/** Every problem runs from t = 0 to t = 20. */
export const DETEST_END = 20;

const list = (f: (t: number, y: readonly number[]) => number[]) => (t: number, y: ArrayLike<number>) =>
  Float64Array.from(f(t, Array.from(y)));

/** y′ = Ay for a lower-bidiagonal or tridiagonal A, given by its three diagonals. */
const banded = (below: (i: number) => number, diagonal: (i: number) => number, above: number) => (_t: number, y: ArrayLike<number>) =>
  Float64Array.from({ length: y.length }, (_, i) => {
    const before = i > 0 ? below(i) * y[i - 1] : 0;
    const after = i + 1 < y.length ? above * y[i + 1] : 0;
    return before + diagonal(i) * y[i] + after;
  });

const first = (n: number) => Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0));

const orbit = (name: string, eccentricity: number): DetestProblem => ({
  name,
  y0: [1 - eccentricity, 0, 0, Math.sqrt((1 + eccentricity) / (1 - eccentricity))],
  field: list((_t, [x, y, vx, vy]) => {
    const r3 = Math.hypot(x, y) ** 3;
    return [vx, vy, -x / r3, -y / r3];
  }),
});

/** The sun with the five outer planets; 15 positions, planet by planet, then 15 velocities. */
const planets: DetestProblem = {
  name: 'C5',
  y0: [
    3.42947415189, 3.35386959711, 1.35494901715, 6.6414554255, 5.97156957878, 2.18231499728, 11.2630437207, 14.6952576794, 6.27960525067,
    -30.1552268759, 1.65699966404, 1.43785752721, -21.123835338, 28.4465098142, 15.3882659679, -0.557160570446, 0.505696783289,
    0.230578543901, -0.415570776342, 0.365682722812, 0.169143213293, -0.325325669158, 0.189706021964, 0.087726532278, -0.024047625417,
    -0.287659532608, -0.117219543175, -0.176860753121, -0.216393453025, -0.014864789309,
  ],
  field(_t, y) {
    const k2 = 2.95912208286;
    const sun = 1.00000597682;
    const mass = [0.000954786104043, 0.000285583733151, 0.0000437273164546, 0.0000517759138449, 0.00000277777777778];
    const out = new Float64Array(30);
    const cube = (x: number, y: number, z: number) => Math.hypot(x, y, z) ** 3;
    const r3 = mass.map((_, j) => cube(y[3 * j], y[3 * j + 1], y[3 * j + 2]));
    for (let j = 0; j < 5; j++) {
      for (let i = 0; i < 3; i++) {
        let sum = (-(sun + mass[j]) * y[3 * j + i]) / r3[j];
        for (let k = 0; k < 5; k++) {
          if (k === j) continue;
          const d3 = cube(y[3 * k] - y[3 * j], y[3 * k + 1] - y[3 * j + 1], y[3 * k + 2] - y[3 * j + 2]);
          sum += mass[k] * ((y[3 * k + i] - y[3 * j + i]) / d3 - y[3 * k + i] / r3[k]);
        }
        out[3 * j + i] = y[15 + 3 * j + i];
        out[15 + 3 * j + i] = k2 * sum;
      }
    }
    return out;
  },
};

/**
 * The non-stiff problem set DETEST: single equations (A), small systems (B), moderate systems (C), orbits (D), higher-order
 * equations (E). T. E. Hull, W. H. Enright, B. M. Fellen, A. E. Sedgwick, "Comparing numerical methods for ordinary
 * differential equations", SIAM J. Numer. Anal. 9 (1972) 603–637.
 */
export const detest: readonly DetestProblem[] = [
  { name: 'A1', y0: [1], field: list((_t, [y]) => [-y]) },
  { name: 'A2', y0: [1], field: list((_t, [y]) => [-(y ** 3) / 2]) },
  { name: 'A3', y0: [1], field: list((t, [y]) => [y * Math.cos(t)]) },
  { name: 'A4', y0: [1], field: list((_t, [y]) => [(y / 4) * (1 - y / 20)]) },
  { name: 'A5', y0: [4], field: list((t, [y]) => [(y - t) / (y + t)]) },
  { name: 'B1', y0: [1, 3], field: list((_t, [u, v]) => [2 * (u - u * v), -(v - u * v)]) },
  { name: 'B2', y0: [2, 0, 1], field: list((_t, [u, v, w]) => [-u + v, u - 2 * v + w, v - w]) },
  { name: 'B3', y0: [1, 0, 0], field: list((_t, [u, v]) => [-u, u - v * v, v * v]) },
  {
    name: 'B4',
    y0: [3, 0, 0],
    field: list((_t, [u, v, w]) => {
      const r = Math.hypot(u, v);
      return [-v - (u * w) / r, u - (v * w) / r, u / r];
    }),
  },
  { name: 'B5', y0: [0, 1, 1], field: list((_t, [u, v, w]) => [v * w, -u * w, -0.51 * u * v]) },
  {
    name: 'C1',
    y0: first(10),
    field: banded(
      () => 1,
      (i) => (i === 9 ? 0 : -1),
      0,
    ),
  },
  {
    name: 'C2',
    y0: first(10),
    field: banded(
      (i) => i,
      (i) => (i === 9 ? 0 : -(i + 1)),
      0,
    ),
  },
  {
    name: 'C3',
    y0: first(10),
    field: banded(
      () => 1,
      () => -2,
      1,
    ),
  },
  {
    name: 'C4',
    y0: first(51),
    field: banded(
      () => 1,
      () => -2,
      1,
    ),
  },
  planets,
  orbit('D1', 0.1),
  orbit('D2', 0.3),
  orbit('D3', 0.5),
  orbit('D4', 0.7),
  orbit('D5', 0.9),
  {
    name: 'E1',
    y0: [0.671396707141803, 0.09540051444747446],
    field: list((t, [y, v]) => [v, -(v / (t + 1) + (1 - 0.25 / (t + 1) ** 2) * y)]),
  },
  { name: 'E2', y0: [2, 0], field: list((_t, [y, v]) => [v, (1 - y * y) * v - y]) },
  { name: 'E3', y0: [0, 0], field: list((t, [y, v]) => [v, y ** 3 / 6 - y + 2 * Math.sin(2.78535 * t)]) },
  { name: 'E4', y0: [30, 0], field: list((_t, [, v]) => [v, 0.032 - 0.4 * v * v]) },
  { name: 'E5', y0: [0, 0], field: list((t, [, v]) => [v, Math.sqrt(1 + v * v) / (25 - t)]) },
];
