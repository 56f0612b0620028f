import { float32Space, float64Space, type Method, methods, reversible, solve } from '#src/ode/index.js';
import { tensorSpace, tf, withScope } from '#src/tensor/index.js';

/** Every method, with the steps on which its order shows; a new one is in the table of methods, or is one line here. */
export const all: readonly Method[] = [...Object.values(methods), reversible('midpoint'), reversible('rk4'), reversible('dopri5')];
export const nameOf = (method: Method): string => (method.kind === 'reversible' ? `reversible ${method.base.name}` : method.name);
export const isAdaptive = (method: Method): boolean => 'error' in method && method.error !== undefined;

/** How far every method in float32, on arrays and on tensors of the backend in use, is from itself in float64. */
export async function departures(): Promise<readonly { readonly what: string; readonly error: number }[]> {
  const found: { what: string; error: number }[] = [];
  for (const method of all) {
    const o = { t0: 0, t1: 1, method, steps: 8 };
    const y0 = [0.5, -0.3, 0.2, 0.9];
    const slope = (v: number) => 0.4 - v * v;
    const double = await solve({ space: float64Space({ rows: 2 }), field: (_t, y) => y.map(slope), y0: Float64Array.from(y0), ...o });
    const single = await solve({ space: float32Space({ rows: 2 }), field: (_t, y) => y.map(slope), y0: Float32Array.from(y0), ...o });
    const tensors = await withScope(async (scope) => {
      const solution = await solve({
        space: tensorSpace(scope),
        field: (_t, y) => scope.run(() => tf.sub(0.4, tf.square(y))),
        y0: scope.keep(tf.tensor2d(y0, [2, 2])),
        ...o,
      });
      return Float64Array.from(solution.y.dataSync());
    });
    for (const [where, y] of Object.entries({ float32: single.y, tensors })) {
      found.push({ what: `${nameOf(method)} in ${where}`, error: largestDistance(y, double.y) });
    }
  }
  return found;
}

/** NaN where an entry is. */
const largestDistance = (a: ArrayLike<number>, b: Float64Array): number =>
  b.reduce((worst, v, i) => Math.max(worst, Math.abs(a[i] - v)), 0);

/** Eight steps in float32: a few rounding errors each, of numbers below 1. */
export const DEPARTURE = 2e-6;
