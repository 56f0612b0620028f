import type { ConvGeometry } from '../../graph/index.js';
import type { FunctionBuilder, I32, Local } from '../assembler/index.js';
import type { Place } from './block.js';
import type { Epilogue } from './gemm.js';
import type { MatmulPosition } from './matmul.js';

/** Sizes of a convolution of x [H, W, C] with a filter [h, w, C, O] to y [H′, W′, O]. */
export interface ConvShape {
  readonly geometry: ConvGeometry;
  readonly input: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
  readonly window: readonly [height: number, width: number];
  readonly channels: number;
  readonly outputs: number;
  /** Samples: the last axis if `rowsLast`, else the first. */
  readonly rows: number;
  readonly rowsLast: boolean;
}

/** A convolution or its gradient by x. All arrays are contiguous. */
export interface Convolution extends ConvShape {
  /** x, or dy for `conv2dInput`. */
  readonly source: Place;
  readonly filter: Place;
  /**
   * Takes the results. Rows last: `batch` is the pixel's [row, column], `row` the channel, `column` the sample. Else: `batch`
   * is [sample, pixel row], `row` the pixel column, `column` the channel.
   */
  readonly epilogue: Epilogue<MatmulPosition>;
  /** For `conv2dInput`, `conv2dInputScratch` bytes, on a boundary of 16. */
  readonly scratch?: Place;
}

/** One of the two axes of a convolution. */
export interface ConvAxis {
  readonly input: number;
  readonly output: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

export const axesOf = ({ geometry, input, output, window }: ConvShape): [ConvAxis, ConvAxis] => {
  const axis = (i: 0 | 1): ConvAxis => ({
    input: input[i],
    output: output[i],
    window: window[i],
    stride: geometry.strides[i],
    dilation: geometry.dilations[i],
    before: geometry.pads[2 * i],
  });
  return [axis(0), axis(1)];
};

/** What of an axis meets: the first index and how many follow it in steps. */
export interface Range {
  readonly first: Local<'i32'>;
  readonly count: Local<'i32'>;
}

/** Where tap `tap` at output `output` reads the input; meaningful as unsigned: what lies outside is past the end. */
const inputIndex = (f: FunctionBuilder, { stride, dilation, before }: ConvAxis, output: Local<'i32'>, tap: Local<'i32'>): I32 =>
  f.i32.sub(f.i32.add(f.i32.mul(output.get(), f.i32.const(stride)), f.i32.mul(tap.get(), f.i32.const(dilation))), f.i32.const(before));

/** Taps that find input at an output. */
export const tapsOfOutput = (f: FunctionBuilder, axis: ConvAxis, output: Local<'i32'>, range: Range): void =>
  scan(f, axis.window, range, (tap) => f.i32.ltU(inputIndex(f, axis, output, tap), f.i32.const(axis.input)));

/** Outputs at which a tap finds input. */
export const outputsOfTap = (f: FunctionBuilder, axis: ConvAxis, tap: Local<'i32'>, range: Range): void =>
  scan(f, axis.output, range, (output) => f.i32.ltU(inputIndex(f, axis, output, tap), f.i32.const(axis.input)));

/** Taps through which an input reaches some output. They are `tapStep` apart. */
export function tapsOfInput(
  f: FunctionBuilder,
  { window, stride, dilation, before, output }: ConvAxis,
  input: Local<'i32'>,
  range: Range,
): void {
  f.scope(() => {
    const reach = f.local('i32');
    scan(f, window, range, (tap) => {
      reach.set(f.i32.sub(f.i32.add(input.get(), f.i32.const(before)), f.i32.mul(tap.get(), f.i32.const(dilation))));
      const inside = f.i32.ltU(reach.get(), f.i32.const(output * stride));
      return f.i32.and(inside, f.i32.eqz(f.i32.remU(reach.get(), f.i32.const(stride))));
    });
  });
}

/** Steps between taps that meet outputs from one input, and by how many outputs they go back. */
export function tapStep({ stride, dilation }: ConvAxis): { taps: number; outputs: number } {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const common = divisor(stride, dilation);
  return { taps: stride / common, outputs: dilation / common };
}

/** First and number of the indices below `length` that pass a test. */
function scan(f: FunctionBuilder, length: number, { first, count }: Range, test: (index: Local<'i32'>) => I32): void {
  f.scope(() => {
    const index = f.local('i32');
    count.set(f.i32.const(0));
    first.set(f.i32.const(0));
    f.range(index, 0, length, 1, () => {
      f.if(test(index), () => {
        f.if(f.i32.eqz(count.get()), () => first.set(index.get()));
        f.advance(count, 1);
      });
    });
  });
}

/** The place that lies so many bytes behind another: Σ index·stride, and a constant. */
export function moved(
  f: FunctionBuilder,
  { base, offset }: Place,
  steps: readonly (readonly [Local<'i32'>, number])[],
  constant = 0,
): Place {
  const address = f.local('i32');
  address.set(f.i32.add(base.get(), f.i32.const(offset + constant)));
  for (const [index, stride] of steps) address.set(f.i32.add(address.get(), f.i32.mul(index.get(), f.i32.const(stride))));
  return { base: address, offset: 0 };
}
