import type { Node } from '../graph/index.js';

const commutative: ReadonlySet<string> = new Set(['add', 'mul', 'maximum', 'minimum', 'equal', 'notEqual', 'and', 'or']);

/** A commutative function with its operands in order: fills last, else the older first. */
export function normalised(node: Node, nodes: readonly Node[]): Node {
  if (node.op !== 'binary' || !commutative.has(node.f)) return node;
  const [a, b] = node.inputs;
  const place = (id: number): number => (nodes[id].op === 'fill' ? nodes.length + id : id);
  return place(a) <= place(b) ? node : { ...node, inputs: [b, a] };
}

/** Constants of more numbers than this are equal only if they are the same array. */
const COMPARED_NUMBERS = 256;

const arrays = new WeakMap<Float32Array, number>();
let arrayCount = 0;

function arrayKey(data: Float32Array): string {
  if (data.length <= COMPARED_NUMBERS) return `[${data.join()}]${data.some((x) => Object.is(x, -0)) ? signs(data) : ''}`;
  if (!arrays.has(data)) arrays.set(data, arrayCount++);
  return `#${arrays.get(data)}`;
}

const signs = (data: Float32Array): string => Array.from(data, (x) => (Object.is(x, -0) ? '-' : '+')).join('');

/** Text that is equal for two nodes only if they compute the same. */
export function keyOf(node: Node): string {
  return `${node.op} ${settingsOf(node)}(${node.inputs.join()}):${node.dtype}[${node.shape.join()}]`;
}

function settingsOf(node: Node): string {
  switch (node.op) {
    case 'input':
      return node.name;
    case 'constant':
      return arrayKey(node.data);
    case 'fill':
      return Object.is(node.value, -0) ? '-0' : String(node.value);
    case 'unary':
    case 'binary':
      return node.f;
    case 'reduce':
      return `${node.f} ${node.axes.join()} ${node.overRows}`;
    case 'matmul':
      return `${node.transposeA} ${node.transposeB} ${node.sumBatch} ${node.overRows}`;
    case 'rowMatmul':
      return `${node.transposeA} ${node.transposeB}`;
    case 'conv2d':
    case 'conv2dInput':
    case 'conv2dFilter':
      return `${node.geometry.strides.join()};${node.geometry.dilations.join()};${node.geometry.pads.join()} ${node.rowsLast}`;
    case 'transpose':
      return node.perm.join();
    case 'slice':
      return `${node.begin.join()};${node.strides.join()}`;
    case 'pad':
      return `${node.before.join()};${node.after.join()};${node.value}`;
    case 'concat':
    case 'gather':
      return String(node.axis);
    case 'select':
    case 'cast':
    case 'reshape':
    case 'broadcast':
    case 'scatterAdd':
      return '';
  }
}
