import type { Picture } from './picture.js';
import type { PictureForm } from '../data/picture-set.js';

/** One picture's levels (0 to levels − 1) as 8-bit grey or colour. */
export function levelsToPicture(levels: ArrayLike<number>, form: Pick<PictureForm, 'size' | 'channels' | 'levels'>): Picture {
  const { size, channels, levels: count } = form;
  const data = Uint8Array.from(levels, (level) => Math.round((level * 255) / (count - 1)));
  return { width: size, height: size, channels, data };
}

/** 8 bits back to the nearest level; the exact inverse of `levelsToPicture` for up to 256 levels. */
export const pictureToLevels = ({ data }: Picture, levels: number): Uint8Array =>
  Uint8Array.from(data, (value) => Math.round((value * (levels - 1)) / 255));

/** Black becomes white and white black. */
export const invert = (picture: Picture): Picture => ({ ...picture, data: picture.data.map((value) => 255 - value) });
