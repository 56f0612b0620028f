import { interpret, trace } from '@advect/compiler';
import type { Flow, NdArray } from '@advect/core';
import { ready } from '@advect/core';

/** Where a flow carries points by equal steps of the classical Runge–Kutta method, in float64: the graph of its field, interpreted. */
export async function carryInFloat64({ field, parameters }: Flow, start: NdArray, steps: number): Promise<Float64Array> {
  await ready({ backend: 'cpu' });
  const rows = start.shape[0];
  const graph = trace(({ x, t, ...weights }) => ({ u: field.velocity(weights, { x, t: t.as1D() }) }), {
    x: { shape: start.shape },
    t: { shape: [rows] },
    ...Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, { shape }])),
  });
  const weights = Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, Float64Array.from(data)]));
  const velocity = (x: Float64Array, t: number): Float64Array =>
    Float64Array.from(interpret(graph, { ...weights, x, t: new Float64Array(rows).fill(t) })['u']);
  const shifted = (x: Float64Array, h: number, k: Float64Array): Float64Array => x.map((v, i) => v + h * k[i]);
  let x = Float64Array.from(start.data);
  const h = 1 / steps;
  for (let n = 0; n < steps; n++) {
    const t = n * h;
    const k1 = velocity(x, t);
    const k2 = velocity(shifted(x, h / 2, k1), t + h / 2);
    const k3 = velocity(shifted(x, h / 2, k2), t + h / 2);
    const k4 = velocity(shifted(x, h, k3), t + h);
    x = x.map((v, i) => v + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return x;
}
