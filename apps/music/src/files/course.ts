import type { Flow } from '@advect/core';
import type { JsonObject } from '@advect/core/io';
import type { TrainingRecipe } from '../model/recipe.js';
import type { RunSettings, Subject } from '../model/run-settings.js';
import type { ModelText } from './model-files.js';

/** What was measured of a model, as its manifest and its card say it. */
export interface Findings {
  readonly metrics: Readonly<Record<string, number>>;
  /** What a new piece is compared with; undefined where there was too little to measure. */
  readonly heldOut?: JsonObject;
  /** The sections of the card that follow those which every model has. */
  readonly card: string;
}

export interface MeasureSettings {
  /** The model's name. */
  readonly name: string;
  /** Of its training, what the card speaks of. */
  readonly settings: Pick<RunSettings, 'masks' | 'atStart'>;
  /** Samples to make and measure. */
  readonly count: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface OpenDataSettings {
  /** A folder or a file, as the command line gives it; without it the data are looked for, or fetched. */
  readonly data?: string;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How one subject is learnt: its data, its recipe, and what is made of the result. */
export interface Course<D> {
  /** What is taken where the command line says nothing else. */
  readonly defaults: Omit<RunSettings, 'subject' | 'seed'>;
  /** What its loss is measured in. */
  readonly unit: string;
  open(settings: OpenDataSettings): Promise<D>;
  /** One line on the data. */
  describe(data: D): string;
  /** Whether a flow is one of this course, and may be trained on. */
  learnedBy(): Promise<(flow: Flow) => boolean>;
  /** `from` is the flow to go on from; without it a new one is made. */
  training(data: D, settings: RunSettings, from?: Flow): Promise<TrainingRecipe>;
  /** Something from the flow as it is now, always from the same noise, as files by their endings. */
  sample(flow: Flow): Promise<Map<string, Uint8Array>>;
  /** What a model of it is, for its manifest. */
  about(data: D): ModelText;
  /** Measures a trained flow, as it will be stored. */
  measure(flow: Flow, data: D, settings: MeasureSettings): Promise<Findings>;
}

/** The course of a subject; TensorFlow.js is not loaded by it. */
export async function courseOf(subject: Subject): Promise<Course<unknown>> {
  switch (subject) {
    case 'chorales':
      return (await import('./courses/chorales.js')).chorales;
    case 'grooves':
      return (await import('./courses/grooves.js')).grooves;
    case 'melodies':
      return (await import('./courses/melodies.js')).melodies;
  }
}
