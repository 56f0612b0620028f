import type { Node, NodeOf } from '../graph/index.js';
import type { RowPort } from '../rows/rows-last.js';
import { expressionBuilder } from './expressions.js';
import type { Group, Grouping } from './groups.js';
import { asRowVector, channelsLast, type Product, transposed, withoutRows } from './one-row.js';
import type { Epilogue, Kernel, PhaseName, Target, View } from './plan.js';
import type { Values } from './values.js';
import { broadcastView, collapse, isRowMajor, partOfView, reshapeView, sizeOfShape, viewKey, wholeView } from './views.js';

/** Kernels over buffers that are still values: a view's buffer is a value's number, or one of `extra`. */
export interface Draft {
  readonly phases: { readonly [P in PhaseName]: Kernel[] };
  /** Buffers of copies, numbered from the graph's length on: their phase and length. */
  readonly extra: Map<number, { readonly phase: PhaseName; readonly length: number }>;
  /** The arena buffer of each sum over rows. */
  readonly accumulators: Map<number, number>;
  /** Where the results are. */
  readonly results: Map<string, View>;
}

/** Writes kernels in order; row arguments are loaded before their first use, row results stored when they are ready. */
export function draftKernels(
  values: Values,
  { groups, stored }: Grouping,
  rows: { readonly arguments: readonly RowPort[]; readonly results: readonly RowPort[] },
  outputs: readonly { readonly name: string; readonly id: number }[],
): Draft {
  const { nodes, phases: phaseOf } = values;
  const draft: Draft = { phases: { once: [], tile: [], after: [] }, extra: new Map(), accumulators: new Map(), results: new Map() };
  const copies = new Map<string, View>();
  const unloaded = new Map(rows.arguments.map((port, slot) => [port.id, { port, slot }]));
  let nextBuffer = nodes.length;
  const newBuffer = (phase: PhaseName, length: number): number => {
    draft.extra.set(nextBuffer, { phase, length });
    return nextBuffer++;
  };

  const use = (view: View): View => {
    const load = unloaded.get(view.buffer);
    if (load) {
      unloaded.delete(view.buffer);
      const { port, slot } = load;
      const into = wholeView(port.id, [port.outer, port.inner, nodes[port.id].shape.at(-1)!]);
      draft.phases.tile.push({ kind: 'loadRows', node: port.id, slot, outer: port.outer, inner: port.inner, view: into });
    }
    return view;
  };
  const push = (phase: PhaseName, kernel: Kernel): void => {
    for (const view of readViews(kernel)) use(view);
    draft.phases[phase].push(kernel);
  };
  const mapKernel = (node: number, phase: PhaseName, from: View | number, to: View): void => {
    const builder = expressionBuilder(values, to.shape, { stored, inside: new Set() });
    const ref = typeof from === 'number' ? builder.number(from) : builder.read(from);
    const { expression, numberOf } = builder.finish();
    push(phase, collapsedMap({ kind: 'map', node, shape: to.shape, expression, targets: [{ value: numberOf(ref), view: to }] }));
  };
  /** The view itself if it suits, else a row-major copy. */
  const suited = (node: Node, view: View, suits: (view: View) => boolean): View => {
    if (suits(view)) return view;
    const key = viewKey(view);
    const earlier = copies.get(key);
    if (earlier) return earlier;
    const source = nodes[view.buffer];
    const phase = source && phaseOf[view.buffer] === 'once' && phaseOf[node.id] !== 'after' ? 'once' : phaseOf[node.id];
    const copy = wholeView(newBuffer(phase, sizeOfShape(view.shape)), view.shape);
    mapKernel(node.id, phase, view, copy);
    if (phase === phaseOf[node.id] || phase === 'once') copies.set(key, copy);
    return copy;
  };
  /** Where a node's kernel writes: an accumulator if it sums over rows. */
  const targetOf = (node: Node, overRows: boolean): View => {
    if (!overRows || phaseOf[node.id] !== 'tile') return wholeView(node.id, node.shape);
    const buffer = newBuffer('tile', sizeOfShape(node.shape));
    draft.accumulators.set(node.id, buffer);
    return wholeView(buffer, node.shape);
  };

  const emitters = { push, mapKernel, suited, targetOf };
  for (const group of groups) {
    const written = emitGroup(values, group, stored, emitters);
    for (const id of written) storeResults(id);
  }
  function storeResults(id: number): void {
    rows.results.forEach((port, slot) => {
      if (values.root(port.id) !== id) return;
      const node = nodes[port.id];
      const shape = [port.outer, port.inner, node.shape.at(-1)!];
      const suits = (view: View): boolean => {
        const strides = reshapeView(view, shape)?.strides;
        return strides !== undefined && (shape[2] === 1 || strides[2] === 1) && strides.every((stride) => stride >= 0);
      };
      const view = reshapeView(suited({ ...node, id: port.id }, values.view(port.id), suits), shape)!;
      push('tile', { kind: 'storeRows', node: port.id, slot, outer: port.outer, inner: port.inner, view });
    });
  }
  // Results that no kernel of a group writes: arguments and constants passed through.
  const written = new Set(groups.map(({ node }) => node).concat(groups.flatMap(({ members }) => members)));
  for (const id of new Set(rows.results.map((port) => values.root(port.id)))) if (!written.has(id)) storeResults(id);
  const rowResults = new Set(rows.results.map(({ slot }) => slot.name));
  for (const { name, id } of outputs) {
    if (rowResults.has(name)) continue;
    const view = values.view(id);
    const source = nodes[values.root(id)];
    const whole = isRowMajor(view) && view.offset === 0 && sizeOfShape(view.shape) === sizeOfShape(source.shape);
    const own = whole && source.op !== 'input' && source.op !== 'constant' && source.op !== 'fill';
    const phase = draft.accumulators.has(source.id) || phaseOf[source.id] === 'after' ? 'after' : 'once';
    draft.results.set(name, own ? view : resultCopy(id, view, phase));
  }
  function resultCopy(id: number, view: View, phase: PhaseName): View {
    const source = nodes[values.root(id)];
    const copy = wholeView(newBuffer(phase, sizeOfShape(view.shape)), view.shape);
    mapKernel(id, phase, source.op === 'fill' ? source.value : view, copy);
    return copy;
  }
  return draft;
}

interface Emitters {
  push(phase: PhaseName, kernel: Kernel): void;
  mapKernel(node: number, phase: PhaseName, from: View | number, to: View): void;
  suited(node: Node, view: View, suits: (view: View) => boolean): View;
  targetOf(node: Node, overRows: boolean): View;
}

/** Writes a group's kernels; gives the values they store. */
function emitGroup(values: Values, group: Group, stored: ReadonlySet<number>, emitters: Emitters): number[] {
  const node = values.nodes[group.node];
  if (group.kind === 'other') {
    emitOther(values, node, stored, emitters);
    return [node.id];
  }
  const inside = new Set(group.members);
  const targetNodes = group.members.filter((id) => stored.has(id));
  const product = group.kind === 'product' ? node.id : undefined;
  if (product !== undefined && stored.has(product)) targetNodes.unshift(product);
  if (targetNodes.length === 0) return [];
  const builder = expressionBuilder(values, group.shape, { stored, inside, ...(product !== undefined && { product }) });
  const refs = targetNodes.map((id) => (id === product ? ({ of: 'product' } as const) : builder.valueOf(id)));
  const { expression, numberOf } = builder.finish();
  const targets = targetNodes.map((id, i): Target => ({ value: numberOf(refs[i]), view: wholeView(id, group.shape) }));
  if (product === undefined) {
    emitters.push(group.phase, collapsedMap({ kind: 'map', node: node.id, shape: group.shape, expression, targets }));
  } else {
    const c = targets[0].view;
    const plain = targets.length === 1 && targetNodes[0] === product;
    const epilogue = plain ? {} : { epilogue: { expression, targets } };
    if (node.op === 'matmul') emitMatmul(values, node, c, emitters, epilogue);
    else emitConvolution(values, node as Convolution, c, emitters, epilogue);
  }
  return targetNodes;
}

type Convolution = NodeOf<'conv2d' | 'conv2dInput' | 'conv2dFilter'>;

function emitConvolution(values: Values, node: Convolution, c: View, { push, suited }: Emitters, rest: object): void {
  const [a, b] = node.inputs.map((id) => suited(node, values.view(id), isRowMajor));
  const { op: kind, geometry } = node;
  const rowsLast = node.rowsLast ?? false;
  const overRows = kind === 'conv2dFilter' && rowsLast;
  const kernel = { kind, node: node.id, geometry, rowsLast, overRows, a, b, c, ...rest };
  push(values.phases[node.id], rowsLast && !overRows && a.shape.at(-1) === 1 ? channelsLast(kernel) : kernel);
}

const isForward = ({ strides }: View): boolean => strides.every((stride) => stride >= 0);

/** A node's matrix product. */
function emitMatmul(values: Values, node: NodeOf<'matmul'>, c: View, emitters: Emitters, rest: { readonly epilogue?: Epilogue }): void {
  const [viewA, viewB] = node.inputs.map(values.view);
  const product = { a: node.transposeA ? transposed(viewA) : viewA, b: node.transposeB ? transposed(viewB) : viewB, c, ...rest };
  emitProduct(values, node, product, emitters);
}

/** A matrix product; the right operand is copied unless one of its two axes suits the vector code. */
function emitProduct(values: Values, node: NodeOf<'matmul' | 'rowMatmul'>, product: Product, { push, suited }: Emitters): void {
  const { sumBatch = false, overRows = false } = node.op === 'matmul' ? node : {};
  const hasOneColumn = product.b.shape.at(-1) === 1 && !overRows;
  let { a, b, c, epilogue } = hasOneColumn ? asRowVector(product) : product;
  const unit = (view: View, axis: -1 | -2): boolean => view.shape.at(axis) === 1 || view.strides.at(axis) === 1;
  [a, b] = [suited(node, a, isForward), suited(node, b, isForward)];
  const contracted = (): boolean => unit(a, -1) && unit(b, -2);
  if (overRows) {
    a = suited(node, a, (view) => unit(view, -1));
    b = transposed(suited(node, transposed(b), (view) => unit(view, -1)));
  } else if (!unit(b, -1) && !contracted()) b = suited(node, b, (view) => unit(view, -1));
  const batch = a.shape.slice(0, -2).map((length, axis) => Math.max(length, b.shape[axis]));
  const spreadBatch = (view: View): View => broadcastView(view, [...batch, ...view.shape.slice(-2)]);
  const rank = batch.length + 2;
  const inC = sumBatch ? [] : [reshapeView(c, [...batch, ...c.shape.slice(-2)])!];
  const views = [spreadBatch(a), spreadBatch(b), ...inC];
  // Merges batch axes of the operands (their matrices differ in shape, so only those axes are looked at).
  const outer = collapse(
    batch,
    views.map((view) => ({ ...view, shape: batch, strides: view.strides.slice(0, -2) })),
    () => false,
  );
  const joined = (view: View, i: number): View => ({
    ...view,
    shape: [...outer.shape, ...view.shape.slice(-2)],
    strides: [...outer.views[i].strides, ...view.strides.slice(rank - 2)],
  });
  const result = sumBatch ? c : joined(inC[0], 2);
  push(values.phases[node.id], {
    kind: 'matmul',
    node: node.id,
    a: joined(views[0], 0),
    b: joined(views[1], 1),
    c: result,
    sumBatch,
    overRows,
    ...(epilogue && { epilogue }),
  });
}

function emitOther(values: Values, node: Node, stored: ReadonlySet<number>, emitters: Emitters): void {
  const { push, mapKernel, suited, targetOf } = emitters;
  const phase = values.phases[node.id];
  const views = node.inputs.map(values.view);
  switch (node.op) {
    case 'reduce':
      push(phase, reduceKernel(values, node, stored, targetOf(node, node.overRows ?? false)));
      break;
    case 'matmul':
      emitMatmul(values, node, targetOf(node, node.overRows ?? false), emitters, {});
      break;
    case 'conv2dFilter':
      emitConvolution(values, node, targetOf(node, node.rowsLast ?? false), emitters, {});
      break;
    case 'rowMatmul': {
      if (node.shape.at(-1) === 1) {
        const [a, b] = views.map(withoutRows);
        const c = withoutRows(targetOf(node, false));
        emitProduct(values, node, { a: node.transposeA ? transposed(a) : a, b: node.transposeB ? transposed(b) : b, c }, emitters);
        break;
      }
      const rowsContiguous = (view: View): boolean => view.strides.at(-1) === 1 && isForward(view);
      const operand = (view: View, transposed: boolean): View => {
        const suitable = suited(node, view, rowsContiguous);
        const swap = (list: readonly number[]): number[] => [...list.slice(0, -3), list.at(-2)!, list.at(-3)!, list.at(-1)!];
        return transposed ? { ...suitable, shape: swap(suitable.shape), strides: swap(suitable.strides) } : suitable;
      };
      const [a, b] = [operand(views[0], node.transposeA), operand(views[1], node.transposeB)];
      const batch = node.shape.slice(0, -3);
      const [wideA, wideB] = [a, b].map((view) => broadcastView(view, [...batch, ...view.shape.slice(-3)]));
      push(phase, { kind: 'rowMatmul', node: node.id, a: wideA, b: wideB, c: targetOf(node, false) });
      break;
    }
    case 'reshape':
      mapKernel(
        node.id,
        phase,
        broadcastView(views[0], values.nodes[node.inputs[0]].shape),
        wholeView(node.id, values.nodes[node.inputs[0]].shape),
      );
      break;
    case 'concat': {
      const whole = wholeView(node.id, node.shape);
      let from = 0;
      for (const id of node.inputs) {
        const { shape } = values.nodes[id];
        const source = values.nodes[values.root(id)];
        const part = partOfView(
          whole,
          shape.map((_, axis) => (axis === node.axis ? from : 0)),
          shape,
        );
        mapKernel(node.id, phase, source.op === 'fill' ? source.value : values.view(id), part);
        from += shape[node.axis];
      }
      break;
    }
    case 'pad': {
      const whole = wholeView(node.id, node.shape);
      mapKernel(node.id, phase, node.value, whole);
      const source = values.nodes[values.root(node.inputs[0])];
      const inner = partOfView(whole, node.before, values.nodes[node.inputs[0]].shape);
      mapKernel(node.id, phase, source.op === 'fill' ? source.value : views[0], inner);
      break;
    }
    case 'gather':
    case 'scatterAdd': {
      const [x, indices] = views.map((view) => suited(node, view, isRowMajor));
      const target = targetOf(node, false);
      if (node.op === 'gather') push(phase, { kind: 'gather', node: node.id, axis: node.axis, x, indices, target });
      else push(phase, { kind: 'scatterAdd', node: node.id, updates: x, indices, target });
      break;
    }
    default:
      throw new TypeError(`no kernel for ${node.op}`);
  }
}

function reduceKernel(values: Values, node: NodeOf<'reduce'>, stored: ReadonlySet<number>, target: View): Kernel {
  const [input] = node.inputs;
  const { shape } = values.nodes[input];
  const root = values.root(input);
  const source = values.nodes[root];
  const builder = expressionBuilder(values, shape, { stored, inside: new Set() });
  const inMemory = stored.has(root) || !['unary', 'binary', 'select', 'cast'].includes(source.op);
  const ref = source.op === 'fill' ? builder.number(source.value) : inMemory ? builder.read(values.view(input)) : builder.valueOf(root);
  const { expression, numberOf } = builder.finish();
  if (numberOf(ref) !== expression.operands.length + expression.steps.length - 1)
    throw new TypeError('a reduction of another value than the last');
  // The target with stride 0 along the reduced axes, to be collapsed with the operands.
  const strides = new Array<number>(shape.length).fill(0);
  shape
    .map((_, axis) => axis)
    .filter((axis) => !node.axes.includes(axis))
    .forEach((axis, i) => (strides[axis] = target.strides[i]));
  const overRows = node.overRows ?? false;
  const reduced = (axis: number): boolean => node.axes.includes(axis);
  const last = shape.length - 1;
  const merged = collapse(
    shape,
    [...expression.operands, { ...target, shape, strides }],
    (axis, next) => reduced(axis) === reduced(next) && !(overRows && next === last),
    (axis) => overRows && axis === last,
  );
  const kept = merged.axes.flatMap(([axis], i) => (reduced(axis) ? [] : [i]));
  const into = merged.views.at(-1)!;
  if (!overRows && node.axes.every((axis) => shape[axis] === 1)) {
    const targets = [{ value: numberOf(ref), view: into }];
    const operands = merged.views.slice(0, -1);
    return { kind: 'map', node: node.id, shape: merged.shape, expression: { ...expression, operands }, targets };
  }
  return {
    kind: 'reduce',
    node: node.id,
    f: node.f,
    shape: merged.shape,
    axes: merged.axes.flatMap(([axis], i) => (reduced(axis) ? [i] : [])),
    expression: { ...expression, operands: merged.views.slice(0, -1) },
    target: { ...into, shape: kept.map((i) => into.shape[i]), strides: kept.map((i) => into.strides[i]) },
    overRows,
    inOrder: !overRows && values.phases[node.id] === 'tile' && shape.at(-1) === 1,
  };
}

/** A map with as few axes as its views allow. */
function collapsedMap(kernel: Kernel & { kind: 'map' }): Kernel {
  const { expression, targets } = kernel;
  const merged = collapse(kernel.shape, [...expression.operands, ...targets.map(({ view }) => view)]);
  const operands = merged.views.slice(0, expression.operands.length);
  const views = merged.views.slice(expression.operands.length);
  return {
    ...kernel,
    shape: merged.shape,
    expression: { ...expression, operands },
    targets: targets.map(({ value }, i) => ({ value, view: views[i] })),
  };
}

/** Windows that a kernel reads. */
export function readViews(kernel: Kernel): readonly View[] {
  switch (kernel.kind) {
    case 'map':
    case 'reduce':
      return kernel.expression.operands;
    case 'matmul':
    case 'conv2d':
    case 'conv2dInput':
    case 'conv2dFilter':
      return [kernel.a, kernel.b, ...(kernel.epilogue?.expression.operands ?? [])];
    case 'rowMatmul':
      return [kernel.a, kernel.b];
    case 'gather':
      return [kernel.x, kernel.indices];
    case 'scatterAdd':
      return [kernel.updates, kernel.indices];
    case 'loadRows':
      return [];
    case 'storeRows':
      return [kernel.view];
  }
}

/** Windows that a kernel writes. */
export function writtenViews(kernel: Kernel): readonly View[] {
  switch (kernel.kind) {
    case 'map':
      return kernel.targets.map(({ view }) => view);
    case 'reduce':
    case 'gather':
    case 'scatterAdd':
      return [kernel.target];
    case 'matmul':
    case 'conv2d':
    case 'conv2dInput':
    case 'conv2dFilter':
      return [kernel.c, ...(kernel.epilogue?.targets.map(({ view }) => view) ?? [])];
    case 'rowMatmul':
      return [kernel.c];
    case 'loadRows':
      return [kernel.view];
    case 'storeRows':
      return [];
  }
}
