import { AdvectError } from '@advect/base/errors';
import type { Flow, SolverOptions } from '@advect/core';
import type { MusicalKey } from '../data/musical-key.js';
import { startsSideBySide } from '../data/side-by-side.js';
import { placeOf, windowSteps } from '../data/windows.js';
import { type Score, sliceScore, transposeScore, voiceCount } from '../score.js';
import { wishRow } from './condition.js';
import { type Draft, foldIntoRange } from './draft.js';
import { decodeScore } from './helix-code.js';
import { bringHome } from './home.js';
import { decodeWindows, encodeWindows, windowSize } from './latent.js';

export interface NudgeSettings {
  /** What the length of the noise is multiplied by, in turn: below 1 more ordinary, above 1 bolder, 1 as it is. */
  readonly scales: readonly number[];
  /** The key of the piece. Default: found from its notes. */
  readonly key?: MusicalKey;
  /** Of the solver. Default 1e-6, by which every note comes back at scale 1. */
  readonly tolerance?: number;
  /** Of the blur that gives notes a density. */
  readonly seed: number;
  readonly executor?: SolverOptions['executor'];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * A piece moved along the density, one for each scale: four bars at a time it is encoded to its noise, the noise is made longer or
 * shorter, and decoded. Under the standard normal a shorter noise is a more probable one, and what it decodes to more ordinary; at
 * scale 1 every note comes back. Locked cells, and notes outside the model's range, stay as they are. Throws `invalid-value` for a piece
 * of less than four bars.
 */
export async function nudge(flow: Flow, { score: piece, locked }: Draft, settings: NudgeSettings): Promise<Score[]> {
  const { scales, seed, tolerance, executor, signal, onProgress } = settings;
  if (piece.steps < windowSteps) {
    throw new AdvectError('invalid-value', `the piece has ${piece.steps} eighth notes`, `Give one of four bars or more: ${windowSteps}.`);
  }
  const { score, key, move } = bringHome(piece, settings.key);
  const folded = { ...score, pitches: score.pitches.map(foldIntoRange) };
  const out = scales.map(() => folded.pitches.slice());
  const starts = startsSideBySide(score.steps, windowSteps);
  for (const [done, start] of starts.entries()) {
    onProgress?.(done, starts.length);
    const shared = { wish: wishRow({ mode: key.mode, place: placeOf(start, score.steps) }), tolerance, executor, signal };
    const { z } = await encodeWindows(flow, [sliceScore(folded, start, start + windowSteps)], { ...shared, seed });
    const data = Float32Array.from(
      { length: scales.length * windowSize },
      (_, i) => scales[Math.floor(i / windowSize)] * z.data[i % windowSize],
    );
    const x = await decodeWindows(flow, { shape: [scales.length, ...flow.field.event], data }, shared);
    scales.forEach((_, row) => {
      const window = decodeScore(Float32Array.from(x.data.subarray(row * windowSize, (row + 1) * windowSize)));
      out[row].set(window.pitches, start * voiceCount);
    });
  }
  onProgress?.(starts.length, starts.length);
  return out.map((pitches) => {
    const settled = pitches.map((pitch, i) => (locked[i] || folded.pitches[i] !== score.pitches[i] ? score.pitches[i] : pitch));
    return transposeScore({ steps: piece.steps, pitches: settled }, -move);
  });
}
