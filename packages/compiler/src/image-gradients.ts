import { tf, type Tensor } from './trace/tf.js';

/** What these kernels are told beside their tensors. */
interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly alignCorners?: boolean;
}

type Gradient = (dy: Tensor, saved: Tensor[], attributes: Attributes) => { [input: string]: () => Tensor };

function register(kernelName: string, inputsToSave: string[], gradFunc: Gradient): void {
  if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    inputsToSave,
    gradFunc: (dy, saved, attributes) => gradFunc(dy as Tensor, saved, attributes as unknown as Attributes),
  });
}

const kernel = (name: string, inputs: { [name: string]: Tensor }, attributes: object): Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);

/**
 * Gradients of convolution, pooling and resizing that TensorFlow.js 4.22 lacks or has wrong.
 *
 * The gradients for a filter, of a mean over windows and of nearest-neighbour resizing can themselves be differentiated.
 * The gradient of a mean over windows that reach past the edge divides by the entries in the window, as the mean does,
 * not by its area. Nearest-neighbour resizing by whole factors gets its gradient from a sum; the kernel of the cpu backend
 * misreads batches, and the wasm backend has none.
 */
export function registerImageGradients(): void {
  register('Conv2DBackpropFilter', ['x', 'dy'], (ofFilter, [x, dy], attributes) => ({
    x: () => kernel('Conv2DBackpropInput', { dy, filter: ofFilter }, { ...attributes, inputShape: x.shape }),
    dy: () => kernel('Conv2D', { x, filter: ofFilter }, { ...attributes, dilations: 1 }),
  }));
  register('AvgPool', ['x'], (dy, [x], attributes) => ({
    x: () => {
      const fullness = fullnessOf(x.shape, attributes);
      return kernel('AvgPoolGrad', { dy: fullness ? tf.div(dy, fullness) : dy, input: x }, attributes);
    },
  }));
  register('AvgPoolGrad', ['input'], (dx, [input], attributes) => ({
    dy: () => {
      const fullness = fullnessOf(input.shape, attributes);
      const mean = kernel('AvgPool', { x: dx }, attributes);
      return fullness ? tf.mul(mean, fullness) : mean;
    },
    input: () => tf.zeros(input.shape),
  }));
  const nearest = tf.getGradient('ResizeNearestNeighbor').gradFunc;
  register('ResizeNearestNeighbor', ['images'], (dy, saved, attributes) => {
    const [batch, height, width, channels] = saved[0].shape;
    const [, newHeight, newWidth]: number[] = dy.shape;
    const [tall, wide] = [newHeight / height, newWidth / width];
    const repeats = Number.isInteger(tall) && Number.isInteger(wide) && !attributes.alignCorners;
    if (!repeats) return nearest(dy, saved, { ...attributes });
    return {
      images: () =>
        tf.sum(tf.sum(tf.reshape(dy, [batch, height, tall, width, wide * channels]), 2).reshape([batch, height, width, wide, channels]), 3),
    };
  });
}

/** The share of each window that lies within the image, [1, H′, W′, 1]; undefined where all do. */
function fullnessOf(shape: number[], { filterSize, strides, pad, dimRoundingMode }: Attributes): Tensor | undefined {
  const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
  const along = (outputs: number, stride: number, window: number, before: number, length: number): number[] =>
    Array.from({ length: outputs }, (_, i) => {
      const from = i * stride - before;
      return (Math.min(from + window, length) - Math.max(from, 0)) / window;
    });
  const rows = along(info.outHeight, info.strideHeight, info.filterHeight, info.padInfo.top, info.inHeight);
  const columns = along(info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left, info.inWidth);
  const shares = rows.flatMap((row) => columns.map((column) => row * column));
  return shares.every((share) => share === 1) ? undefined : tf.tensor(shares, [1, info.outHeight, info.outWidth, 1]);
}
