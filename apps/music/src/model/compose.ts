import type { Flow } from '@advect/core';
import { findKey, type MusicalKey } from '../data/musical-key.js';
import { transposeForVoices } from '../data/voice-range.js';
import { type Score, stepsPerBar } from '../score.js';
import { emptyDraft } from './draft.js';
import { fill, type Filled, type FillSettings } from './fill.js';

export interface ComposeSettings extends FillSettings {
  /** 4, 6, 8, …: longer tunes grow by two bars at a time, each window of four bars beginning with two that are there already. */
  readonly bars: number;
}

/** A tune in C major or A minor, or whatever else it ends in. */
export interface Tune extends Filled {
  readonly key: MusicalKey;
}

/** Composes tunes. Tune i depends on (seed, i) and the settings only, not on how many are made at once. */
export async function compose(flow: Flow, { bars, ...settings }: ComposeSettings): Promise<Tune[]> {
  const tunes = await fill(flow, emptyDraft(bars * stepsPerBar), settings);
  return tunes.map((tune) => ({ ...tune, key: keyOfMade(tune.score) }));
}

/** The key of a tune that a model made. What ends on A is minor, however its last chord is raised: the models have seen no A major, nor a C minor. */
export function keyOfMade(score: Score): MusicalKey {
  const { tonic, mode } = findKey(score, true);
  return { tonic, mode: tonic === 9 ? 'minor' : tonic === 0 ? 'major' : mode };
}

/** A tune moved to the key that was asked for; as it is where none was. */
export function inKey({ score, key }: Pick<Tune, 'score' | 'key'>, wanted: MusicalKey | undefined): { score: Score; key: MusicalKey } {
  if (!wanted) return { score, key };
  const home = wanted.mode === 'major' ? 0 : 9;
  return { score: transposeForVoices(score, wanted.tonic - home), key: wanted };
}
