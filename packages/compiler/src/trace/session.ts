import { graphBuilder, type DType, type Graph, type GraphBuilder, type GraphOutput } from '../graph/index.js';
import { unsupported } from './kernel.js';
import { type Ops, opsOn } from './ops.js';
import { type DataType, tf, type TensorInfo } from './tf.js';

/** One run of `trace`: the graph so far, and which node each tensor stands for. */
export interface Session {
  readonly graph: GraphBuilder;
  readonly ops: Ops;
  /** A new tensor that stands for a node. */
  tensor(node: number): TensorInfo;
  /** The node that a tensor stands for; a tensor of another backend becomes a constant. */
  node(tensor: TensorInfo): number;
  /** A new tensor of given numbers. */
  write(values: Values, shape: readonly number[], dtype: DataType): TensorInfo;
  /** Whether a data id belongs here. */
  has(dataId: object): boolean;
  retain(dataId: object): void;
  /** Forgets a data id; false while others hold it. */
  release(dataId: object): boolean;
  references(dataId: object): number;
  count(): number;
  finish(outputs: readonly GraphOutput[]): Graph;
}

/** Numbers as a backend gets them. */
export type Values = ArrayLike<unknown>;

/** A session with an empty graph. */
export function openSession(): Session {
  const graph = graphBuilder();
  const ops = opsOn(graph);
  const held = new Map<object, { node: number; references: number }>();
  const captured = new Map<object, number>();

  const tensor = (node: number): TensorInfo => {
    const dataId = {};
    held.set(dataId, { node, references: 1 });
    const { shape, dtype } = graph.nodes[node];
    return { dataId, shape: [...shape], dtype };
  };

  const capture = ({ dataId, shape, dtype }: TensorInfo): number => {
    const known = captured.get(dataId);
    if (known !== undefined) return known;
    const node = constantOf(graph, readCaptured(dataId), shape, dtype);
    captured.set(dataId, node);
    return node;
  };

  return {
    graph,
    ops,
    tensor,
    node: (info) => held.get(info.dataId)?.node ?? capture(info),
    write: (values, shape, dtype) => tensor(constantOf(graph, values, shape, dtype)),
    has: (dataId) => held.has(dataId),
    retain(dataId) {
      const entry = held.get(dataId);
      if (entry) entry.references++;
    },
    release(dataId) {
      const entry = held.get(dataId);
      if (entry && --entry.references > 0) return false;
      held.delete(dataId);
      return true;
    },
    references: (dataId) => held.get(dataId)?.references ?? 0,
    count: () => held.size,
    finish: (outputs) => graph.finish(outputs),
  };
}

/** Equal numbers become a fill, so that shapes which count rows stay symbolic. */
function constantOf(graph: GraphBuilder, values: Values, shape: readonly number[], dtype: DataType): number {
  if (!isDType(dtype)) throw unsupported(`A tensor of dtype '${dtype}' cannot be traced`);
  const numbers = ArrayBuffer.isView(values) ? (values as Float32Array) : Float32Array.from(values as ArrayLike<number>, Number);
  return isUniform(numbers) ? graph.fill(Math.fround(numbers[0]), shape, dtype) : graph.constant(new Float32Array(numbers), shape, dtype);
}

/** Whether there are numbers, all of them equal. The tape's arrays of ones have millions, so this is a plain loop. */
function isUniform(numbers: Float32Array): boolean {
  const [first] = numbers;
  for (let i = 1; i < numbers.length; i++) if (!Object.is(numbers[i], first)) return false;
  return numbers.length > 0;
}

const isDType = (dtype: DataType): dtype is DType => dtype === 'float32' || dtype === 'int32' || dtype === 'bool';

function readCaptured(dataId: object): Values {
  try {
    return tf.engine().readSync(dataId);
  } catch (cause) {
    const error = unsupported(
      `A traced function uses a tensor from outside, which its backend cannot read at once: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
    error.cause = cause;
    throw error;
  }
}
