import type { FunctionBuilder, Local } from '../assembler/index.js';
import { addressOf, type Place, repeat } from './block.js';
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

/** An input pixel along one axis: its taps, and the first output that it reached. */
interface Pixel {
  readonly index: Local<'i32'>;
  readonly tap: Local<'i32'>;
  readonly taps: Local<'i32'>;
  readonly reached: Local<'i32'>;
}

const pixelLocals = (f: FunctionBuilder): Pixel => {
  const [index, tap, taps, reached] = f.locals('i32', 4);
  return { index, tap, taps, reached };
};

/** The loop over an axis's pixels [from, to). */
function pixels(
  f: FunctionBuilder,
  axis: ConvAxis,
  { index, tap, taps, reached }: Pixel,
  [from, to]: readonly [number, number],
  body: () => void,
): void {
  f.range(index, from, to, 1, () => {
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
  const [y, x] = [pixelLocals(f), pixelLocals(f)];
  pixels(f, height, y, [0, height.input], () =>
    pixels(f, width, x, [0, width.input], () =>
      f.scope(() => {
        const a = moved(f, filter, [
          [y.tap, tap * width.window],
          [x.tap, tap],
        ]);
        const b = moved(f, source, [
          [y.reached, pixel * width.output],
          [x.reached, pixel],
        ]);
        const sum = [
          { length: y.taps, a: tap * width.window * down.taps, b: -pixel * width.output * down.outputs },
          { length: x.taps, a: tap * across.taps, b: -pixel * across.outputs },
          { length: outputs, a: 4, b: 4 * rows },
        ];
        const finished = inBatch(f, epilogue, [y.index, x.index]);
        gemm(f, { m: channels, n: rows, a: { ...a, row: 4 * outputs }, b, sum, epilogue: finished });
      }),
    ),
  );
}

/** Outputs by splats, channels in vectors; neighbouring pixels that all taps reached share a product. */
function rowsFirst(f: FunctionBuilder, spec: Convolution): void {
  const { channels, outputs, rows, filter, source, epilogue, scratch } = spec;
  if (!scratch) throw new TypeError("conv2dInput needs 'scratch' where the channels are last");
  const [height, width] = axesOf(spec);
  const [down, across] = [tapStep(height), tapStep(width)];
  const tap = 4 * roomy(outputs) * roomy(channels);
  const pixel = 4 * outputs;
  const sample = f.local('i32');
  const [y, x] = [pixelLocals(f), pixelLocals(f)];

  const product = (m: number): void =>
    f.scope(() => {
      const a = moved(f, source, [
        [sample, pixel * width.output * height.output],
        [y.reached, pixel * width.output],
        [x.reached, pixel],
      ]);
      const b = moved(f, scratch, [
        [y.tap, tap * width.window],
        [x.tap, tap],
      ]);
      const sum = [
        { length: y.taps, a: -pixel * width.output * down.outputs, b: tap * width.window * down.taps },
        { length: x.taps, a: -pixel * across.outputs, b: tap * across.taps },
        { length: outputs, a: 4, b: 4 * roomy(channels) },
      ];
      const finished = inBatch(f, epilogue, [sample, y.index], x.index);
      gemm(f, { m, n: channels, a: { ...a, row: pixel }, b, sum, epilogue: finished });
    });

  transposeFilter(f, spec, filter, scratch);
  const [from, to] = reachedByAllTaps(width);
  f.range(sample, 0, rows, 1, () =>
    pixels(f, height, y, [0, height.input], () => {
      pixels(f, width, x, [0, from], () => product(1));
      if (to > from) pixels(f, width, x, [from, from + 1], () => product(to - from));
      pixels(f, width, x, [to, width.input], () => product(1));
    }),
  );
}

/** [h, w, C, O] to [h, w, O, C], with room for multiples of 4. */
function transposeFilter(f: FunctionBuilder, { channels, outputs, window }: ConvShape, filter: Place, scratch: Place): void {
  f.scope(() => {
    const [from, to] = f.locals('i32', 2);
    from.set(addressOf(f, filter));
    to.set(addressOf(f, scratch));
    repeat(f, window[0] * window[1], () => {
      packColumns(f, { k: outputs, n: channels, row: 4, column: 4 * outputs }, from, { base: to, offset: 0 }, roomy(channels));
      f.advance(from, 4 * channels * outputs);
      f.advance(to, 4 * roomy(outputs) * roomy(channels));
    });
  });
}

/** The pixels [from, to) that reach an output through each tap; none if the stride leaves pixels out. */
function reachedByAllTaps({ input, output, window, stride, dilation, before }: ConvAxis): [number, number] {
  if (stride > 1) return [0, 0];
  const from = Math.min(input, Math.max(0, dilation * (window - 1) - before));
  return [from, Math.max(from, Math.min(input, output - before))];
}
