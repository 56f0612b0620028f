import type { Arrays, Program } from '@advect/compiler';
import { tf, type Tensor } from '../../tensor/index.js';
import { TRACED_ROWS, type TracedFunction, type TracedInput } from './traced.js';

/** Runs the function itself with the kernels of TensorFlow.js. Its weights are tensors until it is disposed of. */
export function eagerProgram({ f, inputs }: TracedFunction, reason: string): Program {
  let weights: { [name: string]: Tensor } = {};
  const dispose = (): void => {
    for (const tensor of Object.values(weights)) tensor.dispose();
    weights = {};
  };
  const upload = (name: string, data: Float32Array): Tensor => tf.tensor(data.slice(), shapeFor(inputs[name], data.length), 'float32');
  const compute = (args: Arrays): { readonly [name: string]: Tensor } =>
    tf.tidy(() => f({ ...weights, ...Object.fromEntries(Object.entries(args).map(([name, data]) => [name, upload(name, data)])) }));
  return {
    report: { executor: 'eager', threads: 1, reason, target: tf.getBackend() },
    bind(parameters) {
      dispose();
      for (const [name, data] of Object.entries(parameters)) weights[name] = tf.keep(upload(name, data));
    },
    run(args) {
      const results = compute(args);
      if (readsBackFreely()) return readNow(results);
      return readLater(results);
    },
    dispose,
  };
}

const readsBackFreely = (): boolean => tf.getBackend() === 'wasm' || tf.getBackend() === 'cpu';

function readNow(results: { readonly [name: string]: Tensor }): Arrays {
  try {
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
  } finally {
    for (const tensor of Object.values(results)) tensor.dispose();
  }
}

async function readLater(results: { readonly [name: string]: Tensor }): Promise<Arrays> {
  try {
    const arrays = await Promise.all(Object.entries(results).map(async ([name, tensor]) => [name, Float32Array.from(await tensor.data())]));
    return Object.fromEntries(arrays) as Arrays;
  } finally {
    for (const tensor of Object.values(results)) tensor.dispose();
  }
}

function shapeFor({ shape, rowAxis }: TracedInput, length: number): number[] {
  if (rowAxis === undefined) return [...shape];
  const perRow = shape.reduce((product, n) => product * n, 1) / TRACED_ROWS;
  return shape.map((n, axis) => (axis === rowAxis ? length / perRow : n));
}
