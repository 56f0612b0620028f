import { type Graph, graphBuilder, type GraphBuilder, type Node, type NodeOf, type OperationName } from '../graph/index.js';
import { keyOf, normalised } from './key.js';

/**
 * Looks at a node about to be added (its operands are in `g.nodes`) and returns the id of another node with the same
 * shape and value, added through `g` where there was none; or undefined to leave the node as it is.
 */
export type Rule<O extends OperationName> = (node: NodeOf<O>, g: GraphBuilder, uses: Uses, rows: RowLengths) => number | undefined;

/** Traced lengths of the axes that count rows. What is summed along such an axis may have another number of terms later. */
export type RowLengths = ReadonlySet<number>;

/** How many operands and outputs of the graph that is copied have become the node with this id; 0 for what rules added. */
export type Uses = (id: number) => number;

/** A rule for several operations. */
export type AnyRule = (node: Node, g: GraphBuilder, uses: Uses, rows: RowLengths) => number | undefined;

/** Rules by operation, tried in order until one applies. */
export type Rules = { readonly [O in OperationName]?: readonly Rule<O>[] };

/**
 * Copies a graph node by node through the rules. What rules add goes through them too, and equal nodes become one, the
 * operands of commutative functions being put in order. Dead nodes stay; inputs and outputs keep their names.
 */
export function rewrite(graph: Graph, families: readonly Rules[]): Graph {
  const known = new Map<string, number>();
  const counts = useCounts(graph);
  const uses: number[] = [];
  const rows = new Set(graph.inputs.flatMap(({ id, rowAxis }) => (rowAxis === undefined ? [] : [graph.nodes[id].shape[rowAxis]])));
  const usesOf: Uses = (id) => uses[id] ?? 0;
  const rules = new Map<OperationName, readonly AnyRule[]>();
  const rulesOf = (op: OperationName): readonly AnyRule[] => {
    if (!rules.has(op))
      rules.set(
        op,
        families.flatMap((family) => (family[op] ?? []) as readonly AnyRule[]),
      );
    return rules.get(op)!;
  };
  const g = graphBuilder((candidate, append) => {
    const node = normalised(candidate, g.nodes);
    const key = keyOf(node);
    const same = known.get(key);
    if (same !== undefined) return same;
    const id = applyRules(rulesOf(node.op), node, g, usesOf, rows) ?? append(node);
    known.set(key, id);
    return id;
  });
  const names = new Map(graph.inputs.map((input) => [input.id, input]));
  const copies: number[] = [];
  for (const node of graph.nodes) {
    const input = names.get(node.id);
    copies.push(
      input
        ? g.input(input.name, node.shape, { ...input, dtype: node.dtype })
        : g.node(
            node,
            node.inputs.map((operand) => copies[operand]),
            node.shape,
            node.dtype,
          ),
    );
    const copy = copies[node.id];
    uses[copy] = usesOf(copy) + counts[node.id];
  }
  return g.finish(graph.outputs.map(({ name, id }) => ({ name, id: copies[id] })));
}

function applyRules(rules: readonly AnyRule[], node: Node, g: GraphBuilder, uses: Uses, rows: RowLengths): number | undefined {
  for (const rule of rules) {
    const id = rule(node, g, uses, rows);
    if (id !== undefined) return g.nodes[id].dtype === node.dtype ? id : g.cast(id, node.dtype);
  }
}

function useCounts({ nodes, outputs }: Graph): number[] {
  const counts = nodes.map(() => 0);
  for (const { inputs } of nodes) for (const id of inputs) counts[id]++;
  for (const { id } of outputs) counts[id]++;
  return counts;
}
