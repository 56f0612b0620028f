import { AdvectError } from '@advect/base/errors';
import { integer, oneOf, optional, readOptions } from '@advect/base/options';
import { choose, type Offers, workOf } from './choose.js';
import type { Graph } from './graph/index.js';
import { offers } from './offers.js';
import { optimise } from './optimise/index.js';
import { environment } from './platform.js';
import type { ExecutorReport, Program } from './program.js';
import { moduleReader, type OnnxRuntime, providersReader } from './onnx/index.js';
import { THREAD_LIMIT, threadCount } from './threads/count.js';
import { type TensorFunction, trace, type TraceInputs } from './trace/index.js';
import type { WasmProgram } from './wasm/executor.js';

type Executor = ExecutorReport['executor'];

export interface CompileOptions {
  /**
   * 'auto' (the default): by the size of the work and what the platform offers. 'wasm': generated WebAssembly. 'onnx': ONNX
   * Runtime. 'eager': the kernels of TensorFlow.js. In Node the environment variable ADVECT_EXECUTOR stands for the option
   * where it is absent or 'auto'.
   */
  readonly executor?: 'auto' | Executor;
  /**
   * Threads that share the work, the calling one included; 1 starts none. Default: the environment variable ADVECT_THREADS in
   * Node, else one for each core up to 8, where the platform has threads that share memory.
   */
  readonly threads?: number;
  /** Execution providers of ONNX Runtime, the first one first; the others do not look at it. Default: {@link useOnnxRuntime}'s. */
  readonly providers?: readonly string[];
  /**
   * The module onnxruntime-web or onnxruntime-node, where it cannot be found by its name, as in a page. Default:
   * {@link useOnnxRuntime}'s.
   */
  readonly runtime?: OnnxRuntime;
}

/** What an executor is made from. */
export interface Source {
  readonly f: TensorFunction;
  readonly inputs: TraceInputs;
  /** The optimised trace of f; traced when it is asked for. */
  readonly graph: () => Graph;
  readonly threads: number;
  readonly providers: readonly string[] | undefined;
  readonly runtime: OnnxRuntime | undefined;
}

/** Makers of programs, and what the choice between them knows. */
export interface Workshop {
  readonly make: { readonly [E in Executor]: (source: Source) => Promise<Program> };
  readonly offers: () => Offers;
}

const EXECUTORS: readonly Executor[] = ['wasm', 'onnx', 'eager'];
/** What 'auto' tries after what it has chosen. */
const NEXT: { readonly [E in Executor]: readonly Executor[] } = { onnx: ['wasm', 'eager'], wasm: ['eager'], eager: [] };

const workshop: Workshop = {
  offers,
  make: {
    async wasm({ graph, inputs, threads }) {
      const [{ makePlan }, { createWasmProgram }, { withFewRows }] = await Promise.all([
        import('./plan/index.js'),
        import('./wasm/executor.js'),
        import('./wasm/few-rows.js'),
      ]);
      // The second program is made from this graph, not from the function that it was traced from: that holds on to what uses the
      // program, which could then never be found to be abandoned.
      const traced = graph();
      const plan = makePlan(traced);
      const hasRows = Object.values(inputs).some(({ rowAxis }) => rowAxis !== undefined);
      if (hasRows && plan.tile === undefined) throw inseparable(plan.reason ?? 'they are mixed');
      const make = (): Promise<WasmProgram> => createWasmProgram(makePlan(traced, { tile: 1 }), { threads });
      return withFewRows(await createWasmProgram(plan, { threads }), { plan, work: workOf(traced), threads, make });
    },
    async onnx({ graph, threads, providers, runtime }) {
      const { onnxProgram } = await import('./onnx/index.js');
      return onnxProgram(graph(), { threads, ...(providers && { providers }), ...(runtime && { runtime }) });
    },
    async eager({ f, inputs }) {
      const { eagerProgram } = await import('./eager/index.js');
      return eagerProgram(f, inputs);
    },
  },
};

/**
 * Compiles a function of named tensors, written in TensorFlow.js and possibly taking gradients, to a program on plain arrays.
 * It is traced once, at the shapes given; see {@link trace} for what that means. Where inputs have a `rowAxis` the program
 * takes any number of rows. Each call compiles anew.
 *
 * Under 'auto' a function that cannot be traced runs eagerly, and an executor that cannot be had is replaced by the next
 * one; `report.reason` says so. An executor that was asked for and cannot be had throws.
 *
 * @throws AdvectError `unsupported` if the executor asked for cannot run the function here; `unknown-option`, `invalid-option`
 */
export function compile(f: TensorFunction, inputs: TraceInputs, options?: CompileOptions): Promise<Program> {
  return compileIn(workshop, f, inputs, options);
}

/** The same with makers of one's own. */
export async function compileIn(
  { make, offers }: Workshop,
  f: TensorFunction,
  inputs: TraceInputs,
  options?: CompileOptions,
): Promise<Program> {
  const given = readOptions<CompileOptions>('compile', options, {
    executor: oneOf<'auto' | Executor>(['auto', ...EXECUTORS], 'auto'),
    threads: optional(integer({ min: 1, max: THREAD_LIMIT })),
    runtime: optional(moduleReader),
    providers: optional(providersReader),
  });
  const { threads, reason: whyThreads } = threadCount(given.threads);
  let graph: Graph | undefined;
  const { providers, runtime } = given;
  const source: Source = { f, inputs, threads, providers, runtime, graph: () => (graph ??= optimise(trace(f, inputs))) };
  const made = async (executor: Executor, why: string): Promise<Program> =>
    presented(await make[executor](source), { why, threads, whyThreads, graph: executor === 'eager' ? undefined : source.graph() });

  const wanted = given.executor === 'auto' ? fromEnvironment() : given.executor!;
  if (wanted !== 'auto') return made(wanted, 'it was asked for');
  let choice;
  try {
    choice = choose(workOf(source.graph()), offers());
  } catch (error) {
    if (!(error instanceof AdvectError) || error.code !== 'unsupported') throw error;
    return made('eager', error.message);
  }
  const failures: string[] = [];
  for (const executor of [choice.executor, ...NEXT[choice.executor]]) {
    try {
      return await made(executor, [choice.reason, ...failures].join('; '));
    } catch (error) {
      if (executor === 'eager') throw error;
      failures.push(`${executor} failed (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  throw new Error('unreachable: eager returns or throws');
}

function fromEnvironment(): 'auto' | Executor {
  const given = environment('ADVECT_EXECUTOR');
  return given === undefined ? 'auto' : oneOf<'auto' | Executor>(['auto', ...EXECUTORS])(given, 'The environment variable ADVECT_EXECUTOR');
}

interface Circumstances {
  readonly why: string;
  readonly threads: number;
  readonly whyThreads: string;
  readonly graph: Graph | undefined;
}

/**
 * The program with its graph, whose report also says why it was chosen and, if that is what came of it, why it has so many
 * threads.
 */
function presented(program: Program, { why, threads, whyThreads, graph }: Circumstances): Program {
  const report = (): ExecutorReport => {
    const own = program.report;
    const parts = [why, own.reason, ...(own.executor === 'wasm' && own.threads === threads ? [whyThreads] : [])];
    return { ...own, reason: parts.filter((part) => part !== '').join('; ') };
  };
  return Object.create(program, { report: { get: report, enumerable: true }, graph: { value: graph, enumerable: true } }) as Program;
}

const inseparable = (reason: string): AdvectError =>
  new AdvectError(
    'unsupported',
    `the function does not treat its rows apart: ${reason}`,
    "Leave rowAxis out for a fixed number of rows, or use the executor 'eager'.",
  );
