import { ndarray } from '@advect/core';
import type { PictureForm, Pictures } from '../data/picture-set.js';

/** Pictures as the rows that a flow takes, [count, size, size, channels]. */
export const pictureRows = ({ pixels, count }: Pictures, { size, channels }: Pick<PictureForm, 'size' | 'channels'>) =>
  ndarray(Float32Array.from(pixels), [count, size, size, channels]);
