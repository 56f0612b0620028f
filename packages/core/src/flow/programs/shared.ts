import { type Arrays, compile, type ExecutorReport, type Program } from '@advect/compiler';
import type { Pending } from '../../ode/index.js';
import type { TracedFunction } from './traced.js';

/** Who is to compute. */
export interface ProgramOptions {
  /**
   * 'auto' (default): by the size of the work and what this platform offers. 'wasm': generated WebAssembly. 'onnx': ONNX
   * Runtime, as `useOnnxRuntime` says. 'eager': the kernels of TensorFlow.js. In Node the environment variable ADVECT_EXECUTOR
   * stands for the option where it is absent or 'auto'.
   */
  readonly executor?: 'auto' | ExecutorReport['executor'];
  /** Threads that share the work; default: as many as this platform offers and the work is worth. */
  readonly threads?: number;
}

/** A program that several callers use, each with weights of its own. */
export interface SharedProgram {
  readonly report: ExecutorReport;
  /** One call at a time; others wait. The weights are bound again where another caller's were bound since. */
  run(weights: Weights, args: Arrays): Pending<Arrays>;
  dispose(): void;
}

/** Weights of one caller, told apart by identity; the numbers must not change while it is in use. */
export interface Weights {
  readonly arrays: Arrays;
}

/** A program with its weights bound for whoever calls. */
export function share(program: Program): SharedProgram {
  let bound: Weights | undefined;
  let running: Promise<unknown> | undefined;
  const run = (weights: Weights, args: Arrays): Pending<Arrays> => {
    if (running) return running.then(() => run(weights, args));
    if (bound !== weights) program.bind(weights.arrays);
    bound = weights;
    const result = program.run(args);
    if (!(result instanceof Promise)) return result;
    const mine: Promise<unknown> = result.then(noop, noop).then(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return result;
  };
  return {
    get report() {
      return program.report;
    },
    run,
    dispose: () => program.dispose(),
  };
}

const noop = (): void => {};

/** Makes a program; under 'auto' one that runs eagerly where the function cannot be compiled. */
export const compileFunction = ({ f, inputs }: TracedFunction, { executor, threads }: ProgramOptions): Promise<Program> =>
  compile(f, inputs, { executor, threads });
