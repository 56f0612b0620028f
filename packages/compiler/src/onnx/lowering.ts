import type { Graph, Node } from '../graph/index.js';
import type { Dimensions } from './batch.js';
import { type Dimension, fixed, hasRows, rowPower } from './dimensions.js';
import { type AxisOrder, isRowMajor, orderChange, rowMajor, transposeNumbers } from './layout.js';
import type { OnnxAttribute, OnnxInitializer, OnnxNode } from './model.js';

/** How a value's entries are kept: as floats, or as ONNX's own booleans. */
export type Form = 'float' | 'bool';

/** A value as it has been emitted. */
export interface Emitted {
  readonly name: string;
  readonly form: Form;
  readonly order: AxisOrder;
}

export type Attributes = { readonly [name: string]: OnnxAttribute };

/** The growing ONNX graph, with the values emitted so far. */
export interface Lowering {
  readonly graph: Graph;
  readonly dimensions: Dimensions;
  /** Channels in a block of the blocked convolutions; undefined where ONNX's own are to be used. */
  readonly block: number | undefined;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  /** Adds an operator with one result; the result's name. */
  emit(operator: string, inputs: readonly string[], attributes?: Attributes, result?: string, domain?: string): string;
  /** What `make` emits, under a key; once. */
  once(key: string, make: () => string): string;
  /** Names of constants; equal small ones are kept once. */
  floats(data: Float32Array, shape: readonly number[]): string;
  number(value: number): string;
  ints(values: readonly number[]): string;
  /** Lengths as an int64 vector, `amounts[i]` being traced numbers that scale with the rows like `dims[i]`. */
  lengths(dims: readonly Dimension[], amounts?: readonly number[]): string;
  /** Sets how a node was emitted. */
  define(node: Node, emitted: Emitted): void;
  /** How a node's operand was emitted. */
  operand(node: Node, operand: number): Emitted;
  /** The operand's name in a form and axis order (floats, row-major), spread out as the node's dimensions ask. */
  use(node: Node, operand: number, wish?: { readonly form?: Form; readonly order?: AxisOrder }): string;
  /** A node's value, row-major floats, spread out to `dims`. */
  whole(node: Node, dims: readonly Dimension[]): string;
}

/** Lengths as stored: 1 where a dimension is repeated; −1 stands for the one that scales with the rows. */
export const storedLengths = (dims: readonly Dimension[]): number[] =>
  dims.map((dim) => (dim.repeated ? 1 : hasRows(dim) ? -1 : dim.length));

/** An empty lowering. `taken` are the names of arguments and results. */
export function startLowering(graph: Graph, dimensions: Dimensions, taken: ReadonlySet<string>, block?: number): Lowering {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const constants = new Map<string, string>();
  const emitted: Emitted[] = [];
  const variants = new Map<string, string>();
  const { rows } = dimensions;
  let names = 0;

  const fresh = (): string => {
    let name: string;
    do name = `v${names++}`;
    while (taken.has(name));
    return name;
  };
  const emit: Lowering['emit'] = (operator, inputs, attributes = {}, result = fresh(), domain) => {
    nodes.push({ operator, inputs, outputs: [result], attributes, ...(domain !== undefined && { domain }) });
    return result;
  };
  const initializer = (data: Float32Array | BigInt64Array, shape: readonly number[]): string => {
    const bits =
      data instanceof Float32Array ? Array.from(new Uint32Array(data.buffer, data.byteOffset, Math.min(data.length, 64))) : [...data];
    const key = data.length <= 64 ? `${data.constructor.name}[${shape.join()}]${bits.join()}` : '';
    const known = constants.get(key);
    if (known !== undefined) return known;
    const name = fresh();
    initializers.push({ name, shape, data });
    if (key !== '') constants.set(key, name);
    return name;
  };
  const ints = (values: readonly number[]): string => initializer(BigInt64Array.from(values, BigInt), [values.length]);
  const once = (key: string, make: () => string): string => {
    const known = variants.get(key);
    if (known !== undefined) return known;
    const name = make();
    variants.set(key, name);
    return name;
  };

  const rowCount = (): string =>
    once('rows', () => {
      const source = graph.inputs.find(({ rowAxis }) => rowAxis !== undefined)!;
      const axis = source.rowAxis!;
      return emit('Shape', [emitted[source.id].name], { start: { int: axis }, end: { int: axis + 1 } });
    });
  const scaled = (coefficient: number, power: number): string =>
    once(`rows*${coefficient}^${power}`, () => {
      let product = rowCount();
      for (let i = 1; i < power; i++) product = emit('Mul', [product, rowCount()]);
      return coefficient === 1 ? product : emit('Mul', [product, ints([coefficient])]);
    });
  const lengths: Lowering['lengths'] = (dims, amounts = dims.map(({ length }) => length)) => {
    if (!dims.some((dim, i) => hasRows(dim) && amounts[i] !== 0)) return ints(amounts);
    const parts = dims.map((dim, i) =>
      hasRows(dim) && amounts[i] !== 0 ? scaled(amounts[i] / rows! ** rowPower(dim), rowPower(dim)) : ints([amounts[i]]),
    );
    return parts.length === 1 ? parts[0] : once(`lengths:${parts.join()}`, () => emit('Concat', parts, { axis: { int: 0 } }));
  };

  /** The same entries in another form and order; nothing is emitted twice. */
  const converted = (id: number, form: Form, order: AxisOrder): string => {
    const node = graph.nodes[id];
    const value = emitted[id];
    if (node.op === 'constant' && form === 'float') {
      return once(`${id}:${order.join()}`, () => {
        const shape = order.map((axis) => node.shape[axis]);
        return initializer(isRowMajor(order) ? node.data : transposeNumbers(node.data, node.shape, order), shape);
      });
    }
    let name = node.op === 'constant' ? converted(id, 'float', value.order) : value.name;
    if (value.form !== form) {
      name = once(`${id}:${form}:${value.order.join()}`, () => emit('Cast', [name], { to: { int: form === 'float' ? 1 : 9 } }));
    }
    if (order.every((axis, i) => axis === value.order[i])) return name;
    return once(`${id}:${form}:${order.join()}`, () => {
      const dims = dimensions.results[id];
      const long = (axis: number): boolean => !dims[axis].repeated && (dims[axis].length !== 1 || hasRows(dims[axis]));
      const moves = order.filter(long).some((axis, i) => axis !== value.order.filter(long)[i]);
      const target = order.map((axis) => dims[axis]);
      if (!moves && target.filter(hasRows).length <= 1) return emit('Reshape', [name, ints(storedLengths(target))]);
      return emit('Transpose', [name], { perm: { ints: orderChange(value.order, order) } });
    });
  };
  const spread = (id: number, form: Form, order: AxisOrder, dims: readonly Dimension[]): string => {
    const name = converted(id, form, order);
    const own = dimensions.results[id];
    if (own.every((dim, axis) => !dim.repeated || dims[axis].repeated)) return name;
    const target = order.map((axis) => (dims[axis].repeated ? fixed(1) : dims[axis]));
    const key = target.map(({ factors }) => factors.join('*')).join();
    return once(`${id}:${form}:${order.join()}:${key}`, () => emit('Expand', [name, lengths(target)]));
  };

  return {
    graph,
    dimensions,
    block,
    nodes,
    initializers,
    emit,
    once,
    floats: initializer,
    number: (value) => initializer(Float32Array.of(value), []),
    ints,
    lengths,
    define: (node, value) => (emitted[node.id] = value),
    operand(node, operand) {
      const id = node.inputs[operand];
      const value = emitted[id];
      return graph.nodes[id].op === 'constant' ? { ...value, name: converted(id, 'float', value.order) } : value;
    },
    use(node, operand, { form = 'float', order } = {}) {
      const id = node.inputs[operand];
      return spread(id, form, order ?? rowMajor(graph.nodes[id].shape.length), dimensions.operands[node.id][operand]);
    },
    whole: (node, dims) => spread(node.id, 'float', rowMajor(node.shape.length), dims),
  };
}
