import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { mlp } from '#src/field/index.js';
import { cnf, dequantise, type Flow } from '#src/flow/index.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import type { Objective } from '#src/objective/objective.js';
import { integers, key, normals } from '#src/random/index.js';
import { countTensors, ready, upload } from '#src/tensor/index.js';
import { readSafetensors, writeSafetensors } from '#src/io/index.js';
import { decodeTrainingState, encodeTrainingState } from '#src/train/checkpoint.js';
import type { TrainingData } from '#src/train/data.js';
import { type Divergence, type Progress, train } from '#src/train/loop.js';
import type { TrainOptions } from '#src/train/options.js';

test.before(() => ready());

const rows = (n: number, seed = 1) => ({ shape: [n, 2], data: normals(key(seed), 2 * n) });
const small = (): Flow => cnf({ field: mlp({ dim: 2, hidden: [8] }), seed: 3 });
const conditional = (): Flow => cnf({ field: mlp({ dim: 2, hidden: [8], classes: 3 }), transforms: [dequantise({ levels: 16 })], seed: 3 });
const levels = (n: number) => ({ shape: [n, 2], data: Uint8Array.from(integers(key(4), 2 * n, 16)) });
const labels = (n: number) => [...integers(key(5), n, 3)];
const objective = flowMatching({ coupling: 'exact-ot', sigma: 0.05, timeDistribution: 'logit-normal' });

const failure = async (run: () => unknown): Promise<AdvectError> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof AdvectError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test.serial('the weights seen at a step are those of that step, and stay so while training goes on', async (t) => {
  for (const ema of [0.9, false] as const) {
    const flow = small();
    const training = train(flow, rows(20), { objective, steps: 6, batch: 8, ema });
    const seen: { read: Flow['parameters']; stood: Flow['parameters'] }[] = [];
    for await (const { step } of training) {
      if (step % 2 === 0) continue;
      const { ema: mean, parameters } = training.state();
      seen.push({ read: flow.parameters, stood: mean ?? parameters });
      t.is(flow.parameters, seen.at(-1)!.read);
    }
    for (const { read, stood } of seen) t.deepEqual(read, stood);
    t.notDeepEqual(seen[0].read, seen[1].read);
    const own = small().parameters;
    for await (const _ of train(flow, rows(20), { objective, steps: 2, batch: 8, ema })) flow.parameters = own;
    t.notDeepEqual(flow.parameters, own);
    t.deepEqual(own, small().parameters);
  }
});

test.serial('a run resumed from any step, through bytes, is bit for bit the run that never stopped', async (t) => {
  const data = { x: levels(50), labels: labels(50) };
  const options: TrainOptions = {
    ...({ objective, steps: 24, batch: 16, warmup: 5, weightDecay: 0.1, ema: 0.9, seed: 11, labelDropout: 0.3 } as TrainOptions),
    validation: { data: { x: levels(20), labels: labels(20) }, every: 4, count: 20 },
  };
  const whole = conditional();
  const straight: Progress[] = [];
  const training = train(whole, data, options);
  for await (const progress of training) straight.push(progress);
  for (const stop of [1, 7 + integers(key(20261), 1, 12)[0], 23]) {
    const first = conditional();
    const seen: Progress[] = [];
    const stopped = train(first, data, options);
    for await (const progress of stopped) {
      seen.push(progress);
      if (progress.step === stop) break;
    }
    const resume = decodeTrainingState(encodeTrainingState(stopped.state()));
    const second = conditional();
    const resumed = train(second, data, { ...options, resume });
    for await (const progress of resumed) seen.push(progress);
    t.deepEqual(seen, straight, `stopped at ${stop}`);
    t.deepEqual(second.parameters, whole.parameters);
    t.deepEqual(resumed.state(), training.state());
  }
});

test.serial('a loop that was left goes on where it stopped', async (t) => {
  const options = { objective, steps: 10, batch: 8, seed: 2 };
  const whole = small();
  await train(whole, rows(30), options);
  const parts = small();
  const training = train(parts, rows(30), options);
  for await (const { step } of training) if (step === 4) break;
  t.is((await training).step, 10);
  t.deepEqual(parts.parameters, whole.parameters);
  t.is((await training).step, 10, 'awaited again, the same progress');
  const done = train(parts, rows(30), { ...options, resume: training.state() });
  t.is((await failure(() => done)).code, 'invalid-option');
});

test.serial('the same seed gives the same bytes, another seed others, and 0 is a seed', async (t) => {
  const run = async (seed?: number) => {
    const flow = small();
    await train(flow, rows(30), { objective, steps: 3, batch: 8, seed });
    return flow.parameters;
  };
  t.deepEqual(await run(0), await run(0));
  t.deepEqual(await run(0), await run());
  t.notDeepEqual(await run(0), await run(1));
});

test.serial('the flow has the moving average, which the state keeps beside the weights', async (t) => {
  const flow = small();
  const averaged = train(flow, rows(30), { objective, steps: 5, batch: 8, ema: 0.99 });
  await averaged;
  t.deepEqual(flow.parameters, averaged.state().ema);
  t.notDeepEqual(flow.parameters, averaged.state().parameters);
  const plain = small();
  const raw = train(plain, rows(30), { objective, steps: 5, batch: 8, ema: false });
  await raw;
  t.deepEqual(plain.parameters, averaged.state().parameters);
  t.is(raw.state().ema, undefined);
});

test.serial('an epoch shows every sample once, in an order of its own', async (t) => {
  const seen: number[][] = [];
  const spy: Objective = {
    name: 'spy',
    async evaluate(flow, parameters, batch, objectiveKey) {
      seen.push(Array.from(batch.x.data).filter((_, i) => i % 2 === 0));
      return objective.evaluate(flow, parameters, batch, objectiveKey);
    },
  };
  const x = { shape: [12, 2], data: Float32Array.from({ length: 24 }, (_, i) => Math.floor(i / 2)) };
  await train(small(), x, { objective: spy, steps: 9, batch: 8 });
  const order = seen.flat();
  const epochs = [0, 1, 2, 3, 4, 5].map((e) => order.slice(12 * e, 12 * (e + 1)));
  for (const epoch of epochs)
    t.deepEqual(
      [...epoch].sort((a, b) => a - b),
      [...Array(12).keys()],
    );
  t.is(new Set(epochs.map(String)).size, 6);
});

test.serial('label dropout zeroes whole rows, about as many as asked for', async (t) => {
  const conditions: number[][] = [];
  const spy: Objective = {
    name: 'spy',
    async evaluate(flow, parameters, batch, objectiveKey) {
      const { data, shape } = batch.condition!;
      for (let i = 0; i < shape[0]; i++) conditions.push([...data.subarray(3 * i, 3 * i + 3)]);
      return objective.evaluate(flow, parameters, batch, objectiveKey);
    },
  };
  const run = (labelDropout: number) => {
    conditions.length = 0;
    return train(conditional(), { x: levels(50), labels: labels(50) }, { objective: spy, steps: 10, batch: 100, labelDropout });
  };
  await run(0.2);
  const sums = conditions.map((row) => row.reduce((sum, v) => sum + v, 0));
  t.true(sums.every((sum) => sum === 0 || sum === 1));
  const dropped = sums.filter((sum) => sum === 0).length;
  t.true(Math.abs(dropped - 200) < 4 * Math.sqrt(1000 * 0.2 * 0.8), `${dropped} of 1000 dropped`);
  await run(0);
  t.true(conditions.every((row) => row.reduce((sum, v) => sum + v, 0) === 1));
});

test.serial('labels stay with their samples, also under the exact coupling and shuffling', async (t) => {
  const classOf = labels(60);
  const x = { shape: [60, 2], data: Float32Array.from({ length: 120 }, (_, i) => 10 * classOf[Math.floor(i / 2)]) };
  let wrong = 0;
  const spy: Objective = {
    name: 'spy',
    async evaluate(flow, parameters, batch, objectiveKey) {
      for (let i = 0; i < 30; i++) if (batch.condition!.data[3 * i + batch.x.data[2 * i] / 10] !== 1) wrong++;
      return objective.evaluate(flow, parameters, batch, objectiveKey);
    },
  };
  const flow = cnf({ field: mlp({ dim: 2, hidden: [8], classes: 3 }) });
  await train(flow, { x, labels: classOf }, { objective: spy, steps: 6, batch: 30 });
  t.is(wrong, 0);
});

test.serial('leaving the loop, aborting and failing keep the last weights and no tensor', async (t) => {
  const before = countTensors();
  const flow = small();
  const training = train(flow, rows(30), { objective, steps: 50, batch: 8 });
  for await (const { step } of training) {
    t.is(countTensors(), before);
    if (step === 3) break;
  }
  t.deepEqual(flow.parameters, training.state().ema);

  const controller = new AbortController();
  const aborted = train(small(), rows(30), { objective, steps: 50, batch: 8, signal: controller.signal });
  const abortion = await failure(async () => {
    for await (const { step } of aborted) if (step === 2) controller.abort();
  });
  t.is(abortion.code, 'aborted');
  t.is(aborted.state().step, 2);

  let calls = 0;
  const faulty: Objective = {
    name: 'faulty',
    async evaluate(...given) {
      if (++calls === 3) throw new Error('broken objective');
      return objective.evaluate(...given);
    },
  };
  const broken = train(small(), rows(30), { objective: faulty, steps: 50, batch: 8 });
  await t.throwsAsync(() => broken, { message: 'broken objective' });
  t.is(broken.state().step, 2);
  t.is((await broken).step, 50, 'it can go on after a failure');
  t.is(countTensors(), before);
});

test.serial('a loss that is not finite stops the run with the weights from before', async (t) => {
  const before = countTensors();
  let calls = 0;
  const exploding: Objective = {
    name: 'exploding',
    async evaluate(...given) {
      const evaluation = await objective.evaluate(...given);
      return ++calls === 4 ? { ...evaluation, loss: NaN } : evaluation;
    },
  };
  const flow = small();
  const error = await failure(() => train(flow, rows(30), { objective: exploding, steps: 9, batch: 8 }));
  t.is(error.code, 'training-diverged');
  t.regex(error.message, /step 4 the loss is NaN/);
  const { step, state, gradientNorm } = error.cause as Divergence;
  t.is(step, 4);
  t.is(state.step, 3);
  t.true(gradientNorm > 0);
  t.deepEqual(flow.parameters, state.ema);
  t.true(Object.values(state.parameters).every(({ data }) => data.every(Number.isFinite)));
  t.is(countTensors(), before);
});

test.serial('a gradient that overflows stops the run too', async (t) => {
  const flow = small();
  const error = await failure(() =>
    train(flow, { shape: [4, 2], data: new Float32Array(8).fill(3e38) }, { objective, steps: 2, batch: 4 }),
  );
  t.is(error.code, 'training-diverged');
});

test.serial('data that do not fit are refused before the first update, with the place', async (t) => {
  const spoilt = rows(10);
  spoilt.data[7] = NaN;
  const options = { objective, steps: 2, batch: 4 };
  const refusal = (flow: Flow, data: unknown) => failure(() => train(flow, data as never, options));
  const nan = await refusal(small(), spoilt);
  t.is(nan.code, 'invalid-value');
  t.regex(nan.message, /NaN in row 3, entry 1/);
  t.regex((await refusal(small(), [[1, 2, 3]])).message, /\[3\] where the field has \[2\]/);
  t.is((await refusal(small(), [1, 2, 3])).code, 'invalid-shape');
  t.is((await refusal(small(), [])).code, 'invalid-shape');
  t.is((await refusal(small(), undefined)).code, 'invalid-value');
  t.regex((await refusal(conditional(), { x: levels(4), labels: [0, 1, 3, 2] })).message, /3 in row 2.*classes 0 to 2/);
  t.regex((await refusal(conditional(), { x: levels(4), labels: [0, 1] })).message, /2 entries for 4 samples/);
  t.regex((await refusal(conditional(), levels(4))).message, /has no conditions/);
  t.regex((await refusal(small(), { x: rows(4), labels: [0, 0, 0, 0] })).message, /no classes/);
  t.regex((await refusal(conditional(), { x: levels(4), condition: rows(4) })).message, /\[4, 2\] where \[4, 3\]/);
  t.regex((await refusal(conditional(), { x: levels(4), labels: undefined })).message, /labels has no entries for 4 samples/);
  t.regex((await refusal(small(), { shape: [1, 2], data: Float64Array.of(0, 1e39) })).message, /row 0, entry 1/);
  t.regex((await refusal(small(), { sample: () => rows(3) })).message, /gave 3 samples instead of 4/);
  t.regex((await refusal(small(), { sample: () => [[1, 2]] })).message, /the sampler gave no array/);
  t.regex((await refusal(conditional(), { sample: () => rows(4) })).message, /has no conditions/);
  t.regex((await refusal(small(), { sample: () => ({ x: rows(4), condition: rows(4) }) })).message, /has conditions/);
  t.regex((await refusal(conditional(), { sample: () => ({ x: rows(4), condition: rows(4) }) })).message, /\[4, 2\] where \[4, 3\]/);
});

test.serial('a sampler may give each sample its condition', async (t) => {
  const trained = async (data: TrainingData) => {
    const flow = cnf({ field: mlp({ dim: 2, hidden: [4], classes: 3 }), seed: 1 });
    await train(flow, data, { objective, steps: 2, batch: 4 });
    return flow.parameters;
  };
  // Equal rows, so that the order in which epochs are shuffled does not matter.
  const repeated = (row: number[]) => ({
    shape: [4, row.length],
    data: Float32Array.from({ length: 4 * row.length }, (_, i) => row[i % row.length]),
  });
  const [x, told, untold] = [repeated([1, -2]), repeated([0, 1, 0]), repeated([0, 0, 0])];
  const expected = await trained({ x, condition: told });
  t.deepEqual(await trained({ sample: () => ({ x, condition: told }) }), expected);
  t.notDeepEqual(await trained({ sample: () => ({ x, condition: untold }) }), expected);
});

test.serial('nested numbers, typed arrays, a tensor and a sampler of the same rows train alike', async (t) => {
  const array = rows(8);
  const nested = Array.from({ length: 8 }, (_, i) => [array.data[2 * i], array.data[2 * i + 1]]);
  const tensor = upload(array);
  const before = countTensors();
  const run = async (data: TrainingData) => {
    const flow = small();
    await train(flow, data, { objective, steps: 3, batch: 8, clip: false });
    return flow.parameters;
  };
  const expected = await run(array);
  t.deepEqual(await run(nested), expected);
  t.deepEqual(await run({ shape: array.shape, data: Float64Array.from(array.data) }), expected);
  t.deepEqual(await run(tensor), expected);
  t.notDeepEqual(await run({ sample: (count, sampleKey) => ({ shape: [count, 2], data: normals(sampleKey, 2 * count) }) }), expected);
  t.is(countTensors(), before);
  tensor.dispose();
});

test.serial('a damaged or foreign training state is refused', async (t) => {
  const training = train(small(), rows(10), { objective, steps: 2, batch: 4 });
  await training;
  const state = training.state();
  const bytes = encodeTrainingState(state);
  t.deepEqual(decodeTrainingState(bytes), state);
  t.deepEqual(encodeTrainingState(decodeTrainingState(bytes)), bytes);
  const refusal = (content: Uint8Array) => failure(() => decodeTrainingState(content));
  t.is((await refusal(bytes.slice(0, -1))).code, 'invalid-file');
  t.is((await refusal(writeSafetensors(new Map()))).code, 'invalid-file');
  const { tensors, metadata } = readSafetensors(bytes);
  const numbers = JSON.parse(metadata.get('state')!) as object;
  const withNumbers = (changed: object) => writeSafetensors(tensors, new Map([...metadata, ['state', JSON.stringify(changed)]]));
  t.deepEqual(decodeTrainingState(withNumbers(numbers)), state);
  t.regex((await refusal(withNumbers({ ...numbers, step: -1 }))).message, /step is -1/);
  t.is((await refusal(withNumbers({ ...numbers, more: 1 }))).code, 'invalid-file');
  const withoutOne = new Map([...tensors].filter(([name]) => name !== 'adam/v/output/bias'));
  t.regex((await refusal(writeSafetensors(withoutOne, metadata))).message, /adam\/v does not fit/);
  const withOneMore = new Map([...tensors, ['elsewhere', { shape: [1], data: new Float32Array(1) }] as const]);
  t.regex((await refusal(writeSafetensors(withOneMore, metadata))).message, /"elsewhere" is none/);
});

test.serial('a schedule that is not finite stops the run before the weights suffer', async (t) => {
  const flow = small();
  const error = await failure(() => train(flow, rows(8), { objective, steps: 4, batch: 4, schedule: (step) => (step === 2 ? NaN : 1) }));
  t.is(error.code, 'invalid-value');
  t.regex(error.message, /learning rate NaN at step 2/);
  t.true(Object.values(flow.parameters).every(({ data }) => data.every(Number.isFinite)));
});

test.serial('options are checked at once', async (t) => {
  t.is((await failure(() => train(undefined as never, rows(4), { objective }))).code, 'invalid-value');
  const start = (options: object) => failure(() => train(small(), rows(4), options as TrainOptions));
  t.regex((await start({ objective, learningrate: 1 })).hint, /'learningRate'/);
  t.is((await start({})).code, 'invalid-option');
  t.is((await start({ objective, ema: 1 })).code, 'invalid-option');
  t.is((await start({ objective, clip: 0 })).code, 'invalid-option');
  t.regex((await start({ objective, schedule: 'cosin' })).hint, /'cosine'/);
  t.is((await start({ objective, validation: { data: rows(4), evry: 3 } })).code, 'unknown-option');
  const training = train(small(), rows(4), { objective, steps: 1, batch: 4 });
  await training;
  const resume = training.state();
  t.regex((await start({ objective, batch: 4, seed: 9, resume })).message, /seed 0, this run has 9/);
  t.regex((await start({ objective, batch: 8, resume })).message, /batch 4/);
  t.regex((await start({ objective, batch: 4, ema: false, resume })).message, /average/);
  const other = cnf({ field: mlp({ dim: 2, hidden: [9] }) });
  t.regex((await failure(() => train(other, rows(4), { objective, batch: 4, resume }))).message, /the weights hidden0/);
});

test.serial('two trainings of one flow at once: each validates its own weights', async (t) => {
  const run = async (flow: Flow, seed: number, learningRate: number): Promise<number[]> => {
    const found: number[] = [];
    const validation = { data: rows(64, 6), every: 1 };
    const training = train(flow, rows(30), { objective, steps: 4, batch: 8, seed, learningRate, validation });
    for await (const { validation: loss } of training) found.push(loss!);
    return found;
  };
  const flow = small();
  const [first, second] = await Promise.all([run(flow, 1, 1e-3), run(flow, 2, 0.5)]);
  t.deepEqual(first, await run(small(), 1, 1e-3));
  t.deepEqual(second, await run(small(), 2, 0.5));
});

test.serial('one iteration at a time', async (t) => {
  const training = train(small(), rows(10), { objective, steps: 5, batch: 4 });
  const [first, second] = [1, 2].map(() => training.then((progress) => progress));
  const another = await failure(async () => {
    for await (const _ of training) t.fail();
  });
  t.is(another.code, 'unsupported');
  t.is(await first, await second, 'awaited twice, it runs once');
  t.is((await first).step, 5);
});

test.serial('a measurement of one’s own is told where it is due, sees the weights of the step, and refuses what data need', async (t) => {
  const flow = small();
  const seen: Flow['parameters'][] = [];
  const measure = async (given: Flow) => (seen.push(given.parameters), seen.length);
  const training = train(flow, rows(30), { objective, steps: 5, batch: 8, ema: 0.9, validation: { measure, every: 2 } });
  const told: (number | undefined)[] = [];
  for await (const { validation } of training) told.push(validation);
  t.deepEqual(told, [undefined, 1, undefined, 2, 3]);
  t.deepEqual(seen.at(-1), training.state().ema);
  const mixed = { measure, count: 3 } as never;
  t.is((await failure(() => train(flow, rows(30), { objective, validation: mixed }))).code, 'unknown-option');
});
