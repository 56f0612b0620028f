import type { Job } from '@advect/web/worker';
import { moveAlong } from '../../model/move-along.js';
import type { Forming, Nudged, NudgeRequest } from '../studio-verbs.js';
import { type Bench, openedOn } from './bench.js';

/** Makes a piece bolder or more ordinary. */
export async function nudge(bench: Bench, request: NudgeRequest, { signal, progress }: Job<Forming>): Promise<Nudged> {
  const { flow } = openedOn(bench);
  const { score, locked, ...settings } = request;
  const began = performance.now();
  const moved = await bench.engines.run((engine) =>
    moveAlong(
      flow,
      { score, locked },
      { ...engine, ...settings, signal, onProgress: (done, total) => progress(() => ({ share: done / total })) },
    ),
  );
  return { moved, milliseconds: performance.now() - began };
}
