import type { Handlers } from '@advect/web/worker';
import { heldOutOf } from '../../../model/held-out.js';
import { morphPieces } from '../../../model/morph-pieces.js';
import { pieceBits } from '../../../model/piece-bits.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { readFile } from './read-file.js';
import type { PanelVerbs } from './verbs.js';
import { trainingHandlers } from './train.js';
import { writeFile } from './write-file.js';

/** The worker's answers to the panels. */
export const panelHandlers = (bench: Bench): Handlers<PanelVerbs> => ({
  ...trainingHandlers(bench),
  readFile: ({ file }, { signal }) => readFile(file, signal),
  writeFile: async ({ form, ...tune }, { signal, progress, give }) =>
    give(await writeFile(tune, form, { signal, onProgress: (share) => progress(() => share) })),
  measure: ({ score, ...settings }, { signal, progress }) =>
    bench.engines.run((engine) => {
      const { flow, manifest } = openedOn(bench);
      const heldOut = heldOutOf(manifest);
      return pieceBits(flow, score, {
        ...settings,
        ...engine,
        ...(heldOut && { bound: { draws: heldOut.draws, levels: heldOut.levels } }),
        signal,
        onProgress: (done, total) => progress(() => done / total),
      });
    }),
  morph: ({ from, to, ...settings }, { signal, progress }) =>
    bench.engines.run((engine) =>
      morphPieces(openedOn(bench).flow, from, to, {
        ...settings,
        ...engine,
        signal,
        onProgress: (done, total) => progress(() => done / total),
      }),
    ),
});
