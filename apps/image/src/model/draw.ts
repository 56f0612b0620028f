import type { Flow, Report, SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { pictureDim, type PictureForm } from '../data/picture-set.js';
import { levelsToPicture } from '../layout/levels.js';
import type { Picture } from '../layout/picture.js';
import { conditionOf, guided, type Label } from './label.js';

export interface DrawSettings extends SolverOptions {
  readonly seed: number;
  /** Number of the first item. */
  readonly start: number;
  readonly temperature: number;
  /** Scale of classifier-free guidance; 1 is the bare model. */
  readonly guidance: number;
}

export interface Drawn {
  readonly pictures: readonly Picture[];
  readonly report: Report;
}

/** Items of a model's series, one for each label: item i depends on the seed, its label and i alone. */
export async function draw(flow: Flow, form: PictureForm, labels: readonly Label[], settings: DrawSettings): Promise<Drawn> {
  const { guidance, ...rest } = settings;
  const { x, report } = await guided(flow, guidance).sample(labels.length, { ...rest, ...conditionOf(labels, form.classes.length) });
  return { pictures: picturesOf(x.data, form), report };
}

/** Rows of numbers in data space as pictures. Throws `solve-failed` where they are no numbers. */
export function picturesOf(data: Float32Array, form: PictureForm): Picture[] {
  if (data.some((v) => !Number.isFinite(v))) {
    throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Try --solver dopri5, or a lower --temperature.');
  }
  const dim = pictureDim(form);
  return Array.from({ length: data.length / dim }, (_, i) => levelsToPicture(data.subarray(i * dim, (i + 1) * dim), form));
}
