import { costOf, type Graph, type Node } from './graph/index.js';
import type { ExecutorReport } from './program.js';

/** What a graph computes, as far as the choice of an executor depends on it. */
export interface Work {
  /** Floating-point operations of one row (of all, where the graph has no rows). */
  readonly flopsPerRow: number;
  /** Share of them in matrix products whose inner and outer widths are both large. */
  readonly wide: number;
  /** Share of them in convolutions. */
  readonly convolutions: number;
}

/** What this platform offers. The two questions that cost time are asked only where the answer matters. */
export interface Offers {
  /** WebAssembly with 128-bit vectors. */
  readonly simd: boolean;
  /** ONNX Runtime is installed where programs can find it. */
  readonly onnx: () => boolean;
  /** TensorFlow.js computes on a graphics card; not on a processor that plays one. */
  readonly gpu: () => boolean;
}

export interface Choice {
  readonly executor: ExecutorReport['executor'];
  /** Why, as a clause. */
  readonly reason: string;
}

/**
 * Width of a matrix product, in columns, from which ONNX Runtime is quicker than generated code, which has vectors of 128 bits
 * and no call to pay for. Measured with vectors of 512 bits and 512 rows, two threads, a net of three hidden layers and its
 * gradient: at 64 columns 0.8–1.2 of the time of generated code, at 128 0.6–0.8, at 256 and 512 0.3–0.55.
 */
export const WIDE = 128;
/** Share of the work in such products, or in convolutions, from which they decide. */
const DECISIVE_SHARE = 0.5;
/**
 * Operations of one row from which convolutions are; below, the call to ONNX Runtime costs what its kernels gain. Between nets
 * that were measured on either side, an order of magnitude apart: not itself measured.
 */
const LARGE_CONVOLUTION_FLOPS = 1e6;
/** Operations of one row from which a graphics card is worth the reading back of its results. A guess: no card was at hand. */
const GPU_FLOPS_PER_ROW = 5e7;

/** The quickest executor for some work on a platform, of those that it offers. */
export function choose(work: Work, offers: Offers): Choice {
  const heavy = heavyPart(work);
  if (heavy !== undefined && work.flopsPerRow >= GPU_FLOPS_PER_ROW && offers.gpu()) {
    return { executor: 'eager', reason: `${heavy} of this size are quickest on the graphics card` };
  }
  if (heavy !== undefined && offers.onnx()) return { executor: 'onnx', reason: `${heavy} are quickest in ONNX Runtime` };
  if (!offers.simd) return { executor: 'eager', reason: 'WebAssembly has no vectors here' };
  if (heavy === undefined) return { executor: 'wasm', reason: 'generated code is quickest for small layers' };
  return { executor: 'wasm', reason: `ONNX Runtime, which is quicker at ${heavy}, is not installed` };
}

function heavyPart({ flopsPerRow, wide, convolutions }: Work): string | undefined {
  if (convolutions >= DECISIVE_SHARE && flopsPerRow >= LARGE_CONVOLUTION_FLOPS) return 'large convolutions';
  return wide >= DECISIVE_SHARE ? 'wide matrix products' : undefined;
}

export function workOf(graph: Graph): Work {
  let [flops, wide, convolutions] = [0, 0, 0];
  for (const node of graph.nodes) {
    const cost = costOf(node, graph).flops;
    flops += cost;
    if (node.op === 'conv2d' || node.op === 'conv2dInput' || node.op === 'conv2dFilter') convolutions += cost;
    if (node.op === 'matmul' && widthOf(node, graph) >= WIDE) wide += cost;
  }
  const share = (part: number): number => (flops === 0 ? 0 : part / flops);
  return { flopsPerRow: flops / rowsOf(graph), wide: share(wide), convolutions: share(convolutions) };
}

/** The middle one of the three lengths of a product: neither a large batch nor one large layer makes it wide. */
function widthOf(node: Node & { readonly op: 'matmul' }, graph: Graph): number {
  const a = graph.nodes[node.inputs[0]].shape;
  const inner = a[a.length - (node.transposeA ? 2 : 1)];
  const [m, n] = node.shape.slice(-2);
  return [m, n, inner].toSorted((x, y) => x - y)[1];
}

function rowsOf({ inputs, nodes }: Graph): number {
  const counted = inputs.find(({ rowAxis }) => rowAxis !== undefined);
  return Math.max(1, counted === undefined ? 1 : nodes[counted.id].shape[counted.rowAxis!]);
}
