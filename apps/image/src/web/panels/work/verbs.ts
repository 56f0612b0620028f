import type { Verb } from '@advect/web';
import type { Label } from '../../../model/label.js';
import type { SolverChoice } from '../../../model/solver.js';
import type { TrainingVerbs } from '../train/verbs.js';

/** A picture of the open model's form. */
export interface Subject {
  /** [size, size, channels], levels. */
  readonly levels: Uint8Array;
  /** Its class, −1 where none is known. */
  readonly label: Label;
}

/** What every verb on a picture is told beside it. */
export interface Manner {
  readonly solver: SolverChoice;
  /** Of the dequantisation noise. */
  readonly seed: number;
}

/** How probable a picture is, as far as it has been measured. */
export interface Measurement {
  readonly bitsPerDim: number;
  /** Over the draws of the dequantisation noise; NaN after the first. */
  readonly standardError: number;
  /** Of a hundred held-out pictures, how many are less probable. */
  readonly percentile: number;
  /** p(class | picture), where classes are told apart. */
  readonly classProbabilities: readonly number[];
  /** Bits that each pixel adds to −log₂ p, [size, size]; where p is that of the model without a class. */
  readonly pixels?: Float32Array;
  readonly done: number;
  readonly draws: number;
  /** What the number means, in a sentence. */
  readonly convention: string;
}

/** A picture's noise, and how exactly it leads back as soon as that is known. */
export interface Encoding {
  /** The noise as levels, as the wall shows it at t = 0. */
  readonly noise: Uint8Array;
  /** Its length over that of typical noise, √dimensions. */
  readonly radius: number;
  readonly roundTrip?: RoundTrip;
}

export interface RoundTrip {
  /** Largest difference of a number after encoding and decoding, in levels. */
  readonly levels: number;
  /** Whether every level comes back. */
  readonly exact: boolean;
}

/** Where a picture's bits lie. */
export interface Surprise {
  /** [size, size], bits that each pixel adds to −log₂ p. */
  readonly bits: Float32Array;
  /** Their sum. */
  readonly total: number;
  /** Draws of the noise that they are means of. */
  readonly draws: number;
}

/** Pictures one after another, [count, size, size, channels], levels. */
export interface Several {
  readonly pictures: Uint8Array;
  readonly milliseconds: number;
}

/** Pictures with what they cost. */
export interface Scored extends Several {
  readonly bitsPerDim: readonly number[];
}

export interface Share {
  readonly done: number;
  readonly total: number;
}

/** What the panels ask the worker for. */
export type PanelVerbs = TrainingVerbs & {
  /** By as many draws as the command line takes (`usualDraws`). */
  readonly measure: Verb<Manner & { readonly levels: Uint8Array }, Measurement, Measurement>;
  /** Solved as exactly as the command line does (`exactly`), whatever suits the wall. */
  readonly encode: Verb<Subject & { readonly seed: number }, Encoding, Encoding>;
  readonly surprise: Verb<Manner & Subject, Surprise>;
  readonly morph: Verb<Manner & { readonly from: Subject; readonly to: Subject; readonly frames: number }, Several, Share>;
  readonly inpaint: Verb<InpaintRequest, Several>;
  /** The same noise under other classes, solved as exactly as codes are. */
  readonly swap: Verb<Pick<Manner, 'seed'> & { readonly subject: Subject; readonly labels: readonly number[] }, Several>;
  /** The picture's noise made longer or shorter by each factor, or the picture pulled along ∇log p by each strength. */
  readonly dial: Verb<
    Manner & { readonly subject: Subject; readonly by: 'radius' | 'pull'; readonly stops: readonly number[] },
    Scored,
    Share
  >;
};

export interface InpaintRequest extends Subject {
  /** [size, size], 1 where the picture is to stay. */
  readonly known: Uint8Array;
  /** Completions, each from noise of its own: completion i depends on the seed and i alone. */
  readonly count: number;
  readonly seed: number;
  readonly steps: number;
  readonly guidance: number;
}
