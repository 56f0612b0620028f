import { basename, resolve } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, flag, kebab, numeric, refuseExisting, shellWord, text, writeModelFolder } from '@advect/node';
import { openPictures } from '../data/open-pictures.js';
import type { Pictures, PictureSet } from '../data/picture-set.js';

const options = {
  data: text({ description: 'a public set, or a folder or archive of pictures in a sub-folder for each class', placeholder: 'NAME|DIR' }),
  size: numeric({ description: "pixels along each side of a folder's pictures", integer: true, min: 4, max: 64, default: 16 }),
  colour: flag({ description: "learn a folder's pictures in colour instead of grey" }),
  epochs: numeric({ description: 'times that each picture is seen', min: 0.01, max: 1000, default: 10 }),
  batch: numeric({ description: 'pictures for each step', integer: true, min: 2, max: 65_536, default: 128 }),
  learningRate: numeric({ description: 'peak of the learning rate', min: 1e-7, max: 1, default: 2e-3 }),
  weightDecay: numeric({ description: 'decay of the weights (AdamW)', min: 0, max: 10, default: 0.05 }),
  shift: numeric({ description: 'pixels that pictures are moved by at most while it learns', integer: true, min: 0, max: 16, default: 0 }),
  mirror: flag({ description: 'show half of the pictures in a mirror while it learns' }),
  features: numeric({ description: 'width of the layer before the last', integer: true, min: 2, max: 1024, default: 64 }),
  seed: numeric({
    description: 'seed of weights, order and augmentation',
    integer: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 0,
  }),
  out: text({ description: 'the folder to write', short: 'o', placeholder: 'DIR', default: 'classifier' }),
  force: flag({ description: 'replace a classifier that exists' }),
};

export const trainClassifier = defineCommand({
  name: 'train-classifier',
  summary: 'Learn to tell classes apart, to measure generated pictures with.',
  details:
    'Writes a folder as train does: model.json, weights.safetensors in float16, MODEL_CARD.md, and log.jsonl. image evaluate\n' +
    '--classifier takes it. Those of digits and garments come with the app.',
  options,
  examples: [
    ['train-classifier --data mnist --shift 2 --out digits', 'the classifier of digits that comes with the app'],
    ['train-classifier --data photos/ --colour --mirror --out photos-classifier', 'your own classes'],
  ],
  run: runTrainClassifier,
});

async function runTrainClassifier(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, print, json, signal, progress } = context;
  if (o.data === undefined) throw new AdvectError('invalid-option', '--data is missing', 'Give the set to learn, such as --data mnist.');
  if (!o.force) await refuseExisting(o.out);
  const set = await openPictures({ data: o.data, size: o.size, colour: o.colour }, context);
  if (set.classes.length < 2) {
    throw new AdvectError('invalid-value', `${set.credit.title} has no classes to tell apart`, 'Give a set with classes.');
  }
  note(`${set.credit.title}: ${set.train.count} pictures to learn from, ${set.test.count} to measure with, ${set.classes.length} classes`);
  const [{ fitPictureClassifier }, { asStored, classifierFiles }] = await Promise.all([
    import('@advect/core'),
    import('../files/classifier-files.js'),
  ]);

  const { epochs, batch, learningRate, weightDecay, shift, mirror, features, seed } = o;
  const settings = { epochs, batch, learningRate, weightDecay, shift, mirror, features, seed };
  const log = epochLog(Math.max(1, Math.floor(set.train.count / Math.min(batch, set.train.count))));
  const learned = await fitPictureClassifier(rowsOf(set.train, set), set.train.labels, {
    ...settings,
    levels: set.levels,
    classes: set.classes.length,
    signal,
    onStep: (step) => {
      log.add(step);
      progress.update(step.step, step.steps, `cross-entropy ${step.loss.toFixed(3)}`);
    },
  });
  const stored = asStored(learned);
  const correct = await accuracy(stored, set, signal);
  const metrics = { 'test pictures told right, %': round(100 * correct), 'test pictures': set.test.count };
  note(`of ${set.test.count} test pictures ${metrics['test pictures told right, %']} % are told right`);
  const given = Object.entries({ data: o.data, ...settings, ...(context.given.includes('size') && { size: o.size }), colour: o.colour });
  const command = `advect-image train-classifier ${given.flatMap(([name, setting]) => wordsOf(name, setting)).join(' ')}`;
  const training = { pictures: set.train.count, steps: log.steps(), executor: log.executor(), 'training seconds': log.seconds() };
  const record = { name: basename(resolve(o.out)), command, training, metrics, log: log.text() };
  await writeModelFolder(o.out, classifierFiles(stored, set, record), { force: o.force });
  print(json ? JSON.stringify({ classifier: o.out, ...metrics }) : o.out);
}

const rowsOf = ({ count, pixels }: Pictures, { size, channels }: PictureSet) => ({ shape: [count, size, size, channels], data: pixels });

async function accuracy(
  classifier: Awaited<ReturnType<typeof import('@advect/core').fitPictureClassifier>>,
  set: PictureSet,
  signal: AbortSignal,
): Promise<number> {
  const { labels } = await classifier.classify(rowsOf(set.test, set), signal);
  return labels.filter((label, i) => label === set.test.labels[i]).length / set.test.count;
}

function wordsOf(name: string, setting: string | number | boolean | undefined): string[] {
  if (setting === undefined || setting === false) return [];
  return setting === true ? [`--${kebab(name)}`] : [`--${kebab(name)} ${shellWord(String(setting))}`];
}

/** Means over each epoch, as lines of JSON. */
function epochLog(inEpoch: number) {
  const started = performance.now();
  const lines: string[] = [];
  let [loss, right, count, steps, executor] = [0, 0, 0, 0, ''];
  const seconds = (): number => round((performance.now() - started) / 1000);
  return {
    add(step: import('@advect/core').LearningProgress) {
      loss += step.loss;
      right += step.accuracy;
      count++;
      steps = step.steps;
      executor = `${step.executor.executor}, ${step.executor.threads} ${step.executor.threads === 1 ? 'thread' : 'threads'}`;
      if (step.step % inEpoch !== 0 && step.step !== step.steps) return;
      const means = { 'cross-entropy': round(loss / count), 'told right, %': round((100 * right) / count) };
      lines.push(JSON.stringify({ epoch: lines.length + 1, step: step.step, ...means, seconds: seconds() }));
      [loss, right, count] = [0, 0, 0];
    },
    steps: () => steps,
    executor: () => executor,
    seconds,
    text: () => lines.map((line) => `${line}\n`).join(''),
  };
}

const round = (v: number): number => Number(v.toPrecision(4));
