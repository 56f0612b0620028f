import type { NdArray, NumericArray } from '@advect/base/array';
import type { Picture } from '../terminal-picture.js';
import type { DataFile } from './data-file.js';

/** Samples along the first axis, and the class of each where classes are known. */
export interface Samples {
  /** [count, ...event]: bytes for pictures, [count, height, width, channels]; floats for tables, [count, columns]. */
  readonly x: NdArray<NumericArray>;
  /** [count], from 0 to classes − 1. */
  readonly labels?: Int32Array;
}

/** A piece of music, on a grid or as a performance. */
export interface Piece {
  readonly name: string;
  /** [steps, voices], MIDI pitches, −1 for silence; or the bytes of a MIDI file. */
  readonly content: { readonly pitches: NdArray<Int32Array> } | { readonly midi: Uint8Array };
}

/** The parts of a set, as its makers split it. */
export interface Parts<P> {
  readonly train: P;
  readonly validation?: P;
  readonly test?: P;
}

/** What is known of a set before it is opened. */
export interface DataSetFacts {
  /** As in `--data NAME`. */
  readonly name: string;
  readonly title: string;
  /** Its sub-folder in the cache and in a local folder. */
  readonly folder: string;
  readonly by: string;
  readonly licence: string;
  readonly homepage: string;
  /** Shape of one sample: [height, width, channels] or [columns]; empty where lengths differ. */
  readonly event: readonly number[];
  /** Number of levels of a whole-numbered entry, such as 256. */
  readonly levels?: number;
  /** Names of the classes in the order of their numbers; empty where there are none. */
  readonly classes: readonly string[];
  /** Samples in each part. */
  readonly counts: Parts<number>;
  /** What else one should know before use. */
  readonly remark?: string;
}

/** What a set leaves open. */
export interface Choice {
  /** Which of ten splits, 0 to 9, of the sets that have them. */
  readonly fold: number;
  /** How many samples of a set without end, and their seed. */
  readonly count: number;
  readonly seed: number;
  /** Decodes a PNG picture, for sets that come as such. */
  readonly decode?: (png: Uint8Array) => Promise<Picture>;
}

/** Gives a form its files. */
export interface OpenFiles {
  /** A file's bytes, unzipped where it is a .gz. */
  bytes(file: DataFile): Promise<Uint8Array>;
  /** The path of a file too large to hold. */
  path(file: DataFile): Promise<string>;
}

/** Files that together hold the set, and how they are read. */
export interface Form<P> {
  readonly files: readonly DataFile[];
  open(files: OpenFiles, choice: Choice): Promise<Parts<P>>;
}

/** A public data set. */
export type DataSet = DataSetFacts &
  (
    | {
        readonly kind: 'pictures' | 'table';
        /** Ways in which the same set comes; the first that a local folder has in full is used, and the first with addresses is downloaded. */
        readonly forms: readonly Form<Samples>[];
      }
    | { readonly kind: 'music'; readonly forms: readonly Form<readonly Piece[]>[] }
  );

/** Sets of pictures and tables, and sets of music. */
export type SampleSet = Extract<DataSet, { kind: 'pictures' | 'table' }>;
export type MusicSet = Extract<DataSet, { kind: 'music' }>;

/** A form whose files are held in memory all at once. */
export const inMemory = <P>(
  files: readonly DataFile[],
  read: (bytes: readonly Uint8Array[], choice: Choice) => Parts<P> | Promise<Parts<P>>,
): Form<P> => ({
  files,
  async open({ bytes }, choice) {
    const all: Uint8Array[] = [];
    for (const file of files) all.push(await bytes(file));
    return read(all, choice);
  },
});
