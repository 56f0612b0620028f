import type { Job } from '@advect/web/worker';
import { completePicture } from '../../../model/inpaint.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import type { InpaintRequest, Several } from './verbs.js';

/** Langevin steps at each step, as many as the command line takes. */
const corrections = 5;

/** Completions of a picture of which some pixels are known; those stay as they are. */
export async function inpaint(bench: Bench, { levels, known, ...asked }: InpaintRequest, { signal, give }: Job<never>): Promise<Several> {
  const { flow, model } = openedOn(bench);
  const began = performance.now();
  const { pixels } = await bench.engines.run((engine) =>
    completePicture(flow, levels, known, model.form, { ...engine, ...asked, start: 0, corrections, signal }),
  );
  return { pictures: give(pixels), milliseconds: performance.now() - began };
}
