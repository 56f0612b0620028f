import type { Curve, Verb } from '@advect/web';
import type { MusicalKey } from '../../../data/musical-key.js';
import type { Score } from '../../../score.js';

/** Pieces to learn from. */
export interface Lesson {
  /** Of the model that is to be. */
  readonly name: string;
  readonly train: readonly Score[];
  /** Kept apart: what the model never learns from. */
  readonly held: readonly Score[];
}

/** A model's files by their names. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/** A model that training goes on from. */
export interface Forebear {
  readonly name: string;
  readonly files: ModelFiles;
}

export interface TrainingRequest {
  readonly lesson: Lesson;
  /** Without it a new, small model is made. */
  readonly from: Forebear | undefined;
  readonly seed: number;
  /** Training pauses by itself after so long; what was trained before does not count. */
  readonly minutes: number;
  /** To go on from, as an earlier result gave it. */
  readonly resume: Checkpoint | undefined;
}

/** Everything that a run needs to go on later. */
export interface Checkpoint {
  /** `encodeTrainingState` of the library. */
  readonly state: Uint8Array;
  readonly curve: Curve;
}

/** What a model composes by now, always from the same noise. */
export interface EarlyTune {
  readonly step: number;
  readonly score: Score;
  readonly key: MusicalKey;
}

/** How a training goes. */
export interface TrainingProgress {
  readonly step: number;
  readonly seconds: number;
  readonly curve: Curve;
  readonly tune: EarlyTune | undefined;
  /** The newest one, given every half minute. */
  readonly checkpoint: Checkpoint | undefined;
}

/** What a training has come to. */
export interface Trained {
  readonly checkpoint: Checkpoint;
  readonly step: number;
  readonly tune: EarlyTune;
  /** Ready to be opened or saved. */
  readonly files: ModelFiles;
  /** Nats for each pitch of the pieces kept apart, as last measured. */
  readonly heldLoss: number;
}

export type TrainingVerbs = {
  /** Ends after the given time, at `pauseTraining`, or with an error; never without a model but at that. */
  readonly train: Verb<TrainingRequest, Trained, TrainingProgress>;
  /** Pauses the training that runs: it ends with what it has learned, and can go on from there. */
  readonly pauseTraining: Verb<undefined, void>;
  /** The model that is open, to be trained in another worker. */
  readonly openModelFiles: Verb<undefined, Forebear>;
};
