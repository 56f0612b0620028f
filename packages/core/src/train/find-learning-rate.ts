import { AdvectError } from '@advect/base/errors';
import { integer, number, readOptions } from '@advect/base/options';
import type { Flow } from '../flow/flow.js';
import type { TrainingData } from './data.js';
import { train } from './loop.js';
import type { TrainOptions } from './options.js';
import { learningRateFromCurve } from './rate-curve.js';

/** Options of `findLearningRate`: how far to try, and those of the training that it is for. */
export interface FindLearningRateOptions extends Omit<TrainOptions, RampOnly> {
  /** First rate tried. Default 1e-6. */
  readonly from?: number;
  /** Last rate tried. Default 1. */
  readonly to?: number;
  /** Updates from the first rate to the last. Default 150. */
  readonly steps?: number;
  /** Told after each update. */
  readonly onProgress?: (done: number) => void;
}

/** What the ramp itself settles. */
type RampOnly = 'learningRate' | 'schedule' | 'warmup' | 'ema' | 'validation' | 'resume' | 'steps';

/** The loss on the way from the lowest rate to the highest. */
export interface LearningRateCurve {
  /** Learning rates of the updates made, equally far apart in their logarithm. */
  readonly rates: Float64Array;
  /** Loss after each update, always of the same samples with the same noise, so that the curve shows the weights alone. */
  readonly losses: Float64Array;
  /** The losses smoothed. */
  readonly smoothed: Float64Array;
  /** Rate to train at; undefined where the loss never falls: try lower rates, or more steps. */
  readonly suggestion: number | undefined;
}

/**
 * Learning-rate range test: trains a while at a rate that rises geometrically, and looks where the loss falls fastest. It ends
 * early where the loss has risen as far above its beginning as it ever was below it. The flow keeps the weights that it had.
 *
 * The suggestion is the rate at the steepest fall of the smoothed loss over the logarithm of the rate: a peak for a
 * schedule that comes down again. Cost: `steps` updates and as many evaluations of the loss.
 *
 * Errors: those of `train`, but for 'training-diverged', which ends the ramp.
 *
 * Reference: Smith (2017), "Cyclical learning rates for training neural networks", §3.3.
 */
export async function findLearningRate(flow: Flow, data: TrainingData, options: FindLearningRateOptions): Promise<LearningRateCurve> {
  const { from, to, steps, onProgress, ...training } = readRamp(options);
  const before = flow.parameters;
  const rates: number[] = [];
  const losses: number[] = [];
  const run = train(flow, data, {
    ...training,
    steps,
    learningRate: to,
    schedule: (step) => (from / to) ** (1 - step / (steps - 1)),
    ema: false,
    validation: { data, every: 1, count: training.batch ?? 256 },
  });
  try {
    for await (const { validation, learningRate } of run) {
      if (!Number.isFinite(validation)) break;
      rates.push(learningRate);
      losses.push(validation!);
      onProgress?.(losses.length);
      if (hasBlownUp(losses)) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof AdvectError) || thrown.code !== 'training-diverged' || losses.length === 0) throw thrown;
  } finally {
    flow.parameters = before;
  }
  return { rates: Float64Array.from(rates), losses: Float64Array.from(losses), ...learningRateFromCurve(rates, losses) };
}

function readRamp({ from, to, steps, ...training }: FindLearningRateOptions) {
  const positive = { min: Number.MIN_VALUE };
  const ramp = readOptions<{ from: number; to: number; steps: number }>(
    'findLearningRate',
    { from, to, steps },
    {
      from: number({ default: 1e-6, ...positive }),
      to: number({ default: 1, ...positive }),
      steps: integer({ default: 150, min: 10 }),
    },
  );
  if (ramp.from < ramp.to) return { ...training, ...ramp };
  throw new AdvectError('invalid-option', `findLearningRate: from ${ramp.from} to ${ramp.to} does not rise`, 'Give from below to.');
}

const settling = 10;

/** Whether the last losses are as far above the first ones as the lowest were below, and above all noise seen at the start. */
function hasBlownUp(losses: readonly number[]): boolean {
  if (losses.length < 2 * settling) return false;
  const mean = (part: readonly number[]): number => part.reduce((sum, v) => sum + v, 0) / part.length;
  const first = losses.slice(0, settling);
  const last = mean(losses.slice(-settling / 2));
  const noise = Math.max(...first) - Math.min(...first);
  return last > mean(first) + Math.max(mean(first) - Math.min(...losses), 2 * noise);
}
