import type { Flow } from '@advect/core';
import { findKey, type MusicalKey } from '../data/musical-key.js';
import { stepsPerBar } from '../score.js';
import { emptyDraft } from './draft.js';
import { fill, type Filled, type FillSettings } from './fill.js';

export interface ComposeSettings extends FillSettings {
  /** 4, 6, 8, …: longer tunes grow by two bars at a time, each window of four bars beginning with two that are there already. */
  readonly bars: number;
}

/** A tune in C major or A minor (or whatever the model took it to be). */
export interface Tune extends Filled {
  readonly key: MusicalKey;
}

/** Composes tunes. Tune i depends on (seed, i) and the settings only, not on how many are made at once. */
export async function compose(flow: Flow, { bars, ...settings }: ComposeSettings): Promise<Tune[]> {
  const tunes = await fill(flow, emptyDraft(bars * stepsPerBar), settings);
  return tunes.map((tune) => ({ ...tune, key: findKey(tune.score, true) }));
}
