import { AdvectError } from '@advect/base/errors';
import { binaryFunctions, unaryFunctions } from '#src/interpret/functions.js';
import { evaluate } from '#src/interpret/interpret.js';
import { places } from '#src/interpret/places.js';
import type { Value } from '#src/interpret/value.js';
import type { BinaryName, Node, UnaryName } from '#src/graph/index.js';
import type { Expression, Kernel, Plan, RowSlot, Target, View } from '#src/plan/plan.js';
import { sizeOfShape } from '#src/plan/views.js';

/** Numbers by name, row-major. */
type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** Memory after an interpreted run, for comparisons with generated code. */
export interface PlanMemory {
  readonly shared: Float64Array;
  /** As the last tile left it. */
  readonly arena: Float64Array;
}

/**
 * Runs a plan in float64, kernel by kernel, literally: with tiles, dead lanes, accumulators and the plan's memory, which
 * begins as NaN everywhere (the arena before each tile too), so that an entry read too early shows. For tests; slow.
 *
 * Throws `invalid-value` where an argument is not given and `invalid-shape` where it has the wrong length.
 */
export function interpretPlan(plan: Plan, args: Numbers): { results: Record<string, Float64Array>; memory: PlanMemory } {
  const shared = new Float64Array(plan.sharedBytes / 4).fill(NaN);
  const arena = new Float64Array(plan.arenaBytes / 4).fill(NaN);
  const bufferOf = (id: number): Float64Array => {
    const { region, offset, length } = plan.buffers[id];
    return (region === 'shared' ? shared : arena).subarray(offset / 4, offset / 4 + length);
  };
  for (const { buffer, data } of plan.constants) bufferOf(buffer).set(data);
  for (const { name, buffer } of plan.inputs) bufferOf(buffer).set(givenFor(args, name, bufferOf(buffer).length));
  const rows = rowCount(plan, args);
  const results: Record<string, Float64Array> = {};
  for (const { name, shape, rowAxis } of plan.rowResults) results[name] = new Float64Array(sizeOfShape(shape.with(rowAxis, rows)));
  const machine = { plan, bufferOf, args, results, rows };
  for (const kernel of plan.phases.once) run(machine, kernel, { start: 0, live: Infinity });
  for (const { arena: sum } of plan.accumulators) bufferOf(sum).fill(0);
  const kept = plan.accumulators.map(({ arena: sum }) => bufferOf(sum).slice());
  for (let start = 0; plan.tile !== undefined && start < rows; start += plan.tile) {
    arena.fill(NaN);
    plan.accumulators.forEach(({ arena: sum }, i) => bufferOf(sum).set(kept[i]));
    for (const kernel of plan.phases.tile) run(machine, kernel, { start, live: Math.min(plan.tile, rows - start) });
    plan.accumulators.forEach(({ arena: sum }, i) => kept[i].set(bufferOf(sum)));
  }
  plan.accumulators.forEach(({ shared: sum }, i) => bufferOf(sum).set(kept[i]));
  for (const kernel of plan.phases.after) run(machine, kernel, { start: 0, live: Infinity });
  for (const { name, buffer, shape } of plan.outputs) results[name] = bufferOf(buffer).slice(0, sizeOfShape(shape));
  return { results, memory: { shared, arena } };
}

interface Machine {
  readonly plan: Plan;
  readonly bufferOf: (id: number) => Float64Array;
  readonly args: Numbers;
  readonly results: Record<string, Float64Array>;
  readonly rows: number;
}

interface Tile {
  readonly start: number;
  readonly live: number;
}

function givenFor(args: Numbers, name: string, length: number | undefined): ArrayLike<number> {
  const given = args[name];
  if (given === undefined) throw new AdvectError('invalid-value', `'${name}' was not given`, 'Give numbers for every input of the plan.');
  if (length !== undefined && given.length !== length) {
    throw new AdvectError('invalid-shape', `'${name}' has ${given.length} numbers instead of ${length}`, 'Give as many as its shape says.');
  }
  return given;
}

const perRow = ({ shape, rowAxis }: RowSlot): number => sizeOfShape(shape.with(rowAxis, 1));

function rowCount(plan: Plan, args: Numbers): number {
  const counts = new Set(plan.rowArguments.map((slot) => givenFor(args, slot.name, undefined).length / perRow(slot)));
  if (counts.size > 1 || [...counts].some((count) => !Number.isInteger(count))) {
    throw new AdvectError('invalid-shape', `the arguments have ${[...counts].join(', ')} rows`, 'Give equally many rows to each argument.');
  }
  return [...counts][0] ?? 0;
}

function run({ plan, bufferOf, args, results, rows }: Machine, kernel: Kernel, { start, live }: Tile): void {
  const read = ({ buffer, offset, shape, strides }: View): Value => {
    const memory = bufferOf(buffer);
    return { shape, data: Float64Array.from(places(shape, [...strides], offset), (place) => entryAt(memory, place)) };
  };
  const write = ({ buffer, offset, shape, strides }: View, data: ArrayLike<number>): void => {
    const memory = bufferOf(buffer);
    places(shape, [...strides], offset).forEach((place, i) => {
      entryAt(memory, place);
      memory[place] = data[i];
    });
  };
  const finish = (c: View, product: Float64Array, epilogue: { expression: Expression; targets: readonly Target[] } | undefined): void => {
    if (!epilogue) return write(c, product);
    const entries = [product, ...epilogue.expression.operands.map((view) => read(view).data)];
    store(epilogue.targets, computed(epilogue.expression, entries, product.length));
  };
  const store = (targets: readonly Target[], entries: readonly Float64Array[]): void => {
    for (const { value, view } of targets) write(view, entries[value]);
  };
  const add = (view: View, data: Float64Array): void => {
    const before = read(view).data;
    write(
      view,
      data.map((entry, i) => entry + before[i]),
    );
  };
  const operate = (operation: object, shape: readonly number[], operands: readonly Value[]): Float64Array =>
    evaluate({ id: 0, inputs: [], dtype: 'float32', shape, ...operation } as unknown as Node, operands);
  const liveRows = ({ shape, strides, ...rest }: View, axis: number): View => ({
    ...rest,
    strides,
    shape: shape.with(axis, Math.min(live, shape.at(axis)!)),
  });

  switch (kernel.kind) {
    case 'map': {
      const entries = kernel.expression.operands.map((view) => read(view).data);
      return store(kernel.targets, computed(kernel.expression, entries, sizeOfShape(kernel.shape)));
    }
    case 'reduce': {
      const axis = kernel.shape.length - 1;
      const operands = kernel.expression.operands.map((view) => read(kernel.overRows ? liveRows(view, axis) : view).data);
      const shape = kernel.overRows ? kernel.shape.with(axis, Math.min(live, kernel.shape[axis])) : kernel.shape;
      const entries = computed(kernel.expression, operands, sizeOfShape(shape));
      const reduced = operate({ op: 'reduce', f: kernel.f, axes: kernel.axes }, kernel.target.shape, [{ shape, data: entries.at(-1)! }]);
      return kernel.overRows ? add(kernel.target, reduced) : write(kernel.target, reduced);
    }
    case 'matmul': {
      const { a, b, c, sumBatch, overRows } = kernel;
      const operands = overRows ? [read(liveRows(a, -1)), read(liveRows(b, -2))] : [read(a), read(b)];
      const product = operate({ op: 'matmul', transposeA: false, transposeB: false, sumBatch }, c.shape, operands);
      return overRows ? add(c, product) : finish(c, product, kernel.epilogue);
    }
    case 'rowMatmul':
      return write(
        kernel.c,
        operate({ op: 'rowMatmul', transposeA: false, transposeB: false }, kernel.c.shape, [read(kernel.a), read(kernel.b)]),
      );
    case 'conv2d':
    case 'conv2dInput':
    case 'conv2dFilter': {
      const { a, b, c, geometry, rowsLast, overRows, kind } = kernel;
      const operands = overRows ? [read(liveRows(a, -1)), read(liveRows(b, -1))] : [read(a), read(b)];
      const product = operate({ op: kind, geometry, rowsLast }, c.shape, operands);
      return overRows ? add(c, product) : finish(c, product, kernel.epilogue);
    }
    case 'gather':
    case 'scatterAdd': {
      const [first, indices] = kernel.kind === 'gather' ? [kernel.x, kernel.indices] : [kernel.updates, kernel.indices];
      // Dead lanes hold anything.
      const safe = { ...read(indices), data: read(indices).data.map((index) => (Number.isFinite(index) ? index : 0)) };
      const operation = kernel.kind === 'gather' ? { op: 'gather', axis: kernel.axis } : { op: 'scatterAdd' };
      return write(kernel.target, operate(operation, kernel.target.shape, [read(first), safe]));
    }
    case 'loadRows':
    case 'storeRows': {
      const { slot, outer, inner, view } = kernel;
      const name = (kernel.kind === 'loadRows' ? plan.rowArguments : plan.rowResults)[slot].name;
      const memory = bufferOf(view.buffer);
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) {
          for (let row = 0; row < live; row++) {
            const place = view.offset + o * view.strides[0] + i * view.strides[1] + row * view.strides[2];
            const outside = (o * rows + start + row) * inner + i;
            if (kernel.kind === 'loadRows') memory[place] = args[name][outside];
            else results[name][outside] = entryAt(memory, place);
          }
        }
      }
    }
  }
}

function entryAt(memory: Float64Array, place: number): number {
  if (place < 0 || place >= memory.length) throw new RangeError(`entry ${place} of a buffer of ${memory.length}`);
  return memory[place];
}

/** All values of an expression, given its operands' entries (and the product's before them). */
function computed({ steps }: Expression, operands: readonly Float64Array[], length: number): Float64Array[] {
  const entries = [...operands];
  for (const step of steps) {
    const result = new Float64Array(length);
    if (step.f === 'number') result.fill(step.value);
    else {
      const [a, b, c] = step.args.map((arg) => entries[arg]);
      for (let i = 0; i < length; i++) {
        if (step.f === 'select') result[i] = a[i] !== 0 ? b[i] : c[i];
        else result[i] = b ? binaryFunctions[step.f as BinaryName](a[i], b[i]) : unaryFunctions[step.f as UnaryName](a[i]);
      }
    }
    entries.push(result);
  }
  return entries;
}
