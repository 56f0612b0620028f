import { cnf, conv, type Flow, mlp, ndarray, type NdArray } from '@advect/core';
import { key, split, uniforms } from '@advect/core/random';

/** A small solve whose answer is known. */
export interface KnownAnswer {
  readonly name: string;
  flow(): Flow;
  /** Where it starts, at t = 0. */
  readonly start: NdArray;
  readonly solver: { readonly method: 'rk4'; readonly steps: number };
  /** Where it arrives at t = 1, by the same steps in float64. */
  readonly answer: readonly number[];
}

/** Farther than this from the answer, an executor computes wrongly. Float32 is off by 1e-7 to 1e-6 here, half precision by 1e-3. */
export const farthest = 2e-5;

const solver = { method: 'rk4', steps: 2 } as const;

/** Numbers from −1 to 1 that are the same on every machine. */
const drawn = (name: string, count: number): Float32Array => uniforms(split(key(20), name), count).map((u) => 2 * u - 1);

const withDrawnWeights = (flow: Flow): Flow => {
  const parameters: Record<string, NdArray> = {};
  for (const [name, { shape }] of Object.entries(flow.parameters)) {
    parameters[name] = ndarray(
      drawn(
        name,
        shape.reduce((a, b) => a * b, 1),
      ).map((v) => v / 2),
      shape,
    );
  }
  flow.parameters = parameters;
  return flow;
};

/** Matrix products, sums and smooth functions; and convolutions. */
export const knownAnswers: readonly KnownAnswer[] = [
  {
    name: 'dense',
    flow: () => withDrawnWeights(cnf({ field: mlp({ dim: 4, hidden: [8, 8], activation: 'swish' }) })),
    start: ndarray(drawn('start of dense', 8), [2, 4]),
    solver,
    answer: [-0.84101973, -0.0564224752, -0.512286394, 0.0346071998, 0.227891879, 0.381037294, -0.27919242, -0.0798887404],
  },
  {
    name: 'convolutions',
    flow: () => withDrawnWeights(cnf({ field: conv({ event: [4, 4, 1], hidden: [4], activation: 'swish' }) })),
    start: ndarray(drawn('start of convolutions', 16), [1, 4, 4, 1]),
    solver,
    answer: [
      0.23197697, 0.527446782, -0.328128604, -0.331356797, 0.838272476, 0.0852027812, 0.458754942, -0.889939435, 1.19083423, 0.191417968,
      0.584680201, 0.016157727, -0.387742047, 1.19818936, -0.50773273, -0.531591166,
    ],
  },
];
