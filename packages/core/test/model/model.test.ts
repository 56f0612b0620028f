import test from 'ava';
import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { endpointField, mlp, transformer, transformerNetwork } from '#src/field/index.js';
import { affine, cnf, dequantise, type Flow, gaussianMixture, logit, sampledBase } from '#src/flow/index.js';
import { sha256, writeSafetensors } from '#src/io/index.js';
import { loadModel, type ModelFiles, readModelManifest, saveModel } from '#src/model/index.js';
import { countTensors, ready } from '#src/tensor/index.js';

test.before(() => ready());

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

const pictures = (): Flow =>
  cnf({
    field: mlp({ event: [2, 2, 1], hidden: [16, 16], classes: 3, lastLayer: 'random' }),
    base: gaussianMixture({
      means: [
        [0, 0, 0, 0],
        [1, 1, -1, -1],
      ],
      standardDeviations: [1, 0.5],
    }),
    transforms: [dequantise({ levels: 17 }), logit({ alpha: 0.05 }), affine({ shift: [0.1, 0, 0, 0.2], scale: 1.5 })],
    seed: 4,
  });

const record = {
  name: 'squares',
  description: 'Two-by-two pictures | for a test.',
  labels: ['dark', 'grey', 'light'],
  defaults: { steps: 20 },
  training: { command: 'none', seed: 4 },
  metrics: { 'test bits/dim': 2.5 },
};

test.serial('a model read back is the same model: weights, samples and log-densities bit for bit', async (t) => {
  const before = countTensors();
  const flow = pictures();
  const files = await saveModel(flow, record);
  t.deepEqual([...files.keys()], ['model.json', 'weights.safetensors', 'MODEL_CARD.md']);
  const loaded = await loadModel(files);
  t.deepEqual(loaded.parameters, flow.parameters);
  t.deepEqual(loaded.field.config, flow.field.config);
  const x = { shape: [3, 2, 2, 1], data: Float32Array.from({ length: 12 }, (_, i) => i) };
  const options = { label: [0, 1, 2], seed: 3 };
  t.deepEqual((await loaded.logProb(x, options)).logProb, (await flow.logProb(x, options)).logProb);
  t.deepEqual((await loaded.sample(4, { label: 1 })).x, (await flow.sample(4, { label: 1 })).x);
  t.deepEqual(await saveModel(loaded, record), files);
  t.is(countTensors(), before);
});

test('the manifest keeps the record, and the card tells it to people', async (t) => {
  const files = await saveModel(pictures(), record);
  const manifest = readModelManifest(files);
  t.deepEqual({ ...manifest, ...record }, manifest);
  t.is(manifest.weights.sha256, await sha256(files.get('weights.safetensors')!));
  const card = text(files.get('MODEL_CARD.md')!);
  for (const part of ['# squares', 'dark, grey, light', 'test bits/dim', '2.5', 'dequantise, logit, affine'])
    t.true(card.includes(part), part);
  t.true(card.includes('pictures \\| for'), 'markup in a text is escaped');
});

test('a record or weights that make no sense are refused', async (t) => {
  const flow = pictures();
  await t.throwsAsync(() => saveModel(flow, { ...record, lables: [] } as never), { code: 'unknown-option', instanceOf: AdvectError });
  await t.throwsAsync(() => saveModel(flow, {} as never), { code: 'invalid-option' });
  await t.throwsAsync(() => saveModel(flow, { ...record, metrics: { loss: NaN } }), { code: 'invalid-option' });
  const wrong = [
    { name: '' },
    { name: 3 },
    { description: 3 },
    { labels: 'dark' },
    { labels: ['dark', 1] },
    { defaults: null },
    { application: [] },
    { training: 'none' },
    { metrics: null },
    { metrics: [1] },
    { metrics: { bits: 1, nats: '2' } },
  ];
  for (const part of wrong) {
    const error = await t.throwsAsync<AdvectError>(() => saveModel(flow, { ...record, ...part } as never), { code: 'invalid-option' });
    t.regex(error.message, new RegExp(`^saveModel.*${Object.keys(part)[0]}`));
  }
  const bare = readModelManifest(await saveModel(flow, { name: 'bare' }));
  t.deepEqual([bare.description, bare.labels], ['', []]);
  t.deepEqual(Object.keys(bare.parameters), Object.keys(flow.parameters).sort());
  for (const base of [{}, null, { sample: () => 1 }, { config: {} }]) {
    await t.throwsAsync(() => loadModel(new Map(), { base } as never), { code: 'invalid-option', message: /^loadModel.*sampledBase/ });
  }
  const endless: { self?: unknown } = {};
  endless.self = endless;
  for (const training of [{ seed: 3n }, endless, { loss: NaN }, JSON.parse('{"__proto__": 1}')]) {
    await t.throwsAsync(() => saveModel(flow, { ...record, training }), { code: 'invalid-file', instanceOf: AdvectError });
  }
  const files = await saveModel(flow, { ...record, training: { notes: undefined, seed: 1 } as never });
  t.deepEqual(readModelManifest(files).training, { seed: 1 });
  t.false(text(files.get('MODEL_CARD.md')!).includes('notes'));
  const [name] = Object.keys(flow.parameters);
  flow.parameters[name].data[2] = Infinity;
  await t.throwsAsync(() => saveModel(flow, record), { code: 'invalid-value', message: new RegExp(`^saveModel: ${name}.*Infinity`) });
});

/** The model's files with model.json changed as an object, and the weights' length and digest made right again. */
async function forged(
  change: (manifest: Record<string, any>) => void,
  weights?: (tensors: Map<string, NdArray>) => void,
): Promise<ModelFiles> {
  const flow = pictures();
  const files = new Map(await saveModel(flow, record));
  const manifest = JSON.parse(text(files.get('model.json')!)) as Record<string, any>;
  if (weights) {
    const tensors = new Map(Object.entries(flow.parameters));
    weights(tensors);
    const written = writeSafetensors(tensors);
    files.set('weights.safetensors', written);
    manifest.weights = { ...manifest.weights, sha256: await sha256(written), bytes: written.length };
  }
  change(manifest);
  return files.set('model.json', bytes(JSON.stringify(manifest)));
}

test('forged and damaged files are refused at once, with a reason and a way out', async (t) => {
  const whole = await saveModel(pictures(), record);
  const without = (name: string): ModelFiles => new Map([...whole].filter(([file]) => file !== name));
  const withFile = (name: string, content: Uint8Array): ModelFiles => new Map([...whole, [name, content]]);
  const flipped = whole.get('weights.safetensors')!.slice();
  flipped[flipped.length - 1] ^= 1;
  const first = 'hidden0/bias';
  const cases: [string, ModelFiles, RegExp][] = [
    ['no files', new Map(), /no model\.json.*none/],
    ['no weights', without('weights.safetensors'), /no weights\.safetensors among the files \(model\.json, MODEL_CARD\.md\)/],
    ['truncated weights', withFile('weights.safetensors', whole.get('weights.safetensors')!.slice(0, -5)), /bytes where model\.json says/],
    ['one bit flipped', withFile('weights.safetensors', flipped), /checksum/],
    ['truncated manifest', withFile('model.json', whole.get('model.json')!.slice(0, 200)), /model\.json/],
    ['not text', withFile('model.json', Uint8Array.of(0xff, 0xfe)), /UTF-8/],
    ['a list of another shape', await forged((m) => (m.parameters[first] = [15])), /is F32 \[16\] where F32 \[15\]/],
    ['another element type', await forged((m) => (m.weights.dtype = 'float16')), /is F32 \[.*\] where F16/],
    ['a manifest of 4 MB', withFile('model.json', new Uint8Array(2 ** 22).fill(0x20)), /model\.json has 4194304 bytes/],
    ['a weight not listed', await forged((m) => delete m.parameters[first]), /does not list/],
    ['a weight that is missing', await forged((m) => (m.parameters['other/bias'] = [3])), /lacks "other\/bias"/],
    ['an unknown field', await forged((m) => (m.field.kind = 'mpl')), /no field of the kind 'mpl'/],
    ['an unknown setting', await forged((m) => (m.field.width = 5)), /no option 'width'/],
    ['an unknown transform', await forged((m) => (m.transforms[0].kind = 'eval')), /unknown transform 'eval'/],
    ['an unknown base', await forged((m) => (m.base.kind = '__proto__')), /unknown base/],
    ['a wider field', await forged((m) => (m.field.hidden = [17, 16])), /weights/],
    ['a monstrous field', await forged((m) => (m.field.hidden = [2 ** 31, 2 ** 31])), /more than its weights can fill/],
    ['a monstrous size beside a list', await forged((m) => (m.field.hidden = [[], 2 ** 31])), /more than its weights can fill/],
    ['a setting that is null', await forged((m) => (m.field.hidden = null)), /hidden/],
    ['a field just below the limit', await forged((m) => (m.field.hidden = [1024, 1024])), /more weights than there are/],
    [
      'a NaN among the weights',
      await forged(
        () => {},
        (tensors) => (tensors.get(first)!.data[3] = NaN),
      ),
      /NaN/,
    ],
    [
      'a weight too many',
      await forged(
        (m) => (m.parameters.extra = [1]),
        (tensors) => tensors.set('extra', { shape: [1], data: new Float32Array(1) }),
      ),
      /unknown \[extra\]/,
    ],
  ];
  for (const [what, files, reason] of cases) {
    const began = process.cpuUsage();
    const error = await t.throwsAsync<AdvectError>(() => loadModel(files), { instanceOf: AdvectError, code: 'invalid-file' }, what);
    const used = process.cpuUsage(began);
    t.regex(error.message, reason, what);
    t.true(error.hint.length > 0);
    t.true(used.user + used.system < 500_000, `${what} took ${(used.user + used.system) / 1000} ms of CPU`);
  }
});

test('no settings in a file make a field larger than its weights', async (t) => {
  const flow = cnf({ field: transformer({ event: [4, 3], model: 16, layers: 1 }) });
  const files = await saveModel(flow, { name: 'tokens' });
  t.deepEqual((await loadModel(files)).parameters, flow.parameters);
  for (const change of [{ event: [4096, 4096] }, { model: 4096, heads: 1 }, { layers: 4096 }, { period: 4096 }, { expansion: 4096 }]) {
    const manifest = JSON.parse(text(files.get('model.json')!)) as { field: object };
    Object.assign(manifest.field, change);
    const began = process.cpuUsage();
    await t.throwsAsync(() => loadModel(new Map([...files, ['model.json', bytes(JSON.stringify(manifest))]])), { code: 'invalid-file' });
    const { user, system } = process.cpuUsage(began);
    t.true(user + system < 500_000, `${JSON.stringify(change)} took ${(user + system) / 1000} ms of CPU`);
  }
});

test.serial('a field made of a network and a code book comes back too', async (t) => {
  const network = transformerNetwork({ input: [3, 2], output: [3, 4], model: 8, layers: 1, heads: 2, lastLayer: 'random' });
  // 5000 is more than there are weights, and no size.
  const codebook = [0, 1, 2, 3].map((k) => [5000 * Math.cos(k), Math.sin(k)]);
  const flow = cnf({ field: endpointField({ network, codebook, evidence: 'logits' }), seed: 2 });
  const loaded = await loadModel(await saveModel(flow, { name: 'codes' }));
  t.deepEqual((await loaded.sample(2, { seed: 1 })).x, (await flow.sample(2, { seed: 1 })).x);
});

test('weights keep every bit, the sign of zero and the smallest numbers included', async (t) => {
  const flow = pictures();
  const [name] = Object.keys(flow.parameters);
  flow.parameters[name].data.set([-0, 1e-45, -1.17549435e-38]);
  const loaded = await loadModel(await saveModel(flow, record));
  t.deepEqual(new Uint8Array(loaded.parameters[name].data.buffer), new Uint8Array(flow.parameters[name].data.slice().buffer));
});

test.serial('weights in float16 halve the file and come back rounded to nearest; the manifest and the card say so', async (t) => {
  const flow = pictures();
  const [whole, half] = [await saveModel(flow, record), await saveModel(flow, record, { dtype: 'float16' })];
  const numbers = Object.values(flow.parameters).reduce((sum, { data }) => sum + data.length, 0);
  for (const [files, size] of [
    [whole, 4],
    [half, 2],
  ] as const) {
    const file = files.get('weights.safetensors')!;
    const header = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    t.is(file.length, 8 + header + size * numbers);
  }
  t.is(readModelManifest(half).weights.dtype, 'float16');
  t.regex(text(half.get('MODEL_CARD.md')!), /bytes of float16/);
  const loaded = await loadModel(half);
  for (const [name, { data }] of Object.entries(flow.parameters)) {
    const back = loaded.parameters[name].data;
    for (let i = 0; i < data.length; i++) {
      const most = Math.abs(data[i]) >= 2 ** -14 ? 2 ** -11 * Math.abs(data[i]) : 2 ** -25;
      if (!(Math.abs(back[i] - data[i]) <= most)) t.fail(`${name}[${i}]: ${data[i]} became ${back[i]}`);
    }
  }
  t.deepEqual(await saveModel(loaded, record, { dtype: 'float16' }), half, 'what is rounded once is not rounded again');
  flow.parameters['hidden0/bias'].data[0] = 7e4;
  await t.throwsAsync(saveModel(flow, record, { dtype: 'float16' }), {
    code: 'invalid-value',
    message: /holds 70000 .* beyond half precision/,
  });
  await t.throwsAsync(saveModel(flow, record, { dtype: 'float8' as never }), {
    code: 'invalid-option',
    instanceOf: AdvectError,
    message: /^saveModel/,
  });
});

test.serial('a flow that starts from samples is loaded with its source given again, and not without', async (t) => {
  const source = { sample: (count: number) => ({ shape: [count, 2], data: new Float32Array(2 * count).fill(0.5) }) };
  const flow = cnf({ field: mlp({ dim: 2, hidden: [8], lastLayer: 'random' }), base: sampledBase(source), seed: 1 });
  const files = await saveModel(flow, { name: 'two sets' });
  const loaded = await loadModel(files, { base: sampledBase(source) });
  t.deepEqual((await loaded.sample(3)).x, (await flow.sample(3)).x);
  const error = await t.throwsAsync<AdvectError>(loadModel(files), { code: 'invalid-option', message: /"two sets" starts from samples/ });
  t.regex(error.hint, /loadModel\(files, \{ base: sampledBase\(source\) \}\)/);
  const other = await saveModel(pictures(), record);
  await t.throwsAsync(loadModel(other, { base: sampledBase(source) }), { code: 'invalid-option', message: /has a base of its own/ });
  await t.throwsAsync(
    loadModel(files, { base: source as never }).then((f) => f.sample(1)),
    { instanceOf: AdvectError },
  );
});
