import { AdvectError } from '@advect/base/errors';
import { inNode } from '../platform.js';

/** What is used of the onnxruntime packages, which share one interface. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
  /** Settings of the WebAssembly of onnxruntime-web, read when its first session is made. */
  readonly env?: { readonly wasm?: { numThreads?: number } };
  /** onnxruntime-node alone has it. */
  readonly listSupportedBackends?: unknown;
}

export interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export type OnnxTensors = { readonly [name: string]: OnnxTensor };

export interface OnnxSession {
  run(feeds: OnnxTensors, fetches: { readonly [name: string]: OnnxTensor | null } | readonly string[]): Promise<OnnxTensors>;
  release(): Promise<void>;
}

/** Whether this is onnxruntime-node, which runs machine code; else it is onnxruntime-web. */
export const isNative = ({ listSupportedBackends }: OnnxRuntime): boolean => listSupportedBackends !== undefined;

/**
 * The first of the packages that can be loaded: in Node onnxruntime-node, then onnxruntime-web; elsewhere onnxruntime-web.
 * Throws `unsupported` where none is installed.
 */
export async function loadOnnxRuntime(
  names: readonly string[] = inNode() ? ['onnxruntime-node', 'onnxruntime-web'] : ['onnxruntime-web'],
): Promise<OnnxRuntime> {
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      const loaded = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as OnnxRuntime & { default?: OnnxRuntime };
      return loaded.InferenceSession === undefined && loaded.default !== undefined ? loaded.default : loaded;
    } catch (error) {
      failures.push(error);
    }
  }
  const why = failures.map((error) => (error instanceof Error ? error.message : String(error))).join('; ');
  throw new AdvectError(
    'unsupported',
    `ONNX Runtime cannot be loaded as ${names.join(' or ')} (${why})`,
    inNode()
      ? `Install it (npm install ${names[0]}), or choose another executor.`
      : 'Serve the package onnxruntime-web with the page and give its module to useOnnxRuntime, or as the option runtime of compile, or choose another executor.',
    failures[0],
  );
}
