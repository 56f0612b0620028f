import type { Effort, EngineVerbs, ModelSource, OpenedModel, Received, Verb } from '@advect/web';
import type { PictureForm } from '../data/picture-set.js';
import type { HeldOut } from '../model/form.js';
import type { Label } from '../model/label.js';
import type { SolverChoice } from '../model/solver.js';
import type { PanelVerbs } from './panels/work/verbs.js';

/** An opened model, as a page shows it. */
export interface ModelFacts extends OpenedModel {
  readonly form: PictureForm;
  /** As the model itself says. */
  readonly solver: SolverChoice;
  readonly guidance: number;
  readonly temperature: number;
  readonly heldOut: HeldOut;
}

export interface WallRequest {
  readonly seed: number;
  /** Items of the series, by their numbers; each depends on the seed, its label and its number alone. */
  readonly items: readonly number[];
  /** One for each of them. */
  readonly labels: readonly Label[];
  readonly solver: SolverChoice;
  readonly temperature: number;
  readonly guidance: number;
  /** Pictures on the way that are kept, the noise and the end included. */
  readonly frames: number;
}

export interface Wall {
  /** From 0 to 1. */
  readonly times: readonly number[];
  /** [times, count, size, size, channels], levels. */
  readonly frames: Uint8Array;
  readonly effort: Effort;
}

/** A wall that is forming. */
export interface WallFrame {
  /** Mean time of its pictures. */
  readonly t: number;
  /** [count, size, size, channels], levels. */
  readonly pixels: Uint8Array;
}

/** What the worker can be asked for. All but `open` and the engine's verbs speak of the model that was opened last. */
export type StudioVerbs = PanelVerbs &
  EngineVerbs & {
    readonly open: Verb<ModelSource, ModelFacts, Received>;
    readonly wall: Verb<WallRequest, Wall, WallFrame>;
  };
