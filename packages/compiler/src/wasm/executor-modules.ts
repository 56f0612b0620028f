import { AdvectError } from '@advect/base/errors';
import type { Plan } from '../plan/plan.js';
import { acceptsRelaxedSimd, moduleBuilder } from './assembler/index.js';
import { type CodeSettings, planModule } from './codegen/module.js';

const modules = new WeakMap<Plan, Map<string, WebAssembly.Module>>();
let simd: boolean | undefined;
let relaxedSimd: boolean | undefined;

const keyOf = ({ relaxed, shared, kernels = false }: CodeSettings): string => `${relaxed} ${shared} ${kernels}`;

/** Whether this engine has WebAssembly SIMD. */
export function acceptsSimd(): boolean {
  if (simd === undefined) {
    const probe = moduleBuilder();
    probe.define({ parameters: {} }, (f) => f.drop(f.f32x4.const(0)));
    simd = typeof WebAssembly === 'object' && WebAssembly.validate(probe.bytes());
  }
  return simd;
}

/** Whether code for a plan is to use relaxed SIMD. Throws `unsupported` if it must and cannot, or without any SIMD. */
export function chooseRelaxed(wanted: 'auto' | boolean): boolean {
  if (!acceptsSimd()) {
    throw new AdvectError(
      'unsupported',
      'this engine has no WebAssembly SIMD',
      "Use a browser from 2023 or later (Node 20 or later), or the executor 'eager'.",
    );
  }
  relaxedSimd ??= acceptsRelaxedSimd();
  if (wanted === true && !relaxedSimd) {
    throw new AdvectError('unsupported', 'this engine has no relaxed SIMD', "Leave the option relaxed at 'auto', or use Node 22 or later.");
  }
  return wanted === 'auto' ? relaxedSimd : wanted;
}

/** A plan's module, compiled once for each variant. */
export function compiledModule(plan: Plan, settings: CodeSettings): WebAssembly.Module {
  return keep(plan, settings, cached(plan, settings) ?? new WebAssembly.Module(planModule(plan, settings)));
}

/** Likewise, off the thread: a page's own thread may refuse to compile large modules while it waits. */
export async function compileModule(plan: Plan, settings: CodeSettings): Promise<WebAssembly.Module> {
  return keep(plan, settings, cached(plan, settings) ?? (await WebAssembly.compile(planModule(plan, settings))));
}

const cached = (plan: Plan, settings: CodeSettings): WebAssembly.Module | undefined => modules.get(plan)?.get(keyOf(settings));

function keep(plan: Plan, settings: CodeSettings, module: WebAssembly.Module): WebAssembly.Module {
  const variants = modules.get(plan) ?? new Map<string, WebAssembly.Module>();
  modules.set(plan, variants.set(keyOf(settings), module));
  return module;
}
