import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
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

test("examples/compile: a field of one's own is compiled; its density adds up to 1, as eager TensorFlow.js has it", async (t) => {
  const file = new URL('../../../../../examples/compile.mjs', import.meta.url);
  const { ADVECT_EXECUTOR: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [file.pathname], { env });
  t.log(stdout.trim());
  const lines = stdout.trim().split('\n');
  t.is(lines[0], 'the density of 3721 points adds up to 1.000');
  t.is(lines[1], 'compiled and eager differ by less than 0.001 nats: true');
  t.regex(lines[2], /^wasm: \d+ ms, \d+ evaluations of the field \(generated code is quickest for small layers/);
  t.regex(lines[3], /^eager: \d+ ms, \d+ evaluations of the field \(it was asked for; TensorFlow.js itself/);
});
