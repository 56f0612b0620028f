import type { Kernel, PhaseName, Plan } from '../../plan/plan.js';
import { type FunctionRef, moduleBuilder, type ModuleBuilder } from '../assembler/index.js';
import { gatherKernel, scatterAddKernel } from './gather.js';
import { kernelParameters, type Layout, layoutOf, type Scope } from './layout.js';
import { mapKernel } from './map.js';
import { convKernel, matmulKernel, rowMatmulKernel } from './products.js';
import { reduceKernel } from './reduce.js';
import { transferKernel } from './rows.js';

/** What a module of a plan exports. All arguments are bytes or rows. */
export interface PlanExports {
  /** What does not depend on rows. */
  once(arena: number): void;
  /** Sets the accumulators of an arena to 0. */
  clear(arena: number): void;
  /** Computes the tile of `live` rows from `rowStart` of `batch`. */
  tile(arena: number, rowStart: number, live: number, batch: number): void;
  /** Copies the accumulators of an arena to the shared sums. */
  copySums(arena: number): void;
  /** Adds the accumulators of an arena to the shared sums. */
  addSums(arena: number): void;
  /** What depends on sums over rows. */
  after(arena: number): void;
}

/** Names of the exports that run one kernel alone, for profiles: see {@link kernelExport}. */
export const kernelExport = (phase: PhaseName, kernel: number): string => `${phase}${kernel}`;

/** Variants of a plan's code. */
export interface CodeSettings {
  /** Fused multiply-add where the machine has it. */
  readonly relaxed: boolean;
  /** For a memory that several threads share. */
  readonly shared: boolean;
  /** Exports each kernel by its own name as well. */
  readonly kernels?: boolean;
}

/** Pages of 64 KiB that a shared memory may grow to. */
export const MOST_PAGES = 65_536;

/** The WebAssembly module of a plan, in the binary format. It imports `env.memory`; see {@link PlanExports}. */
export function planModule(plan: Plan, { relaxed, shared, kernels = false }: CodeSettings): Uint8Array<ArrayBuffer> {
  const memory = { module: 'env', name: 'memory', initial: 1, ...(shared && { maximum: MOST_PAGES, shared }) };
  const module = moduleBuilder({ memory, relaxed });
  const common = { buffers: new Map(plan.buffers.map((buffer) => [buffer.id, buffer])), layout: layoutOf(plan, 1), tile: plan.tile ?? 0 };
  for (const phase of ['once', 'tile', 'after'] as const) {
    const functions = plan.phases[phase].map((kernel, i) =>
      defineKernel(module, common, kernel, kernels ? kernelExport(phase, i) : undefined),
    );
    definePhase(module, phase, functions);
  }
  defineSums(module, plan, common.layout);
  return module.bytes();
}

/** What all kernels of a plan know. */
type PlanScope = Pick<Scope, 'buffers' | 'layout' | 'tile'>;

function defineKernel(module: ModuleBuilder, common: PlanScope, kernel: Kernel, name: string | undefined): FunctionRef {
  return module.define({ ...(name !== undefined && { name }), parameters: kernelParameters }, (f, parameters) => {
    writeKernel({ f, ...common, ...parameters }, kernel);
  });
}

function writeKernel(scope: Scope, kernel: Kernel): void {
  switch (kernel.kind) {
    case 'map':
      return mapKernel(scope, kernel);
    case 'reduce':
      return reduceKernel(scope, kernel);
    case 'gather':
      return gatherKernel(scope, kernel);
    case 'scatterAdd':
      return scatterAddKernel(scope, kernel);
    case 'matmul':
      return matmulKernel(scope, kernel);
    case 'loadRows':
    case 'storeRows':
      return transferKernel(scope, kernel);
    case 'rowMatmul':
      return rowMatmulKernel(scope, kernel);
    case 'conv2d':
    case 'conv2dInput':
    case 'conv2dFilter':
      return convKernel(scope, kernel);
  }
}

/** `tile` passes its parameters on; the other phases run on an arena alone. */
function definePhase(module: ModuleBuilder, phase: PhaseName, kernels: readonly FunctionRef[]): void {
  if (phase === 'tile') {
    module.define({ name: phase, parameters: kernelParameters }, (f, { arena, rowStart, live, batch }) => {
      for (const kernel of kernels) f.call(kernel, arena.get(), rowStart.get(), live.get(), batch.get());
    });
  } else {
    module.define({ name: phase, parameters: { arena: 'i32' } }, (f, { arena }) => {
      for (const kernel of kernels) f.call(kernel, arena.get(), f.i32.const(0), f.i32.const(0), f.i32.const(0));
    });
  }
}

function defineSums(module: ModuleBuilder, { accumulators, buffers }: Plan, { shared }: Layout): void {
  const bufferOf = (id: number) => buffers.find((buffer) => buffer.id === id)!;
  const pairs = accumulators.map((pair) => ({ arena: bufferOf(pair.arena), shared: bufferOf(pair.shared) }));
  for (const name of ['clear', 'copySums', 'addSums'] as const) {
    module.define({ name, parameters: { arena: 'i32' } }, (f, { arena }) => {
      const i = f.local('i32');
      for (const pair of pairs) {
        const from = pair.arena.offset;
        const to = pair.shared.offset + shared;
        // Buffers begin at multiples of 16 bytes: the last vector may reach beyond the sums, but into no other buffer.
        f.range(i, 0, 4 * pair.arena.length, 16, () => {
          const own = () => f.i32.add(arena.get(), i.get());
          if (name === 'clear') f.v128.store(own(), f.f32x4.const(0), from);
          else if (name === 'copySums') f.v128.store(i.get(), f.v128.load(own(), from), to);
          else f.v128.store(i.get(), f.f32x4.add(f.v128.load(i.get(), to), f.v128.load(own(), from)), to);
        });
      }
    });
  }
}
