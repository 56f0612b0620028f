import type { Flow, SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import type { Picture } from '../layout/picture.js';
import { pictureDim, type PictureForm } from '../data/picture-set.js';
import { levelsToPicture } from '../layout/levels.js';

export interface GenerateSettings extends SolverOptions {
  readonly seed: number;
  readonly temperature: number;
}

/**
 * Items of a model's series, by their numbers (rising, without gaps): item i depends on the seed, its class and i alone.
 * A class of −1 is the model without a class.
 */
export async function generate(
  flow: Flow,
  form: PictureForm,
  indices: readonly number[],
  labelOf: (index: number) => number,
  settings: GenerateSettings,
): Promise<Picture[]> {
  const label = form.classes.length > 0 ? { label: indices.map(labelOf) } : {};
  const { x } = await flow.sample(indices.length, { ...settings, start: indices[0], ...label });
  const bad = x.data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Try --method dopri5, or a lower --temperature.');
  }
  const dim = pictureDim(form);
  return indices.map((_, i) => levelsToPicture(x.data.subarray(i * dim, (i + 1) * dim), form));
}
