import type { FunctionBuilder, Local } from '../assembler/index.js';
import { axesOf, type ConvAxis, type Convolution, moved, tapsOfOutput } from './conv.js';
import { type Epilogue, gemm } from './gemm.js';

/**
 * y = conv(x, filter), directly: for every pixel a matrix product whose terms are the window's taps inside the picture. With
 * undilated columns the taps and channels of one window row are contiguous, one long sum.
 *
 * Rows last: weights by splats, samples in vectors. Else: pixels by splats, channels in vectors, and neighbouring pixels whose
 * whole window is inside share a product.
 */
export function conv2d(f: FunctionBuilder, spec: Convolution): void {
  f.scope(() => {
    const { channels, outputs, rows, rowsLast, filter, source, epilogue } = spec;
    const [height, width] = axesOf(spec);
    const tap = 4 * channels * outputs;
    const channel = rowsLast ? 4 * rows : 4;
    const pixel = channel * channels;
    const line = pixel * width.input;
    const [sample, y, x, tapRow, tapRows, tapColumn, tapColumns] = f.locals('i32', 7);

    const pixels = (count: number, columns: number | Local<'i32'>): void =>
      f.scope(() => {
        const weights = moved(f, filter, [
          [tapRow, tap * width.window],
          [tapColumn, tap],
        ]);
        const window = moved(
          f,
          source,
          [
            ...(rowsLast ? [] : [[sample, line * height.input] as const]),
            [y, line * height.stride],
            [tapRow, line * height.dilation],
            [x, pixel * width.stride],
            [tapColumn, pixel * width.dilation],
          ],
          -line * height.before - pixel * width.before,
        );
        const loops = windowLoops(f, spec, width.dilation, [
          { length: tapRows, weights: tap * width.window, window: line * height.dilation },
          { length: columns, weights: tap, window: pixel * width.dilation },
          { length: channels, weights: 4 * outputs, window: channel },
        ]);
        if (rowsLast) {
          const sum = loops.map((loop) => ({ length: loop.length, a: loop.weights, b: loop.window }));
          gemm(f, { m: outputs, n: rows, a: { ...weights, row: 4 }, b: window, sum, epilogue: inBatch(f, epilogue, [y, x]) });
        } else {
          const sum = loops.map((loop) => ({ length: loop.length, a: loop.window, b: loop.weights }));
          const finished = inBatch(f, epilogue, [sample, y], x);
          gemm(f, { m: count, n: outputs, a: { ...window, row: pixel * width.stride }, b: weights, sum, epilogue: finished });
        }
      });
    const single = (): void => {
      tapsOfOutput(f, width, x, { first: tapColumn, count: tapColumns });
      pixels(1, tapColumns);
    };

    const [from, to] = rowsLast ? [0, 0] : wholeWindows(width);
    const picture = (): void =>
      f.range(y, 0, height.output, 1, () => {
        tapsOfOutput(f, height, y, { first: tapRow, count: tapRows });
        if (from > 0) f.range(x, 0, from, 1, single);
        if (to > from) {
          x.set(f.i32.const(from));
          tapColumn.set(f.i32.const(0));
          pixels(to - from, width.window);
        }
        if (to < width.output) f.range(x, to, width.output, 1, single);
      });
    if (rowsLast) picture();
    else f.range(sample, 0, rows, 1, picture);
  });
}

/** A loop over a window, with the steps of both operands. */
interface WindowLoop {
  readonly length: number | Local<'i32'>;
  readonly weights: number;
  readonly window: number;
}

/** The loops over a window's rows, columns and channels, with the last two in one where that is possible. */
function windowLoops(
  f: FunctionBuilder,
  { channels }: Convolution,
  dilation: number,
  [down, across, deep]: readonly [WindowLoop, WindowLoop, WindowLoop],
): WindowLoop[] {
  if (dilation > 1) return [down, across, deep];
  if (typeof across.length === 'number') return [down, { ...deep, length: across.length * channels }];
  const run = f.local('i32');
  run.set(f.i32.mul(across.length.get(), f.i32.const(channels)));
  return [down, { ...deep, length: run }];
}

/** The outputs [from, to) whose window lies inside the input. */
function wholeWindows({ input, output, window, stride, dilation, before }: ConvAxis): [number, number] {
  const from = Math.min(output, Math.ceil(before / stride));
  const to = Math.floor((input - 1 + before - dilation * (window - 1)) / stride) + 1;
  return [from, Math.min(output, Math.max(from, to))];
}

/** The epilogue of one product among many, whose rows count from `firstRow`. */
export function inBatch(
  f: FunctionBuilder,
  epilogue: Convolution['epilogue'],
  batch: readonly Local<'i32'>[],
  firstRow?: Local<'i32'>,
): Epilogue {
  const row = f.local('i32');
  return {
    begin(position) {
      if (firstRow) row.set(f.i32.add(position.row.get(), firstRow.get()));
      epilogue.begin?.({ ...position, batch, ...(firstRow && { row }) });
    },
    entry: (...entry) => epilogue.entry(...entry),
  };
}
