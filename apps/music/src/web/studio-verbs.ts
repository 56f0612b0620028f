import type { EngineVerbs, ModelSource, OpenedModel, Received, Verb } from '@advect/web';
import type { MusicalKey } from '../data/musical-key.js';
import type { Making } from '../model/defaults.js';
import type { FillMethod } from '../model/fill.js';
import type { HeldOutBits } from '../model/held-out.js';
import type { Judgement } from '../model/judge.js';
import type { Direction, Moved } from '../model/move-along.js';
import type { Score } from '../score.js';
import type { GrooveVerbs } from './groove/groove-verbs.js';
import type { PanelVerbs } from './panels/work/verbs.js';

/** An opened chorale model, as the page shows it. */
export interface ModelFacts extends OpenedModel {
  /** How it is made to respect what is given. */
  readonly method: FillMethod;
  /** Numbers in its weights. */
  readonly parameters: number;
  /** What a piece is compared with; older models, and those of few pieces, keep none. */
  readonly heldOut: HeldOutBits | undefined;
  /** As the model was shipped to be used. */
  readonly making: Making;
}

/** How the model is asked for music. */
export interface Manner extends Making {
  readonly seed: number;
  readonly index: number;
}

export interface ComposeRequest extends Manner {
  readonly bars: number;
  /** Undefined: C or a, as the model chooses. */
  readonly key: MusicalKey | undefined;
}

/** A piece of which some cells stay, [step, voice] row by row, 1 where they do. */
export interface ReworkRequest extends Manner {
  readonly score: Score;
  readonly locked: Uint8Array;
  readonly key: MusicalKey;
}

/** A piece that is to be bolder or more ordinary. */
export interface NudgeRequest {
  readonly score: Score;
  readonly locked: Uint8Array;
  readonly key: MusicalKey;
  readonly seed: number;
  readonly direction: Direction;
}

export interface Nudged {
  /** Undefined where nothing near is bolder, or more ordinary. */
  readonly moved: Moved | undefined;
  readonly milliseconds: number;
}

/** What the model made. */
export interface Composed {
  readonly score: Score;
  readonly key: MusicalKey;
  /** Number of the candidate that was kept, and what was said of it. */
  readonly candidate: number;
  readonly judgement: Judgement;
  readonly milliseconds: number;
}

/** A piece that is forming. */
export interface Forming {
  /** From 0 to 1. */
  readonly share: number;
  /** The first candidate as it is now. */
  readonly score?: Score;
}

/** What the worker can be asked for. All but `open` and the engine's verbs speak of the chorale model that was opened last. */
export type StudioVerbs = EngineVerbs &
  PanelVerbs &
  GrooveVerbs & {
    readonly open: Verb<ModelSource, ModelFacts, Received>;
    readonly compose: Verb<ComposeRequest, Composed, Forming>;
    readonly rework: Verb<ReworkRequest, Composed, Forming>;
    readonly nudge: Verb<NudgeRequest, Nudged, Forming>;
  };
