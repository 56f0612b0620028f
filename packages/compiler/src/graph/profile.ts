import { costOf } from './cost.js';
import { inUnits } from './draw.js';
import type { Graph } from './graph.js';
import { describe, typeOf } from './print.js';

/** Time spent on each node's kernel, as an executor measured it: how often it ran, and milliseconds in all. */
export type Profile = readonly { readonly node: number; readonly calls: number; readonly milliseconds: number }[];

/**
 * A table of where the time went, the longest first: milliseconds, share of the whole, speed, bytes moved in all.
 *
 * @param graph the graph whose nodes `profile` names, with the shapes of one call
 */
export function formatProfile(graph: Graph, profile: Profile): string {
  const whole = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rows = [...profile]
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .map(({ node: id, calls, milliseconds }) => {
      const node = graph.nodes[id];
      const { flops, bytes } = costOf(node, graph);
      const speed = milliseconds > 0 ? (flops * calls) / milliseconds / 1e6 : 0;
      const share = whole > 0 ? (100 * milliseconds) / whole : 0;
      return [
        milliseconds.toFixed(3),
        `${share.toFixed(1)} %`,
        String(calls),
        speed.toFixed(2),
        inUnits(bytes * calls),
        `%${id} ${describe(node, graph.inputs)} : ${typeOf(node)}`,
      ];
    });
  const table = [['ms', 'share', 'calls', 'GFLOP/s', 'bytes', 'node'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const text = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column]))).join('  ');
  return [...table.map(text), `${whole.toFixed(3)} ms in all`].join('\n');
}
