// Runs alone: it changes the backend of TensorFlow.js.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { mismatch } from '@advect/testkit';
import { AdvectError } from '@advect/base/errors';
import {
  assertShape,
  countTensors,
  download,
  downloadSync,
  isTensor,
  ready,
  type Scalar,
  type Tensor,
  tf,
  toHost,
  upload,
  uploadParameters,
  valueAndGradients,
  withScope,
} from '#src/tensor/index.js';

const run = promisify(execFile);
const entry = new URL('../../../dist/tensor/index.js', import.meta.url).href;

/** Runs a line of code in a fresh Node, with `core` the tensor module; gives what it printed. */
const inFreshNode = (code: string, env: Record<string, string> = {}): Promise<{ stdout: string; stderr: string }> =>
  run(process.execPath, ['--input-type=module', '-e', `const core = await import(${JSON.stringify(entry)}); ${code}`], {
    env: { ...process.env, ADVECT_BACKEND: '', ...env },
  });

test.before(async () => {
  await ready();
});

// ---- backend

test.serial('ready: concurrent first calls agree on wasm in Node, and nothing is printed but what we print', async (t) => {
  const { stdout, stderr } = await inFreshNode(
    `const reports = await Promise.all([core.ready(), core.ready(), core.ready({ backend: 'wasm' })]);
     core.upload({ shape: [1], data: new Float32Array(1) }); await core.ready({ backend: 'cpu' });
     core.upload({ shape: [1], data: new Float32Array(1) });
     console.log(JSON.stringify([...reports, process.rawListeners('uncaughtException').length]));`,
  );
  const [first, second, third, handlers] = JSON.parse(stdout) as [{ backend: string }, unknown, unknown, number];
  t.is(first.backend, 'wasm');
  t.deepEqual(second, first);
  t.deepEqual(third, first);
  t.is(handlers, 0, 'no handler of uncaught errors is left behind');
  t.is(stderr, '');
});

test.serial('ready: ADVECT_BACKEND chooses in Node, an option overrides it, nonsense is named', async (t) => {
  const [chosen, overridden, wrong] = await Promise.all([
    inFreshNode(`console.log((await core.ready()).backend)`, { ADVECT_BACKEND: 'cpu' }),
    inFreshNode(`console.log((await core.ready({ backend: 'wasm' })).backend)`, { ADVECT_BACKEND: 'cpu' }),
    inFreshNode(`console.log(await core.ready().catch((e) => e.message + ' ' + e.hint))`, { ADVECT_BACKEND: 'wasn' }),
  ]);
  t.is(chosen.stdout.trim(), 'cpu');
  t.is(overridden.stdout.trim(), 'wasm');
  t.regex(wrong.stdout, /ADVECT_BACKEND is 'wasn'.*Did you mean 'wasm'\?/s);
});

test.serial('ready: falls back to cpu with the reason when wasm cannot start', async (t) => {
  const { stdout } = await inFreshNode(
    `core.tf.registerBackend('wasm', async () => { throw new Error('no memory'); }, 3);
     console.log(JSON.stringify(await core.ready()));`,
  );
  const report = JSON.parse(stdout.trim().split('\n').at(-1)!) as { backend: string; reason: string };
  t.is(report.backend, 'cpu');
  t.regex(report.reason, /wasm did not start/);
});

test.serial('ready: unknown and unavailable backends are AdvectErrors with a way out', async (t) => {
  const unknown = await t.throwsAsync(ready({ backend: 'metal' as never }), { instanceOf: AdvectError });
  t.is(unknown.code, 'invalid-option');
  const absent = await t.throwsAsync(ready({ backend: 'webgpu' }), { instanceOf: AdvectError });
  t.is(absent.code, 'unsupported');
  t.regex(absent.hint, /tfjs-backend-webgpu/);
  await t.throwsAsync(ready({ backnd: 'cpu' } as never), { message: /no option 'backnd'/ });
  t.is((await ready()).backend, tf.getBackend());
});

test.serial('ready: switches when asked, and then stays', async (t) => {
  t.is((await ready({ backend: 'cpu' })).backend, 'cpu');
  t.is((await ready()).backend, 'cpu');
  t.is((await ready({ backend: 'wasm' })).backend, 'wasm');
  t.is((await ready()).backend, 'wasm');
});

test.serial('the precision probe finds float32, and half precision when results are rounded to it', async (t) => {
  const report = await ready();
  t.is(report.epsilon, 2 ** -23);
  t.is(report.minimumTolerance, 8 * 2 ** -23);
  const { stdout } = await inFreshNode(
    `await core.ready({ backend: 'cpu' });
     const round = (v) => { const s = v === 0 ? 1 : 2 ** (Math.floor(Math.log2(Math.abs(v))) - 10); return Math.round(v / s) * s; };
     for (const name of ['Add', 'Sub']) {
       const kernel = core.tf.getKernel(name, 'cpu');
       core.tf.unregisterKernel(name, 'cpu');
       core.tf.registerKernel({ ...kernel, kernelFunc: (call) => {
         const out = kernel.kernelFunc(call);
         const values = call.backend.data.get(out.dataId).values;
         values.forEach((v, i) => { values[i] = round(v); });
         return out;
       } });
     }
     const { probePrecision } = await import(${JSON.stringify(entry.replace('index.js', 'precision.js'))});
     console.log((await probePrecision()).epsilon);`,
  );
  t.is(Number(stdout), 2 ** -10);
});

// ---- gradients of raw operations, twice

const operations: Record<string, (x: Tensor) => Tensor> = {
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  exp: tf.exp,
  elu: tf.elu,
  selu: tf.selu,
  leakyRelu: (x) => tf.leakyRelu(x),
  softplus: tf.softplus,
  max: (x) => tf.mul(tf.max(x), tf.max(x)),
  min: (x) => tf.square(tf.min(x)),
  maximum: (x) => tf.square(tf.maximum(x, 0.5)),
  minimum: (x) => tf.square(tf.minimum(x, 0.5)),
  clip: (x) => tf.square(tf.clipByValue(x, -0.6, 1)),
  where: (x) => tf.where(tf.greater(x, 0), tf.square(x), tf.exp(x)),
  softmax: (x) => tf.softmax(x),
  'softmax along the first axis': (x) => tf.softmax(tf.transpose(tf.reshape(x, [2, 2]))),
  'tf.logSumExp': (x) => tf.square(tf.logSumExp(x)),
  pow: (x) => tf.pow(tf.abs(x), 3),
  rsqrt: (x) => tf.rsqrt(tf.add(tf.square(x), 1)),
  matMul: (x) => tf.square(tf.matMul(tf.reshape(x, [2, 2]), tf.reshape(x, [2, 2]), true, false)),
};

for (const [name, f] of Object.entries(operations)) {
  test.serial(`second derivative of ${name} against central differences`, (t) => {
    tf.tidy(() => {
      const x = tf.tensor1d([-1.3, -0.37, 0.37, 1.3]);
      const weights = tf.tensor1d([0.7, -1.1, 0.4, 0.9]);
      const weighted = (y: Tensor): Tensor => tf.sum(tf.mul(tf.reshape(y, [-1]), weights.slice(0, y.size)));
      const gradient = tf.grad((v: Tensor) => weighted(f(v)));
      const along = tf.tensor1d([0.3, -0.5, 0.8, 0.2]);
      const second = tf
        .grad((v: Tensor) => tf.sum(tf.mul(gradient(v), along)))(x)
        .dataSync();
      const h = 0.02;
      const expected = Array.from({ length: 4 }, (_, i) => {
        const at = (by: number): number =>
          tf.sum(tf.mul(gradient(tf.add<tf.Tensor1D>(x, tf.oneHot(tf.scalar(i, 'int32'), 4).mul(by))), along)).dataSync()[0];
        return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      });
      t.is(mismatch(second, expected, { atol: 3e-4, rtol: 3e-4 }), undefined);
    });
  });
}

// ---- scopes

test.serial('a scope frees everything when it settles, also on a throw, and concurrent scopes keep to themselves', async (t) => {
  const before = countTensors();
  const pause = (): Promise<void> => new Promise((done) => setImmediate(done));
  const work = async (n: number, fails: boolean): Promise<number> =>
    withScope(async (scope) => {
      const x = scope.run(() => tf.mul(tf.ones([4]), n));
      await pause();
      const { y } = scope.run(() => ({ y: tf.mul(tf.add(x, 1), 2), list: [tf.zeros([2])] }));
      await pause();
      if (fails) throw new Error('on purpose');
      return y.dataSync()[0];
    });
  const results = await Promise.allSettled([work(1, false), work(2, true), work(3, false)]);
  t.deepEqual(
    results.map((r) => (r.status === 'fulfilled' ? r.value : (r.reason as Error).message)),
    [4, 'on purpose', 8],
  );
  t.is(countTensors(), before);
});

test.serial('release frees now, detach hands over, and a tidy around does not free what a scope owns', async (t) => {
  const before = countTensors();
  const handed = await withScope((scope) => {
    const x = scope.keep(tf.zeros([2]));
    scope.release(x);
    t.true(x.isDisposed);
    scope.release(x);
    const inside = tf.tidy(() => {
      scope.run(() => tf.ones([3]));
      return scope.keep(tf.ones([1]));
    });
    t.false(inside.isDisposed);
    t.is(countTensors(), before + 2);
    return scope.detach(scope.keep(tf.ones([2])));
  });
  t.deepEqual([...handed.dataSync()], [1, 1]);
  handed.dispose();
  t.is(countTensors(), before);
});

// ---- transfer

for (const backend of ['wasm', 'cpu'] as const) {
  test.serial(`upload and download copy on ${backend}: neither side sees the other's later changes`, async (t) => {
    await ready({ backend });
    const data = Float32Array.from([1, 2, 3, 4]);
    const tensor = upload({ shape: [2, 2], data });
    data[0] = 9;
    const [first, second] = [await download(tensor), downloadSync(tensor)];
    t.deepEqual([...first.data], [1, 2, 3, 4]);
    t.deepEqual(first.shape, [2, 2]);
    first.data[1] = 9;
    second.data[2] = 9;
    t.deepEqual([...tensor.dataSync()], [1, 2, 3, 4]);
    tensor.dispose();
    await ready({ backend: 'wasm' });
  });
}

test.serial('toHost takes tensors, nested numbers and every typed array; other dtypes become float32', async (t) => {
  const integers = tf.tensor2d([[1, 2]], undefined, 'int32');
  t.true(isTensor(integers));
  t.false(isTensor([1, 2]));
  for (const value of [integers, [[1, 2]], { shape: [1, 2], data: Float64Array.of(1, 2) }, { shape: [1, 2], data: Uint8Array.of(1, 2) }]) {
    const array = await toHost(value, 'x');
    t.true(array.data instanceof Float32Array);
    t.deepEqual({ shape: array.shape, data: [...array.data] }, { shape: [1, 2], data: [1, 2] });
  }
  t.false(integers.isDisposed);
  integers.dispose();
  await t.throwsAsync(toHost([[1], [2, 3]], 'x'), { instanceOf: AdvectError });
});

test.serial('uploadParameters gives the scope what it uploads', async (t) => {
  const before = countTensors();
  await withScope((scope) => {
    const tensors = uploadParameters({ 'a/weight': { shape: [2], data: Float32Array.of(1, 2) } }, scope);
    t.deepEqual([...tensors['a/weight'].dataSync()], [1, 2]);
  });
  t.is(countTensors(), before);
});

// ---- gradients of a scalar

test.serial('valueAndGradients: closed form, zeros for what is unused, nothing left behind', (t) => {
  const before = countTensors();
  const a = tf.tensor1d([1, -2, 3]);
  const unused = tf.ones([2, 2]);
  const { value, gradients } = valueAndGradients(({ a: x }) => tf.sum<Scalar>(tf.mul(tf.square(x), x)), { a, unused });
  t.is(value.dataSync()[0], 20);
  t.deepEqual([...gradients['a'].dataSync()], [3, 12, 27]);
  t.deepEqual([...gradients['unused'].dataSync()], [0, 0, 0, 0]);
  t.is(countTensors(), before + 5);
  tf.dispose([value, gradients['a'], gradients['unused'], a, unused]);
  t.is(countTensors(), before);
});

test.serial('valueAndGradients: a throw inside leaves no tensor and a working engine', (t) => {
  const a = tf.tensor1d([1, 2]);
  const before = countTensors();
  for (let i = 0; i < 3; i++) {
    t.throws(
      () =>
        valueAndGradients(
          ({ a: x }) => {
            tf.tanh(tf.exp(tf.mul(x, x)));
            throw new Error('on purpose');
          },
          { a },
        ),
      { message: 'on purpose' },
    );
    t.is(countTensors(), before);
  }
  const { value, gradients } = valueAndGradients(({ a: x }) => tf.sum<Scalar>(tf.exp(x)), { a });
  t.is(mismatch(gradients['a'].dataSync(), [Math.E, Math.E ** 2], { rtol: 1e-6 }), undefined);
  tf.dispose([value, gradients['a'], a]);
});

// ---- shapes

test('assertShape names the tensor, both shapes and the free axes', (t) => {
  assertShape([5, 2], ['batch', 2], 'x');
  assertShape([3, 3], ['n', 'n'], 'x');
  const error = t.throws(() => assertShape([5, 3], ['batch', 2], 'x'), { instanceOf: AdvectError });
  t.is(error.code, 'invalid-shape');
  t.is(error.message, 'x has the shape [5, 3] where [batch, 2] belongs');
  t.throws(() => assertShape([3, 4], ['n', 'n'], 'x'));
  t.throws(() => assertShape([5], ['batch', 2], 'x'));
  t.throws(() => assertShape([], [1], 'x'), { message: 'x has the shape [] where [1] belongs' });
});

test.serial('a backend that fails to start leaves the one in use in charge', async (t) => {
  const { stdout } = await inFreshNode(
    `await core.ready();
     core.tf.registerBackend('webgl', () => { throw new Error('no context'); });
     console.warn = () => {};
     const code = await core.ready({ backend: 'webgl' }).catch((e) => e.code);
     console.log(code, core.tf.getBackend(), core.tf.add(1, 2).dataSync()[0]);`,
  );
  t.is(stdout.trim(), 'unsupported wasm 3');
});

test.serial('what is read is a copy also when another backend has taken over', async (t) => {
  await ready({ backend: 'cpu' });
  const tensor = tf.tensor1d([1, 2]);
  await ready({ backend: 'wasm' });
  downloadSync(tensor).data.fill(9);
  t.deepEqual([...tensor.dataSync()], [1, 2]);
  tensor.dispose();
});
