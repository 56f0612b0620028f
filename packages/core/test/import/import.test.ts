import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { AdvectError } from '@advect/base/errors';
import { cnf, type Flow, toModelSpace } from '#src/flow/index.js';
import { likelihoodGradient } from '#src/flow/gradient/likelihood-gradient.js';
import { importFfjord, importTorchcfm, importZuko, type ImportFfjordOptions } from '#src/import/index.js';
import { readSafetensors, writeSafetensors } from '#src/io/index.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { key, split } from '#src/random/index.js';
import { countTensors, ready } from '#src/tensor/index.js';

interface Case {
  file: string;
  x: number[][];
  logProb: number[];
  gradientOfX: number[][];
  gradients: { [name: string]: number[][] };
  condition?: number[][] | null;
  activation?: 'elu' | 'tanh' | 'softplus';
  layer?: string;
  endTime?: number | null;
  nonlinearity?: ImportFfjordOptions['activation'];
}
const casesOf = (name: string): Case[] =>
  JSON.parse(readFileSync(new URL(`../../../test/import/reference/${name}.json`, import.meta.url), 'utf8')).cases;
const bytesOf = ({ file }: Case): Uint8Array => new Uint8Array(Buffer.from(file, 'base64'));

test.before(async () => void (await ready()));

const tight = { rtol: 1e-6, atol: 1e-6 };
/** SELU's divergence jumps and ELU's has a kink, which a method of low order steps over with less error; their gradients want many steps. */
const kinked = { method: 'bosh3', rtol: 1e-6, atol: 1e-6 } as const;

/** Log-density to 1e-4, gradients of its mean with respect to points and weights to 1e-3 of their size. */
async function agrees(
  t: ExecutionContext,
  flow: Flow,
  given: Case,
  ours: (name: string) => string,
  solver: typeof tight | typeof kinked = tight,
): Promise<void> {
  const before = countTensors();
  const condition = given.condition ?? undefined;
  const { logProb } = await flow.logProb(given.x, { ...solver, condition });
  given.logProb.forEach((v, i) => t.true(Math.abs(logProb[i] - v) < 1e-4, `${logProb[i]} for ${v}`));

  const rows = given.x.length;
  const x = { shape: [rows, given.x[0].length], data: Float32Array.from(given.x.flat()) };
  const keys = Array.from({ length: rows }, (_, i) => split(key(0), i));
  const found = await likelihoodGradient({
    field: flow.field,
    base: flow.base,
    parameters: flow.parameters,
    x: toModelSpace(flow.transforms, x, keys).y,
    condition: condition && { shape: [rows, condition[0].length], data: Float32Array.from(condition.flat()) },
    divergence: { trace: { kind: 'exact' }, keys },
    weights: new Float64Array(rows).fill(1 / rows),
    interval: [0, 1],
    solver: solver === kinked ? { method: 'heun', steps: 1500 } : solver,
  });
  const scale = (flow.transforms[0]?.config.scale as number[] | undefined) ?? x.data.slice(0, x.shape[1]).fill(1);
  const close = (a: ArrayLike<number>, b: readonly number[], what: string): void => {
    const size = Math.max(...b.map(Math.abs));
    b.forEach((v, i) => t.true(Math.abs(a[i] - v) < 1e-3 * size, `${what} ${i}: ${a[i]} for ${v}`));
  };
  close(
    found.x.map((v, i) => v / scale[i % scale.length]),
    given.gradientOfX.flat(),
    'gradient of x',
  );
  for (const [name, matrix] of Object.entries(given.gradients)) {
    const { shape } = flow.parameters[ours(name)];
    // Theirs is [outputs, inputs].
    const gradient = found.parameters[ours(name)];
    const skipped = matrix[0].length - shape[0];
    const columns = matrix.flatMap((row, o) => row.slice(skipped).map((v, i) => ({ v, at: i * shape[1] + o })));
    close(
      columns.map(({ at }) => gradient[at]),
      columns.map(({ v }) => v),
      name,
    );
  }
  t.is(countTensors(), before);

  const again = await loadModel(await saveModel(flow, { name: 'imported' }));
  const { logProb: reloaded } = await again.logProb(given.x, { ...solver, condition });
  t.deepEqual([...reloaded], [...logProb]);
}

/** The weight of a layer of a torch.nn.Sequential with activations in between, under our name. */
const sequential = (last: number) => (name: string) => {
  const index = Number(/(\d+)\.weight$/.exec(name)![1]);
  return index === last ? 'output/weight' : `hidden${index / 2}/weight`;
};

casesOf('ffjord').forEach((given, i) => {
  test(`FFJORD ${i}, ${given.layer}: log-density and gradients are the original's, and the flow saves and loads`, async (t) => {
    const flow = importFfjord(bytesOf(given), { activation: given.nonlinearity!, ...(given.endTime && { endTime: given.endTime }) });
    const count = Object.keys(flow.parameters).filter((name) => /hidden\d+\/weight$/.test(name)).length;
    await agrees(t, flow, given, (name) => {
      const index = Number(/layers\.(\d+)\./.exec(name)![1]);
      return index === count ? 'output/weight' : `hidden${index}/weight`;
    });
  });
});

casesOf('zuko').forEach((given, i) => {
  test(`zuko ${i}: log-density and gradients are the original's, and the flow saves and loads`, async (t) => {
    const flow = importZuko(bytesOf(given), { activation: given.activation });
    t.is(flow.field.conditionDim, given.condition?.[0].length ?? 0);
    const first = Object.keys(given.gradients)[0];
    // The first layer's columns for time and context are held through the log-density; its order is another.
    const { [first]: _, ...gradients } = given.gradients;
    const last = Number(/(\d+)\.weight$/.exec(Object.keys(gradients)[0])![1]);
    await agrees(t, flow, { ...given, gradients }, sequential(last), given.activation === 'elu' ? kinked : tight);
  });
});

casesOf('torchcfm').forEach((given, i) => {
  test(`torchcfm ${i}: log-density and gradients are the original's, and the flow saves and loads`, async (t) => {
    const dim = given.x[0].length;
    const first = given.gradients['net.0.weight'].map((row) => row.slice(0, dim));
    await agrees(
      t,
      importTorchcfm(bytesOf(given)),
      { ...given, gradients: { ...given.gradients, 'net.0.weight': first } },
      sequential(6),
      kinked,
    );
  });
});

test('what is not such a file is refused with its name', (t) => {
  const refused = (run: () => unknown, message: RegExp, code: 'invalid-file' | 'invalid-option' = 'invalid-file') => {
    const error = t.throws(run, { instanceOf: AdvectError, message });
    t.is(error?.code, code);
  };
  const [ffjord, zuko, torchcfm] = ['ffjord', 'zuko', 'torchcfm'].map((name) => bytesOf(casesOf(name)[0]));
  refused(() => importTorchcfm(zuko), /'net\.…'.*there are none/);
  refused(() => importZuko(torchcfm), /there is no "transform\.times"/);
  refused(() => importFfjord(zuko, { activation: 'tanh' }), /no odefunc\.diffeq\.layers/);
  refused(() => importFfjord(ffjord.subarray(0, 100), { activation: 'tanh' }), /safetensors/);
  refused(() => importFfjord(ffjord, {} as never), /activation is missing/, 'invalid-option');
  const untrained = casesOf('ffjord').find(({ endTime }) => endTime)!;
  refused(() => importFfjord(bytesOf(untrained), { activation: 'tanh' }), /end time/, 'invalid-option');

  const altered = (bytes: Uint8Array, change: (tensors: ReturnType<typeof readSafetensors>['tensors']) => void): Uint8Array => {
    const { tensors } = readSafetensors(bytes);
    change(tensors);
    return writeSafetensors(tensors);
  };
  const extra = altered(torchcfm, (tensors) => tensors.set('ema.decay', { shape: [1], data: Float32Array.of(1) }));
  refused(() => importTorchcfm(extra), /nothing here has a use for ema\.decay/);
  const far = altered(ffjord, (tensors) => {
    const name = [...tensors.keys()].find((k) => k.includes('layers.0._layer.weight'))!;
    tensors.set(name.replace('layers.0', 'layers.999999999'), tensors.get(name)!);
  });
  refused(() => importFfjord(far, { activation: 'tanh' }), /no odefunc/);
  const hyper = altered(ffjord, (tensors) => {
    for (const name of [...tensors.keys()].filter((k) => k.includes('layers.0.'))) tensors.delete(name);
    // HyperLinear of 2 to 3 numbers: a net of the time that makes 2 · 3 weights and 3 biases.
    const prefix = `${[...tensors.keys()].find((k) => k.includes('layers.1.'))!.split('layers.1.')[0]}layers.0._hypernet.`;
    tensors.set(`${prefix}0.weight`, { shape: [8, 1], data: new Float32Array(8) });
    tensors.set(`${prefix}0.bias`, { shape: [8], data: new Float32Array(8) });
    tensors.set(`${prefix}2.weight`, { shape: [9, 8], data: new Float32Array(72) });
    tensors.set(`${prefix}2.bias`, { shape: [9], data: new Float32Array(9) });
  });
  refused(() => importFfjord(hyper, { activation: 'tanh', endTime: 1 }), /layers\.1' maps 8 numbers to 8, where 3 come/);
  const narrow = altered(torchcfm, (tensors) => tensors.set('net.2.weight', { shape: [2, 3], data: new Float32Array(6) }));
  refused(() => importTorchcfm(narrow), /net\.2\.bias has/);
  t.notThrows(() => cnf({ field: importTorchcfm(torchcfm).field }));
});
