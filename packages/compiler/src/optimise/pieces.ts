import { sizeOf } from '@advect/base/array';
import type { GraphBuilder, NodeOf } from '../graph/index.js';
import type { Rule, Rules } from './rewrite.js';
import { fillOf, sameShape } from './shapes.js';

const slice: Rule<'slice'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (sizeOf(node.shape) === 0) return g.fill(0, node.shape, node.dtype);
  if (sameShape(x.shape, node.shape) && node.strides.every((stride, axis) => stride === 1 || x.shape[axis] === 1)) return x.id;
  switch (x.op) {
    case 'slice':
      return g.slice(
        x.inputs[0],
        node.begin.map((index, axis) => x.begin[axis] + index * x.strides[axis]),
        node.shape,
        node.strides.map((stride, axis) => stride * x.strides[axis]),
      );
    case 'concat':
      return ofPart(node, x, g);
    case 'pad':
      return ofPadded(node, x, g);
    default:
      return undefined;
  }
};

/** First and last index along an axis, the smaller first. */
function range({ begin, strides, shape }: NodeOf<'slice'>, axis: number): readonly [number, number] {
  const last = begin[axis] + (shape[axis] - 1) * strides[axis];
  return [Math.min(begin[axis], last), Math.max(begin[axis], last)];
}

/** A slice within one part of a concatenation is a slice of that part. */
function ofPart(node: NodeOf<'slice'>, { axis, inputs }: NodeOf<'concat'>, g: GraphBuilder): number | undefined {
  const [first, last] = range(node, axis);
  let start = 0;
  for (const part of inputs) {
    const end = start + g.nodes[part].shape[axis];
    if (first >= start && last < end) return g.slice(part, node.begin.with(axis, node.begin[axis] - start), node.shape, node.strides);
    start = end;
  }
}

/** A slice that misses the padding. */
function ofPadded(node: NodeOf<'slice'>, { before, inputs: [x] }: NodeOf<'pad'>, g: GraphBuilder): number | undefined {
  const { shape } = g.nodes[x];
  const isInside = shape.every((length, axis) => {
    const [first, last] = range(node, axis);
    return first >= before[axis] && last < before[axis] + length;
  });
  if (!isInside) return undefined;
  return g.slice(
    x,
    node.begin.map((index, axis) => index - before[axis]),
    node.shape,
    node.strides,
  );
}

const pad: Rule<'pad'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (sameShape(x.shape, node.shape)) return x.id;
  if (x.op !== 'pad' || !Object.is(x.value, node.value)) return undefined;
  const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((length, axis) => length + b[axis]);
  return g.pad(x.inputs[0], sum(x.before, node.before), sum(x.after, node.after), node.value);
};

const concat: Rule<'concat'> = (node, g) => {
  const parts = node.inputs.filter((id) => g.nodes[id].shape[node.axis] > 0);
  if (parts.length === 1) return parts[0];
  if (parts.length === 0) return undefined;
  const flat = parts.flatMap((id) => {
    const part = g.nodes[id];
    return part.op === 'concat' && part.axis === node.axis ? part.inputs : [id];
  });
  const merged = mergedSlices(flat, node.axis, g);
  return merged.length === node.inputs.length ? undefined : g.concat(merged, node.axis);
};

/** Slices of one value that follow each other along the axis are one slice. */
function mergedSlices(parts: readonly number[], axis: number, g: GraphBuilder): number[] {
  const merged: number[] = [];
  for (const id of parts) {
    const last = merged.at(-1);
    const joint = last === undefined ? undefined : joined(last, id, axis, g);
    if (joint === undefined) merged.push(id);
    else merged.splice(-1, 1, joint);
  }
  return merged;
}

function joined(left: number, right: number, axis: number, g: GraphBuilder): number | undefined {
  const [a, b] = [g.nodes[left], g.nodes[right]];
  if (a.op !== 'slice' || b.op !== 'slice' || a.inputs[0] !== b.inputs[0] || !sameShape(a.strides, b.strides)) return undefined;
  const next = a.begin.with(axis, a.begin[axis] + a.shape[axis] * a.strides[axis]);
  if (!sameShape(next, b.begin)) return undefined;
  return g.slice(a.inputs[0], a.begin, a.shape.with(axis, a.shape[axis] + b.shape[axis]), a.strides);
}

/** Zeros around two values that do not overlap, added, are the values side by side: gradients of slices meet so. */
const disjointSum: Rule<'binary'> = (node, g) => {
  const [a, b] = node.inputs.map((id) => g.nodes[id]);
  if (node.f !== 'add' || a.op !== 'pad' || b.op !== 'pad' || a.value !== 0 || b.value !== 0) return undefined;
  const differs = a.before.map((_, axis) => a.before[axis] !== b.before[axis] || a.after[axis] !== b.after[axis]);
  const axis = differs.indexOf(true);
  if (axis < 0 || differs.lastIndexOf(true) !== axis) return undefined;
  const [low, high] = a.before[axis] < b.before[axis] ? [a, b] : [b, a];
  const length = (padded: NodeOf<'pad'>): number => g.nodes[padded.inputs[0]].shape[axis];
  const gap = high.before[axis] - low.before[axis] - length(low);
  if (gap < 0) return undefined;
  const between = g.fill(0, g.nodes[low.inputs[0]].shape.with(axis, gap), node.dtype);
  return g.pad(
    g.concat(gap > 0 ? [low.inputs[0], between, high.inputs[0]] : [low.inputs[0], high.inputs[0]], axis),
    low.before,
    high.after,
    0,
  );
};

/** Known indices in equal steps are a slice. */
const gather: Rule<'gather'> = (node, g) => {
  const indices = g.nodes[node.inputs[1]];
  const uniform = fillOf(g, indices.id);
  const known = indices.op === 'constant' ? indices.data : uniform !== undefined && sizeOf(indices.shape) === 1 ? [uniform] : [];
  const { length } = known;
  const [first, second] = [known[0], known[1] ?? known[0] + 1];
  const x = g.nodes[node.inputs[0]];
  if (length === 0 || second === first) return undefined;
  for (let i = 0; i < length; i++) {
    if (known[i] !== first + i * (second - first) || known[i] < 0 || known[i] >= x.shape[node.axis]) return undefined;
  }
  const begin = x.shape.map((_, axis) => (axis === node.axis ? first : 0));
  const strides = x.shape.map((_, axis) => (axis === node.axis ? second - first : 1));
  return g.reshape(g.slice(x.id, begin, x.shape.with(node.axis, length), strides), node.shape);
};

/** Slices, paddings, concatenations and gathers of one another. */
export const pieces: Rules = { slice: [slice], pad: [pad], concat: [concat], binary: [disjointSum], gather: [gather] };
