import type { EngineName, EngineStatus, Verb } from '@advect/web';
import type { PictureForm } from '../data/picture-set.js';
import type { HeldOut } from '../model/form.js';
import type { Label } from '../model/label.js';
import type { SolverChoice } from '../model/solver.js';
import type { PanelVerbs } from './panels/work/verbs.js';

/** Where a model comes from: the whole address of a folder on this site, or the files that were dropped or chosen. */
export type ModelSource = { readonly address: string } | { readonly files: readonly File[] };

/** An opened model, as a page shows it. */
export interface ModelFacts {
  readonly name: string;
  readonly description: string;
  readonly form: PictureForm;
  /** sha256 of the weights. */
  readonly hash: string;
  /** Bytes of the weights. */
  readonly bytes: number;
  /** As the model itself says. */
  readonly solver: SolverChoice;
  readonly guidance: number;
  readonly temperature: number;
  readonly heldOut: HeldOut;
  readonly metrics: { readonly [name: string]: number };
  /** MODEL_CARD.md; empty where there is none. */
  readonly card: string;
}

/** How far a download is; total is 0 where the server does not say. */
export interface Received {
  readonly file: string;
  readonly bytes: number;
  readonly total: number;
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

/** What a solve took. */
export interface Effort {
  readonly evaluations: number;
  readonly steps: number;
  readonly milliseconds: number;
  /** Who computed, such as `wasm, 2 threads`. */
  readonly executor: string;
  /** How the solver fared, where it has something to say. */
  readonly diagnosis?: string;
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
export type StudioVerbs = PanelVerbs & {
  readonly open: Verb<ModelSource, ModelFacts, Received>;
  readonly engine: Verb<{ readonly wanted: EngineName | 'auto' }, EngineStatus>;
  /** The engine's status as soon as it is newer than a version. */
  readonly engineAfter: Verb<{ readonly version: number }, EngineStatus>;
  readonly wall: Verb<WallRequest, Wall, WallFrame>;
};
