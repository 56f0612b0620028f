import { AdvectError } from '@advect/base/errors';
import '../gradients.js';
import type { Arrays, Program } from '../program.js';
import type { TensorFunction, TraceInputs } from '../trace/index.js';
import { type Tensor, tf } from '../trace/tf.js';
import { shapesOf } from './arguments.js';

type Tensors = { [name: string]: Tensor };

/**
 * A program that runs the function itself with the kernels of TensorFlow.js, on the backend that is current at each run.
 * Parameters stay tensors from one `bind` to the next; nothing else outlives a run. Runs are synchronous on the backends
 * `cpu` and `wasm`, whose numbers are in reach, and promises elsewhere.
 */
export function eagerProgram(f: TensorFunction, inputs: TraceInputs): Program {
  const needsParameters = Object.values(inputs).some(({ kind }) => kind === 'parameter');
  let parameters: Tensors | undefined;
  let disposed = false;

  const upload = (name: string, data: Float32Array, shape: number[]): Tensor =>
    tf.tensor(data.slice(), shape, inputs[name].dtype ?? 'float32');
  const uploadAll = (arrays: Arrays, shapes: { [name: string]: number[] }): Tensors =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, upload(name, arrays[name], shape)]));
  const free = (): void => {
    tf.dispose(parameters ?? {});
    parameters = undefined;
  };
  const assertUsable = (): void => {
    if (disposed) throw new AdvectError('invalid-value', 'the program was disposed', 'Compile it again.');
  };

  return {
    report: {
      executor: 'eager',
      threads: 1,
      reason: 'TensorFlow.js itself, one kernel after the other',
      target: tf.getBackend(),
    },
    bind(given) {
      assertUsable();
      const shapes = shapesOf('parameter', inputs, given);
      free();
      parameters = tf.tidy(() => {
        const tensors = uploadAll(given, shapes);
        for (const tensor of Object.values(tensors)) tf.keep(tensor);
        return tensors;
      });
    },
    run(args, into = {}) {
      assertUsable();
      if (needsParameters && !parameters) {
        throw new AdvectError('invalid-value', 'the program has no parameters yet', 'Call bind with their values first.');
      }
      const shapes = shapesOf('argument', inputs, args);
      const results = tf.tidy(() => {
        const made = f({ ...parameters, ...uploadAll(args, shapes) });
        return Object.fromEntries(Object.entries(made).map(([name, tensor]): [string, Tensor] => [name, tf.clone(tensor)]));
      });
      return readsAtOnce() ? readNow(results, into) : readLater(results, into);
    },
    dispose() {
      disposed = true;
      free();
    },
  };
}

const readsAtOnce = (): boolean => tf.getBackend() === 'wasm' || tf.getBackend() === 'cpu';

function readNow(results: Tensors, into: Arrays): Arrays {
  try {
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, store(name, tensor.dataSync(), into[name])]));
  } finally {
    tf.dispose(results);
  }
}

async function readLater(results: Tensors, into: Arrays): Promise<Arrays> {
  try {
    const entries = Object.entries(results).map(async ([name, tensor]): Promise<[string, Float32Array]> => [
      name,
      store(name, await tensor.data(), into[name]),
    ]);
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    tf.dispose(results);
  }
}

/** Copies, because what a backend hands out may be its own memory. */
function store(name: string, numbers: ArrayLike<number>, into: Float32Array | undefined): Float32Array {
  if (!into) return Float32Array.from(numbers);
  if (into.length !== numbers.length) {
    throw new AdvectError(
      'invalid-shape',
      `the array for '${name}' holds ${into.length} numbers where the result has ${numbers.length}`,
      'Give an array of that length, or none.',
    );
  }
  into.set(numbers);
  return into;
}
