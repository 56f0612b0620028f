import { type Flow, flowMatching, likelihood, ndarray, type Objective, reflow, type TrainingData, type TrainOptions } from '@advect/core';
import { type PictureObjective, type TrainingTimes, usualPairs } from './field-kind.js';
import { guided } from './label.js';
import type { PictureSet } from '../data/picture-set.js';

/** What decides how a model learns, beside the pictures themselves. */
export interface TrainingSettings {
  readonly objective: PictureObjective;
  /** How times are drawn; 'uniform' if it is not said. */
  readonly times?: TrainingTimes;
  /** Pairs of noise and picture that `reflow` learns from. */
  readonly pairs?: number;
  /** Scale of classifier-free guidance under which they are made; 1, the bare model, if it is not said. */
  readonly guidance?: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Share of pictures shown without their class. */
  readonly labelDropout: number;
  readonly seed: number;
}

/** What `train` and `findLearningRate` of the library take. */
export interface PictureTraining {
  readonly data: TrainingData;
  readonly options: Pick<TrainOptions, 'objective'> & Partial<TrainOptions>;
}

/**
 * How a flow learns the pictures of a set: AdamW, cosine schedule, averaged weights. `reflow` is for a flow that has learned
 * already, and learns from pairs that it makes, in place of the pictures.
 */
export async function pictureTraining(
  flow: Flow,
  set: PictureSet,
  settings: TrainingSettings,
  about: About = {},
): Promise<PictureTraining> {
  const { steps, batch, learningRate, weightDecay, labelDropout, seed, objective, times } = settings;
  const straighten = objective === 'reflow';
  const data = straighten ? await pairsOf(flow, set, settings, about) : picturesOf(set);
  return {
    data,
    options: {
      objective: objectives[objective](times),
      steps,
      batch: Math.min(batch, set.train.count),
      learningRate,
      weightDecay,
      ...(set.classes.length > 0 && !straighten && { labelDropout }),
      schedule: 'cosine',
      warmup: Math.min(200, Math.ceil(steps / 10)),
      ema: 0.999,
      seed,
    },
  };
}

/** Of work before the training itself. */
export interface About {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const tolerance = { method: 'dopri5', rtol: 1e-3, atol: 1e-3 } as const;

const objectives: { readonly [name in PictureObjective]: (times?: TrainingTimes) => Objective } = {
  'flow-matching': (timeDistribution) => flowMatching({ timeDistribution }),
  reflow: (timeDistribution) => flowMatching({ timeDistribution }),
  likelihood: () => likelihood({ ...tolerance, gradient: 'adjoint', divergence: 'rademacher', probes: 1 }),
};

function picturesOf({ train: { count, pixels, labels }, size, channels, classes }: PictureSet): TrainingData {
  const x = ndarray(pixels, [count, size, size, channels]);
  return classes.length > 0 ? { x, labels } : x;
}

const atATime = 256;

/**
 * Pairs of noise and picture of the flow, in turns so that they can be stopped; classes as often as each other. Of pairs that were
 * made under guidance the next flow learns to do without it, at half the cost (Meng et al. 2023, "On distillation of guided diffusion
 * models").
 */
async function pairsOf(
  flow: Flow,
  { classes }: PictureSet,
  { pairs = usualPairs, guidance = 1, seed, labelDropout }: TrainingSettings,
  { signal, onProgress }: About,
): Promise<TrainingData> {
  const dim = flow.field.event.reduce((product, n) => product * n, 1);
  const [x0, x1] = [new Float32Array(pairs * dim), new Float32Array(pairs * dim)];
  const labels = Int32Array.from({ length: pairs }, (_, i) => classOf(i, classes.length, labelDropout));
  for (let start = 0; start < pairs; start += atATime) {
    const count = Math.min(atATime, pairs - start);
    const label = classes.length > 0 ? { label: labels.subarray(start, start + count) } : {};
    const made = await reflow(guided(flow, guidance), count, { ...tolerance, ...label, seed, start, signal });
    x0.set(made.x0.data, start * dim);
    x1.set(made.x1.data, start * dim);
    onProgress?.(start + count, pairs);
  }
  const shape = [pairs, ...flow.field.event];
  return { x0: ndarray(x0, shape), x1: ndarray(x1, shape), ...(classes.length > 0 && { labels }) };
}

/** The class of the i-th pair: each in turn, and as large a share of none as asked for. */
const classOf = (i: number, classes: number, without: number): number =>
  Math.floor((i + 1) * without) > Math.floor(i * without) ? -1 : i % classes;
