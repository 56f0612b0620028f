import { moduleBuilder } from './module.js';

/** Whether this engine accepts relaxed SIMD (Node 22 and later, current browsers). */
export function acceptsRelaxedSimd(): boolean {
  const probe = moduleBuilder({ relaxed: true });
  probe.define({ parameters: {} }, (f) => f.drop(f.f32x4.madd(f.f32x4.const(1), f.f32x4.const(1), () => f.f32x4.const(1))));
  return WebAssembly.validate(probe.bytes());
}
