import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Plan, RowSlot } from '../plan/plan.js';
import { MOST_PAGES } from './codegen/module.js';
import { align, type Layout } from './codegen/layout.js';
import { spareMemories } from './spare-memories.js';

const PAGE = 65_536;

/** A plan's memory, with room for some number of rows. */
export interface PlanMemory {
  readonly memory: WebAssembly.Memory;
  /** Rows that the slots are laid out for at present. */
  readonly rows: number;
  /** A buffer of the shared region, by its id. */
  sharedView(buffer: number): Float32Array;
  /** The caller's rows of a slot: arguments first, then results. As long as `rows` says. */
  slotView(slot: number): Float32Array;
  /** Lays the slots out for a number of rows; grows the memory if it must. Views made before are void. */
  setRows(rows: number): void;
}

/** Floats that one row takes in a slot. */
export const rowSize = ({ shape, rowAxis }: RowSlot): number => sizeOf(shape.filter((_, axis) => axis !== rowAxis));

/** Memory for a plan, with the constants written. Throws `unsupported` where there is not enough. */
export function planMemory(plan: Plan, layout: Layout, shared: boolean): PlanMemory {
  const slots = [...plan.rowArguments, ...plan.rowResults];
  const sizes = slots.map(rowSize);
  const buffers = new Map(plan.buffers.map((buffer) => [buffer.id, buffer]));
  // The code of the last tile may read a whole tile of rows, though fewer are there.
  const pagesFor = (count: number): number =>
    Math.ceil((layout.rows + sizes.reduce((sum, size) => sum + align(4 * size * (count + (plan.tile ?? 0))), 64)) / PAGE);
  const memory = allocate(plan, () => (shared ? sharedMemory(pagesFor(0), layout.rows) : new WebAssembly.Memory({ initial: pagesFor(0) })));

  const views = new Map<number, Float32Array>();
  let slotViews: Float32Array[] = [];
  let rows = -1;

  const self: PlanMemory = {
    memory,
    get rows() {
      return rows;
    },
    sharedView(id) {
      const { offset, length } = buffers.get(id)!;
      const view = views.get(id);
      if (view && view.buffer === memory.buffer) return view;
      const made = new Float32Array(memory.buffer, layout.shared + offset, length);
      views.set(id, made);
      return made;
    },
    slotView: (slot) => slotViews[slot],
    setRows(count) {
      if (count === rows) return;
      const missing = pagesFor(count) - memory.buffer.byteLength / PAGE;
      if (missing > 0) allocate(plan, () => memory.grow(missing));
      let address = layout.rows;
      const table = new Uint32Array(memory.buffer, layout.slots, slots.length);
      slotViews = sizes.map((size, slot) => {
        table[slot] = address;
        const view = new Float32Array(memory.buffer, address, size * count);
        address += align(4 * size * count);
        return view;
      });
      rows = count;
    },
  };
  for (const { buffer, data } of plan.constants) self.sharedView(buffer).set(data);
  self.setRows(0);
  return self;
}

const spares = spareMemories();

/** Leaves a shared memory to the next program. No thread may be at work on it. */
export const giveBack = (memory: WebAssembly.Memory): void => spares.keep(memory);

/** A shared memory of at least so many pages, whose first bytes are 0. */
function sharedMemory(pages: number, zeros: number): WebAssembly.Memory {
  const memory = spares.take(pages * PAGE);
  if (memory === undefined) return new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
  const missing = pages - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
  new Uint8Array(memory.buffer, 0, zeros).fill(0);
  return memory;
}

function allocate<T>(plan: Plan, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const megabytes = Math.ceil((plan.sharedBytes + plan.arenaBytes) / 2 ** 20);
    throw new AdvectError(
      'unsupported',
      `there is no memory for this program and its rows (it needs ${megabytes} MB besides the rows)`,
      'Give fewer rows at a time, or use fewer threads.',
      error,
    );
  }
}
