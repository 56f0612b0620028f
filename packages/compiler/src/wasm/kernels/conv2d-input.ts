import type { FunctionBuilder, Local } from '../assembler/index.js';
import { addressOf, repeat } from './block.js';
import { axesOf, type ConvAxis, type ConvShape, type Convolution, moved, tapsOfInput, tapStep } from './conv.js';
import { inBatch } from './conv2d.js';
import { gemm } from './gemm.js';
import { packColumns } from './pack.js';

/** Bytes of scratch memory that `conv2dInput` wants: for the transposed filter if the channels are last. */
export const conv2dInputScratch = ({ rowsLast, window, channels, outputs }: ConvShape): number =>
  rowsLast ? 0 : 4 * window[0] * window[1] * roomy(outputs) * roomy(channels);

const roomy = (length: number): number => 4 * Math.ceil(length / 4);

/**
 * The gradient of a convolution by its input, or a transposed convolution: for every pixel of x the sum over the taps that
 * reached some output from it. `source` is dy.
 */
export function conv2dInput(f: FunctionBuilder, spec: Convolution): void {
  f.scope(() => (spec.rowsLast ? rowsLast(f, spec) : rowsFirst(f, spec)));
}

/** The loops over an axis's pixels, each with its taps and the first output that it reached. */
function pixels(
  f: FunctionBuilder,
  axis: ConvAxis,
  at: { index: Local<'i32'>; tap: Local<'i32'>; taps: Local<'i32'>; reached: Local<'i32'> },
  body: () => void,
): void {
  const { index, tap, taps, reached } = at;
  f.range(index, 0, axis.input, 1, () => {
    tapsOfInput(f, axis, index, { first: tap, count: taps });
    reached.set(f.i32.add(index.get(), f.i32.const(axis.before)));
    reached.set(f.i32.sub(reached.get(), f.i32.mul(tap.get(), f.i32.const(axis.dilation))));
    reached.set(f.i32.divU(reached.get(), f.i32.const(axis.stride)));
    body();
  });
}

/** Weights by splats, samples in vectors. */
function rowsLast(f: FunctionBuilder, spec: Convolution): void {
  const { channels, outputs, rows, filter, source, epilogue } = spec;
  const [height, width] = axesOf(spec);
  const [down, across] = [tapStep(height), tapStep(width)];
  const tap = 4 * channels * outputs;
  const pixel = 4 * outputs * rows;
  const [y, tapRow, tapRows, reachedRow, x, tapColumn, tapColumns, reachedColumn] = f.locals('i32', 8);
  pixels(f, height, { index: y, tap: tapRow, taps: tapRows, reached: reachedRow }, () =>
    pixels(f, width, { index: x, tap: tapColumn, taps: tapColumns, reached: reachedColumn }, () =>
      f.scope(() => {
        const a = moved(f, filter, [
          [tapRow, tap * width.window],
          [tapColumn, tap],
        ]);
        const b = moved(f, source, [
          [reachedRow, pixel * width.output],
          [reachedColumn, pixel],
        ]);
        const sum = [
          { length: tapRows, a: tap * width.window * down.taps, b: -pixel * width.output * down.outputs },
          { length: tapColumns, a: tap * across.taps, b: -pixel * across.outputs },
          { length: outputs, a: 4, b: 4 * rows },
        ];
        gemm(f, { m: channels, n: rows, a: { ...a, row: 4 * outputs }, b, sum, epilogue: inBatch(f, epilogue, [y, x]) });
      }),
    ),
  );
}

/** Outputs by splats, channels in vectors, one pixel at a time. */
function rowsFirst(f: FunctionBuilder, spec: Convolution): void {
  const { channels, outputs, rows, filter, source, epilogue, scratch } = spec;
  if (!scratch) throw new TypeError("conv2dInput needs 'scratch' where the channels are last");
  const [height, width] = axesOf(spec);
  const [down, across] = [tapStep(height), tapStep(width)];
  const tap = 4 * roomy(outputs) * roomy(channels);
  const pixel = 4 * outputs;
  const [sample, y, tapRow, tapRows, reachedRow, x, tapColumn, tapColumns, reachedColumn] = f.locals('i32', 9);

  f.scope(() => {
    const [from, to] = f.locals('i32', 2);
    from.set(addressOf(f, filter));
    to.set(addressOf(f, scratch));
    repeat(f, height.window * width.window, () => {
      packColumns(f, { k: outputs, n: channels, row: 4, column: 4 * outputs }, from, { base: to, offset: 0 }, roomy(channels));
      f.advance(from, 4 * channels * outputs);
      f.advance(to, tap);
    });
  });
  f.range(sample, 0, rows, 1, () =>
    pixels(f, height, { index: y, tap: tapRow, taps: tapRows, reached: reachedRow }, () =>
      pixels(f, width, { index: x, tap: tapColumn, taps: tapColumns, reached: reachedColumn }, () =>
        f.scope(() => {
          const a = moved(f, source, [
            [sample, pixel * width.output * height.output],
            [reachedRow, pixel * width.output],
            [reachedColumn, pixel],
          ]);
          const b = moved(f, scratch, [
            [tapRow, tap * width.window],
            [tapColumn, tap],
          ]);
          const sum = [
            { length: tapRows, a: -pixel * width.output * down.outputs, b: tap * width.window * down.taps },
            { length: tapColumns, a: -pixel * across.outputs, b: tap * across.taps },
            { length: outputs, a: 4, b: 4 * roomy(channels) },
          ];
          gemm(f, { m: 1, n: channels, a: { ...a, row: 0 }, b, sum, epilogue: inBatch(f, epilogue, [sample, y], x) });
        }),
      ),
    ),
  );
}
