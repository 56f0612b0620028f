import { type NdArray, type NumericArray, takeRows, toFloat32 } from '@advect/base/array';
import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { abortSignal, boolean, callback, integer, number, optional, readOptions, seed } from '@advect/base/options';
import { compile, type ExecutorReport, type Program } from '@advect/compiler';
import { breathe } from '../../breathe.js';
import type { Parameters } from '../../field/field.js';
import { rowsOf } from '../../flow/programs/index.js';
import { type Key, key, permutation, split } from '../../random/index.js';
import { logSoftmax, type Scalar, tf, valueAndGradients } from '../../tensor/index.js';
import { emaUpdate } from '../../train/ema.js';
import { adamDefaults, adamUpdate } from '../../train/optimizer.js';
import { cosine, warmUp } from '../../train/schedule.js';
import { newState } from '../../train/state.js';
import { inOneMemory } from '../../train/update-kernel.js';
import { augment, type Augmentation } from './augment.js';
import { applyPictureNet, type PictureNet } from './net.js';

/** How a classifier of pictures learns. */
export interface LearnPicturesOptions extends Partial<Augmentation> {
  /** Times that each picture is seen. Default 10. */
  readonly epochs?: number;
  /** Pictures for each step. Default 128. */
  readonly batch?: number;
  /** Peak of the learning rate of AdamW. Default 2e-3. */
  readonly learningRate?: number;
  /** Default 0.05. */
  readonly weightDecay?: number;
  /** Decay of the moving average of the weights that is kept. Default 0.999. */
  readonly ema?: number;
  /** Of weights, order and augmentation. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Told after each step. */
  readonly onStep?: (progress: LearningProgress) => void;
}

export interface LearningProgress {
  /** Steps made, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Mean cross-entropy of this step's pictures, nats. */
  readonly loss: number;
  /** Share of this step's pictures that were told right, before the step. */
  readonly accuracy: number;
  readonly executor: ExecutorReport;
}

type Settings = Required<Omit<LearnPicturesOptions, 'signal' | 'onStep'>> & Pick<LearnPicturesOptions, 'signal' | 'onStep'>;

const readSettings = (options: LearnPicturesOptions): Settings =>
  readOptions<LearnPicturesOptions>('fitPictureClassifier', options, {
    epochs: number({ default: 10, min: 0.001, max: 10_000 }),
    batch: integer({ default: 128, min: 1 }),
    learningRate: number({ default: 2e-3, min: 0 }),
    weightDecay: number({ default: 0.05, min: 0 }),
    ema: number({ default: 0.999, min: 0, max: 1 }),
    shift: integer({ default: 0, min: 0, max: 16 }),
    mirror: boolean(false),
    seed: seed(),
    signal: abortSignal,
    onStep: optional(callback<(progress: LearningProgress) => void>()),
  }) as Settings;

/** Weights of `net` that tell the classes of labelled pictures apart, by AdamW on the cross-entropy, with a cosine schedule. */
export async function learnPictures(
  net: PictureNet,
  start: (key: Key) => Parameters,
  x: NdArray<NumericArray>,
  labels: ArrayLike<number>,
  options: LearnPicturesOptions,
): Promise<Parameters> {
  const o = readSettings(options);
  checkLabels(labels, x.shape[0], net.classes);
  const root = split(key(o.seed), 'picture classifier');
  const live = inOneMemory(newState(start(split(root, 'weights')), true));
  const count = x.shape[0];
  const batch = Math.min(o.batch, count);
  const inEpoch = Math.max(1, Math.floor(count / batch));
  const steps = Math.max(1, Math.round(o.epochs * inEpoch));
  const rate = warmUp(Math.min(100, Math.ceil(steps / 10)), cosine());
  const program = await compileGradient(net, live.parameters);
  try {
    let order: Int32Array = new Int32Array(0);
    for (let step = 0; step < steps; step++) {
      throwIfAborted(o.signal, 'fitPictureClassifier');
      await breathe();
      if (step % inEpoch === 0) order = permutation(split(split(root, 'order'), step / inEpoch), count);
      const rows = order.subarray((step % inEpoch) * batch, ((step % inEpoch) + 1) * batch);
      const pictures = toFloat32(takeRows(x, rows), 'fitPictureClassifier').data;
      const targets = new Float32Array(batch * net.classes);
      rows.forEach((row, i) => (targets[i * net.classes + labels[row]] = 1));
      program.bind(Object.fromEntries(Object.entries(live.parameters).map(([name, { data }]) => [name, data])));
      const { losses, right, ...gradients } = await program.run({
        x: augment(pictures, net.event, o, split(split(root, 'augmentation'), step)),
        targets,
        scale: Float32Array.of(1 / batch),
      });
      const loss = mean(losses);
      if (!Number.isFinite(loss)) throw diverged(step, loss);
      adamUpdate(live.parameters, gradients, live.optimizer, o.learningRate * rate(step, steps), {
        ...adamDefaults,
        weightDecay: o.weightDecay,
      });
      emaUpdate(live.ema!, live.parameters, o.ema, step + 1);
      o.onStep?.({ step: step + 1, steps, loss, accuracy: mean(right), executor: program.report });
    }
  } finally {
    program.dispose();
  }
  return Object.fromEntries(Object.entries(live.ema!).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

/** (x, targets, scale) → cross-entropy of each row, whether its largest logit is the target's, and the gradients of the scaled sum. */
export function compileGradient(net: PictureNet, parameters: Parameters): Promise<Program> {
  const weightInputs = Object.entries(parameters).map(([name, { shape }]) => [name, { shape, kind: 'parameter' }] as const);
  return compile(
    ({ x, targets, scale, ...weights }) => {
      const kept: tf.Tensor[] = [];
      try {
        const { gradients } = valueAndGradients((w) => {
          const { logits } = applyPictureNet(net, w, x);
          const losses = tf.neg(tf.sum(tf.mul(logSoftmax(logits), targets), 1));
          const right = tf.cast(tf.greaterEqual(tf.sum(tf.mul(logits, targets), 1), tf.max(logits, 1)), 'float32');
          kept.push(tf.keep(losses), tf.keep(right));
          return tf.sum<Scalar>(tf.mul(losses, scale));
        }, weights);
        return { losses: tf.clone(kept[0]), right: tf.clone(kept[1]), ...gradients };
      } finally {
        tf.dispose(kept);
      }
    },
    { x: rowsOf(...net.event), targets: rowsOf(net.classes), scale: { shape: [1] }, ...Object.fromEntries(weightInputs) },
  );
}

function checkLabels(labels: ArrayLike<number>, count: number, classes: number): void {
  if (labels.length !== count) {
    throw new AdvectError('invalid-shape', `${labels.length} labels were given for ${count} pictures`, 'Give one label for each picture.');
  }
  for (let i = 0; i < count; i++) {
    if (Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes) continue;
    throw new AdvectError('invalid-value', `picture ${i} has the label ${labels[i]}`, `Labels are whole numbers from 0 to ${classes - 1}.`);
  }
}

const mean = (values: Float32Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

const diverged = (step: number, loss: number): AdvectError =>
  new AdvectError('training-diverged', `fitPictureClassifier: at step ${step + 1} the loss is ${loss}`, 'Lower the learning rate.');
