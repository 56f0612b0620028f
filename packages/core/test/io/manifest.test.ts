import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { type Manifest, formatManifest, parseManifest } from '#src/io/manifest.js';
import { atOnce } from './at-once.js';

const manifest: Manifest = {
  name: 'digits',
  description: 'Handwritten digits of 8 × 8 pixels.',
  field: { kind: 'mlp', hidden: [128, 128], activation: 'tanh' },
  base: { kind: 'normal' },
  transforms: [
    { kind: 'dequantise', levels: 17 },
    { kind: 'logit', alpha: 0.01 },
  ],
  parameters: { 'hidden0/weight': [64, 128], 'hidden0/bias': [128], scale: [] },
  labels: ['0', '1'],
  defaults: { method: 'dopri5', rtol: 1e-5 },
  application: { width: 8, height: 8, text: '[\\n 1,\\n 2] [ 3,  4 ]' },
  training: { steps: 20_000, seed: 0, notes: ['a', { b: null }] },
  metrics: { 'test bits/dim': 2.31 },
  weights: { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 33_304, dtype: 'float32' },
};
const text = formatManifest(manifest);

test('a manifest is read as it was written, whatever the order of its members', (t) => {
  t.deepEqual(parseManifest(text), manifest);
  t.is(formatManifest(Object.fromEntries(Object.entries(manifest).reverse()) as unknown as Manifest), text);
  t.is((JSON.parse(text) as { format: string }).format, 'advect-model');
  t.deepEqual(Object.keys(JSON.parse(text) as object), ['format', 'version', ...Object.keys(manifest)]);
  t.true(text.includes('"hidden0/weight": [64, 128]'));
});

test('any JSON survives in the open members', (t) => {
  const safe = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
  fc.assert(
    fc.property(safe, (value) => {
      const given = { ...manifest, training: { value: JSON.parse(JSON.stringify(value)) } };
      t.deepEqual(parseManifest(formatManifest(given)), given);
    }),
  );
});

const changed = (change: (document: Record<string, unknown>) => unknown): string => {
  const document = JSON.parse(text) as Record<string, unknown>;
  const result = change(document);
  return JSON.stringify(result === undefined ? document : result);
};
const set = (name: string, value: unknown): string => changed((document) => void (document[name] = value));

const faults: Record<string, { text: string; says: RegExp; hint?: RegExp }> = {
  'an empty file': { text: '', says: /^model\.json: a value is missing/ },
  'a list': { text: '[]', says: /the whole is not an object/ },
  'another format': { text: set('format', 'onnx'), says: /format is "onnx"/ },
  'a later version': { text: set('version', 3), says: /version is 3/, hint: /reads versions 1 and 2/ },
  'the weights of version 2 in version 1': { text: set('version', 1), says: /weights has no member "dtype"/ },
  'no format': { text: changed((d) => void delete d.format), says: /format is missing,/ },
  'a format that is a list': { text: set('format', []), says: /format is a list,/ },
  'a version that is null': { text: set('version', null), says: /version is null$/ },
  'a version that is an object': { text: set('version', {}), says: /version is an object$/ },
  'a misspelt member': {
    text: set('metric', {}),
    says: /the manifest has no member "metric"/,
    hint: /^Did you mean 'metrics'\?.* Its members are: name, description, field, base, /,
  },
  'a missing member': { text: changed((d) => void delete d.base), says: /lacks the member "base"/, hint: /^Fetch or export/ },
  'a field without a kind': { text: set('field', { hidden: [3] }), says: /field has no kind/ },
  'transforms that are no list': { text: set('transforms', {}), says: /transforms is not a list/ },
  'a transform without a kind': { text: set('transforms', [{ kind: 'logit' }, {}]), says: /transforms\[1\] has no kind/ },
  'a negative size': { text: set('parameters', { w: [-1] }), says: /parameters: "w"\[0\] is -1/ },
  'a fractional size': { text: set('parameters', { w: [1.5] }), says: /"w"\[0\] is 1.5/ },
  'a size that is text': { text: set('parameters', { w: ['1'] }), says: /"w"\[0\] is "1"/ },
  'a huge size': { text: set('parameters', { w: [2 ** 31] }), says: /"w"\[0\] is 2147483648/ },
  'a huge product': { text: set('parameters', { w: [65536, 65536] }), says: /the shape \[65536, 65536\], more than 2147483647 numbers/ },
  'nine axes': { text: set('parameters', { w: [1, 1, 1, 1, 1, 1, 1, 1, 1] }), says: /"w" is not a list of at most 8/ },
  'too many parameters': {
    text: set('parameters', Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`p${i}`, [1]]))),
    says: /10001 entries/,
  },
  'a label that is a number': { text: set('labels', [0]), says: /labels\[0\] is not a text/ },
  'a metric that is text': { text: set('metrics', { bits: '2' }), says: /metrics: "bits" is "2"/ },
  'a digest with a digit too many': { text: set('weights', { ...manifest.weights, sha256: '0'.repeat(65) }), says: /sha256 is not 64/ },
  'a digest of the wrong length': { text: set('weights', { ...manifest.weights, sha256: 'abc' }), says: /sha256 is not 64/ },
  'a stranger in the weights': { text: set('weights', { ...manifest.weights, file: '../x' }), says: /weights has no member "file"/ },
  'a member called __proto__': { text: text.replace('"steps"', '"__proto__"'), says: /training has a member "__proto__"/ },
  'a member given twice': { text: text.replace('"name"', '"base": {}, "name"'), says: /"base" occurs a second time/ },
  'too long a text': { text: set('description', 'x'.repeat(2001)), says: /description is not a text/ },
  'too long a file': { text: `${text}${' '.repeat(2 ** 20)}`, says: /characters where at most/ },
  'a number beyond float64': { text: text.replace('2.31', '1e999'), says: /number is too large/ },
};

for (const [title, { text: faulty, says, hint }] of Object.entries(faults)) {
  test(`refused: ${title}`, (t) => {
    const error = atOnce(t, () => t.throws(() => parseManifest(faulty), { instanceOf: AdvectError, code: 'invalid-file' }));
    t.regex(error?.message ?? '', says);
    if (hint) t.regex(error?.hint ?? '', hint);
  });
}

test('a manifest cut off at any character, or with any character changed, is refused or read', (t) => {
  for (let at = 0; at < text.length - 1; at++) {
    t.throws(() => parseManifest(text.slice(0, at)), { instanceOf: AdvectError, code: 'invalid-file' });
    for (const character of ['"', '}', '0', ' ']) {
      try {
        parseManifest(text.slice(0, at) + character + text.slice(at + 1));
      } catch (error) {
        t.true(error instanceof AdvectError && error.code === 'invalid-file');
      }
    }
  }
});

test('the writer refuses what cannot be read back', (t) => {
  const write = (change: object) => () => formatManifest({ ...manifest, ...change });
  for (const call of [
    write({ metrics: { loss: NaN } }),
    write({ training: { loss: Infinity } }),
    write({ extra: 1 }),
    write({ name: undefined }),
  ]) {
    t.throws(call, { instanceOf: AdvectError, code: 'invalid-file' });
  }
  t.throws(write({ training: { loss: NaN } }), { message: /"loss" is NaN$/ });
  const error = t.throws(write({ training: { steps: 1n } }), { instanceOf: AdvectError, code: 'invalid-file' });
  t.regex(error?.message ?? '', /JSON cannot hold it: .*BigInt/);
  t.is(error?.hint, 'Give plain JSON values.');
});

test('the limits themselves are within bounds', (t) => {
  const parameters = { none: [0, 4], all: [2 ** 31 - 1], eight: [1, 1, 1, 1, 1, 1, 1, 1] };
  t.deepEqual(parseManifest(set('parameters', parameters)).parameters, parameters);
  t.is(parseManifest(set('description', 'x'.repeat(2000))).description.length, 2000);
  const metrics = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`m${i}`, i]));
  t.deepEqual(parseManifest(set('metrics', metrics)).metrics, metrics);
  t.notThrows(() => parseManifest(text.padEnd(2 ** 20)));
  t.throws(() => parseManifest(text.padEnd(2 ** 20 + 1)), { code: 'invalid-file' });
});
