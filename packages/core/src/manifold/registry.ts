import { AdvectError } from '@advect/base/errors';
import type { Manifold, ManifoldConfig } from './manifold.js';
import { sphere } from './sphere.js';
import { torus } from './torus.js';

const makers: { readonly [kind in ManifoldConfig['kind']]: (dim: number) => Manifold } = { sphere, torus };

/** Rebuilds a manifold from its config; throws `invalid-file` for an unknown kind. */
export function manifoldFromConfig(config: unknown): Manifold {
  const { kind, dim } = (config ?? {}) as Partial<ManifoldConfig>;
  if (kind !== undefined && Object.hasOwn(makers, kind)) return makers[kind](dim as number);
  throw new AdvectError('invalid-file', `unknown manifold '${String(kind)}'`, `Known are ${Object.keys(makers).join(', ')}.`);
}
