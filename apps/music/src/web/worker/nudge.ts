import type { Job } from '@advect/web/worker';
import { nudge as nudgePiece } from '../../model/nudge.js';
import type { Forming, Nudged, NudgeRequest } from '../studio-verbs.js';
import { type Bench, openedOn } from './bench.js';

/** Makes a piece bolder or more ordinary: by the first of the scales that changes a note. */
export async function nudge(bench: Bench, request: NudgeRequest, { signal, progress }: Job<Forming>): Promise<Nudged> {
  const { flow } = openedOn(bench);
  const { score, locked, key, seed, scales } = request;
  const began = performance.now();
  const scores = await bench.engines.run((engine) =>
    nudgePiece(
      flow,
      { score, locked },
      { ...engine, scales, key, seed, signal, onProgress: (done, total) => progress(() => ({ share: done / total })) },
    ),
  );
  const row = scores.findIndex(({ pitches }) => pitches.some((pitch, i) => pitch !== score.pitches[i]));
  return { score: scores[row] ?? score, scale: scales[row], milliseconds: performance.now() - began };
}
