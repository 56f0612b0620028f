import type { Times, Tolerance, VectorSpace } from '../ode/index.js';

type Spaces<S> = { readonly [K in keyof S]: VectorSpace<S[K]> };

/**
 * States made of several parts, each with a space of its own: positions as a tensor beside log-densities in float64, say.
 *
 * The error norm is the largest of the parts' norms, so that one number for each sample weighs as much as its whole
 * position. Parts named in `unmeasured` are carried along and do not steer the step size: the seminorm of Kidger, Chen,
 * Lyons (2021), "Hey, that's not an ODE".
 */
export function productSpace<S extends Record<string, unknown>>(spaces: Spaces<S>, unmeasured: readonly (keyof S)[] = []): VectorSpace<S> {
  const names = Object.keys(spaces) as (keyof S & string)[];
  const measured = names.filter((name) => !unmeasured.includes(name));
  const assemble = (part: <K extends keyof S & string>(name: K, space: VectorSpace<S[K]>) => S[K]): S =>
    Object.fromEntries(names.map((name) => [name, part(name, spaces[name])])) as S;

  return {
    rows: (state) => spaces[measured[0]].rows(state[measured[0]]),
    combine: (y: S, slopes: readonly S[], coefficients: readonly number[], h: Times) =>
      assemble((name, space) =>
        space.combine(
          y[name],
          slopes.map((slope) => slope[name]),
          coefficients,
          h,
        ),
      ),
    blend: (states, coefficients) =>
      assemble((name, space) =>
        space.blend(
          states.map((state) => state[name]),
          coefficients,
        ),
      ),
    norm(v: S, a: S, b: S, tolerance: Tolerance, joint: boolean) {
      const parts = measured.map((name) => spaces[name].norm(v[name], a[name], b[name], tolerance, joint));
      const settled = parts.filter((part) => part instanceof Float64Array);
      return settled.length === parts.length ? largest(settled) : Promise.all(parts.map((part) => Promise.resolve(part))).then(largest);
    },
    select: (mask, a, b) => assemble((name, space) => space.select(mask, a[name], b[name])),
    clone: (state) => assemble((name, space) => space.clone(state[name])),
    release: (state) => names.forEach((name) => spaces[name].release(state[name])),
  };
}

function largest(parts: readonly Float64Array[]): Float64Array {
  const out = parts[0].slice();
  for (const part of parts.slice(1)) for (let i = 0; i < out.length; i++) out[i] = Math.max(out[i], part[i]);
  return out;
}
