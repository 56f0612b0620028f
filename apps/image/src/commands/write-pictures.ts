import { choice, type CommandContext } from '@advect/node';
import { type PictureForm, pictureDim } from '../data/picture-set.js';
import { fileIn, type Output, readOutput, refuseQuality, refuseTaken, writeResult } from '../files/output.js';
import type { StillFormat } from '../format/formats.js';
import type { PictureSettings } from '../format/picture-settings.js';
import { levelsToPicture } from '../layout/levels.js';
import type { Picture } from '../layout/picture.js';
import { seriesSheet } from '../layout/series.js';
import { enlargement, scaleOption } from './enlarging.js';

/** Options of a command that writes single pictures: as many pixels as the model's, unless they are to be enlarged. */
export const scaleOptions = {
  scale: scaleOption,
  style: choice(['sharp', 'smooth'], {
    description: 'how to enlarge: sharp repeats pixels, which score and encode read back exactly; smooth interpolates',
    default: 'sharp',
  }),
};

interface Given {
  readonly out: string;
  readonly format: StillFormat | undefined;
  readonly quality: number | undefined;
  readonly force: boolean;
}

/** Where pictures will go: a file for all of them, or a file each in a folder. */
export interface Target extends Output<StillFormat> {
  readonly files: readonly string[];
}

/** Where pictures of these names will go. Throws before any work. */
export async function preparePictures(o: Given, formats: readonly StillFormat[], names: readonly string[]): Promise<Target> {
  const output = await readOutput(o, formats);
  refuseQuality(output.format, o.quality);
  const files = output.to === 'folder' ? names.map((name) => fileIn(output, name)) : [output.path];
  await refuseTaken(output, files, o.force);
  return { ...output, files };
}

interface Finished {
  /** Levels of all pictures, one after another. */
  readonly pixels: Uint8Array;
  readonly form: PictureForm;
  readonly names: readonly string[];
}

type Context = Pick<CommandContext, 'write'> & {
  readonly options: Given & { readonly scale: number | undefined; readonly style: 'sharp' | 'smooth'; readonly noMetadata: boolean };
};

/**
 * Writes pictures: a sheet of all in one file, or single files in a folder.
 *
 * @param settingsOf what the file of picture i says of its making; of all, without i
 */
export async function writePictures(
  { options: o, write }: Context,
  output: Target,
  { pixels, form, names }: Finished,
  settingsOf: (index: number | undefined) => PictureSettings,
): Promise<{ readonly written: readonly string[]; readonly sheet: Picture }> {
  const dim = pictureDim(form);
  const { encodePicture, enlarge } = await import('../codec/encode.js');
  const scale = enlargement(o.scale, form);
  const pictures = names.map((_, i) => levelsToPicture(pixels.subarray(i * dim, (i + 1) * dim), form));
  const large = await Promise.all(pictures.map((picture) => enlarge(picture, scale, o.style)));
  const sheet = seriesSheet(pictures, []);
  const put = async (picture: Picture, file: string, index: number | undefined): Promise<string> => {
    const settings = o.noMetadata ? undefined : settingsOf(index);
    const bytes = await encodePicture(picture, output.format, { settings, quality: o.quality });
    await writeResult(output, file, bytes, { write, force: o.force });
    return file;
  };
  if (output.to !== 'folder') {
    return { written: [await put(seriesSheet(large, []), output.path, names.length === 1 ? 0 : undefined)], sheet };
  }
  const written: string[] = [];
  for (const [i, picture] of large.entries()) written.push(await put(picture, output.files[i], i));
  return { written, sheet };
}
