import { sizeOf } from '@advect/base/array';
import type { BinaryName, DType, GraphBuilder, ReduceName, UnaryName } from '../graph/index.js';

/**
 * What lowerings are written in: the builder's operations on values of any rank, with what does nothing left out. Values
 * are node ids.
 */
export interface Ops extends Pick<GraphBuilder, 'matmul' | 'conv2d' | 'conv2dInput' | 'conv2dFilter' | 'pad' | 'gather' | 'scatterAdd'> {
  shape(x: number): readonly number[];
  dtype(x: number): DType;
  /** One number, rank 0. */
  num(value: number, dtype?: DType): number;
  fill(value: number, shape: readonly number[], dtype?: DType): number;
  constant(data: Float32Array, shape: readonly number[], dtype?: DType): number;
  /** Elementwise; operands are broadcast as in NumPy. */
  binary(f: BinaryName, a: number, b: number): number;
  unary(f: UnaryName, x: number): number;
  select(condition: number, a: number, b: number): number;
  cast(x: number, dtype: DType): number;
  /** Over axes in any order, which stay as 1 if `keep`. */
  reduce(f: ReduceName, x: number, axes: readonly number[], keep?: boolean): number;
  reshape(x: number, shape: readonly number[]): number;
  transpose(x: number, perm: readonly number[]): number;
  slice(x: number, begin: readonly number[], shape: readonly number[], strides?: readonly number[]): number;
  concat(xs: readonly number[], axis: number): number;
  /** To a shape of the same or a higher rank, as in NumPy. */
  broadcast(x: number, shape: readonly number[]): number;
}

/** Lowering operations on a builder. */
export function opsOn(graph: GraphBuilder): Ops {
  const numbers = new Map<string, number>();
  const shape = (x: number): readonly number[] => graph.nodes[x].shape;
  const dtype = (x: number): DType => graph.nodes[x].dtype;
  const reshape = (x: number, to: readonly number[]): number => (equal(shape(x), to) ? x : graph.reshape(x, to));
  const align = (...xs: number[]): number[] => {
    const rank = Math.max(...xs.map((x) => shape(x).length));
    return xs.map((x) => {
      const own = shape(x);
      return own.length === 0 || own.length === rank ? x : graph.reshape(x, [...ones(rank - own.length), ...own]);
    });
  };
  return {
    ...graph,
    shape,
    dtype,
    reshape,
    num(value, type = 'float32') {
      const key = `${type} ${Object.is(value, -0) ? '-0' : value}`;
      const known = numbers.get(key) ?? graph.fill(value, [], type);
      numbers.set(key, known);
      return known;
    },
    fill: (value, to, type) => graph.fill(value, to, type),
    binary: (f, a, b) => graph.binary(f, ...(align(a, b) as [number, number])),
    select: (condition, a, b) => graph.select(...(align(condition, a, b) as [number, number, number])),
    cast: (x, type) => (dtype(x) === type ? x : graph.cast(x, type)),
    reduce(f, x, axes, keep = false) {
      const rising = axes.toSorted((i, j) => i - j);
      const reduced = axes.length === 0 ? x : graph.reduce(f, x, rising);
      return keep
        ? reshape(
            reduced,
            shape(x).map((length, i) => (axes.includes(i) ? 1 : length)),
          )
        : reduced;
    },
    transpose: (x, perm) => (perm.every((axis, i) => axis === i) ? x : graph.transpose(x, perm)),
    slice(x, begin, to, strides) {
      const whole = equal(shape(x), to) && (strides === undefined || strides.every((stride, i) => stride === 1 || to[i] === 1));
      return whole ? x : graph.slice(x, begin, to, strides);
    },
    concat: (xs, axis) => (xs.length === 1 ? xs[0] : graph.concat(xs, axis)),
    broadcast(x, to) {
      if (equal(shape(x), to)) return x;
      const full = shape(x).length === to.length ? x : graph.reshape(x, [...ones(to.length - shape(x).length), ...shape(x)]);
      return sizeOf(shape(x)) === sizeOf(to) ? reshape(full, to) : graph.broadcast(full, to);
    },
  };
}

const equal = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((length, i) => length === b[i]);

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
