import type { Job } from '@advect/web/worker';
import { usualDivergence } from '../../../model/density.js';
import { solverSettings } from '../../../model/solver.js';
import { pixelSurprise } from '../../../model/surprise.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { pictureOf } from './rows.js';
import type { PanelVerbs, Surprise } from './verbs.js';

/** Draws of one solve: WebAssembly computes as many rows of a U-Net at a time. */
const draws = 8;

/** Where the bits of a picture lie under its class: the sum over all pixels is −log₂ p of the picture, the mean of the draws. */
export async function surprise(
  bench: Bench,
  { levels, label, solver, seed }: PanelVerbs['surprise']['request'],
  { signal, give }: Job<never>,
): Promise<Surprise> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const settings = { ...solverSettings(solver), ...usualDivergence(form), draws, seed, signal };
  // Between two classes there is no density: that of the model without a class is asked for.
  const own = form.classes.length > 0 ? { label: typeof label === 'number' ? label : -1 } : {};
  const { pixels } = await bench.engines.run((engine) => pixelSurprise(flow, pictureOf(levels), form, { ...engine, ...settings, ...own }));
  const bits = Float32Array.from(pixels);
  return { bits: give(bits), total: pixels.reduce((sum, v) => sum + v, 0), draws };
}
