import { bytesField, encodeFields, type Fields, floatField, integerField, messageField, packedField, stringField } from './protobuf.js';

/** A number, a list of whole numbers, or a string. Whole numbers of single attributes are marked `int`, floats `float`. */
export type OnnxAttribute =
  { readonly int: number } | { readonly float: number } | { readonly ints: readonly number[] } | { readonly string: string };

/** One operator of an ONNX graph. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: { readonly [name: string]: OnnxAttribute };
  /** Whose operator it is; ONNX's own if absent. */
  readonly domain?: string;
}

/** A named array inside the file: float32, or int64 for shapes, axes and indices. */
export interface OnnxInitializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** An argument, a result or what lies between, float32; a string in the shape names a length that is known only at run time. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** The subset of ONNX's ModelProto that graphs need. */
export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /**
   * Shapes of what the nodes compute. ONNX Runtime cannot tell the length that a reshape leaves open; values whose lengths it
   * does not know share no memory, and it looks through all of them for every further value.
   */
  readonly values: readonly OnnxValue[];
  readonly metadata: { readonly [key: string]: string };
}

/** ONNX operator set of the files, and the file format version that belongs to it. */
const OPSET = 18;
const IR_VERSION = 8;

const FLOAT = 1;
const INT64 = 7;

/** A model as the bytes of an .onnx file (protocol buffers; field numbers from onnx.proto3, ONNX 1.13). */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const graph = [
    ...model.nodes.flatMap((node) => messageField(1, encodeNode(node))),
    ...stringField(2, model.name),
    ...model.initializers.flatMap((initializer) => messageField(5, encodeInitializer(initializer))),
    ...model.inputs.flatMap((value) => messageField(11, encodeValue(value))),
    ...model.outputs.flatMap((value) => messageField(12, encodeValue(value))),
    ...model.values.flatMap((value) => messageField(13, encodeValue(value))),
  ];
  return encodeFields([
    ...integerField(1, IR_VERSION),
    ...stringField(2, 'advect'),
    ...messageField(7, graph),
    ...messageField(8, [...stringField(1, ''), ...integerField(2, OPSET)]),
    ...domainsOf(model).flatMap((domain) => messageField(8, [...stringField(1, domain), ...integerField(2, 1)])),
    ...Object.entries(model.metadata).flatMap(([key, value]) => messageField(14, [...stringField(1, key), ...stringField(2, value)])),
  ]);
}

const domainsOf = ({ nodes }: OnnxModel): string[] => [...new Set(nodes.flatMap(({ domain }) => domain ?? []))];

function encodeNode(node: OnnxNode): Fields {
  return [
    ...node.inputs.flatMap((name) => stringField(1, name)),
    ...node.outputs.flatMap((name) => stringField(2, name)),
    ...stringField(4, node.operator),
    ...Object.entries(node.attributes).flatMap(([name, attribute]) =>
      messageField(5, [...stringField(1, name), ...encodeAttribute(attribute)]),
    ),
    ...(node.domain === undefined ? [] : stringField(7, node.domain)),
  ];
}

function encodeAttribute(attribute: OnnxAttribute): Fields {
  if ('float' in attribute) return [...floatField(2, attribute.float), ...integerField(20, 1)];
  if ('int' in attribute) return [...integerField(3, attribute.int), ...integerField(20, 2)];
  if ('string' in attribute) return [...stringField(4, attribute.string), ...integerField(20, 3)];
  return [...packedField(8, attribute.ints), ...integerField(20, 7)];
}

function encodeInitializer({ name, shape, data }: OnnxInitializer): Fields {
  return [
    ...(shape.length > 0 ? packedField(1, shape) : []),
    ...integerField(2, data instanceof Float32Array ? FLOAT : INT64),
    ...stringField(8, name),
    ...bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function encodeValue({ name, shape }: OnnxValue): Fields {
  const dims = shape.flatMap((length) => messageField(1, typeof length === 'string' ? stringField(2, length) : integerField(1, length)));
  return [...stringField(1, name), ...messageField(2, messageField(1, [...integerField(1, FLOAT), ...messageField(2, dims)]))];
}
