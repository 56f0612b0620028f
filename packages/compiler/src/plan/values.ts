import type { Graph, Node } from '../graph/index.js';
import type { PhaseName, View } from './plan.js';
import { movedView, wholeView } from './views.js';

/**
 * Which nodes are values of their own and which only look at another's entries. A movement node whose entries strides can
 * say is a window on its source; all others are values.
 */
export interface Values {
  readonly nodes: readonly Node[];
  readonly phases: readonly PhaseName[];
  readonly needed: ReadonlySet<number>;
  /** The value behind a node, itself if it is one. */
  root(id: number): number;
  /** A node's entries as a window on its value's buffer, whose number is the value's. */
  view(id: number): View;
  /** Whether a node has its value's entries in the same order. */
  inOrder(id: number): boolean;
  /** Users of a value, through windows. */
  users(id: number): readonly number[];
  readonly outputs: ReadonlySet<number>;
}

const movements: ReadonlySet<string> = new Set(['reshape', 'transpose', 'slice', 'broadcast']);
const entrywise: ReadonlySet<string> = new Set(['unary', 'binary', 'select', 'cast']);

export const isEntrywise = (node: Node): boolean => entrywise.has(node.op);

export function valuesOf(graph: Graph, phases: readonly PhaseName[]): Values {
  const { nodes } = graph;
  const needed = new Set(graph.outputs.map(({ id }) => id));
  for (const node of nodes.toReversed()) if (needed.has(node.id)) for (const input of node.inputs) needed.add(input);
  const roots = new Array<number>(nodes.length);
  const views = new Array<View>(nodes.length);
  const ordered = new Array<boolean>(nodes.length);
  const users = nodes.map((): number[] => []);
  for (const node of nodes) {
    const { id } = node;
    if (!needed.has(id)) continue;
    const view = movements.has(node.op) ? movedView(node as Parameters<typeof movedView>[0], views[node.inputs[0]]) : undefined;
    roots[id] = view ? roots[node.inputs[0]] : id;
    views[id] =
      view ?? (node.op === 'fill' ? { ...wholeView(id, node.shape), strides: node.shape.map(() => 0) } : wholeView(id, node.shape));
    ordered[id] = view === undefined || (node.op === 'reshape' && ordered[node.inputs[0]]);
    if (view === undefined) for (const root of new Set(node.inputs.map((input) => roots[input]))) users[root].push(id);
  }
  return {
    nodes,
    phases,
    needed,
    root: (id) => roots[id],
    view: (id) => views[id],
    inOrder: (id) => ordered[id],
    users: (id) => users[id],
    outputs: new Set(graph.outputs.map(({ id }) => roots[id])),
  };
}
