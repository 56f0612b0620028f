import type { Curve, Verb } from '@advect/web';
import type { PictureForm } from '../../../data/picture-set.js';

/** Pictures to learn from, as levels, [count, size, size, channels]. */
export interface Lesson {
  /** Of the model that is to be. */
  readonly name: string;
  readonly form: PictureForm;
  readonly train: Uint8Array;
  /** Kept apart: what the model never learns from. */
  readonly held: Uint8Array;
}

export interface TrainingRequest extends Lesson {
  readonly seed: number;
  /** Training stops by itself after so long; what was trained before does not count. */
  readonly minutes: number;
  /** To go on from, as an earlier result gave it. */
  readonly resume?: Checkpoint;
}

/** Everything that a run needs to go on later. */
export interface Checkpoint {
  /** `encodeTrainingState` of the library. */
  readonly state: Uint8Array;
  readonly curve: Curve;
}

/** How a training goes. */
export interface TrainingProgress {
  readonly step: number;
  readonly seconds: number;
  readonly curve: Curve;
  /** Pictures of the model as it is, always from the same noise, [count, size, size, channels]; none before the first. */
  readonly samples: Uint8Array;
  /** The newest one, given every half minute. */
  readonly checkpoint?: Checkpoint;
}

/** What a training has come to. */
export interface Trained {
  readonly checkpoint: Checkpoint;
  readonly step: number;
  readonly samples: Uint8Array;
  /** The model's files by their names, ready to be opened or saved. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Bits/dim of the pictures kept apart. */
  readonly heldBitsPerDim: number;
}

export type TrainingVerbs = {
  /** Ends after the given time, at `stop`, or with an error; never without a model but at that. */
  readonly train: Verb<TrainingRequest, Trained, TrainingProgress>;
  /** Ends the training that runs, with what it has learned. */
  readonly stop: Verb<undefined, void>;
};
