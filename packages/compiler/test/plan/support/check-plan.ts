import type { Buffer, Kernel, PhaseName, Plan, View } from '#src/plan/plan.js';
import { readViews, writtenViews } from '#src/plan/kernels.js';

/**
 * Throws a TypeError where a plan is wrong: a view that leaves its buffer, a buffer that leaves its region or is not
 * aligned, memory that is read before it is written, or written while another value in it is still to be read. For tests.
 */
export function checkPlan(plan: Plan): void {
  const { buffers, sharedBytes, arenaBytes } = plan;
  for (const { id, region, offset, length } of buffers) {
    const end = region === 'shared' ? sharedBytes : arenaBytes;
    if (offset % 16 !== 0 || offset + 4 * length > end) throw new TypeError(`buffer ${id} at byte ${offset} leaves its region`);
  }
  const everything = (['once', 'tile', 'after'] as const).flatMap((phase) => plan.phases[phase].map((kernel) => ({ kernel, phase })));
  for (const { kernel } of everything) {
    for (const view of [...readViews(kernel), ...writtenViews(kernel)]) checkBounds(buffers[view.buffer], view, kernel);
  }
  const owner = { shared: new Map<number, number>(), arena: new Map<number, number>() };
  const claim = (id: number): void => {
    const { region, offset, length } = buffers[id];
    for (let i = 0; i < length; i++) owner[region].set(offset / 4 + i, id);
  };
  for (const { buffer } of [...plan.constants, ...plan.inputs]) claim(buffer);
  for (const { arena, shared } of plan.accumulators) [arena, shared].forEach(claim);
  const require = (view: View, what: string): void => {
    const { region, offset } = buffers[view.buffer];
    for (const place of new Set(placesOf(view))) {
      const found = owner[region].get(offset / 4 + place);
      if (found !== view.buffer) throw new TypeError(`${what} reads buffer ${view.buffer} at ${place}, which belongs to ${found}`);
    }
  };
  for (const { kernel, phase } of everything) {
    checkRegions(plan, kernel, phase);
    const adds = 'overRows' in kernel && kernel.overRows;
    for (const view of readViews(kernel)) require(view, `${phase} ${kernel.kind} of node ${kernel.node}`);
    for (const view of writtenViews(kernel)) {
      const { region, offset } = buffers[view.buffer];
      if (adds) require(view, `${phase} ${kernel.kind} of node ${kernel.node}`);
      for (const place of placesOf(view)) owner[region].set(offset / 4 + place, view.buffer);
    }
  }
  for (const { buffer, name } of plan.outputs) {
    require({ buffer, offset: 0, shape: [buffers[buffer].length], strides: [1] }, `the result '${name}'`);
  }
}

function checkBounds(buffer: Buffer, { offset, shape, strides }: View, kernel: Kernel): void {
  const reach = (pick: (a: number, b: number) => number): number =>
    shape.reduce((sum, length, axis) => sum + pick(0, strides[axis] * (length - 1)), offset);
  if (reach(Math.min) < 0 || reach(Math.max) >= buffer.length) {
    throw new TypeError(`${kernel.kind} of node ${kernel.node} leaves buffer ${buffer.id} of ${buffer.length} floats`);
  }
}

/** Phases 'once' and 'after' know no arena; tiles write only to theirs. */
function checkRegions({ buffers }: Plan, kernel: Kernel, phase: PhaseName): void {
  const written = writtenViews(kernel);
  const wrong = phase === 'tile' ? written.find(({ buffer }) => buffers[buffer].region !== 'arena') : undefined;
  const arena = phase !== 'tile' ? [...readViews(kernel), ...written].find(({ buffer }) => buffers[buffer].region === 'arena') : undefined;
  if (wrong || arena) throw new TypeError(`${phase} ${kernel.kind} of node ${kernel.node} uses the wrong region`);
}

function placesOf({ offset, shape, strides }: View): number[] {
  return shape.reduce(
    (places, length, axis) => places.flatMap((place) => Array.from({ length }, (_, i) => place + i * strides[axis])),
    [offset],
  );
}
