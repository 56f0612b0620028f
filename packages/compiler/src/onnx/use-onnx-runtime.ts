import { optional, readOptions, value } from '@advect/base/options';
import type { OnnxRuntime } from './runtime.js';

/** Whom the executor 'onnx' is to take where a call does not say. */
export interface UseOnnxRuntimeOptions {
  /** The module onnxruntime-web or onnxruntime-node. Default: the one that is found by its name. */
  readonly runtime?: OnnxRuntime;
  /** Execution providers in order of preference. Default: the processor. */
  readonly providers?: readonly string[];
}

export const moduleReader = value<OnnxRuntime>(
  (given) => typeof given === 'object' && given !== null && 'InferenceSession' in given,
  'the module of ONNX Runtime',
);

export const providersReader = value<readonly string[]>(
  (given) => Array.isArray(given) && given.every((name) => typeof name === 'string'),
  'a list of names',
);

let inUse: UseOnnxRuntimeOptions = {};

/**
 * Says once which ONNX Runtime, and which of its execution providers, compute whatever is given to the executor 'onnx' from now
 * on, by whichever verb; each call replaces what the last one said, and one without options takes it back. Programs that are
 * there already, such as those of a flow that has sampled, stay as they are: call it first.
 *
 * @throws AdvectError `invalid-option`, `unknown-option`
 */
export function useOnnxRuntime(options?: UseOnnxRuntimeOptions): void {
  inUse = readOptions<UseOnnxRuntimeOptions>('useOnnxRuntime', options, {
    runtime: optional(moduleReader),
    providers: optional(providersReader),
  });
}

/** What was said last. */
export const onnxRuntimeInUse = (): UseOnnxRuntimeOptions => inUse;
