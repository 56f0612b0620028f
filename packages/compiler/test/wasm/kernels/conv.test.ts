import test from 'ava';
import type { FunctionBuilder, Local } from '#src/wasm/assembler/index.js';
import {
  conv2d,
  conv2dFilter,
  conv2dFilterScratch,
  conv2dInput,
  conv2dInputScratch,
  type Convolution,
  type ConvShape,
  storeLanes,
} from '#src/wasm/kernels/index.js';
import { numbers, roundingErrors, runOn, variants } from './harness.js';

type Given = readonly [
  input: readonly [number, number],
  channels: number,
  outputs: number,
  window: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number],
  pads: readonly [number, number, number, number],
];

const given: readonly Given[] = [
  [[6, 7], 3, 5, [3, 3], [1, 1], [1, 1], [1, 1, 1, 1]],
  [[5, 5], 4, 8, [1, 1], [1, 1], [1, 1], [0, 0, 0, 0]],
  [[7, 6], 8, 4, [3, 2], [2, 2], [1, 1], [0, 1, 1, 0]],
  [[6, 9], 2, 3, [3, 3], [1, 1], [2, 2], [2, 2, 2, 2]],
  [[7, 7], 1, 6, [4, 4], [2, 3], [1, 2], [1, 2, 3, 1]],
  [[2, 2], 5, 1, [5, 5], [1, 1], [1, 1], [2, 2, 2, 2]],
  [[3, 8], 6, 7, [2, 3], [3, 2], [2, 3], [0, 0, 4, 4]],
];

const shapeOf = ([input, channels, outputs, window, strides, dilations, pads]: Given, rows: number, rowsLast: boolean): ConvShape => {
  const length = (i: 0 | 1): number =>
    Math.floor((input[i] + pads[2 * i] + pads[2 * i + 1] - dilations[i] * (window[i] - 1) - 1) / strides[i]) + 1;
  return { geometry: { strides, dilations, pads }, input, output: [length(0), length(1)], window, channels, outputs, rows, rowsLast };
};

/** Calls back for every term of a convolution with the places of its x, filter weight and y. */
function everyTerm(shape: ConvShape, visit: (x: number, weight: number, y: number) => void): void {
  const { geometry, input, output, window, channels, outputs, rows, rowsLast } = shape;
  const { strides, dilations, pads } = geometry;
  const place = (row: number, size: readonly number[], i: number, j: number, depth: number, channel: number): number =>
    rowsLast ? ((i * size[1] + j) * depth + channel) * rows + row : ((row * size[0] + i) * size[1] + j) * depth + channel;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < output[0]; i++) {
      for (let j = 0; j < output[1]; j++) {
        for (let k = 0; k < window[0]; k++) {
          for (let l = 0; l < window[1]; l++) {
            const [u, v] = [i * strides[0] + k * dilations[0] - pads[0], j * strides[1] + l * dilations[1] - pads[2]];
            if (u < 0 || u >= input[0] || v < 0 || v >= input[1]) continue;
            for (let c = 0; c < channels; c++) {
              for (let o = 0; o < outputs; o++) {
                const weight = ((k * window[1] + l) * channels + c) * outputs + o;
                visit(place(row, input, u, v, channels, c), weight, place(row, output, i, j, outputs, o));
              }
            }
          }
        }
      }
    }
  }
}

/** Stores results at [..batch, row, column] of an array with axes of these lengths. */
function storing(f: FunctionBuilder, base: Local<'i32'>, offset: number, lengths: readonly number[]): Convolution['epilogue'] {
  const pointer = f.local('i32');
  return {
    begin({ batch, row, column }) {
      pointer.set(f.i32.const(0));
      [...batch, row, column].forEach((index, axis) => {
        pointer.set(f.i32.add(f.i32.mul(pointer.get(), f.i32.const(lengths[axis])), index.get()));
      });
      pointer.set(f.i32.add(base.get(), f.i32.shl(pointer.get(), f.i32.const(2))));
    },
    entry: (sums, row, column, lanes) => storeLanes(f, pointer, sums, offset + 4 * (row * lengths[3] + column), lanes),
  };
}

const arraysOf = ({ input, output, window, channels, outputs, rows }: ConvShape) => ({
  x: numbers(rows * input[0] * input[1] * channels, 1),
  weights: numbers(window[0] * window[1] * channels * outputs, 2),
  y: numbers(rows * output[0] * output[1] * outputs, 3),
});

for (const rowsLast of [true, false]) {
  for (const relaxed of variants) {
    const title = `${rowsLast ? 'rows last' : 'channels last'}${relaxed ? ', relaxed' : ''}`;
    const cases = given.flatMap((entry) => (rowsLast ? [8, 16] : [1, 3]).map((rows) => shapeOf(entry, rows, rowsLast)));

    test(`conv2d agrees with its definition, ${title}`, (t) => {
      for (const shape of cases) {
        const { x, weights, y } = arraysOf(shape);
        const { output, outputs, rows } = shape;
        const results = runOn([x, weights, y], relaxed, (f, base, offsets) => {
          const lengths = rowsLast ? [...output, outputs, rows] : [rows, ...output, outputs];
          const epilogue = storing(f, base, offsets[2], lengths);
          conv2d(f, { ...shape, source: { base, offset: offsets[0] }, filter: { base, offset: offsets[1] }, epilogue });
        });
        const truth = new Float64Array(y.length);
        everyTerm(shape, (i, j, k) => (truth[k] += x[i] * weights[j]));
        t.true(roundingErrors(results[2], truth, shape.window[0] * shape.window[1] * shape.channels) <= 1, JSON.stringify(shape));
      }
    });

    test(`conv2dInput agrees with its definition, ${title}`, (t) => {
      for (const shape of cases) {
        const { x, weights, y } = arraysOf(shape);
        const { input, channels, rows } = shape;
        const scratch = new Float32Array(conv2dInputScratch(shape) / 4);
        const results = runOn([x, weights, y, scratch], relaxed, (f, base, offsets) => {
          const lengths = rowsLast ? [...input, channels, rows] : [rows, ...input, channels];
          const epilogue = storing(f, base, offsets[0], lengths);
          const places = { source: { base, offset: offsets[2] }, filter: { base, offset: offsets[1] } };
          conv2dInput(f, { ...shape, ...places, epilogue, scratch: { base, offset: offsets[3] } });
        });
        const truth = new Float64Array(x.length);
        everyTerm(shape, (i, j, k) => (truth[i] += y[k] * weights[j]));
        t.true(roundingErrors(results[0], truth, shape.window[0] * shape.window[1] * shape.outputs) <= 1, JSON.stringify(shape));
      }
    });

    test(`conv2dFilter adds what its definition says, ${title}`, (t) => {
      for (const shape of cases) {
        for (const live of rowsLast ? [shape.rows, 3, 0] : [shape.rows]) {
          const { x, weights, y } = arraysOf(shape);
          const scratch = new Float32Array(conv2dFilterScratch(shape) / 4);
          const results = runOn(
            [x, weights, y, scratch],
            relaxed,
            (f, base, offsets, count) => {
              const [atX, filter, dy, at] = offsets.map((offset) => ({ base, offset }));
              conv2dFilter(f, { ...shape, x: atX, dy, filter, scratch: at, ...(rowsLast && { live: count }) });
            },
            live,
          );
          const truth = Float64Array.from(weights);
          everyTerm(shape, (i, j, k) => (truth[j] += !rowsLast || k % shape.rows < live ? x[i] * y[k] : 0));
          const terms = shape.rows * shape.output[0] * shape.output[1];
          t.true(roundingErrors(results[1], truth, terms) <= 1, `${live} of ${JSON.stringify(shape)}`);
        }
      }
    });
  }
}
