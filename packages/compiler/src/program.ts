import type { Graph, Profile } from './graph/index.js';

/** Who computes a program, and why. */
export interface ExecutorReport {
  readonly executor: 'wasm' | 'onnx' | 'eager';
  /** Threads that share the work. */
  readonly threads: number;
  /** Why this one, in a sentence. */
  readonly reason: string;
  /** What it runs on, where there is a choice: 'simd', 'relaxed-simd'; an execution provider of ONNX Runtime; a tfjs backend. */
  readonly target?: string;
}

/** Numbers by name, row-major, in the order of the traced shapes. */
export type Arrays = { readonly [name: string]: Float32Array };

/**
 * A compiled function. One call at a time. Arrays of results are new ones, or those given in `into`.
 *
 * Where the graph has a row axis, any number of rows may be given at each run; all arguments with rows must agree.
 */
export interface Program {
  readonly report: ExecutorReport;
  /** What is computed: the trace, optimised, at the shapes it was traced with. Undefined where the function itself runs. */
  readonly graph?: Graph;
  /** Sets the parameters (all of them), which are kept until they are set again. */
  bind(parameters: Arrays): void;
  /**
   * Computes the results. Synchronous for `eager` on a host backend, and for `wasm` but for the one run after which it makes a
   * program for few rows; a promise for the others.
   */
  run(args: Arrays, into?: Arrays): Arrays | Promise<Arrays>;
  /**
   * One run on one thread, kernel by kernel, with the time of each; `clock` gives milliseconds. Undefined where the executor
   * cannot tell: `wasm` can. Calls of single kernels cost a little, so that the sum is more than the time of a run.
   */
  profile?(args: Arrays, clock: () => number): Profile;
  /** Frees memory, threads and sessions. Using the program afterwards throws. */
  dispose(): void;
}
