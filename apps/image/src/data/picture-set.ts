/** Pictures as whole grey or colour levels, with their class where it is known. */
export interface Pictures {
  readonly count: number;
  /** [count, size, size, channels], row-major, each from 0 to levels − 1. */
  readonly pixels: Uint8Array;
  /** [count], the number of the class; −1 where it is unknown. */
  readonly labels: Int32Array;
}

/** What all pictures of a set, and all pictures of a model, have in common. */
export interface PictureForm {
  /** Pixels along each side. */
  readonly size: number;
  /** 1 for grey, 3 for colour (sRGB). */
  readonly channels: 1 | 3;
  /** Number of levels a channel has, such as 256. */
  readonly levels: number;
  /** Names of the classes; empty where pictures have none. */
  readonly classes: readonly string[];
}

/** Where pictures come from and what may be done with them. */
export interface Credit {
  readonly title: string;
  readonly licence: string;
  readonly by?: string;
  readonly doi?: string;
  readonly url?: string;
}

/** A data set: pictures to learn from, and pictures kept apart to measure with. */
export interface PictureSet extends PictureForm {
  readonly name: string;
  readonly credit: Credit;
  readonly train: Pictures;
  /** Pictures to watch while training, where the set has some apart from those that measure the end. */
  readonly validation?: Pictures;
  readonly test: Pictures;
}

/** Numbers in one picture. */
export const pictureDim = ({ size, channels }: Pick<PictureForm, 'size' | 'channels'>): number => size * size * channels;

/** Some of the pictures, in the order of `indices`. */
export function choosePictures(from: Pictures, indices: ArrayLike<number>): Pictures {
  const dim = from.count === 0 ? 0 : from.pixels.length / from.count;
  const pixels = new Uint8Array(indices.length * dim);
  const labels = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    pixels.set(from.pixels.subarray(indices[i] * dim, (indices[i] + 1) * dim), i * dim);
    labels[i] = from.labels[indices[i]];
  }
  return { count: indices.length, pixels, labels };
}
