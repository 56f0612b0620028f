import type { ModelSource, OpenedModel, Received, Verb } from '@advect/web';
import type { GrooveStyle } from '../../data/grooves.js';
import type { Groove } from '../../groove.js';
import type { GrooveBits } from '../../model/groove-bits.js';
import type { Standing } from '../../model/held-out.js';
import type { GrooveDraft } from '../../model/groove-draft.js';
import type { BeatSettings } from '../../model/made-settings.js';

export interface PlayBeatRequest {
  readonly draft: GrooveDraft;
  readonly style: GrooveStyle | undefined;
  readonly tempo: number;
  readonly seed: number;
  readonly index: number;
  readonly temperature: number;
  readonly steps: number;
}

export interface PlayedBeat {
  readonly groove: Groove;
  readonly milliseconds: number;
}

export interface MeasureBeatRequest {
  readonly groove: Groove;
  readonly style: GrooveStyle | undefined;
  readonly tempo: number;
  readonly seed: number;
}

export interface MeasuredBeat {
  /** The same pattern as the model would play it, several times. */
  readonly drawn: readonly Groove[];
  /** Bits of the touch of each stroke, [step, drum]. */
  readonly touch: Float32Array;
  readonly bits: GrooveBits;
  /** Where each window of two bars lies among held-out performances; empty where the model keeps none. */
  readonly standings: readonly Standing[];
}

/** What is in a visitor's file of drums. */
export interface ReadBeat {
  readonly groove: Groove;
  readonly tempo: number;
  /** What could not be kept, one sentence each. */
  readonly remarks: readonly string[];
}

export interface BeatToSave {
  readonly groove: Groove;
  readonly tempo: number;
  /** How the model made it; undefined where it did not. */
  readonly made: { readonly settings: BeatSettings; readonly title: string } | undefined;
  readonly form: 'mid' | 'wav';
}

/** What the worker can be asked about drums; `playBeat` and `measureBeat` speak of the model of grooves that was opened last. */
export type GrooveVerbs = {
  readonly openBeats: Verb<ModelSource, OpenedModel, Received>;
  readonly playBeat: Verb<PlayBeatRequest, PlayedBeat, number>;
  readonly measureBeat: Verb<MeasureBeatRequest, MeasuredBeat, number>;
  readonly readBeat: Verb<{ readonly file: File }, ReadBeat>;
  readonly writeBeat: Verb<BeatToSave, Uint8Array, number>;
};
