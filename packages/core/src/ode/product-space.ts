import type { Coordinates, Times, Tolerance, VectorSpace } from './problem.js';
import { whenAllSettled } from './settle.js';

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

  const assembleSpaces = (part: <K extends keyof S & string>(space: VectorSpace<S[K]>) => VectorSpace<S[K]>): Spaces<S> =>
    Object.fromEntries(names.map((name) => [name, part(spaces[name])])) as unknown as Spaces<S>;

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
      return whenAllSettled(
        measured.map((name) => spaces[name].norm(v[name], a[name], b[name], tolerance, joint)),
        largest,
      );
    },
    select: (mask, a, b) => assemble((name, space) => space.select(mask, a[name], b[name])),
    withRows: (rows) =>
      productSpace(
        assembleSpaces((space) => space.withRows(rows)),
        unmeasured,
      ),
    take: (state, rows) => assemble((name, space) => space.take(state[name], rows)),
    put: (state, rows, part) => assemble((name, space) => space.put(state[name], rows, part[name])),
    clone: (state) => assemble((name, space) => space.clone(state[name])),
    release: (state) => names.forEach((name) => spaces[name].release(state[name])),
    ...(names.every((name) => spaces[name].dot) && {
      dot(a: S, b: S) {
        return whenAllSettled(
          names.map((name) => spaces[name].dot!(a[name], b[name])),
          (parts) => parts.reduce((total, part) => total + part, 0),
        );
      },
    }),
    ...(names.every((name) => spaces[name].coordinates) && { coordinates: productCoordinates(spaces, names) }),
  };
}

function largest(parts: readonly Float64Array[]): Float64Array {
  const out = parts[0].slice();
  for (const part of parts.slice(1)) for (let i = 0; i < out.length; i++) out[i] = Math.max(out[i], part[i]);
  return out;
}

/** The numbers of each row's parts one after another. */
function productCoordinates<S extends Record<string, unknown>>(spaces: Spaces<S>, names: readonly (keyof S & string)[]): Coordinates<S> {
  const part = (name: keyof S & string) => spaces[name].coordinates!;
  const lengths = (state: S): number[] => names.map((name) => part(name).length(state[name]));
  const total = (state: S): number => lengths(state).reduce((sum, length) => sum + length, 0);
  const interleave = (state: S, parts: readonly Float64Array[]): Float64Array => {
    const own = lengths(state);
    const rows = parts[0].length / own[0];
    const out = new Float64Array(rows * total(state));
    let at = 0;
    for (let row = 0; row < rows; row++) {
      parts.forEach((numbers, i) => {
        out.set(numbers.subarray(row * own[i], (row + 1) * own[i]), at);
        at += own[i];
      });
    }
    return out;
  };
  return {
    epsilon: Math.max(...names.map((name) => part(name).epsilon)),
    length: total,
    of(state) {
      return whenAllSettled(
        names.map((name) => part(name).of(state[name])),
        (parts) => interleave(state, parts),
      );
    },
    from(numbers, like) {
      const own = lengths(like);
      const width = total(like);
      const rows = numbers.length / width;
      let offset = 0;
      const made = names.map((name, i) => {
        const mine = new Float64Array(rows * own[i]);
        for (let row = 0; row < rows; row++) mine.set(numbers.subarray(row * width + offset, row * width + offset + own[i]), row * own[i]);
        offset += own[i];
        return [name, part(name).from(mine, like[name])] as const;
      });
      return Object.fromEntries(made) as S;
    },
  };
}
