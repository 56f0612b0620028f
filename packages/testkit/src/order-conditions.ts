/** A rooted tree is the list of its root's subtrees; the single vertex is []. */
export type RootedTree = readonly RootedTree[];

/** An explicit Runge–Kutta method's coefficients; row i of `a` may be shorter than the number of stages. */
export interface Coefficients {
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
}

/** Number of vertices. */
const orderOf = (tree: RootedTree): number => tree.reduce((sum, child) => sum + orderOf(child), 1);

/** Density γ: the product of the orders of all subtrees. */
const densityOf = (tree: RootedTree): number => tree.reduce((product, child) => product * densityOf(child), orderOf(tree));

const nameOf = (tree: RootedTree): string => `[${tree.map(nameOf).sort().join('')}]`;

/** All rooted trees with `order` vertices: 1, 1, 2, 4, 9, 20, … of them. */
export function rootedTrees(order: number): RootedTree[] {
  if (order === 1) return [[]];
  const grown = rootedTrees(order - 1).flatMap(graft);
  return [...new Map(grown.map((tree) => [nameOf(tree), tree])).values()];
}

/** Every tree that arises by hanging one new leaf on one vertex. */
function graft(tree: RootedTree): RootedTree[] {
  const deeper = tree.flatMap((child, i) => graft(child).map((grown) => [...tree.slice(0, i), grown, ...tree.slice(i + 1)]));
  return [[...tree, []], ...deeper];
}

/** Φᵢ of each stage: the product over the root's subtrees of Σⱼ aᵢⱼΦⱼ(subtree). */
function stageWeights(a: Coefficients['a'], tree: RootedTree): number[] {
  const children = tree.map((child) => stageWeights(a, child));
  return a.map((row) => children.reduce((product, child) => product * row.reduce((sum, aij, j) => sum + aij * child[j], 0), 1));
}

/**
 * Residuals Σᵢ bᵢΦᵢ(τ) − θ^|τ| / γ(τ) of the order conditions for every rooted tree τ of up to `order` vertices. All zero:
 * the method (θ = 1), or its dense output at θ, is of that order. J. C. Butcher (1963); E. Hairer, S. P. Nørsett,
 * G. Wanner, Solving ODEs I, theorem II.2.13 and eq. II.6.9.
 */
export function orderResiduals(method: Coefficients, order: number, theta = 1): { order: number; tree: string; residual: number }[] {
  return Array.from({ length: order }, (_, n) => rootedTrees(n + 1))
    .flat()
    .map((tree) => {
      const weights = stageWeights(method.a, tree);
      const sum = method.b.reduce((total, b, i) => total + b * weights[i], 0);
      return { order: orderOf(tree), tree: nameOf(tree), residual: sum - theta ** orderOf(tree) / densityOf(tree) };
    });
}
