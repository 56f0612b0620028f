import test from 'ava';
import { cnf, mlp } from '#src/index.js';

interface Micro {
  readonly layers: readonly { readonly W: readonly Float64Array[]; readonly b: Float64Array; readonly v: Float64Array }[];
  train(steps: number): number;
  logProb(x: readonly number[]): number;
}

test('examples/micro-cnf: learns, and agrees with the library on the same weights', async (t) => {
  const micro = (await import(new URL('../../../../../examples/micro-cnf.mjs', import.meta.url).href)) as Micro;
  const early = micro.train(20);
  t.true(micro.train(200) < early);

  const points = [[0.3, -0.7], [1.5, 0.4], [-1, 1.2]]; // prettier-ignore
  const parameters = Object.fromEntries(
    micro.layers.flatMap(({ W, b, v }, l) => {
      const name = l < micro.layers.length - 1 ? `hidden${l}` : 'output';
      const transposed = Float32Array.from({ length: W.length * W[0].length }, (_, k) => W[k % W.length][Math.floor(k / W.length)]);
      return [
        [`${name}/weight`, { shape: [W[0].length, W.length], data: transposed }],
        [`${name}/bias`, { shape: [b.length], data: Float32Array.from(b) }],
        [`${name}/shift/weight`, { shape: [1, v.length], data: Float32Array.from(v) }],
      ];
    }),
  );
  const flow = cnf({ field: mlp({ dim: 2, hidden: [48, 48], activation: 'tanh', time: 'concat' }), parameters });
  const { logProb } = await flow.logProb(points);
  points.forEach((x, i) => t.true(Math.abs(micro.logProb(x) - logProb[i]) < 2e-4, `${micro.logProb(x)} ${logProb[i]}`));
});
