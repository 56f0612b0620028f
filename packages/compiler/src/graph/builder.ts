import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { BinaryName, ConvGeometry, DType, Graph, GraphInput, GraphOutput, Node, Operation, ReduceName, UnaryName } from './graph.js';
import { convFilterShape, convOutputShape, matmulShape, rowMatmulShape, shown } from './shapes.js';

/** Grows a graph node by node; shapes are worked out and checked. Values are node ids. */
export interface GraphBuilder {
  /** The nodes so far. */
  readonly nodes: readonly Node[];
  input(name: string, shape: readonly number[], settings?: { kind?: GraphInput['kind']; rowAxis?: number; dtype?: DType }): number;
  constant(data: Float32Array, shape: readonly number[], dtype?: DType): number;
  fill(value: number, shape?: readonly number[], dtype?: DType): number;
  unary(f: UnaryName, x: number): number;
  binary(f: BinaryName, a: number, b: number): number;
  select(condition: number, a: number, b: number): number;
  cast(x: number, dtype: DType): number;
  reduce(f: ReduceName, x: number, axes: readonly number[], settings?: { overRows?: true }): number;
  matmul(a: number, b: number, settings?: { transposeA?: boolean; transposeB?: boolean; sumBatch?: true; overRows?: true }): number;
  rowMatmul(a: number, b: number, settings?: { transposeA?: boolean; transposeB?: boolean }): number;
  conv2d(x: number, filter: number, geometry: ConvGeometry, settings?: { rowsLast?: true }): number;
  conv2dInput(dy: number, filter: number, geometry: ConvGeometry, shape: readonly number[], settings?: { rowsLast?: true }): number;
  conv2dFilter(x: number, dy: number, geometry: ConvGeometry, shape: readonly number[], settings?: { rowsLast?: true }): number;
  reshape(x: number, shape: readonly number[]): number;
  transpose(x: number, perm: readonly number[]): number;
  slice(x: number, begin: readonly number[], shape: readonly number[], strides?: readonly number[]): number;
  pad(x: number, before: readonly number[], after: readonly number[], value?: number): number;
  concat(xs: readonly number[], axis: number): number;
  broadcast(x: number, shape: readonly number[]): number;
  gather(x: number, indices: number, axis: number): number;
  scatterAdd(updates: number, indices: number, shape: readonly number[]): number;
  /** Any operation with its shape given: for passes that copy nodes. */
  node(operation: Operation, inputs: readonly number[], shape: readonly number[], dtype: DType): number;
  /** The finished graph. */
  finish(outputs: readonly GraphOutput[]): Graph;
}

const comparisons: ReadonlySet<string> = new Set(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or']);

/**
 * A builder with nothing in it. Throws `invalid-shape` where operands do not fit.
 *
 * @param admit decides what becomes of each new node: the id of another that has its value, or what `append` returns
 */
export function graphBuilder(admit: (node: Node, append: (node: Node) => number) => number = (node, append) => append(node)): GraphBuilder {
  const nodes: Node[] = [];
  const inputs: GraphInput[] = [];
  const append = (node: Node): number => nodes.push(node.id === nodes.length ? node : { ...node, id: nodes.length }) - 1;
  const add = (operation: Operation, operands: readonly number[], shape: readonly number[], dtype: DType): number =>
    admit({ ...operation, id: nodes.length, inputs: [...operands], shape: [...shape], dtype }, append);
  const shapeOf = (id: number): readonly number[] => nodes[id].shape;
  const dtypeOf = (id: number): DType => nodes[id].dtype;

  return {
    nodes,
    node: add,
    input(name, shape, { kind = 'argument', rowAxis, dtype = 'float32' } = {}) {
      if (inputs.some((other) => other.name === name)) throw misfit(`the graph has two inputs named '${name}'`);
      const id = add({ op: 'input', name }, [], shape, dtype);
      inputs.push({ name, id, kind, ...(rowAxis !== undefined && { rowAxis }) });
      return id;
    },
    constant(data, shape, dtype = 'float32') {
      if (data.length !== sizeOf(shape)) throw misfit(`a constant of shape ${shown(shape)} was given ${data.length} numbers`);
      return add({ op: 'constant', data }, [], shape, dtype);
    },
    fill: (value, shape = [], dtype = 'float32') => add({ op: 'fill', value }, [], shape, dtype),
    unary: (f, x) => add({ op: 'unary', f }, [x], shapeOf(x), f === 'not' || f.startsWith('is') ? 'bool' : dtypeOf(x)),
    binary(f, a, b) {
      const dtype = comparisons.has(f) ? 'bool' : dtypeOf(a) === 'float32' ? dtypeOf(a) : dtypeOf(b);
      return add({ op: 'binary', f }, [a, b], broadcastShape(f, [shapeOf(a), shapeOf(b)]), dtype);
    },
    select: (condition, a, b) =>
      add({ op: 'select' }, [condition, a, b], broadcastShape('select', [condition, a, b].map(shapeOf)), dtypeOf(a)),
    cast: (x, dtype) => add({ op: 'cast' }, [x], shapeOf(x), dtype),
    reduce(f, x, axes, settings) {
      const shape = shapeOf(x).filter((_, axis) => !axes.includes(axis));
      return add({ op: 'reduce', f, axes: [...axes], ...settings }, [x], shape, dtypeOf(x) === 'bool' ? 'int32' : dtypeOf(x));
    },
    matmul(a, b, { transposeA = false, transposeB = false, ...rest } = {}) {
      const settings = { transposeA, transposeB, ...rest };
      return add({ op: 'matmul', ...settings }, [a, b], matmulShape(shapeOf(a), shapeOf(b), settings), 'float32');
    },
    rowMatmul(a, b, { transposeA = false, transposeB = false } = {}) {
      const shape = rowMatmulShape(shapeOf(a), shapeOf(b), { transposeA, transposeB });
      return add({ op: 'rowMatmul', transposeA, transposeB }, [a, b], shape, 'float32');
    },
    conv2d(x, filter, geometry, settings = {}) {
      const shape = convOutputShape(shapeOf(x), shapeOf(filter), geometry, settings.rowsLast ?? false);
      return add({ op: 'conv2d', geometry, ...settings }, [x, filter], shape, 'float32');
    },
    conv2dInput(dy, filter, geometry, shape, settings = {}) {
      assertEqual('conv2dInput: dy', shapeOf(dy), convOutputShape(shape, shapeOf(filter), geometry, settings.rowsLast ?? false));
      return add({ op: 'conv2dInput', geometry, ...settings }, [dy, filter], shape, 'float32');
    },
    conv2dFilter(x, dy, geometry, shape, settings = {}) {
      assertEqual('conv2dFilter', shape, convFilterShape(shapeOf(x), shapeOf(dy), shape, settings.rowsLast ?? false));
      return add({ op: 'conv2dFilter', geometry, ...settings }, [x, dy], shape, 'float32');
    },
    reshape(x, shape) {
      if (sizeOf(shape) !== sizeOf(shapeOf(x))) throw misfit(`${shown(shapeOf(x))} cannot become ${shown(shape)}`);
      return add({ op: 'reshape' }, [x], shape, dtypeOf(x));
    },
    transpose(x, perm) {
      if (perm.toSorted((i, j) => i - j).some((axis, i) => axis !== i) || perm.length !== shapeOf(x).length) {
        throw misfit(`${shown(perm)} does not permute the axes of ${shown(shapeOf(x))}`);
      }
      return add(
        { op: 'transpose', perm: [...perm] },
        [x],
        perm.map((axis) => shapeOf(x)[axis]),
        dtypeOf(x),
      );
    },
    slice(x, begin, shape, strides = begin.map(() => 1)) {
      const fits = shapeOf(x).every((length, i) => {
        const last = begin[i] + (shape[i] - 1) * strides[i];
        return shape[i] === 0 || (begin[i] >= 0 && begin[i] < length && last >= 0 && last < length);
      });
      if (!fits)
        throw misfit(`a slice of ${shown(shapeOf(x))} from ${shown(begin)} of ${shown(shape)} in steps of ${shown(strides)} leaves it`);
      return add({ op: 'slice', begin: [...begin], strides: [...strides] }, [x], shape, dtypeOf(x));
    },
    pad: (x, before, after, value = 0) =>
      add(
        { op: 'pad', before: [...before], after: [...after], value },
        [x],
        shapeOf(x).map((length, i) => before[i] + length + after[i]),
        dtypeOf(x),
      ),
    concat(xs, axis) {
      const [first, ...others] = xs.map(shapeOf);
      for (const other of others) {
        if (other.length !== first.length || other.some((length, i) => i !== axis && length !== first[i])) {
          throw misfit(`${shown(first)} and ${shown(other)} cannot be joined along axis ${axis}`);
        }
      }
      const length = xs.reduce((sum, x) => sum + shapeOf(x)[axis], 0);
      return add({ op: 'concat', axis }, xs, first.with(axis, length), dtypeOf(xs[0]));
    },
    broadcast(x, shape) {
      assertEqual('broadcast', shape, broadcastShape('broadcast', [shapeOf(x), shape]));
      return add({ op: 'broadcast' }, [x], shape, dtypeOf(x));
    },
    gather(x, indices, axis) {
      const shape = [...shapeOf(x).slice(0, axis), ...shapeOf(indices), ...shapeOf(x).slice(axis + 1)];
      return add({ op: 'gather', axis }, [x, indices], shape, dtypeOf(x));
    },
    scatterAdd(updates, indices, shape) {
      assertEqual('scatterAdd: updates', shapeOf(updates), [...shapeOf(indices), ...shape.slice(1)]);
      return add({ op: 'scatterAdd' }, [updates, indices], shape, dtypeOf(updates));
    },
    finish: (outputs) => ({ nodes: [...nodes], inputs: [...inputs], outputs: [...outputs] }),
  };
}

/** The common shape of elementwise operands: equal ranks with equal lengths or 1, or rank 0. */
function broadcastShape(what: string, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const full = shapes.filter((shape) => shape.length > 0);
  const result = Array.from({ length: rank }, (_, i) => full.map((shape) => shape[i]).find((length) => length !== 1) ?? 1);
  const fits = full.every((shape) => shape.length === rank && shape.every((length, i) => length === 1 || length === result[i]));
  if (!fits) throw misfit(`${what} of shapes ${shapes.map(shown).join(' and ')}`);
  return result;
}

function assertEqual(what: string, given: readonly number[], expected: readonly number[]): void {
  if (given.length !== expected.length || given.some((length, i) => length !== expected[i])) {
    throw misfit(`${what} has shape ${shown(given)} where ${shown(expected)} belongs`);
  }
}

const misfit = (message: string): AdvectError =>
  new AdvectError('invalid-shape', message, 'Make the operands fit; shapes must be known when a function is traced.');
