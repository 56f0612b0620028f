import type { Job } from '@advect/web/worker';
import { compose as composeTunes, inKey } from '../../model/compose.js';
import type { Score } from '../../score.js';
import type { Filled, FillSettings } from '../../model/fill.js';
import { rework as reworkPiece } from '../../model/rework.js';
import type { Composed, ComposeRequest, Forming, Manner, ReworkRequest } from '../studio-verbs.js';
import { type Bench, openedOn } from './bench.js';

/** Composes one tune. */
export async function compose(bench: Bench, { bars, key, ...manner }: ComposeRequest, job: Job<Forming>): Promise<Composed> {
  const { flow } = openedOn(bench);
  return timed(async () => {
    const [tune] = await bench.engines.run((engine) =>
      composeTunes(flow, {
        ...settingsOf(manner, job, (score) => inKey({ score, key: home }, key).score),
        ...engine,
        bars,
        mode: key?.mode,
      }),
    );
    return { ...tune, ...inKey(tune, key) };
  });
}

/** Composes the open cells of a piece anew. */
export async function rework(bench: Bench, { score, locked, key, ...manner }: ReworkRequest, job: Job<Forming>): Promise<Composed> {
  const { flow } = openedOn(bench);
  return timed(async () => {
    const [tune] = await bench.engines.run((engine) =>
      reworkPiece(flow, { score, locked }, { ...settingsOf(manner, job), ...engine, key }),
    );
    return tune;
  });
}

/** Where a model lives; the mode does not matter here. */
const home = { tonic: 0, mode: 'major' } as const;

const settingsOf = (manner: Manner, { signal, progress }: Job<Forming>, placed = (score: Score): Score => score): FillSettings => ({
  ...manner,
  count: 1,
  signal,
  onForming: (share, look) => progress(() => ({ share, score: placed(look()) })),
});

async function timed(work: () => Promise<Filled & Pick<Composed, 'key'>>): Promise<Composed> {
  const began = performance.now();
  const { score, key, candidate, judgement } = await work();
  return { score, key, candidate, judgement, milliseconds: performance.now() - began };
}
