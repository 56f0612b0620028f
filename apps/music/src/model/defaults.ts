import type { Subject } from './run-settings.js';

/** How a tune is made by a model. */
export interface Making {
  /** Candidates for each tune, of which the best judged is kept. */
  readonly best: number;
  /** Scale of the noise. */
  readonly temperature: number;
  readonly steps: number;
  /** Share of the noise that is drawn afresh in each step. */
  readonly polish: number;
}

/** How tunes are made where nothing else is said: chosen on tunes of seed 7, measured on those of another (see the model's card). */
export const composeDefaults = { best: 8, temperature: 0.9, steps: 60, polish: 0.3 } as const satisfies Making;

/** Candidates per call of the sampler: bounds memory, and gives progress a pace. */
export const rowsAtOnce = 64;

/** How often a polished tune is looked through for faults of its voice leading, which are composed anew. */
export const mendingRounds = 8;

/** At this temperature grooves are as dense, and their timing as wide, as what drummers play; at 1 a little less. */
export const grooveDefaults = { temperature: 1.05, steps: 32 } as const;

/** How melodies are made, chosen on the validation melodies. */
export const melodyDefaults = { temperature: 0.9, steps: 60, polish: 0.35 } as const;

/** What models of each kind are asked, and what the app does where they say nothing. */
export const usualMaking = { chorales: composeDefaults, grooves: grooveDefaults, melodies: melodyDefaults } as const satisfies Readonly<
  Record<Subject, Partial<Making>>
>;
