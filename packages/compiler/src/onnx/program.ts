import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, optional, readOptions } from '@advect/base/options';
import type { Graph, GraphInput } from '../graph/index.js';
import type { Arrays, Program } from '../program.js';
import { channelBlock } from './channel-block.js';
import { type OnnxExport, onnxModel } from './export.js';
import { encodeModel } from './model.js';
import { loadOnnxRuntime, type OnnxRuntime, type OnnxTensor } from './runtime.js';
import { hostProvider, openSession } from './session.js';
import { moduleReader, onnxRuntimeInUse, providersReader } from './use-onnx-runtime.js';

export interface OnnxProgramOptions {
  /**
   * Threads of ONNX Runtime's own pool (default 2; the providers 'cpu' and 'wasm' alone use them). All programs of
   * onnxruntime-web have as many as the first one got.
   */
  threads?: number;
  /**
   * Execution providers in order of preference, of which the first that can be had computes: 'cuda', 'webgpu', … where
   * present. Default: those of {@link useOnnxRuntime} unless a runtime is given here; else the processor, which is 'cpu' in
   * onnxruntime-node and 'wasm' in onnxruntime-web.
   */
  providers?: readonly string[];
  /** The onnxruntime module. Default: that of {@link useOnnxRuntime}, else the one that is found by its name (not in pages). */
  runtime?: OnnxRuntime;
}

/**
 * A program that ONNX Runtime computes: onnxruntime-node in Node, onnxruntime-web in a browser and where the other is absent,
 * both optional packages.
 *
 * Throws `unsupported` where the package is absent (the hint says what to install) or has none of the providers,
 * `invalid-shape` at a run whose arrays do not fit, `invalid-value` for a run without parameters or after `dispose`.
 */
export async function onnxProgram(graph: Graph, options?: OnnxProgramOptions): Promise<Program> {
  const settings = readOptions<OnnxProgramOptions>('onnxProgram', options, {
    threads: optional(integer({ min: 1, max: 1024 })),
    providers: optional(providersReader),
    runtime: optional(moduleReader),
  });
  const inUse = onnxRuntimeInUse();
  const runtime = settings.runtime ?? inUse.runtime ?? (await loadOnnxRuntime());
  const providers = settings.providers ?? (settings.runtime ? undefined : inUse.providers) ?? [hostProvider(runtime)];
  const convolves = graph.nodes.some(({ op }) => op === 'conv2d' || op === 'conv2dInput');
  const model = onnxModel(graph, {}, convolves ? await channelBlock(runtime, providers) : undefined);
  const session = await openSession(runtime, encodeModel(model.model), { threads: settings.threads ?? 2, providers });
  const running = new Set<Promise<unknown>>();

  let parameters: { readonly [name: string]: OnnxTensor } | undefined;
  let isDisposed = false;
  const parameterInputs = graph.inputs.filter(({ kind }) => kind === 'parameter');
  const argumentInputs = graph.inputs.filter(({ kind }) => kind === 'argument');
  const tensor = (data: Float32Array, shape: readonly number[]): OnnxTensor => new runtime.Tensor('float32', data, shape);
  const assertAlive = (): void => {
    if (isDisposed) throw new AdvectError('invalid-value', 'the program was disposed', 'Compile it again.');
  };

  return {
    report: {
      executor: 'onnx',
      threads: session.threads,
      reason: [
        model.dynamicBatch ? 'ONNX Runtime, any number of rows' : `ONNX Runtime, rows as traced: ${model.reason}`,
        ...session.remarks,
      ].join('; '),
      target: session.provider,
    },
    bind(given) {
      assertAlive();
      parameters = Object.fromEntries(
        parameterInputs.map((input) => {
          const { shape } = graph.nodes[input.id];
          return [input.name, tensor(checked(input, given, shape).slice(), shape)];
        }),
      );
    },
    async run(args, into = {}) {
      assertAlive();
      if (parameterInputs.length > 0 && parameters === undefined) {
        throw new AdvectError('invalid-value', 'the program has no parameters yet', 'Call bind with their values first.');
      }
      const rows = rowsOf(graph, model, args);
      const feeds = { ...parameters };
      for (const input of argumentInputs) {
        const shape = shapeWith(graph.nodes[input.id].shape, input.rowAxis, rows);
        feeds[input.name] = tensor(checked(input, args, shape), shape);
      }
      const results: { [name: string]: Float32Array } = {};
      const fetches: { [name: string]: OnnxTensor } = {};
      for (const { name, shapeFor } of model.outputs) {
        const shape = shapeFor(rows);
        results[name] = into[name] ?? new Float32Array(sizeOf(shape));
        if (results[name].length !== sizeOf(shape)) throw misfit(name, results[name].length, shape);
        fetches[model.results.get(name)!] = tensor(results[name], shape);
      }
      const run = session.run(feeds, fetches);
      running.add(run);
      try {
        await run;
      } finally {
        running.delete(run);
      }
      return results;
    },
    dispose() {
      if (!isDisposed) void Promise.allSettled(running).then(() => session.release());
      isDisposed = true;
    },
  };
}

/** The number of rows that the arguments have; undefined where the graph has none or their number is fixed. */
function rowsOf(graph: Graph, model: OnnxExport, args: Arrays): number | undefined {
  if (!model.dynamicBatch) return undefined;
  const input = graph.inputs.find(({ rowAxis }) => rowAxis !== undefined)!;
  const { shape } = graph.nodes[input.id];
  const length = args[input.name]?.length ?? 0;
  const rows = length / sizeOf(shape.with(input.rowAxis!, 1));
  if (!Number.isInteger(rows)) throw misfit(input.name, length, shape.with(input.rowAxis!, Math.ceil(rows)));
  return rows;
}

const shapeWith = (shape: readonly number[], rowAxis: number | undefined, rows: number | undefined): readonly number[] =>
  rowAxis === undefined || rows === undefined ? shape : shape.with(rowAxis, rows);

function checked({ name }: GraphInput, given: Arrays, shape: readonly number[]): Float32Array {
  const data = given[name];
  if (data === undefined)
    throw new AdvectError('invalid-value', `the program needs '${name}'`, `Give it as numbers of shape [${shape.join()}].`);
  if (data.length !== sizeOf(shape)) throw misfit(name, data.length, shape);
  return data;
}

const misfit = (name: string, length: number, shape: readonly number[]): AdvectError =>
  new AdvectError(
    'invalid-shape',
    `'${name}' has ${length} numbers where ${sizeOf(shape)} of shape [${shape.join()}] belong`,
    'Arguments with rows must all have the same number of rows; the others their traced shapes.',
  );
