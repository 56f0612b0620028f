import type { Verb } from '@advect/web';
import type { MusicalKey } from '../../../data/musical-key.js';
import type { PieceMorph } from '../../../model/morph-pieces.js';
import type { PieceBits } from '../../../model/piece-bits.js';
import type { Score } from '../../../score.js';
import type { TrainingVerbs } from '../train/verbs.js';
import type { ReadFile } from './read-file.js';
import type { SaveForm, TuneToSave } from './write-file.js';

export interface MeasureRequest {
  readonly score: Score;
  readonly key: MusicalKey;
  /** Of the noise. */
  readonly seed: number;
  /** Draws for the flow's own bound; 0 leaves it out. */
  readonly draws: number;
}

export interface MorphRequest {
  readonly from: Score;
  readonly to: Score;
  /** Pieces, the two given ones counted. */
  readonly count: number;
  readonly seed: number;
  /** Those of the two pieces. */
  readonly keys: readonly MusicalKey[];
}

/** What the panels ask the worker for; the numbers on the way are shares from 0 to 1. */
export type PanelVerbs = TrainingVerbs & {
  readonly readFile: Verb<{ readonly file: File }, ReadFile>;
  readonly writeFile: Verb<TuneToSave & { readonly form: SaveForm }, Uint8Array, number>;
  readonly measure: Verb<MeasureRequest, PieceBits, number>;
  readonly morph: Verb<MorphRequest, PieceMorph, number>;
};
