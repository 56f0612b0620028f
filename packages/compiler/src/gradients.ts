import { registerImageGradients } from './image-gradients.js';
import { tf, type Tensor } from './trace/tf.js';

/**
 * Gradients that can themselves be differentiated.
 *
 * TensorFlow.js 4.22 gives wrong second derivatives, without a word, for every kernel whose gradient is written in terms
 * of its saved output (tensorflow/tfjs#3252), and none at all through comparisons. Importing this file registers, for the
 * whole thread, gradients that recompute from the input whenever an outer tape records them, and that use the saved
 * output (one kernel less) when none does. Third and higher orders follow by the same argument.
 *
 * `tf.maximum`, `tf.minimum` and `tf.squaredDifference`, whose gradients stop with an error where an operand is broadcast,
 * get ones that sum over its copies. `tf.tile`, whose gradient takes two kernels for each copy, gets one that takes two in all.
 *
 * Not cured: `tf.logSoftmax`, which carries its gradient with it, and `tf.pow` with respect to its exponent.
 */
function registerGradients(): void {
  fromOutput('Tanh', 'x', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))), tf.tanh);
  fromOutput('Sigmoid', 'x', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))), tf.sigmoid);
  fromOutput('Exp', 'x', (dy, y) => tf.mul(dy, y), tf.exp);
  fromOutput(
    'Softmax',
    'logits',
    (dy, y, axis) => {
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, [axis], true), y));
    },
    (x, axis) => tf.softmax(x, axis),
  );
  replace('Elu', ['x'], (dy, [x]) => ({
    x: () => tf.mul(dy, tf.where(tf.greater(x, 0), tf.onesLike(x), tf.exp(tf.minimum(x, 0)))),
  }));
  for (const comparison of ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr']) {
    replace(comparison, ['a', 'b'], (_dy, [a, b]) => ({ a: () => zerosOf(a), b: () => zerosOf(b) }));
  }
  broadcasting('Maximum', { a: (a, b) => indicator(tf.greaterEqual(a, b)), b: (a, b) => indicator(tf.less(a, b)) });
  broadcasting('Minimum', { a: (a, b) => indicator(tf.lessEqual(a, b)), b: (a, b) => indicator(tf.greater(a, b)) });
  broadcasting('SquaredDifference', { a: (a, b) => tf.mul(2, tf.sub(a, b)), b: (a, b) => tf.mul(2, tf.sub(b, a)) });
  replace('LogicalNot', ['x'], (_dy, [x]) => ({ x: () => zerosOf(x) }));
  replace('Tile', ['x'], (dy, [x], attrs) => ({ x: () => sumOfTiles(dy, x, attrs as unknown as { reps: number[] }) }));
}

const indicator = (condition: Tensor): Tensor => tf.cast(condition, 'float32');

type Slope = (a: Tensor, b: Tensor) => Tensor;

/** Registers the gradient of a function of two entries by its slopes in a and in b; either may be broadcast. */
function broadcasting(kernelName: string, slope: { readonly a: Slope; readonly b: Slope }): void {
  const summed = (ofResult: Tensor, { shape }: Tensor): Tensor => {
    const copies = tf.backend_util.getReductionAxes(shape, ofResult.shape);
    return tf.reshape(copies.length === 0 ? ofResult : tf.sum(ofResult, copies), shape);
  };
  replace(kernelName, ['a', 'b'], (dy, [a, b]) => ({
    a: () => summed(tf.mul(dy, slope.a(a, b)), a),
    b: () => summed(tf.mul(dy, slope.b(a, b)), b),
  }));
}

/**
 * One sum in place of a slice and an addition for each copy. An axis of one entry becomes the copies' own: the wasm backend
 * broadcasts up to six axes, and beyond that gives anything without a word.
 */
function sumOfTiles(dy: Tensor, x: Tensor, { reps }: { reps: number[] }): Tensor {
  const parts = reps.map((count, axis) => (count === 1 ? [x.shape[axis]] : x.shape[axis] === 1 ? [count] : [count, x.shape[axis]]));
  const copies = reps.flatMap((count, axis) => (count === 1 ? [] : [parts.slice(0, axis).flat().length]));
  return copies.length === 0 ? tf.clone(dy) : tf.reshape(tf.sum(tf.reshape(dy, parts.flat()), copies), x.shape);
}

type GradFunc = (dy: Tensor, saved: Tensor[], attrs: object) => { [input: string]: () => Tensor };

const zerosOf = (x: Tensor): Tensor => tf.zeros(x.shape);

function replace(kernelName: string, inputsToSave: string[], gradFunc: GradFunc, outputsToSave?: boolean[]): void {
  if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
  tf.registerGradient({ kernelName, inputsToSave, outputsToSave, gradFunc: (dy, saved, attrs) => gradFunc(dy as Tensor, saved, attrs) });
}

/** Registers a gradient that is a formula in the output `y`. */
function fromOutput(
  kernelName: string,
  input: string,
  formula: (dy: Tensor, y: Tensor, axis: number) => Tensor,
  forward: (x: Tensor, axis: number) => Tensor,
): void {
  if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    inputsToSave: [input],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      [input]: () => {
        const axis = (attrs as { dim?: number } | undefined)?.dim ?? -1;
        return formula(dy as Tensor, isRecording() ? forward(x, axis) : y, axis);
      },
    }),
  });
}

/** Whether a tape is open at this moment, so that what runs now may be differentiated later. */
const isRecording = (): boolean => tf.engine().state.gradientDepth > 0;

registerGradients();
registerImageGradients();
