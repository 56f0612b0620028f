import { tf, type Tensor } from './trace/tf.js';

/**
 * Gradients that can themselves be differentiated.
 *
 * TensorFlow.js 4.22 gives wrong second derivatives, without a word, for every kernel whose gradient is written in terms
 * of its saved output (tensorflow/tfjs#3252), and none at all through comparisons. Importing this file registers, for the
 * whole thread, gradients that recompute from the input whenever an outer tape records them, and that use the saved
 * output (one kernel less) when none does. Third and higher orders follow by the same argument.
 *
 * Not cured: `tf.logSoftmax`, which carries its gradient with it (ours in `stable.ts` is right), and `tf.pow` with respect
 * to its exponent.
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
  replace('LogicalNot', ['x'], (_dy, [x]) => ({ x: () => zerosOf(x) }));
}

type GradFunc = (dy: Tensor, saved: Tensor[]) => { [input: string]: () => Tensor };

const zerosOf = (x: Tensor): Tensor => tf.zeros(x.shape);

function replace(kernelName: string, inputsToSave: string[], gradFunc: GradFunc, outputsToSave?: boolean[]): void {
  if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
  tf.registerGradient({ kernelName, inputsToSave, outputsToSave, gradFunc: (dy, saved) => gradFunc(dy as Tensor, saved) });
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
