import { readFileSync } from 'node:fs';
import test from 'ava';
import { maxError } from '@advect/testkit';
import { fitPictureClassifier, pictureClassifier } from '#src/evaluate/index.js';
import { augment } from '#src/evaluate/picture-classifier/augment.js';
import { compileGradient } from '#src/evaluate/picture-classifier/learn.js';
import { type PictureNet, readPictureNet } from '#src/evaluate/picture-classifier/net.js';
import type { Parameters } from '#src/field/field.js';
import { integers, key, normals, split } from '#src/random/index.js';

interface Listed {
  readonly shape: number[];
  readonly data: number[];
}
const reference = JSON.parse(
  readFileSync(new URL('../../../test/evaluate/reference/picture-classifier.json', import.meta.url), 'utf8'),
) as {
  readonly config: PictureNet;
  readonly weights: { readonly [name: string]: Listed };
  readonly x: Listed;
  readonly labels: number[];
  readonly features: Listed;
  readonly logits: Listed;
  readonly gradients: { readonly [name: string]: Listed };
};
const array = ({ shape, data }: Listed) => ({ shape, data: Float32Array.from(data) });
const parameters: Parameters = Object.fromEntries(Object.entries(reference.weights).map(([name, weight]) => [name, array(weight)]));

test('logits and features are those of the same net in PyTorch', async (t) => {
  const { logits, features, labels } = await pictureClassifier({ ...reference.config, parameters }).classify(array(reference.x));
  t.deepEqual(logits.shape, reference.logits.shape);
  t.true(maxError(logits.data, Float32Array.from(reference.logits.data)) < 2e-5);
  t.true(maxError(features.data, Float32Array.from(reference.features.data)) < 2e-5);
  const best = reference.labels.map((_, i) => {
    const row = reference.logits.data.slice(3 * i, 3 * i + 3);
    return row.indexOf(Math.max(...row));
  });
  t.deepEqual(Array.from(labels), best);
});

test('the gradient of the cross-entropy is PyTorch’s', async (t) => {
  const net = readPictureNet(reference.config);
  const program = await compileGradient(net, parameters);
  try {
    program.bind(Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, data])));
    const targets = Float32Array.from(reference.labels.flatMap((label) => [0, 1, 2].map((c) => Number(c === label))));
    const { losses, right, ...gradients } = await program.run({
      x: array(reference.x).data,
      targets,
      scale: Float32Array.of(1 / reference.labels.length),
    });
    for (const [name, { data }] of Object.entries(reference.gradients)) {
      t.true(maxError(gradients[name], Float32Array.from(data)) < 2e-5, name);
    }
    reference.labels.forEach((label, i) => {
      const row = reference.logits.data.slice(3 * i, 3 * i + 3);
      t.true(Math.abs(losses[i] - (Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - row[label])) < 2e-5);
      t.is(right[i], Number(row[label] === Math.max(...row)));
    });
  } finally {
    program.dispose();
  }
});

/** Pictures of 8 × 8 with a bright bar, upright (class 0) or lying (class 1), somewhere in noise. */
function bars(count: number, seed: number) {
  const noise = normals(split(key(seed), 'noise'), count * 64);
  const places = integers(split(key(seed), 'place'), count, 8);
  const labels = integers(split(key(seed), 'label'), count, 2);
  const data = new Uint8Array(count * 64).map((_, at) => {
    const [i, row, column] = [Math.floor(at / 64), Math.floor((at % 64) / 8), at % 8];
    const inBar = (labels[i] === 0 ? column : row) === places[i];
    return Math.min(Math.max(60 + 30 * noise[at] + (inBar ? 120 : 0), 0), 255);
  });
  return { x: { shape: [count, 8, 8, 1], data }, labels };
}

test('it learns to tell upright from lying bars, the same way for the same seed', async (t) => {
  const [known, asked] = [bars(600, 1), bars(200, 2)];
  const steps: number[] = [];
  const learn = (seed: number) =>
    fitPictureClassifier(known.x, known.labels, {
      epochs: 10,
      learningRate: 5e-3,
      batch: 50,
      channels: [8, 8],
      features: 8,
      ema: 0.9,
      shift: 1,
      seed,
      onStep: ({ step }) => steps.push(step),
    });
  const classifier = await learn(1);
  t.is(steps.at(-1), 120);
  t.deepEqual(classifier.config, { event: [8, 8, 1], classes: 2, levels: 256, channels: [8, 8], features: 8 });
  const { labels } = await classifier.classify(asked.x);
  const right = labels.filter((label, i) => label === asked.labels[i]).length / 200;
  t.true(right > 0.95, `${right}`);
  const [again, other] = [await learn(1), await learn(2)];
  t.deepEqual(again.parameters, classifier.parameters);
  t.notDeepEqual(other.parameters, classifier.parameters);
});

test('pictures are moved by whole pixels with their edge repeated, and mirrored, each by its own draw', (t) => {
  const picture = Float32Array.from({ length: 3 * 4 * 2 }, (_, i) => i);
  const many = new Float32Array(400 * 24).map((_, i) => picture[i % 24]);
  const event = [3, 4, 2] as const;
  const moved = augment(many, event, { shift: 1, mirror: true }, key(3));
  const found = new Map<string, number>();
  for (let i = 0; i < 400; i++) {
    const one = Array.from(moved.subarray(i * 24, (i + 1) * 24)).join();
    found.set(one, (found.get(one) ?? 0) + 1);
  }
  const clip = (v: number, most: number): number => Math.min(Math.max(v, 0), most);
  const expected = [-1, 0, 1].flatMap((down) =>
    [-1, 0, 1].flatMap((right) =>
      [false, true].map((mirror) =>
        Array.from({ length: 24 }, (_, at) => {
          const [r, c, k] = [Math.floor(at / 8), Math.floor((at % 8) / 2), at % 2];
          return picture[clip(r + down, 2) * 8 + clip((mirror ? 3 - c : c) + right, 3) * 2 + k];
        }).join(),
      ),
    ),
  );
  t.deepEqual([...found.keys()].sort(), expected.sort());
  t.true([...found.values()].every((times) => times > 5));
  t.is(augment(many, event, { shift: 0, mirror: false }, key(3)), many);
});

test('pictures, labels and weights that do not fit are refused', async (t) => {
  const { x, labels } = bars(10, 1);
  await t.throwsAsync(fitPictureClassifier(x, labels.subarray(1)), { code: 'invalid-shape', message: /9 labels/ });
  await t.throwsAsync(fitPictureClassifier(x, [0, 1, 2, 3, 4, 5, 6, 7, 8, -1]), {
    code: 'invalid-value',
    message: /picture 9 has the label -1/,
  });
  await t.throwsAsync(fitPictureClassifier(x, labels, { signal: AbortSignal.abort() }), { code: 'aborted' });
  const { 'classes/bias': _, ...rest } = parameters;
  t.throws(() => pictureClassifier({ ...reference.config, parameters: rest }), { code: 'invalid-value', message: /lack 'classes\/bias'/ });
  t.throws(() => pictureClassifier({ ...reference.config, features: 6, parameters }), { code: 'invalid-shape' });
  t.throws(() => pictureClassifier({ ...reference.config, event: [3, 8, 2], parameters }), {
    code: 'invalid-option',
    message: /halved twice/,
  });
  await t.throwsAsync(pictureClassifier({ ...reference.config, parameters }).classify(x), { code: 'invalid-shape' });
});
