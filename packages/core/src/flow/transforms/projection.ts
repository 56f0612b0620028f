import { type Manifold, manifoldFromConfig } from '../../manifold/index.js';
import type { Transform } from '../flow.js';

/** Brings points to where they belong on a manifold, on the way in and on the way out: lengths to 1, angles into [−π, π). */
export const projection = (manifold: Manifold): Transform => ({
  config: { kind: 'projection', manifold: manifold.config },
  forward(x) {
    manifold.check(x);
    return { y: manifold.project(x), logDet: new Float64Array(x.shape[0]) };
  },
  inverse: (y) => ({ x: manifold.project(y), logDet: new Float64Array(y.shape[0]) }),
});

/** From what `projection` wrote of itself. */
export const projectionFromConfig = ({ manifold }: { readonly manifold?: unknown }): Transform => projection(manifoldFromConfig(manifold));
