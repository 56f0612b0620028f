import { graphBuilder, type DType, type GraphBuilder, type Node, type Operation } from '../graph/index.js';
import type { PhaseName } from '../plan/plan.js';

/** Thrown inside the pass where samples are not independent, or not seen to be. */
export class NotSeparable extends Error {}

/** Builds the rows-last graph: equal nodes are made once, and each one knows when it can be computed. */
export interface Emitter {
  readonly builder: GraphBuilder;
  /** Rows in a tile: the length of the last axis of what differs from row to row. */
  readonly tile: number;
  /** The batch length of the traced graph. */
  readonly batch: number;
  /** Whether an axis was taken for the rows because of its length alone. */
  readonly guessed: boolean;
  noteGuess(): void;
  /** When each node's kernel runs. */
  readonly phases: readonly PhaseName[];
  shape(id: number): readonly number[];
  /** Any operation. Throws `NotSeparable` where a row needs a sum over all rows. */
  emit(operation: Operation, inputs: readonly number[], shape: readonly number[], dtype: DType): number;
  /** An operation of the builder, remembered like the others. */
  via(build: (builder: GraphBuilder) => number): number;
  reshape(id: number, shape: readonly number[]): number;
  transpose(id: number, perm: readonly number[]): number;
  broadcast(id: number, shape: readonly number[]): number;
  /** An argument or parameter; one with a row axis differs from row to row. */
  input(name: string, shape: readonly number[], settings: Parameters<GraphBuilder['input']>[2]): number;
  /** Repeats the last axis, of length 1, for each row of the tile. */
  spread(id: number): number;
}

export function emitter(batch: number, tile: number): Emitter {
  const builder = graphBuilder();
  const phases: PhaseName[] = [];
  /** When each node's value is complete: a sum over rows runs in phase 'tile' and is known after it. */
  const known: PhaseName[] = [];
  const made = new Map<string, number>();
  const nodeOf = (id: number): Node => builder.nodes[id];
  const shape = (id: number): readonly number[] => nodeOf(id).shape;

  /** Notes the phase of a new node. */
  const place = (id: number, byRow = false): void => {
    const node = nodeOf(id);
    const overRows = ('overRows' in node && node.overRows === true) || (node.op === 'conv2dFilter' && node.rowsLast === true);
    const parts = new Set(node.inputs.map((input) => known[input]));
    if (overRows || byRow) parts.add('tile');
    if (parts.has('tile') && parts.has('after')) throw new NotSeparable('every row depends on a sum over all rows');
    const phase = parts.has('tile') ? 'tile' : parts.has('after') ? 'after' : 'once';
    phases.push(phase);
    known.push(overRows ? 'after' : phase);
  };

  const emit: Emitter['emit'] = (operation, inputs, shapeOfNode, dtype) => {
    const key = operation.op === 'constant' || operation.op === 'input' ? undefined : keyOf(operation, inputs, shapeOfNode, dtype);
    const earlier = key === undefined ? undefined : made.get(key);
    if (earlier !== undefined) return earlier;
    const id = builder.node(operation, inputs, shapeOfNode, dtype);
    place(id);
    if (key !== undefined) made.set(key, id);
    return id;
  };

  let guessed = false;
  const self: Emitter = {
    get guessed() {
      return guessed;
    },
    noteGuess() {
      guessed = true;
    },
    builder,
    tile,
    batch,
    phases,
    shape,
    emit,
    via(build) {
      const id = build(builder);
      for (let i = phases.length; i <= id; i++) place(i);
      return id;
    },
    reshape(id, to) {
      const node = nodeOf(id);
      if (sameShape(node.shape, to)) return id;
      if (node.op === 'fill') return emit({ op: 'fill', value: node.value }, [], to, node.dtype);
      const source = node.op === 'reshape' ? node.inputs[0] : id;
      return sameShape(shape(source), to) ? source : emit({ op: 'reshape' }, [source], to, node.dtype);
    },
    transpose(id, perm) {
      const node = nodeOf(id);
      const to = perm.map((axis) => node.shape[axis]);
      const moved = perm.filter((axis) => node.shape[axis] !== 1);
      const trivial = node.op === 'fill' || moved.every((axis, i) => i === 0 || moved[i - 1] < axis);
      return trivial ? self.reshape(id, to) : emit({ op: 'transpose', perm }, [id], to, node.dtype);
    },
    broadcast(id, to) {
      const node = nodeOf(id);
      if (sameShape(node.shape, to)) return id;
      if (node.op === 'fill') return emit({ op: 'fill', value: node.value }, [], to, node.dtype);
      return emit({ op: 'broadcast' }, [id], to, node.dtype);
    },
    input(name, to, settings) {
      const id = builder.input(name, to, settings);
      place(id, settings?.rowAxis !== undefined);
      return id;
    },
    spread(id) {
      const node = nodeOf(id);
      const to = [...node.shape.slice(0, -1), tile];
      if (node.op === 'fill' || (node.shape.at(-1) === tile && known[id] === 'tile')) return self.broadcast(id, to);
      const key = `spread ${id}`;
      const spread = made.get(key) ?? builder.node({ op: 'broadcast' }, [id], to, node.dtype);
      if (!made.has(key)) place(spread, true);
      made.set(key, spread);
      return spread;
    },
  };
  return self;
}

const keyOf = (operation: Operation, inputs: readonly number[], shape: readonly number[], dtype: DType): string =>
  operation.op === 'fill'
    ? `fill ${Object.is(operation.value, -0) ? '-0' : operation.value} ${shape.join()} ${dtype}`
    : `${JSON.stringify(operation, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))} ${inputs.join()} ${shape.join()} ${dtype}`;

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((length, i) => length === b[i]);
