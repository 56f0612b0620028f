import type { NdArray } from '@advect/core';
import type { Job } from '@advect/web/worker';
import { betweenLevels, toLevels } from '../../../model/between-levels.js';
import { encodePictures } from '../../../model/codes.js';
import { exactly, solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { pictureOf } from './rows.js';
import type { Encoding, PanelVerbs } from './verbs.js';

/** A picture's noise, and the way back from it. */
export async function encode(
  bench: Bench,
  { levels, label, seed }: PanelVerbs['encode']['request'],
  { signal, progress }: Job<Encoding>,
): Promise<Encoding> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const { inverse } = betweenLevels(flow);
  const seen = (z: NdArray): Encoding => ({
    noise: toLevels(inverse(z), form),
    radius: Math.sqrt(z.data.reduce((sum, v) => sum + v * v, 0) / z.data.length),
  });
  const settings = { ...solverSettings(exactly), seed, signal, onNoise: (z: NdArray) => progress(() => seen(z)) };
  const { z, roundTrip } = await bench.engines.run((engine) =>
    encodePictures(flow, pictureOf(levels), form, [label], { ...engine, ...settings }),
  );
  return { ...seen(z), roundTrip: { levels: roundTrip.levels[0], exact: roundTrip.exact[0] } };
}
