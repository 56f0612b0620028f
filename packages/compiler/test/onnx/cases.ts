import type { BinaryName, Graph, GraphBuilder, UnaryName } from '#src/graph/index.js';
import { graphBuilder } from '#src/graph/index.js';
import { convOutputShape } from '#src/graph/shapes.js';

/** A graph for one operation. */
export interface Case {
  readonly name: string;
  readonly graph: Graph;
  /** Whether any number of rows may be given. */
  readonly dynamic: boolean;
  /** For results that are linear in each input: how many roundings lie between the inputs and an entry, at most. */
  readonly roundings?: { readonly [output: string]: number };
}

const build = (name: string, dynamic: boolean, make: (b: GraphBuilder) => { readonly [output: string]: number }): Case => {
  const b = graphBuilder();
  const outputs = make(b);
  return { name, dynamic, graph: b.finish(Object.entries(outputs).map(([output, id]) => ({ name: output, id }))) };
};

const weights = (b: GraphBuilder, name: string, ...shape: number[]): number => b.input(name, shape, { kind: 'parameter' });

export const unaryNames: readonly UnaryName[] = [
  ...(['neg', 'abs', 'sign', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt', 'reciprocal', 'sin', 'cos', 'tanh', 'sigmoid'] as const),
  ...(['softplus', 'erf', 'floor', 'ceil', 'round', 'trunc', 'isNaN', 'isFinite', 'not'] as const),
];
export const binaryNames: readonly BinaryName[] = [
  ...(['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'mod', 'atan2', 'equal', 'notEqual'] as const),
  ...(['less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or'] as const),
];

const geometry = (stride: number, dilation: number, pads: readonly [number, number, number, number]) =>
  ({ strides: [stride, stride], dilations: [dilation, dilation], pads }) as const;

/** The cases with a number of rows. */
export function casesOf(count: number): readonly Case[] {
  const rows = (b: GraphBuilder, name: string, ...rest: number[]): number => b.input(name, [count, ...rest], { rowAxis: 0 });
  const elementwise: Case[] = [
    build('every function of one entry', true, (b) => {
      const x = rows(b, 'x', 7);
      return Object.fromEntries(unaryNames.map((f) => [f, b.unary(f, x)]));
    }),
    build('every function of two entries', true, (b) => {
      const [x, y] = [rows(b, 'x', 7), rows(b, 'y', 7)];
      return Object.fromEntries(binaryNames.map((f) => [f, b.binary(f, x, y)]));
    }),
    build('operands that repeat', true, (b) => {
      const [x, w] = [rows(b, 'x', 3), weights(b, 'w', 1, 3)];
      const column = b.binary('less', b.slice(x, [0, 0], [count, 1]), b.fill(0));
      return { a: b.binary('add', x, w), b: b.select(column, x, b.fill(2, [count, 3])), c: b.binary('mul', b.fill(3, [count, 3]), w) };
    }),
    build('casts', true, (b) => {
      const x = rows(b, 'x', 4);
      const [whole, truth] = [b.cast(x, 'int32'), b.cast(x, 'bool')];
      return {
        whole,
        truth,
        sum: b.binary('add', b.cast(whole, 'float32'), b.cast(truth, 'float32')),
        back: b.cast(b.unary('not', truth), 'int32'),
      };
    }),
    build('constants and fills alone', false, (b) => ({
      a: b.fill(2.5, [2, 3]),
      b: b.constant(Float32Array.of(1, -2, 3, 4, 5, 6), [3, 2]),
      c: b.transpose(b.constant(Float32Array.of(1, -2, 3, 4, 5, 6), [3, 2]), [1, 0]),
      d: b.binary('add', b.fill(1, [2, 2]), b.fill(2, [2, 2])),
    })),
  ];

  const products: Case[] = [
    ...[0, 1, 2, 3].map((flags) => {
      const [transposeA, transposeB] = [flags % 2 === 1, flags > 1];
      return build(`matmul ${flags}`, true, (b) => {
        const x = transposeA ? b.input('x', [3, count], { rowAxis: 1 }) : rows(b, 'x', 3);
        const w = transposeB ? weights(b, 'w', 4, 3) : weights(b, 'w', 3, 4);
        return { y: b.matmul(x, w, { transposeA, transposeB }) };
      });
    }),
    build('gradient of weights', true, (b) => ({ y: b.matmul(rows(b, 'x', 3), rows(b, 'dy', 4), { transposeA: true }) })),
    ...[0, 1, 2, 3].map((flags) => {
      const [transposeA, transposeB] = [flags % 2 === 1, flags > 1];
      return build(`stacked matmul ${flags}`, true, (b) => {
        const x = rows(b, 'x', ...(transposeA ? [3, 2] : [2, 3]));
        const w = weights(b, 'w', 1, ...(transposeB ? [4, 3] : [3, 4]));
        const z = rows(b, 'z', ...(transposeB ? [4, 3] : [3, 4]));
        return {
          shared: b.matmul(x, w, { transposeA, transposeB }),
          each: b.matmul(x, z, { transposeA, transposeB }),
          summed: b.matmul(x, z, { transposeA, transposeB, sumBatch: true }),
          turned: b.matmul(b.transpose(x, [0, 2, 1]), z, { transposeA: !transposeA, transposeB }),
        };
      });
    }),
    build('products of a bundle of directions', true, (b) => {
      const x = b.input('x', [2, count, 3], { rowAxis: 1 });
      const flat = b.matmul(b.reshape(x, [2 * count, 3]), weights(b, 'w', 3, 4));
      const y = b.reshape(flat, [2, count, 4]);
      return {
        y,
        first: b.slice(flat, [0, 0], [count, 4]),
        sum: b.reduce('sum', y, [0]),
        dw: b.matmul(x, y, { transposeA: true, sumBatch: true }),
      };
    }),
    build('a product of a column of ones', true, (b) => ({
      y: b.matmul(b.broadcast(weights(b, 'w', 1, 3), [count, 3]), rows(b, 'x', 4), { transposeA: true }),
      z: b.matmul(b.fill(1, [count, 3]), weights(b, 'v', 3, 2)),
    })),
    build('all pairs of rows', true, (b) => {
      const x = rows(b, 'x', 3);
      const pairs = b.matmul(x, x, { transposeB: true });
      return { pairs, flat: b.reshape(pairs, [count * count]), most: b.reduce('max', pairs, [1]) };
    }),
  ];

  const arrangement: Case[] = [
    build('reductions', true, (b) => {
      const x = rows(b, 'x', 3, 4);
      return {
        a: b.reduce('sum', x, [1]),
        b: b.reduce('sum', x, [0, 2]),
        c: b.reduce('max', x, [2]),
        d: b.reduce('min', x, [0, 1, 2]),
        e: b.reduce('product', x, [1, 2]),
        f: b.reduce('sum', b.fill(2, [count, 3]), [0]),
        g: b.reduce('sum', b.broadcast(weights(b, 'w', 1, 3), [count, 3]), [0]),
        h: b.reduce('sum', b.binary('less', x, b.fill(0)), [1]),
        i: b.reduce('max', b.transpose(x, [2, 0, 1]), [0]),
      };
    }),
    build('reshapes and transpositions', true, (b) => {
      const x = rows(b, 'x', 4, 6);
      const heads = b.transpose(b.reshape(x, [count, 4, 2, 3]), [0, 2, 1, 3]);
      return {
        heads,
        back: b.reshape(b.transpose(heads, [0, 2, 1, 3]), [count, 24]),
        moved: b.reshape(b.transpose(x, [2, 1, 0]), [24, count]),
        wide: b.reshape(b.transpose(x, [1, 0, 2]), [4 * count, 6]),
        ones: b.reshape(x, [count, 1, 24, 1]),
        filled: b.reshape(b.broadcast(weights(b, 'w', 1, 6), [count, 6]), [count * 6]),
        scalar: b.reshape(b.fill(3, [1, 1]), []),
      };
    }),
    build('slices', true, (b) => {
      const x = rows(b, 'x', 6, 4);
      return {
        a: b.slice(x, [0, 1, 2], [count, 3, 1]),
        b: b.slice(x, [0, 1, 3], [count, 2, 4], [1, 3, -1]),
        c: b.slice(x, [0, 5, 0], [count, 6, 4], [1, -1, 1]),
        d: b.slice(x, [count - 1, 0, 0], [count, 6, 4], [-1, 1, 1]),
        e: b.slice(b.broadcast(weights(b, 'w', 1, 6), [count, 6]), [0, 2], [count, 3]),
      };
    }),
    build('rows that are cut', false, (b) => ({ y: b.slice(rows(b, 'x', 3), [0, 0], [1, 3]) })),
    build('pads and concatenations', true, (b) => {
      const [x, y] = [rows(b, 'x', 3), rows(b, 'y', 3)];
      const both = b.concat([x, y], 0);
      return {
        padded: b.pad(x, [0, 1], [0, 2], 1.5),
        wide: b.concat([x, b.fill(7, [count, 1]), y], 1),
        both,
        second: b.slice(both, [count, 0], [count, 3]),
        rowsAfter: b.pad(x, [0, 0], [count, 0]),
        rowsBefore: b.pad(x, [count, 0], [0, 0]),
      };
    }),
    build('broadcasts', true, (b) => {
      const [x, w] = [rows(b, 'x', 1), weights(b, 'w')];
      return {
        a: b.broadcast(x, [count, 3]),
        b: b.broadcast(w, [count, 2]),
        c: b.broadcast(b.unary('exp', weights(b, 'v', 1, 4)), [count, 4]),
      };
    }),
    build('gather and scatterAdd', true, (b) => {
      const index = b.input('index', [count], { rowAxis: 0, dtype: 'int32' });
      const table = weights(b, 'w', 4, 3);
      const picked = b.gather(table, index, 0);
      return {
        picked,
        summed: b.scatterAdd(picked, index, [4, 3]),
        columns: b.gather(rows(b, 'x', 6), b.constant(Float32Array.of(2, 0, 0), [3], 'int32'), 1),
      };
    }),
    build('a name that is taken', true, (b) => {
      const x = rows(b, 'x', 2);
      return { x: b.unary('neg', x), v0: x, v1: b.unary('abs', x) };
    }),
  ];

  const convolutions: Case[] = [
    { name: 'same', image: [6, 7], window: [3, 3], geometry: geometry(1, 1, [1, 1, 1, 1]) },
    { name: 'even window', image: [6, 7], window: [2, 2], geometry: geometry(1, 1, [0, 1, 0, 1]) },
    { name: 'strided', image: [7, 6], window: [3, 3], geometry: geometry(2, 1, [0, 1, 1, 1]) },
    { name: 'strided with a rest', image: [8, 8], window: [3, 3], geometry: geometry(2, 1, [0, 0, 0, 0]) },
    { name: 'dilated', image: [9, 8], window: [3, 2], geometry: geometry(1, 2, [2, 2, 1, 1]) },
    { name: 'of one place', image: [4, 3], window: [1, 1], geometry: geometry(1, 1, [0, 0, 0, 0]) },
    { name: 'of whole blocks of channels', image: [4, 3], window: [3, 3], channels: [16, 32], geometry: geometry(1, 1, [1, 1, 1, 1]) },
    { name: 'of blocks, strided', image: [4, 6], window: [3, 3], channels: [32, 16], geometry: geometry(2, 1, [1, 0, 1, 0]) },
    { name: 'of blocks, uneven', image: [5, 4], window: [2, 3], channels: [16, 16], geometry: geometry(1, 2, [1, 1, 2, 2]) },
    { name: 'of blocks, one place', image: [2, 3], window: [1, 1], channels: [16, 16], geometry: geometry(1, 1, [0, 0, 0, 0]) },
  ].map(({ name, image, window, channels: [inputs, outputs] = [3, 4], geometry: shape }): Case => {
    const places = window[0] * window[1];
    let pixels = 0;
    const made = build(`convolution ${name}`, true, (b) => {
      const x = rows(b, 'x', ...image, inputs);
      const w = weights(b, 'w', ...window, inputs, outputs);
      const sum = b.conv2d(x, w, shape);
      const y = b.binary('add', sum, weights(b, 'bias', 1, 1, 1, outputs));
      const [, height, width] = convOutputShape([count, ...image, inputs], [...window, inputs, outputs], shape, false);
      pixels = height * width;
      const dy = rows(b, 'y', height, width, outputs);
      const dx = b.conv2dInput(dy, w, shape, [count, ...image, inputs]);
      const dw = b.conv2dFilter(x, dy, shape, [...window, inputs, outputs]);
      return { y, dx, dw, db: b.reduce('sum', dy, [0, 1, 2]), more: b.conv2d(dx, w, shape) };
    });
    const [forward, backward, over] = [places * inputs, places * outputs, count * pixels];
    return { ...made, roundings: { y: forward + 1, dx: backward, dw: over, db: over, more: forward + backward } };
  });

  const nets: Case[] = [
    build('group norm between convolutions', true, (b) => {
      const same = geometry(1, 1, [1, 1, 1, 1]);
      const y = b.conv2d(rows(b, 'x', 4, 4, 2), weights(b, 'w', 3, 3, 2, 6), same);
      const groups = b.reshape(y, [count, 4, 4, 2, 3]);
      const mean = b.binary('mul', b.reshape(b.reduce('sum', groups, [1, 2, 4]), [count, 1, 1, 2, 1]), b.fill(1 / 48));
      const centred = b.binary('sub', groups, mean);
      const variance = b.binary(
        'mul',
        b.reshape(b.reduce('sum', b.binary('mul', centred, centred), [1, 2, 4]), [count, 1, 1, 2, 1]),
        b.fill(1 / 48),
      );
      const normal = b.reshape(b.binary('mul', centred, b.unary('rsqrt', b.binary('add', variance, b.fill(1e-5)))), [count, 4, 4, 6]);
      const scaled = b.binary('mul', normal, weights(b, 'scale', 1, 1, 1, 6));
      const tokens = b.reshape(scaled, [count, 16, 6]);
      const scores = b.matmul(tokens, tokens, { transposeB: true });
      const mixed = b.reshape(b.matmul(scores, tokens), [count, 4, 4, 6]);
      const joined = b.concat([mixed, y], 3);
      const small = b.slice(joined, [0, 0, 1, 0], [count, 2, 2, 12], [1, 2, 2, 1]);
      return { out: b.conv2d(joined, weights(b, 'v', 3, 3, 12, 1), same), small, padded: b.pad(scaled, [0, 1, 0, 0], [0, 0, 2, 1]) };
    }),
  ];

  return [...elementwise, ...products, ...arrangement, ...convolutions, ...nets];
}
