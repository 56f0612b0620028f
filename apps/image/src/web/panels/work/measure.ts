import type { Job } from '@advect/web/worker';
import type { Pictures } from '../../../data/picture-set.js';
import { convention, pictureDensities } from '../../../model/density.js';
import { percentileOf } from '../../../model/form.js';
import { mean, standardErrorOf } from '../../../model/score.js';
import { solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import type { Measurement, PanelVerbs } from './verbs.js';

/** How probable a picture is, one draw of the noise after another, each told as soon as it is there. */
export async function measure(
  bench: Bench,
  { levels, draws, seed, solver }: PanelVerbs['measure']['request'],
  { signal, progress }: Job<Measurement>,
): Promise<Measurement> {
  const { flow, model } = openedOn(bench);
  const pictures: Pictures = { count: 1, pixels: levels, labels: Int32Array.of(-1) };
  const bits: number[] = [];
  const probabilities: (readonly number[])[] = [];
  const soFar = (): Measurement => ({
    bitsPerDim: mean(bits),
    standardError: standardErrorOf(bits),
    percentile: percentileOf(mean(bits), model.application.heldOut),
    classProbabilities: (probabilities[0] ?? []).map((_, label) => mean(probabilities.map((p) => p[label]))),
    done: bits.length,
    draws,
    convention: convention(model.form, draws),
  });
  for (let draw = 0; draw < draws; draw++) {
    const { bitsPerDim, classProbabilities } = await bench.engines.run((engine) =>
      pictureDensities(flow, pictures, model.form, {
        ...engine,
        ...solverSettings(solver),
        draws: 1,
        seed: seed + draw,
        solverError: false,
        signal,
      }),
    );
    bits.push(bitsPerDim[0]);
    if (classProbabilities.length > 0) probabilities.push(classProbabilities[0]);
    progress(soFar);
  }
  return soFar();
}
