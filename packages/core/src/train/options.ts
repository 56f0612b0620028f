import type { Flow } from '../flow/flow.js';
import { programReaders } from '../flow/options.js';
import type { ProgramOptions } from '../flow/programs/index.js';
import { type Objective } from '../objective/objective.js';
import { abortSignal, integer, number, oneOf, optional, type Reader, readOptions, seed, value } from '@advect/base/options';
import type { TrainingData } from './data.js';
import { type Schedule, schedules, type ScheduleName } from './schedule.js';
import type { TrainingState } from './state.js';

/** Options of `train`. */
export interface TrainOptions {
  /** What to minimise, such as `flowMatching()` or `likelihood()`. */
  readonly objective: Objective;
  /** Updates in all, those before a resumed state included. Default 2000. */
  readonly steps?: number;
  /** Samples for each update. Default 256. */
  readonly batch?: number;
  /** Peak learning rate. Default 1e-3. */
  readonly learningRate?: number;
  /** How the learning rate goes on after the warm-up: 'constant', 'linear', 'cosine' (both to 0), or a function. Default 'cosine'. */
  readonly schedule?: ScheduleName | Schedule;
  /** Updates over which the learning rate rises to its peak. Default 0. */
  readonly warmup?: number;
  /** AdamW's decoupled decay; weight matrices only. Default 0. */
  readonly weightDecay?: number;
  /** Largest global norm of the gradient; false does not clip. Default 1. */
  readonly clip?: number | false;
  /** Decay of the moving average of the weights, which the flow gets; false keeps none. Default 0.999. */
  readonly ema?: number | false;
  /** Default 0. */
  readonly seed?: number;
  /** Share of samples whose condition is replaced by "unknown" (zeros), for guidance. Default 0. */
  readonly labelDropout?: number;
  /** Held-out data (or a measurement of one's own), measured with the weights that the flow has, every so many updates and after the last. */
  readonly validation?: Validation;
  /** The state of an earlier run to go on from: the run then gives the same bytes as if it had not stopped. */
  readonly resume?: TrainingState;
  readonly signal?: AbortSignal;
  /** Who computes the objective. Default 'auto': compiled where it can be. */
  readonly executor?: ProgramOptions['executor'];
  /** Threads that share the work. Default: by its size and the platform. */
  readonly threads?: number;
}

/** The options of a run, with their defaults. */
export type TrainSettings = Readonly<Required<Omit<TrainOptions, Absent>> & { [K in Absent]: TrainOptions[K] | undefined }>;
type Absent = 'validation' | 'resume' | 'signal' | 'threads';

/** What to measure while training goes on, and when: the objective on held-out data, or a number of one's own. */
export type Validation = (
  | {
      readonly data: TrainingData;
      /** Samples of it to measure on. Default 2048, or all there are. */
      readonly count?: number;
    }
  | {
      /**
       * A number of the flow with the weights that it has then, such as its bits/dim on held-out samples. Lower is better. It
       * must depend on the weights alone, for a resumed run to tell the same numbers.
       */
      readonly measure: (flow: Flow) => Promise<number>;
    }
) & {
  /** Updates between measurements. Default 500. */
  readonly every?: number;
};

const isObject = (v: unknown): v is object => typeof v === 'object' && v !== null;
const fraction = (v: unknown): boolean => typeof v === 'number' && v >= 0 && v < 1;

const every = integer({ default: 500, min: 1 });

const readValidation = (given: object, name: string): Validation =>
  'measure' in given
    ? readOptions<Validation & { measure: unknown }>(name, given, {
        measure: value<(flow: Flow) => Promise<number>>((v) => typeof v === 'function', 'a function of the flow'),
        every,
      })
    : readOptions<Validation & { data: TrainingData }>(name, given, {
        data: value<TrainingData>(isObject, 'samples, { x, labels } or a sampler'),
        every,
        count: integer({ default: 2048, min: 1 }),
      });

export const readTrainOptions = (given: object): TrainSettings =>
  readOptions<TrainSettings>('train', given, {
    objective: value((v) => isObject(v) && typeof (v as Objective).evaluate === 'function', 'an objective, such as flowMatching(),'),
    steps: integer({ default: 2000, min: 1 }),
    batch: integer({ default: 256, min: 1 }),
    learningRate: number({ default: 1e-3, min: 0 }),
    schedule: (v, name) => (typeof v === 'function' ? (v as Schedule) : oneOf(Object.keys(schedules) as ScheduleName[], 'cosine')(v, name)),
    warmup: integer({ default: 0, min: 0 }),
    weightDecay: number({ default: 0, min: 0 }),
    clip: value<number | false>((v) => v === false || (typeof v === 'number' && v > 0), 'a positive number, or false,', 1),
    ema: value<number | false>((v) => v === false || fraction(v), 'a number in [0, 1), or false,', 0.999),
    seed: seed(),
    labelDropout: number({ default: 0, min: 0, max: 1 }),
    validation: optional((v, name) =>
      readValidation(value<object>(isObject, 'an object { data, every } or { measure, every }')(v, name), name),
    ),
    resume: optional(value<TrainingState>((v) => isObject(v) && 'optimizer' in v && 'parameters' in v, 'a TrainingState')),
    signal: abortSignal,
    executor: programReaders.executor as Reader<NonNullable<ProgramOptions['executor']>>,
    threads: programReaders.threads,
  });
