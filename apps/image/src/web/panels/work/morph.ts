import type { Job } from '@advect/web/worker';
import { pictureDim } from '../../../data/picture-set.js';
import { joined } from '../../../format/bytes.js';
import { pictureToLevels } from '../../../layout/levels.js';
import { conditionOf } from '../../../model/label.js';
import { morph as morphOf } from '../../../model/morph.js';
import { pictureRows } from '../../../model/picture-rows.js';
import { solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import type { PanelVerbs, Several, Share } from './verbs.js';

/** Pictures solved at a time, so that the page hears how far it is. */
const atATime = 8;

/** From one picture to another along the arc between their noises; the first and the last frame are the pictures themselves. */
export async function morph(
  bench: Bench,
  { from, to, frames, solver, seed }: PanelVerbs['morph']['request'],
  { signal, progress, give }: Job<Share>,
): Promise<Several> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const dim = pictureDim(form);
  const settings = { ...solverSettings(solver), signal };
  const began = performance.now();
  const condition = conditionOf([from.label, to.label], form.classes.length);
  const pair = { count: 2, pixels: joined(from.levels, to.levels), labels: Int32Array.of(-1, -1) };
  const { z } = await bench.engines.run((engine) => flow.encode(pictureRows(pair, form), { ...engine, ...settings, ...condition, seed }));
  const ends = {
    from: { noise: z.data.slice(0, dim), label: from.label },
    to: { noise: z.data.slice(dim), label: to.label },
  };
  const pictures = new Uint8Array(frames * dim);
  for (let start = 0; start < frames; start += atATime) {
    const shares = Array.from({ length: Math.min(atATime, frames - start) }, (_, i) => (start + i) / (frames - 1));
    const part = await bench.engines.run((engine) => morphOf(flow, form, ends, shares, { ...engine, ...settings, guidance: 1 }));
    part.pictures.forEach((picture, i) => pictures.set(pictureToLevels(picture, form.levels), (start + i) * dim));
    progress(() => ({ done: start + shares.length, total: frames }));
  }
  pictures.set(from.levels, 0);
  pictures.set(to.levels, (frames - 1) * dim);
  return { pictures: give(pictures), milliseconds: performance.now() - began };
}
