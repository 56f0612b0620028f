import type { FunctionBuilder, Local } from '../assembler/index.js';
import type { SumAxis } from './block.js';
import { axesOf, type ConvAxis, type Convolution, moved, tapsOfOutput } from './conv.js';
import { type Epilogue, gemm } from './gemm.js';

/**
 * y = conv(x, filter), directly: for every pixel a matrix product whose terms are the window's taps inside the picture. With
 * undilated columns the taps and channels of one window row are contiguous, one long sum.
 */
export function conv2d(f: FunctionBuilder, spec: Convolution): void {
  f.scope(() => (spec.rowsLast ? rowsLast(f, spec) : rowsFirst(f, spec)));
}

/** The loops of a window's sum: rows, columns, channels, with the last two in one where that is possible. */
function windowSum(
  f: FunctionBuilder,
  { channels }: Convolution,
  width: ConvAxis,
  counts: readonly [Local<'i32'>, number | Local<'i32'>],
  rowStep: { a: number; b: number },
  columnStep: { a: number; b: number },
  channelStep: { a: number; b: number },
): SumAxis[] {
  const rows = { length: counts[0], ...rowStep };
  if (width.dilation > 1) return [rows, { length: counts[1], ...columnStep }, { length: channels, ...channelStep }];
  if (typeof counts[1] === 'number') return [rows, { length: counts[1] * channels, ...channelStep }];
  const run = f.local('i32');
  run.set(f.i32.mul(counts[1].get(), f.i32.const(channels)));
  return [rows, { length: run, ...channelStep }];
}

/** Weights by splats, samples in vectors. */
function rowsLast(f: FunctionBuilder, spec: Convolution): void {
  const { channels, outputs, rows, filter, source, epilogue } = spec;
  const [height, width] = axesOf(spec);
  const tap = 4 * channels * outputs;
  const pixel = 4 * channels * rows;
  const [y, x, tapRow, tapRows, tapColumn, tapColumns] = f.locals('i32', 6);
  f.range(y, 0, height.output, 1, () => {
    tapsOfOutput(f, height, y, { first: tapRow, count: tapRows });
    f.range(x, 0, width.output, 1, () =>
      f.scope(() => {
        tapsOfOutput(f, width, x, { first: tapColumn, count: tapColumns });
        const a = moved(f, filter, [
          [tapRow, tap * width.window],
          [tapColumn, tap],
        ]);
        const b = moved(
          f,
          source,
          [
            [y, pixel * width.input * height.stride],
            [tapRow, pixel * width.input * height.dilation],
            [x, pixel * width.stride],
            [tapColumn, pixel * width.dilation],
          ],
          -pixel * (width.input * height.before + width.before),
        );
        const sum = windowSum(
          f,
          spec,
          width,
          [tapRows, tapColumns],
          { a: tap * width.window, b: pixel * width.input * height.dilation },
          { a: tap, b: pixel * width.dilation },
          { a: 4 * outputs, b: 4 * rows },
        );
        gemm(f, { m: outputs, n: rows, a: { ...a, row: 4 }, b, sum, epilogue: inBatch(f, epilogue, [y, x]) });
      }),
    );
  });
}

/** Pixels by splats, channels in vectors; neighbouring pixels whose whole window is inside share a product. */
function rowsFirst(f: FunctionBuilder, spec: Convolution): void {
  const { channels, outputs, rows, filter, source, epilogue } = spec;
  const [height, width] = axesOf(spec);
  const tap = 4 * channels * outputs;
  const pixel = 4 * channels;
  const [sample, y, x, tapRow, tapRows, tapColumn, tapColumns] = f.locals('i32', 7);

  const pixels = (m: number, columns: number | Local<'i32'>): void =>
    f.scope(() => {
      const b = moved(f, filter, [
        [tapRow, tap * width.window],
        [tapColumn, tap],
      ]);
      const a = moved(
        f,
        source,
        [
          [sample, pixel * width.input * height.input],
          [y, pixel * width.input * height.stride],
          [tapRow, pixel * width.input * height.dilation],
          [x, pixel * width.stride],
          [tapColumn, pixel * width.dilation],
        ],
        -pixel * (width.input * height.before + width.before),
      );
      const sum = windowSum(
        f,
        spec,
        width,
        [tapRows, columns],
        { a: pixel * width.input * height.dilation, b: tap * width.window },
        { a: pixel * width.dilation, b: tap },
        { a: 4, b: 4 * outputs },
      );
      gemm(f, { m, n: outputs, a: { ...a, row: pixel * width.stride }, b, sum, epilogue: inBatch(f, epilogue, [sample, y], x) });
    });
  const single = (): void => {
    tapsOfOutput(f, width, x, { first: tapColumn, count: tapColumns });
    pixels(1, tapColumns);
  };

  const [from, to] = wholeWindows(width);
  f.range(sample, 0, rows, 1, () =>
    f.range(y, 0, height.output, 1, () => {
      tapsOfOutput(f, height, y, { first: tapRow, count: tapRows });
      if (from > 0) f.range(x, 0, from, 1, single);
      if (to > from) {
        x.set(f.i32.const(from));
        tapColumn.set(f.i32.const(0));
        pixels(to - from, width.window);
      }
      if (to < width.output) f.range(x, to, width.output, 1, single);
    }),
  );
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
