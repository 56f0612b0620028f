import { throwIfAborted } from '@advect/base/errors';
import type { Flow } from '@advect/core';
import { key, split } from '@advect/core/random';
import type { ChordLabel } from '../data/chord-label.js';
import { placeOf, windowSteps } from '../data/windows.js';
import { codeOf } from './helix-code.js';
import { makeMelodies, type MelodySettings } from './melody-flow.js';
import type { Wish } from './condition.js';
import { seedOf } from './seed-of.js';

export interface ComposeMelodySettings extends MelodySettings, Pick<Wish, 'mode'> {
  readonly count: number;
  /** Steps of eighth notes: 32, 48, 64 …; longer ones grow by two bars at a time, each window beginning with two that are there. */
  readonly length: number;
  /** In the model's key, one for each step. */
  readonly chords?: readonly ChordLabel[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** Melodies in C major or A minor, as pitches on eighth notes. Melody i depends on (seed, i) and the settings only. */
export async function composeMelodies(flow: Flow, settings: ComposeMelodySettings): Promise<Int16Array[]> {
  const { seed, count, length, chords, mode, signal, onProgress } = settings;
  const hop = windowSteps / 2;
  let tunes = Array.from({ length: count }, () => new Int16Array(0));
  const windows = 1 + Math.ceil((length - windowSteps) / hop);
  for (let w = 0; w < windows; w++) {
    throwIfAborted(signal, 'composeMelodies');
    onProgress?.(w, windows);
    const heard = w === 0 ? 0 : hop;
    const wishes = tunes.map((tune) => ({
      mode,
      place: placeOf(w * hop, length),
      chords: chords?.slice(w * hop, w * hop + windowSteps),
      given: Int32Array.from({ length: windowSteps }, (_, i) => (i < heard ? codeOf(tune[w * hop + i]) : -1)),
    }));
    const made = await makeMelodies(flow, wishes, { ...settings, seed: w === 0 ? seed : seedOf(split(split(key(seed), 'window'), w)) });
    tunes = tunes.map((tune, i) => Int16Array.from([...tune, ...made[i].subarray(heard)]));
  }
  onProgress?.(windows, windows);
  return tunes;
}
