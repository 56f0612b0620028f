import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { onColour } from '@advect/core/data';
import { type CommandContext, type DataSet, dataSets, openSet, type Samples } from '@advect/node';
import type { Pictures, PictureSet } from './picture-set.js';

export interface PictureSource {
  /** 'optdigits', another set by its name, or a folder. */
  readonly data: string;
  /** Where that folder is, from the root, for a run that goes on elsewhere. */
  readonly folder?: string;
  /** Pixels along each side, and whether in colour; of a folder's pictures, for other sets have theirs. */
  readonly size?: number;
  readonly colour?: boolean;
}

const isSquare = ({ kind, event: [height, width] }: DataSet): boolean => kind === 'pictures' && height === width;

/** Names of the sets that can be opened, the included one first. */
export const namedSets: readonly string[] = [...new Set(['optdigits', ...dataSets.filter(isSquare).map(({ name }) => name)])];

/** Opens pictures to learn from: those that come with the app, a public set (fetched once, checked and kept), or a folder. */
export async function openPictures(
  { data, folder, size = 16, colour = false }: PictureSource,
  { note, progress, signal }: Pick<CommandContext, 'note' | 'progress' | 'signal'>,
): Promise<PictureSet> {
  if (data === 'optdigits') return (await import('./optdigits.js')).optdigits();
  if (namedSets.includes(data)) return publicSet(data, note, signal);
  const { pictureFolder } = await import('./folder.js');
  return pictureFolder(folder ?? data, {
    size,
    channels: colour ? 3 : 1,
    signal,
    onBroken: (name, reason) => note(`left out ${name}: ${reason}`),
    onProgress: (done, total) => progress.update(done, total, 'reading pictures'),
  }).catch((thrown: unknown) => {
    if (!(thrown instanceof AdvectError) || thrown.code !== 'not-found') throw thrown;
    if (folder !== undefined) {
      const hint = `The run learns from the pictures there ('${data}' when it began): put them back, or begin a new run with --data.`;
      throw new AdvectError('not-found', thrown.message, hint, thrown);
    }
    const hint = `${didYouMean(data, namedSets)}Check the path, or give a set: ${namedSets.join(', ')}.`;
    throw new AdvectError('not-found', thrown.message, hint, thrown);
  });
}

async function publicSet(name: string, note: CommandContext['note'], signal: AbortSignal): Promise<PictureSet> {
  const { set, parts } = await openSet(name, {
    env: process.env,
    signal,
    onDownload: (url) => note(`fetching ${url}`),
    decode: async (png) => (await import('../codec/decode-rgba.js')).decodeRgba(png),
  });
  const [size, , channels] = set.event;
  if (channels === 4) note('transparent parts are laid on white');
  return {
    name,
    credit: { title: set.title, by: set.by, licence: set.licence, url: set.homepage },
    size,
    channels: channels === 1 ? 1 : 3,
    levels: set.levels ?? 256,
    classes: set.classes,
    train: pictures(parts.train),
    ...(parts.test && parts.validation && { validation: pictures(parts.validation) }),
    test: pictures(parts.test ?? parts.validation ?? parts.train),
  };
}

const white = [255, 255, 255] as const;

const pictures = ({ x, labels }: Samples): Pictures => ({
  count: x.shape[0],
  pixels: x.shape[3] === 4 ? onColour({ shape: x.shape, data: bytesOf(x) }, white).data : bytesOf(x),
  labels: labels ?? new Int32Array(x.shape[0]).fill(-1),
});

function bytesOf({ data }: NdArray<NumericArray>): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw new AdvectError('unsupported', 'the pictures of this set are not whole levels', 'Give another set, or a folder of pictures.');
}
