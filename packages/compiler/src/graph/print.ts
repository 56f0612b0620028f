import type { Graph, GraphInput, Node } from './graph.js';
import { shown } from './shapes.js';

/** "matmul Aᵀ·B over rows", "sum over axes 0, 1": a node's operation with its settings, without operands. */
export function describe(node: Node, inputs: readonly GraphInput[]): string {
  const list = (values: ArrayLike<number>): string => `[${Array.from(values).join(', ')}]`;
  const flag = (set: boolean | undefined, words: string): string => (set ? ` ${words}` : '');
  switch (node.op) {
    case 'input': {
      const { kind, rowAxis } = inputs.find(({ id }) => id === node.id)!;
      return `${kind} '${node.name}'${rowAxis === undefined ? '' : ` with rows on axis ${rowAxis}`}`;
    }
    case 'constant':
      return node.data.length > 4 ? `constant ${list(node.data.subarray(0, 3)).slice(0, -1)}, …]` : `constant ${list(node.data)}`;
    case 'fill':
      return `fill ${node.value}`;
    case 'unary':
    case 'binary':
      return node.f;
    case 'reduce':
      return `${node.f} over axes ${list(node.axes)}${flag(node.overRows, 'and rows')}`;
    case 'matmul':
      return `matmul A${node.transposeA ? 'ᵀ' : ''}·B${node.transposeB ? 'ᵀ' : ''}${flag(node.sumBatch, 'summed over the batch')}${flag(node.overRows, 'over rows')}`;
    case 'rowMatmul':
      return `rowMatmul A${node.transposeA ? 'ᵀ' : ''}·B${node.transposeB ? 'ᵀ' : ''}`;
    case 'conv2d':
    case 'conv2dInput':
    case 'conv2dFilter': {
      const { strides, dilations, pads } = node.geometry;
      return `${node.op} strides ${list(strides)} dilations ${list(dilations)} pads ${list(pads)}${flag(node.rowsLast, 'rows last')}`;
    }
    case 'transpose':
      return `transpose ${list(node.perm)}`;
    case 'slice':
      return `slice from ${list(node.begin)} by ${list(node.strides)}`;
    case 'pad':
      return `pad ${list(node.before)} and ${list(node.after)} with ${node.value}`;
    case 'concat':
    case 'gather':
      return `${node.op} along axis ${node.axis}`;
    case 'select':
    case 'cast':
    case 'reshape':
    case 'broadcast':
    case 'scatterAdd':
      return node.op;
  }
}

/** "float32 [4, 3]". */
export const typeOf = ({ dtype, shape }: Node): string => `${dtype} ${shown(shape)}`;

/** The graph as text, a line for each node and each output: `%2 = add(%0, %1) : float32 [4, 3]`. */
export function printGraph({ nodes, inputs, outputs }: Graph): string {
  const line = (node: Node): string => {
    const operands = node.inputs.map((id) => `%${id}`).join(', ');
    return `%${node.id} = ${describe(node, inputs)}${operands && `(${operands})`} : ${typeOf(node)}`;
  };
  return [...nodes.map(line), ...outputs.map(({ name, id }) => `output '${name}' = %${id}`)].join('\n');
}
