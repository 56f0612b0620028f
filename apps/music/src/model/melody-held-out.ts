import type { Flow } from '@advect/core';
import { windowSteps } from '../data/windows.js';
import { notesOf, type Score } from '../score.js';
import type { HeldOutBits } from './held-out.js';
import { evenly, fewestHeldOut, mostHeldOut, ranksOf } from './measure-held-out.js';
import { melodyDraws, melodyLevels, pieceMelodyBits } from './melody-bits.js';

/**
 * Measures the sopranos of held-out chorales of four bars or more as `score` does, with the seed that it takes by default; undefined for
 * fewer than `fewestHeldOut`.
 */
export async function measureHeldOutMelodies(
  flow: Flow,
  chorales: readonly Score[],
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<HeldOutBits | undefined> {
  const sung = chorales.filter((chorale) => chorale.steps >= windowSteps && notesOf(chorale, 0).length > 0);
  if (sung.length < fewestHeldOut) return undefined;
  const chosen = evenly(sung, mostHeldOut);
  const passages: number[] = [];
  const pieces: number[] = [];
  for (const [i, chorale] of chosen.entries()) {
    const measured = await pieceMelodyBits(flow, chorale, { seed: 0, signal });
    pieces.push(measured.bitsPerNote);
    passages.push(...measured.passages.filter(({ notes }) => notes > 0).map(({ bits, notes }) => bits / notes));
    onProgress?.(i + 1, chosen.length);
  }
  return { draws: melodyDraws, levels: melodyLevels, passages: ranksOf(passages), pieces: ranksOf(pieces) };
}
