import { sizeOf } from '@advect/base/array';
import type { Graph, Node, UnaryName } from './graph.js';

/** Floating-point operations and bytes moved. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** What one entry of a transcendental function counts for: about the length of its polynomial. */
const TRANSCENDENTAL_FLOPS = 16;

const plain: ReadonlySet<string> = new Set<UnaryName>([
  'neg',
  'abs',
  'sign',
  'sqrt',
  'reciprocal',
  'floor',
  'ceil',
  'round',
  'trunc',
  'isNaN',
  'isFinite',
  'not',
]);

/**
 * What a node costs if it is computed alone: a multiplication or an addition is one operation, a transcendental function
 * 16; every operand is read once and the result written once, 4 bytes an entry. Views and what has no storage cost nothing.
 */
export function costOf(node: Node, graph: Graph): Cost {
  const entries = sizeOf(node.shape);
  const operands = node.inputs.map((id) => graph.nodes[id]);
  const read = operands.reduce((sum, operand) => sum + (operand.op === 'fill' ? 0 : sizeOf(operand.shape)), 0);
  const moved = 4 * (read + entries);
  switch (node.op) {
    case 'input':
    case 'constant':
    case 'fill':
    case 'reshape':
      return { flops: 0, bytes: 0 };
    case 'unary':
      return { flops: entries * (plain.has(node.f) ? 1 : TRANSCENDENTAL_FLOPS), bytes: moved };
    case 'binary':
      return { flops: entries * (node.f === 'pow' || node.f === 'atan2' ? TRANSCENDENTAL_FLOPS : 1), bytes: moved };
    case 'reduce':
      return { flops: sizeOf(operands[0].shape), bytes: moved };
    case 'matmul': {
      const [a, b] = operands.map(({ shape }) => shape);
      const inner = a[a.length - (node.transposeA ? 2 : 1)];
      const batch = a.slice(0, -2).reduce((size, length, axis) => size * Math.max(length, b[axis]), 1);
      return { flops: 2 * inner * batch * sizeOf(node.shape.slice(-2)), bytes: moved };
    }
    case 'rowMatmul': {
      const { shape } = operands[0];
      return { flops: 2 * entries * shape[shape.length - (node.transposeA ? 3 : 2)], bytes: moved };
    }
    case 'conv2d':
      return { flops: (2 * entries * sizeOf(operands[1].shape)) / operands[1].shape[3], bytes: moved };
    case 'conv2dInput':
      return { flops: (2 * sizeOf(operands[0].shape) * sizeOf(operands[1].shape)) / operands[1].shape[3], bytes: moved };
    case 'conv2dFilter':
      return { flops: (2 * sizeOf(operands[1].shape) * entries) / node.shape[3], bytes: moved };
    case 'slice':
    case 'gather':
      return { flops: 0, bytes: 4 * (2 * entries + (node.op === 'gather' ? sizeOf(operands[1].shape) : 0)) };
    case 'scatterAdd':
      return { flops: sizeOf(operands[0].shape), bytes: moved };
    case 'select':
      return { flops: entries, bytes: moved };
    case 'cast':
    case 'transpose':
    case 'pad':
    case 'concat':
    case 'broadcast':
      return { flops: 0, bytes: moved };
  }
}

/** The cost of all nodes together, each computed alone. */
export function totalCost(graph: Graph): Cost {
  const costs = graph.nodes.map((node) => costOf(node, graph));
  return { flops: costs.reduce((sum, { flops }) => sum + flops, 0), bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0) };
}
