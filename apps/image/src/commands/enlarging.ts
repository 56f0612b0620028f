import { choice, numeric } from '@advect/node';
import type { PictureForm } from '../data/picture-set.js';

/** `--scale`: how much larger than the model's a picture is written. */
export const scaleOption = numeric({
  description: 'enlarge by this whole number',
  integer: true,
  min: 1,
  max: 64,
  defaultText: 'to 64 pixels',
});

/** `--scale` and `--style` of what is written to be looked at. */
export const enlargingOptions = {
  scale: scaleOption,
  style: choice(['smooth', 'sharp'], { description: 'how to enlarge: smooth interpolates, sharp repeats pixels', default: 'smooth' }),
};

/** The whole number by which the pictures of a model are enlarged: the one that is given, else that which comes nearest to 64 pixels. */
export const enlargement = (given: number | undefined, { size }: Pick<PictureForm, 'size'>): number =>
  given ?? Math.max(1, Math.round(64 / size));
