import { AdvectError } from '@advect/base/errors';
import { inNode } from '../platform.js';

/** What is used of the onnxruntime packages, which share one interface. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options: OnnxSessionOptions): Promise<OnnxSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
}

export interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface OnnxSession {
  run(feeds: { readonly [name: string]: OnnxTensor }, fetches: { readonly [name: string]: OnnxTensor }): Promise<unknown>;
  release(): Promise<void>;
}

export interface OnnxSessionOptions {
  readonly executionProviders: readonly string[];
  readonly graphOptimizationLevel: 'all';
  readonly executionMode: 'sequential';
  readonly intraOpNumThreads: number;
  readonly interOpNumThreads: 1;
  readonly enableCpuMemArena: true;
  readonly enableMemPattern: true;
  readonly extra: object;
}

/**
 * The session for a model. Threads sleep between operators: with the cores to themselves spinning ones are no quicker for
 * large operators, and where others want the cores too, a U-Net's gradient took them three times as long.
 */
export const createSession = (
  runtime: OnnxRuntime,
  model: Uint8Array,
  threads: number,
  providers: readonly string[],
): Promise<OnnxSession> =>
  runtime.InferenceSession.create(model, {
    executionProviders: providers,
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    enableMemPattern: true,
    extra: { session: { set_denormal_as_zero: '0', intra_op: { allow_spinning: '0' } } },
  });

/** onnxruntime-node in Node, onnxruntime-web elsewhere. Throws `unsupported` where it is not installed. */
export async function loadOnnxRuntime(name = inNode() ? 'onnxruntime-node' : 'onnxruntime-web'): Promise<OnnxRuntime> {
  try {
    const loaded = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as OnnxRuntime & { default?: OnnxRuntime };
    return loaded.InferenceSession === undefined && loaded.default !== undefined ? loaded.default : loaded;
  } catch (error) {
    throw new AdvectError(
      'unsupported',
      `the package ${name} cannot be loaded (${error instanceof Error ? error.message : String(error)})`,
      inNode()
        ? `Install it (npm install ${name}), or choose another executor.`
        : 'Install onnxruntime-web and give its module as the option runtime, or choose another executor.',
      error,
    );
  }
}
