import { AdvectError } from '@advect/base/errors';
import '../gradients.js';
import type { DType, Graph } from '../graph/index.js';
import { whileTracing } from './backend.js';
import { unsupported } from './kernel.js';
import { type Tensor, tf } from './tf.js';

/** What a traced function is given under one name. */
export interface TraceInput {
  readonly shape: readonly number[];
  /** 'parameter' for weights, which a program keeps between runs; 'argument', the default, for what changes at each. */
  readonly kind?: 'parameter' | 'argument';
  /** The axis that counts independent samples, if there is one: a program takes any number of them. */
  readonly rowAxis?: number;
  /** Default float32. */
  readonly dtype?: DType;
}

/** The inputs of a traced function, by name. */
export interface TraceInputs {
  readonly [name: string]: TraceInput;
}

/** A function of named tensors. */
export type TensorFunction = (tensors: { [name: string]: Tensor }) => { readonly [name: string]: Tensor };

/**
 * Runs a TensorFlow.js function once on tensors without numbers and returns what it computes as a graph. The function may
 * take gradients, and gradients of gradients; those become operations like any other.
 *
 * What JavaScript decides is decided now: shapes, loops, branches, random draws and sizes read from shapes (the divisor of
 * a mean) are those of the trace. Tensors from outside become constants with the numbers they have now. Nothing is left
 * on any backend, and the current backend stays what it is.
 *
 * @throws AdvectError `unsupported` for a kernel that the graph cannot express, for numbers that are read but depend on
 *   an input, and for outside tensors whose backend cannot be read at once; `invalid-value` where f returns no tensors
 */
export function trace(f: TensorFunction, inputs: TraceInputs): Graph {
  return whileTracing((session) => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, ...settings }]) => {
        checkInput(name, inputs[name]);
        const { dataId, dtype } = session.tensor(session.graph.input(name, shape, settings));
        return [name, tf.engine().makeTensorFromDataId(dataId, [...shape], dtype)];
      }),
    );
    const results = call(f, tensors);
    const outputs = Object.entries(results).map(([name, tensor]) => {
      if (!(tensor instanceof tf.Tensor)) throw noTensor(`the result '${name}' of a traced function is no tensor`);
      return { name, id: session.node(tensor) };
    });
    if (outputs.length === 0) throw noTensor('a traced function returns nothing');
    return session.finish(outputs);
  });
}

function call(f: TensorFunction, tensors: { [name: string]: Tensor }): { readonly [name: string]: Tensor } {
  try {
    const results: unknown = f(tensors);
    if (results instanceof Promise) {
      results.catch(() => undefined);
      throw noTensor('a traced function returns a promise');
    }
    if (typeof results !== 'object' || results === null || results instanceof tf.Tensor) {
      throw noTensor('a traced function returns no tensors by name');
    }
    return results as { readonly [name: string]: Tensor };
  } catch (error) {
    const missing = error instanceof Error && /Kernel '(.+)' not registered for backend 'advect-trace'/.exec(error.message);
    if (missing) throw unsupported(`The kernel '${missing[1]}' of TensorFlow.js cannot be traced`);
    throw error;
  }
}

function checkInput(name: string, { shape, kind = 'argument', rowAxis, dtype = 'float32' }: TraceInput): void {
  if (!Array.isArray(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new AdvectError(
      'invalid-option',
      `the input '${name}' has the shape [${String(shape)}]`,
      'Give the length of each axis, a whole number; any number of rows to trace with where the rows may vary.',
    );
  }
  if (!['argument', 'parameter'].includes(kind) || !['float32', 'int32', 'bool'].includes(dtype)) {
    throw new AdvectError(
      'invalid-option',
      `the input '${name}' is of kind '${kind}' and dtype '${dtype}'`,
      "Kinds are 'argument' and 'parameter'; dtypes are 'float32', 'int32' and 'bool'.",
    );
  }
  if (rowAxis === undefined || (Number.isInteger(rowAxis) && rowAxis >= 0 && rowAxis < shape.length)) return;
  throw new AdvectError(
    'invalid-option',
    `the input '${name}' of shape [${shape.join(', ')}] has no axis ${rowAxis} to count rows`,
    'Give an axis counted from 0.',
  );
}

const noTensor = (message: string): AdvectError =>
  new AdvectError('invalid-value', message, 'Return an object of tensors at once, such as { y }.');
