import type { Node } from '../graph/index.js';
import type { PhaseName } from './plan.js';
import { isEntrywise, type Values } from './values.js';
import { broadcastView, reshapeView, sizeOfShape } from './views.js';

/** Nodes that one kernel computes: a product and what is done with its entries, or a chain of elementwise operations. */
export interface Group {
  readonly kind: 'map' | 'product' | 'other';
  /** The product, the first elementwise node, or the one node. */
  readonly node: number;
  readonly phase: PhaseName;
  /** The shape that is iterated over. */
  shape: readonly number[];
  /** Elementwise nodes in order. */
  readonly members: number[];
}

export interface Grouping {
  /** In an order in which each group finds its operands computed. */
  readonly groups: readonly Group[];
  /** Values that are written to memory. */
  readonly stored: ReadonlySet<number>;
}

const withEpilogue: ReadonlySet<string> = new Set(['matmul', 'conv2d', 'conv2dInput', 'conv2dFilter']);

const isOverRows = (node: Node): boolean =>
  ('overRows' in node && node.overRows === true) || (node.op === 'conv2dFilter' && node.rowsLast === true);

/** Cheap enough to be computed again where it is used. */
const cheap: ReadonlySet<string> = new Set(['neg', 'abs', 'add', 'sub', 'mul', 'maximum', 'minimum', 'not', 'select', 'cast']);
const mostCheapSteps = 3;
const mostCheapOperands = 2;

export function groupsOf(values: Values): Grouping {
  const { nodes, phases, needed } = values;
  const groups: Group[] = [];
  /** The group of each value by its place in `groups`. */
  const placeOf = new Map<number, number>();
  const inReduce = reduceOperands(values);
  const open = (kind: Group['kind'], node: Node, shape: readonly number[]): void => {
    placeOf.set(node.id, groups.length);
    groups.push({ kind, node: node.id, phase: phases[node.id], shape, members: kind === 'map' ? [node.id] : [] });
  };
  for (const node of nodes) {
    if (!needed.has(node.id) || values.root(node.id) !== node.id || inReduce.has(node.id)) continue;
    if (node.op === 'input' || node.op === 'constant' || node.op === 'fill') continue;
    if (!isEntrywise(node)) {
      if (withEpilogue.has(node.op) && !isOverRows(node)) open('product', node, productShape(node));
      else open('other', node, node.shape);
      continue;
    }
    const place = Math.max(-1, ...node.inputs.map((id) => latestPlace(values, placeOf, inReduce, id)));
    const group = groups[place];
    const shape = group && phases[node.id] === group.phase ? joinedShape(values, placeOf, group, place, node) : undefined;
    if (!shape) {
      open('map', node, node.shape);
      continue;
    }
    group.shape = shape;
    group.members.push(node.id);
    placeOf.set(node.id, place);
  }
  return { groups, stored: storedValues(values, groups, placeOf, inReduce) };
}

/** A matrix product's shape without batch axes of length 1. */
function productShape(node: Node): readonly number[] {
  if (node.op !== 'matmul') return node.shape;
  const rank = node.shape.length;
  return node.shape.filter((length, axis) => length !== 1 || axis >= rank - 2);
}

function latestPlace(values: Values, placeOf: ReadonlyMap<number, number>, inReduce: ReadonlyMap<number, number>, id: number): number {
  const root = values.root(id);
  return inReduce.has(root) ? Infinity : (placeOf.get(root) ?? -1);
}

/** The shape a group has with one more node, or undefined if the node cannot join. */
function joinedShape(
  values: Values,
  placeOf: ReadonlyMap<number, number>,
  group: Group,
  place: number,
  node: Node,
): readonly number[] | undefined {
  if (group.kind === 'other') return undefined;
  const inside = (id: number): boolean => placeOf.get(values.root(id)) === place;
  const size = sizeOfShape(group.shape);
  if (sizeOfShape(node.shape) !== size) return undefined;
  const joins = node.inputs.every((id) => !inside(id) || (values.inOrder(id) && sizeOfShape(values.nodes[id].shape) === size));
  if (!joins) return undefined;
  const outsideFits = (member: Node, shape: readonly number[]): boolean =>
    member.inputs.every((id) => inside(id) || fitsShape(values, id, member, shape));
  if (outsideFits(node, group.shape)) return group.shape;
  const reshaped =
    group.kind === 'map' && [node, ...group.members.map((id) => values.nodes[id])].every((member) => outsideFits(member, node.shape));
  return reshaped ? node.shape : undefined;
}

/** Whether an operand of an elementwise node can be read when its entries are iterated over in another shape. */
function fitsShape(values: Values, operand: number, node: Node, shape: readonly number[]): boolean {
  return reshapeView(broadcastView(values.view(operand), node.shape), shape) !== undefined;
}

/** Elementwise values that only one reduction uses, each with that reduction: they are computed inside it. */
function reduceOperands(values: Values): ReadonlyMap<number, number> {
  const into = new Map<number, number>();
  for (const node of values.nodes.toReversed()) {
    const { id } = node;
    if (!values.needed.has(id) || !isEntrywise(node) || values.root(id) !== id || values.outputs.has(id)) continue;
    const users = values.users(id);
    if (users.length !== 1) continue;
    const [user] = users;
    const reduction = values.nodes[user].op === 'reduce' ? user : into.get(user);
    if (reduction === undefined || values.phases[reduction] !== values.phases[id]) continue;
    const shape = values.nodes[values.nodes[reduction].inputs[0]].shape;
    const operands = values.nodes[user].inputs.filter((input) => values.root(input) === id);
    const inOrder = operands.every((input) => values.inOrder(input)) && sizeOfShape(node.shape) === sizeOfShape(shape);
    if (inOrder && node.inputs.every((input) => fitsShape(values, input, node, shape))) into.set(id, reduction);
  }
  return into;
}

function storedValues(
  values: Values,
  groups: readonly Group[],
  placeOf: ReadonlyMap<number, number>,
  inReduce: ReadonlyMap<number, number>,
): ReadonlySet<number> {
  const { nodes } = values;
  const stored = new Set<number>();
  /** Where a user reads: its group, or the group of the reduction it is computed in. */
  const reader = (user: number): number => placeOf.get(inReduce.get(user) ?? user)!;
  const isStored = (id: number): boolean => stored.has(id) || (!placeOf.has(id) && !inReduce.has(id));

  const recomputable = (id: number, user: number): boolean => {
    const readerGroup = groups[reader(user)];
    const { shape } = nodes[nodes[user].op === 'reduce' ? nodes[user].inputs[0] : user];
    const iteration =
      inReduce.has(user) || nodes[user].op === 'reduce' ? nodes[nodes[readerGroup.node].inputs[0]].shape : readerGroup.shape;
    if (!isEntrywise(nodes[user]) && nodes[user].op !== 'reduce') return false;
    if (values.phases[user] !== values.phases[id] || sizeOfShape(shape) !== sizeOfShape(nodes[id].shape)) return false;
    if (nodes[user].inputs.some((input) => values.root(input) === id && !values.inOrder(input))) return false;
    return cheapFrom(values, id, iteration, isStored);
  };
  for (const { kind, node, members } of groups) {
    if (kind === 'other') stored.add(node);
    for (const id of kind === 'product' ? [node, ...members] : members) {
      if (values.outputs.has(id)) stored.add(id);
      const place = placeOf.get(id);
      const outside = values.users(id).filter((user) => reader(user) !== place || !isEntrywise(nodes[user]));
      if (outside.some((user) => !(isEntrywise(nodes[id]) && recomputable(id, user)))) stored.add(id);
    }
  }
  return stored;
}

/** Whether a value takes few cheap steps from what is in memory. */
function cheapFrom(values: Values, id: number, iteration: readonly number[], isStored: (id: number) => boolean): boolean {
  let steps = 0;
  const operands = new Set<number>();
  const visit = (at: number): boolean => {
    const node = values.nodes[at];
    const name = node.op === 'unary' || node.op === 'binary' ? node.f : node.op;
    if (!cheap.has(name) || ++steps > mostCheapSteps) return false;
    return node.inputs.every((input) => {
      const root = values.root(input);
      if (values.nodes[root].op === 'fill') return true;
      if (!isStored(root)) return values.inOrder(input) && isEntrywise(values.nodes[root]) && visit(root);
      operands.add(root);
      return fitsShape(values, input, node, iteration);
    });
  };
  return visit(id) && operands.size <= mostCheapOperands;
}
