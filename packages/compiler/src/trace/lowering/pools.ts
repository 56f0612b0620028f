import { type Attributes, type Lowerings, unsupported } from '../kernel.js';
import type { Ops } from '../ops.js';
import { tf } from '../tf.js';

type Shape4 = [number, number, number, number];

/** Windows of a pooling over x [batch, H, W, C]. */
function windowsOf(x: readonly number[], { filterSize, strides, pad, dimRoundingMode }: Attributes) {
  return tf.backend_util.computePool2DInfo([...x] as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
}

type Windows = ReturnType<typeof windowsOf>;

/** Whether the windows lie side by side and cover the image. */
const tiles = (w: Windows): boolean =>
  w.filterHeight === w.strideHeight &&
  w.filterWidth === w.strideWidth &&
  w.outHeight * w.strideHeight === w.inHeight &&
  w.outWidth * w.strideWidth === w.inWidth;

/** [batch, H′, h, W′, w, C], for windows that tile the image. */
const byWindow = (ops: Ops, x: number, w: Windows): number =>
  ops.reshape(x, [w.batchSize, w.outHeight, w.filterHeight, w.outWidth, w.filterWidth, w.inChannels]);

const perWindow = (ops: Ops, y: number, w: Windows): number => ops.reshape(y, [w.batchSize, w.outHeight, 1, w.outWidth, 1, w.inChannels]);

/** The image's entry at each place [i, j] of all windows, [batch, H′, W′, C]; `outside` beyond its edges. */
function placesOf(ops: Ops, x: number, w: Windows, outside: number): number[] {
  const height = (w.outHeight - 1) * w.strideHeight + w.filterHeight;
  const width = (w.outWidth - 1) * w.strideWidth + w.filterWidth;
  const { top, left } = w.padInfo;
  const [bottom, right] = [Math.max(0, height - w.inHeight - top), Math.max(0, width - w.inWidth - left)];
  const padded = top + bottom + left + right === 0 ? x : ops.pad(x, [0, top, left, 0], [0, bottom, right, 0], outside);
  return eachPlace(w).map(([i, j]) =>
    ops.slice(padded, [0, i, j, 0], [w.batchSize, w.outHeight, w.outWidth, w.inChannels], [1, w.strideHeight, w.strideWidth, 1]),
  );
}

const eachPlace = (w: Windows): [number, number][] =>
  Array.from({ length: w.filterHeight * w.filterWidth }, (_, k) => [Math.floor(k / w.filterWidth), k % w.filterWidth]);

/** How many entries of the image each window holds, [1, H′, W′, 1] or one number. */
function countsOf(ops: Ops, w: Windows): number {
  const along = (outputs: number, stride: number, window: number, before: number, length: number): number[] =>
    Array.from({ length: outputs }, (_, i) => {
      const from = i * stride - before;
      return Math.min(from + window, length) - Math.max(from, 0);
    });
  const rows = along(w.outHeight, w.strideHeight, w.filterHeight, w.padInfo.top, w.inHeight);
  const columns = along(w.outWidth, w.strideWidth, w.filterWidth, w.padInfo.left, w.inWidth);
  const counts = rows.flatMap((h) => columns.map((v) => h * v));
  return counts.every((count) => count === counts[0])
    ? ops.num(counts[0])
    : ops.constant(Float32Array.from(counts), [1, w.outHeight, w.outWidth, 1]);
}

/** The sum over windows of what each sends to its places: the transpose of `placesOf`. */
function spread(ops: Ops, sent: readonly number[], w: Windows): number {
  const stretched = (y: number): number => {
    const wide = ops.reshape(y, [w.batchSize, w.outHeight, 1, w.outWidth, 1, w.inChannels]);
    const gaps = [0, 0, w.strideHeight - 1, 0, w.strideWidth - 1, 0];
    const full = gaps.every((gap) => gap === 0) ? wide : ops.pad(wide, [0, 0, 0, 0, 0, 0], gaps);
    return ops.reshape(full, [w.batchSize, w.outHeight * w.strideHeight, w.outWidth * w.strideWidth, w.inChannels]);
  };
  const { top, left } = w.padInfo;
  const parts = sent.map((y, k) => {
    const [i, j] = eachPlace(w)[k];
    const height = top + w.inHeight + w.filterHeight + w.strideHeight;
    const width = left + w.inWidth + w.filterWidth + w.strideWidth;
    const full = stretched(y);
    const [, h, v] = ops.shape(full);
    const placed = ops.pad(full, [0, i, j, 0], [0, Math.max(0, height - h - i), Math.max(0, width - v - j), 0]);
    return ops.slice(placed, [0, top, left, 0], [w.batchSize, w.inHeight, w.inWidth, w.inChannels]);
  });
  return parts.reduce((a, b) => ops.binary('add', a, b));
}

function averageGradient(ops: Ops, dy: number, w: Windows): number {
  const share = ops.binary('div', dy, ops.num(w.filterHeight * w.filterWidth));
  if (!tiles(w))
    return spread(
      ops,
      Array.from({ length: w.filterHeight * w.filterWidth }, () => share),
      w,
    );
  const full = ops.broadcast(perWindow(ops, share, w), ops.shape(byWindow(ops, ops.fill(0, w.inShape), w)));
  return ops.reshape(full, w.inShape);
}

/** The slope goes to the first largest entry of each window. */
function maxGradient(ops: Ops, dy: number, x: number, w: Windows): number {
  const values = placesOf(ops, x, w, -Infinity);
  const largest = values.reduce((a, b) => ops.binary('maximum', a, b));
  let open = ops.fill(1, ops.shape(dy), 'bool');
  const sent = values.map((value) => {
    const chosen = ops.binary('and', open, ops.binary('equal', value, largest));
    open = ops.binary('and', open, ops.unary('not', chosen));
    return ops.select(chosen, dy, ops.num(0));
  });
  return spread(ops, sent, w);
}

const assert2D = (w: Windows): Windows => {
  if (w.dataFormat !== 'channelsLast') throw unsupported('Pooling over channels-first images cannot be traced');
  return w;
};

/** Largest and mean of windows, and their gradients. */
export const pools: Lowerings = {
  AvgPool: (ops, { x }, attributes) => {
    const w = assert2D(windowsOf(ops.shape(x), attributes));
    const total = tiles(w)
      ? ops.reduce('sum', byWindow(ops, x, w), [2, 4])
      : placesOf(ops, x, w, 0).reduce((a, b) => ops.binary('add', a, b));
    return ops.binary('div', total, countsOf(ops, w));
  },
  AvgPoolGrad: (ops, { dy, input }, attributes) => averageGradient(ops, dy, windowsOf(ops.shape(input), attributes)),
  MaxPool: (ops, { x }, attributes) => {
    const w = assert2D(windowsOf(ops.shape(x), attributes));
    return tiles(w)
      ? ops.reduce('max', byWindow(ops, x, w), [2, 4])
      : placesOf(ops, x, w, -Infinity).reduce((a, b) => ops.binary('maximum', a, b));
  },
  MaxPoolGrad: (ops, { dy, input }, attributes) => maxGradient(ops, dy, input, windowsOf(ops.shape(input), attributes)),
};
