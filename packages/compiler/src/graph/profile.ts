import { sizeOf } from '@advect/base/array';
import { type Cost, costOf } from './cost.js';
import { inUnits } from './draw.js';
import type { Graph, OperationName } from './graph.js';
import { describe, typeOf } from './print.js';

/** Time spent in each kernel of a program, as an executor measured it. */
export interface Profile {
  /** The graph whose nodes the kernels are named after, with the shapes of one call: of a tile of rows, where there are rows. */
  readonly graph: Graph;
  readonly kernels: readonly KernelTime[];
}

export interface KernelTime {
  /** The kernel goes by its first node; later ones may be fused with it. */
  readonly node: number;
  /** What it does: 'matmul', 'map' (entry by entry, also copies), 'loadRows', … */
  readonly kind: string;
  readonly calls: number;
  /** In all. */
  readonly milliseconds: number;
}

const entrywise: ReadonlySet<OperationName> = new Set(['unary', 'binary', 'select', 'cast']);

/** What one call costs, without what is fused with it: that of its node, or of a copy of the node's value or operand. */
function costOfCall({ node: id, kind }: KernelTime, graph: Graph): Cost {
  const node = graph.nodes[id];
  const copies = kind === 'loadRows' || kind === 'storeRows' || (kind === 'map' && !entrywise.has(node.op));
  return copies ? { flops: 0, bytes: 8 * sizeOf(node.shape) } : costOf(node, graph);
}

/**
 * A table of where the time went, the longest first: milliseconds, share of the whole, speed, bytes moved in all. Speed and
 * bytes are those of the node that the kernel goes by, without what is fused with it.
 */
export function formatProfile({ graph, kernels }: Profile): string {
  const whole = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rows = [...kernels]
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .map((kernel) => {
      const { node: id, kind, calls, milliseconds } = kernel;
      const node = graph.nodes[id];
      const { flops, bytes } = costOfCall(kernel, graph);
      const speed = milliseconds > 0 ? (flops * calls) / milliseconds / 1e6 : 0;
      const share = whole > 0 ? (100 * milliseconds) / whole : 0;
      return [
        milliseconds.toFixed(3),
        `${share.toFixed(1)} %`,
        String(calls),
        speed.toFixed(2),
        inUnits(bytes * calls),
        kind,
        `%${id} ${describe(node, graph.inputs)} : ${typeOf(node)}`,
      ];
    });
  const table = [['ms', 'share', 'calls', 'GFLOP/s', 'bytes', 'kernel', 'node'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const text = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : column === row.length - 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ');
  return [...table.map(text), `${whole.toFixed(3)} ms in all`].join('\n');
}
