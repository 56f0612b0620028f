import type { FunctionBuilder, Local } from '../assembler/index.js';
import { type Place, repeat } from './block.js';
import { axesOf, type ConvShape, moved, outputsOfTap } from './conv.js';
import { gemm, storeTo } from './gemm.js';
import { packColumns } from './pack.js';

/** The gradient of a convolution by its filter, Σ x·dy over pixels and samples. All arrays are contiguous. */
export interface FilterGradient extends ConvShape {
  readonly x: Place;
  readonly dy: Place;
  /** [h, w, C, O]; the gradient is added to what is there. */
  readonly filter: Place;
  /** Rows last: only so many rows count. */
  readonly live?: Local<'i32'>;
  /** `conv2dFilterScratch` bytes, on a boundary of 16. */
  readonly scratch?: Place;
}

const roomy = (length: number): number => 4 * Math.ceil(length / 4);

/** Bytes of scratch memory that `conv2dFilter` wants: rows last, for one row of pixels of dy, transposed. */
export const conv2dFilterScratch = ({ rowsLast, output, rows, outputs }: ConvShape): number =>
  rowsLast ? 4 * output[1] * roomy(rows) * roomy(outputs) : 0;

/** Adds the gradient to `filter`, one row of pixels of dy at a time: for each tap a product over its pixels and samples. */
export function conv2dFilter(f: FunctionBuilder, spec: FilterGradient): void {
  f.scope(() => (spec.rowsLast ? rowsLast(f, spec) : rowsFirst(f, spec)));
}

/** The loops over taps, with the outputs at which the tap finds input. */
function taps(
  f: FunctionBuilder,
  spec: FilterGradient,
  axis: 0 | 1,
  body: (tap: Local<'i32'>, first: Local<'i32'>, count: Local<'i32'>) => void,
): void {
  const along = axesOf(spec)[axis];
  const [tap, first, count] = f.locals('i32', 3);
  f.range(tap, 0, along.window, 1, () => {
    outputsOfTap(f, along, tap, { first, count });
    body(tap, first, count);
  });
}

/** dy is transposed, a row of pixels at a time, so that channels run along vectors, and x is read by splats. */
function rowsLast(f: FunctionBuilder, spec: FilterGradient): void {
  const { channels, outputs, rows, x, dy, filter, live, scratch } = spec;
  if (!scratch) throw new TypeError("conv2dFilter needs 'scratch' where the rows are last");
  const [height, width] = axesOf(spec);
  const [inputPixel, outputPixel] = [4 * channels * rows, 4 * outputs * rows];
  const packedRow = 4 * roomy(outputs);
  const packedPixel = packedRow * roomy(rows);
  const [y, source] = f.locals('i32', 2);

  f.range(y, 0, height.output, 1, () => {
    f.scope(() => {
      const from = moved(f, dy, [[y, outputPixel * width.output]]).base;
      const to = moved(f, scratch, []).base;
      repeat(f, width.output, () => {
        packColumns(f, { k: rows, n: outputs, row: 4, column: 4 * rows }, from, { base: to, offset: 0 }, roomy(outputs));
        f.advance(from, outputPixel);
        f.advance(to, packedPixel);
      });
    });
    const tapRow = f.local('i32');
    f.range(tapRow, 0, height.window, 1, () => {
      source.set(f.i32.mul(y.get(), f.i32.const(height.stride)));
      source.set(f.i32.add(source.get(), f.i32.mul(tapRow.get(), f.i32.const(height.dilation))));
      source.set(f.i32.sub(source.get(), f.i32.const(height.before)));
      f.if(f.i32.ltU(source.get(), f.i32.const(height.input)), () =>
        taps(f, spec, 1, (tapColumn, first, count) =>
          f.scope(() => {
            const a = moved(
              f,
              x,
              [
                [source, inputPixel * width.input],
                [first, inputPixel * width.stride],
                [tapColumn, inputPixel * width.dilation],
              ],
              -inputPixel * width.before,
            );
            const b = moved(f, scratch, [[first, packedPixel]]);
            const sum = [
              { length: count, a: inputPixel * width.stride, b: packedPixel },
              { length: live ?? rows, a: 4, b: packedRow },
            ];
            addTo(f, spec, filter, tapRow, tapColumn, { a: { ...a, row: 4 * rows }, b, sum });
          }),
        ),
      );
    });
  });
}

/** dy's channels run along vectors as they are. */
function rowsFirst(f: FunctionBuilder, spec: FilterGradient): void {
  const { channels, outputs, rows, x, dy, filter } = spec;
  const [height, width] = axesOf(spec);
  const [inputPixel, outputPixel] = [4 * channels, 4 * outputs];
  taps(f, spec, 0, (tapRow, firstRow, countRows) =>
    taps(f, spec, 1, (tapColumn, firstColumn, countColumns) =>
      f.scope(() => {
        const a = moved(
          f,
          x,
          [
            [firstRow, inputPixel * width.input * height.stride],
            [tapRow, inputPixel * width.input * height.dilation],
            [firstColumn, inputPixel * width.stride],
            [tapColumn, inputPixel * width.dilation],
          ],
          -inputPixel * (width.input * height.before + width.before),
        );
        const b = moved(f, dy, [
          [firstRow, outputPixel * width.output],
          [firstColumn, outputPixel],
        ]);
        const sum = [
          { length: rows, a: inputPixel * width.input * height.input, b: outputPixel * width.output * height.output },
          { length: countRows, a: inputPixel * width.input * height.stride, b: outputPixel * width.output },
          { length: countColumns, a: inputPixel * width.stride, b: outputPixel },
        ];
        addTo(f, spec, filter, tapRow, tapColumn, { a: { ...a, row: 4 }, b, sum });
      }),
    ),
  );
}

/** Adds a product [C, O] to a tap's part of the filter. */
function addTo(
  f: FunctionBuilder,
  { channels, outputs, window }: FilterGradient,
  filter: Place,
  tapRow: Local<'i32'>,
  tapColumn: Local<'i32'>,
  product: Pick<Parameters<typeof gemm>[1], 'a' | 'b' | 'sum'>,
): void {
  const tap = 4 * channels * outputs;
  const part = moved(f, filter, [
    [tapRow, tap * window[1]],
    [tapColumn, tap],
  ]);
  const c = { ...part, row: 4 * outputs };
  gemm(f, { m: channels, n: outputs, ...product, start: c, epilogue: storeTo(f, c) });
}
