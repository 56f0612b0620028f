import type { Flow } from '@advect/core';
import type { TrainingRecipe } from '../model/recipe.js';
import type { RunSettings, Subject } from '../model/run-settings.js';

/** The finished model's files, and what was measured of it, as numbers with names. */
export interface FinishedModel {
  readonly files: Map<string, Uint8Array>;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface FinishSettings {
  /** The folder the model will lie in. */
  readonly out: string;
  readonly settings: RunSettings;
  /** The command line that makes it again. */
  readonly command: string;
  /** Samples to make and measure. */
  readonly count: number;
  readonly signal: AbortSignal;
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
  finish(flow: Flow, data: D, settings: FinishSettings): Promise<FinishedModel>;
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
