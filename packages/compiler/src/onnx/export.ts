import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { boolean, optional, readOptions, value } from '@advect/base/options';
import type { Graph, Node } from '../graph/index.js';
import type { Arrays } from '../program.js';
import {
  lowerBroadcast,
  lowerConcat,
  lowerGather,
  lowerPad,
  lowerReduce,
  lowerReshape,
  lowerScatterAdd,
  lowerSlice,
  lowerTranspose,
} from './arrangement.js';
import { batchDimensions } from './batch.js';
import { lowerConv2d, lowerConv2dFilter, lowerConv2dInput } from './convolutions.js';
import { type Dimension, hasRows, settleDimensions } from './dimensions.js';
import { lowerElementwise } from './elementwise.js';
import { type AxisOrder, rowMajor } from './layout.js';
import { type Emitted, type Lowering, startLowering } from './lowering.js';
import { encodeModel, type OnnxModel, type OnnxValue } from './model.js';
import { lowerMatmul } from './products.js';

export interface OnnxExportOptions {
  /** Values of parameters that become part of the file, by name; the other parameters are inputs of the model. */
  parameters?: Arrays;
  /** Whether any number of rows may be given, where the graph allows it (default true); else the traced number only. */
  dynamicBatch?: boolean;
}

/** A graph as ONNX, before it is encoded. */
export interface OnnxExport {
  readonly model: OnnxModel;
  /** Whether any number of rows may be given. */
  readonly dynamicBatch: boolean;
  /** Why not, in words. */
  readonly reason?: string;
  /** The model's names of the graph's results. */
  readonly results: ReadonlyMap<string, string>;
  /** The graph's results by their own names, with their shapes for a number of rows (undefined where that is fixed). */
  readonly outputs: readonly { readonly name: string; readonly shapeFor: (rows: number | undefined) => number[] }[];
}

/**
 * A row-major graph as the bytes of an .onnx file (operator set 18). All values are float32, also whole numbers and
 * truth values (0 and 1), at inputs and outputs. Lengths that count rows are the named dimension `batch`, unless the
 * graph depends on the traced length: then all are fixed, and the file's metadata (`batch`, `batch_reason`) says so.
 * A number computed from the batch length while tracing, such as a mean's divisor, is a constant of the file.
 *
 * Throws `unsupported` for a rows-last graph and for more than 2 GB of numbers, `invalid-shape` for parameters that do not fit.
 */
export const exportOnnx = (graph: Graph, options?: OnnxExportOptions): Uint8Array<ArrayBuffer> =>
  encodeModel(onnxModel(graph, options).model);

/**
 * The same as {@link exportOnnx}, as data. With `block`, convolutions are those of ONNX Runtime's own that take channels in
 * blocks of so many: for models that run where {@link channelBlock} found that number, not for files.
 */
export function onnxModel(source: Graph, options?: OnnxExportOptions, block?: number): OnnxExport {
  const { parameters, dynamicBatch } = readOptions<OnnxExportOptions>('exportOnnx', options, {
    parameters: optional(value((given) => typeof given === 'object' && given !== null, 'arrays by name')),
    dynamicBatch: optional(boolean()),
  });
  const graph = bakeParameters(source, parameters ?? {});
  const dimensions = batchDimensions(graph, dynamicBatch ?? true);
  const names = resultNames(graph);
  const lowering = startLowering(graph, dimensions, new Set([...graph.inputs.map(({ name }) => name), ...names.values()]), block);
  const shapes = new Map<string, OnnxValue['shape']>();
  for (const node of graph.nodes) {
    const emitted = lowerNode(lowering, node);
    lowering.define(node, emitted);
    if (emitted.form === 'float') shapes.set(emitted.name, storedShape(dimensions.results[node.id], emitted.order));
  }
  const outputs = graph.outputs.map(({ name, id }): OnnxValue => {
    const dims = settleDimensions(dimensions.results[id], dimensions.rows);
    const result = names.get(name)!;
    lowering.emit('Identity', [lowering.whole(graph.nodes[id], dims)], {}, result);
    return { name: result, shape: dims.map(lengthName) };
  });
  const used = new Set(lowering.nodes.flatMap(({ inputs }) => inputs));
  const isDynamic = dimensions.rows !== undefined;
  return {
    model: {
      name: 'advect',
      nodes: lowering.nodes,
      initializers: lowering.initializers.filter(({ name }) => used.has(name)),
      inputs: graph.inputs.map(({ name, id }) => ({ name, shape: dimensions.results[id].map(lengthName) })),
      outputs,
      values: lowering.nodes.flatMap(({ outputs: [name] }) => (shapes.has(name) ? [{ name, shape: shapes.get(name)! }] : [])),
      metadata: isDynamic ? { batch: 'dynamic' } : { batch: 'fixed', batch_reason: dimensions.reason ?? '' },
    },
    dynamicBatch: isDynamic,
    ...(dimensions.reason !== undefined && { reason: dimensions.reason }),
    results: names,
    outputs: graph.outputs.map(({ name, id }) => {
      const dims = settleDimensions(dimensions.results[id], dimensions.rows);
      return { name, shapeFor: (rows) => dims.map((dim) => (rows === undefined ? dim.length : lengthFor(dim, rows))) };
    }),
  };
}

const lengthFor = ({ factors }: Dimension, rows: number): number =>
  factors.reduce<number>((product, factor) => product * (factor === 'rows' ? rows : factor), 1);

const lengthName = (dim: Dimension): string | number =>
  hasRows(dim) ? dim.factors.map((factor) => (factor === 'rows' ? 'batch' : factor)).join('*') : dim.length;

const storedShape = (dims: readonly Dimension[], order: AxisOrder): OnnxValue['shape'] =>
  order.map((axis) => (dims[axis].repeated ? 1 : lengthName(dims[axis])));

/** Parameters whose values are given become constants. */
function bakeParameters(graph: Graph, values: Arrays): Graph {
  for (const name of Object.keys(values)) {
    const input = graph.inputs.find((candidate) => candidate.name === name);
    const shape = input && graph.nodes[input.id].shape;
    if (shape === undefined || values[name].length !== sizeOf(shape)) {
      throw new AdvectError(
        'invalid-shape',
        `exportOnnx: ${values[name].length} numbers are given for '${name}', ${shape ? `whose shape is [${shape.join()}]` : 'which is no input of the graph'}`,
        'Give arrays of the parameters’ sizes, by the names of the graph’s inputs.',
      );
    }
  }
  const baked = new Map(graph.inputs.filter(({ name }) => name in values).map(({ id, name }) => [id, values[name]]));
  const nodes = graph.nodes.map((node): Node => {
    const data = baked.get(node.id);
    return data === undefined ? node : { op: 'constant', data, id: node.id, inputs: [], shape: node.shape, dtype: node.dtype };
  });
  return { ...graph, nodes, inputs: graph.inputs.filter(({ id }) => !baked.has(id)) };
}

/** Results keep their names unless an input has the same one, which ONNX forbids. */
function resultNames(graph: Graph): Map<string, string> {
  const taken = new Set(graph.inputs.map(({ name }) => name));
  return new Map(
    graph.outputs.map(({ name }) => {
      let free = name;
      while (taken.has(free)) free = `${free}_out`;
      taken.add(free);
      return [name, free];
    }),
  );
}

function lowerNode(lowering: Lowering, node: Node): Emitted {
  if (('overRows' in node && node.overRows) || ('rowsLast' in node && node.rowsLast) || node.op === 'rowMatmul') {
    throw new AdvectError(
      'unsupported',
      `ONNX is written from row-major graphs, not from '${node.op}' with its rows last`,
      'Give the graph as it was traced.',
    );
  }
  switch (node.op) {
    case 'input':
      return { name: node.name, form: 'float', order: rowMajor(node.shape.length) };
    case 'constant':
      return { name: '', form: 'float', order: rowMajor(node.shape.length) };
    case 'fill':
      return {
        name: lowering.floats(
          Float32Array.of(node.value),
          node.shape.map(() => 1),
        ),
        form: 'float',
        order: rowMajor(node.shape.length),
      };
    case 'unary':
    case 'binary':
    case 'select':
    case 'cast':
      return lowerElementwise(lowering, node);
    case 'reduce':
      return lowerReduce(lowering, node);
    case 'matmul':
      return lowerMatmul(lowering, node);
    case 'conv2d':
      return lowerConv2d(lowering, node);
    case 'conv2dInput':
      return lowerConv2dInput(lowering, node);
    case 'conv2dFilter':
      return lowerConv2dFilter(lowering, node);
    case 'reshape':
      return lowerReshape(lowering, node);
    case 'transpose':
      return lowerTranspose(lowering, node);
    case 'slice':
      return lowerSlice(lowering, node);
    case 'pad':
      return lowerPad(lowering, node);
    case 'concat':
      return lowerConcat(lowering, node);
    case 'broadcast':
      return lowerBroadcast(lowering, node);
    case 'gather':
      return lowerGather(lowering, node);
    case 'scatterAdd':
      return lowerScatterAdd(lowering, node);
  }
}
