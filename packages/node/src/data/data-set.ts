import type { NdArray, NumericArray } from '@advect/base/array';
import type { DataFile } from './data-file.js';

/** Samples along the first axis, and the class of each where classes are known. */
export interface Samples {
  /** [count, ...event]: bytes for pictures, [count, height, width, channels]; floats for tables, [count, columns]. */
  readonly x: NdArray<NumericArray>;
  /** [count], from 0 to classes − 1. */
  readonly labels?: Int32Array;
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
  readonly kind: 'pictures' | 'table' | 'music';
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

/** Files that together hold the set, and how they are read. */
export interface Form<P> {
  readonly files: readonly DataFile[];
  /** @param bytes of each file, unzipped where it is a .gz, in the order of `files` */
  read(...bytes: readonly Uint8Array[]): Parts<P> | Promise<Parts<P>>;
}

/** A public data set. */
export interface DataSet<P = Samples> extends DataSetFacts {
  /** Ways in which the same set comes; the first that a local folder has in full is used, and the first with addresses is downloaded. */
  readonly forms: readonly Form<P>[];
}
