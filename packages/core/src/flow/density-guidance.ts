import { densityGuidedField } from '../field/density-guided.js';
import { cnf } from './cnf.js';
import type { Flow } from './flow.js';
import { requireStraightPaths } from './straight-paths.js';

/**
 * The flow with a pull towards or away from probable points (see `densityGuidedField`): `decode` and `sample` take one more
 * number in each row of their condition, the last, which says how strong it is: 0 is the flow itself, more leads to points
 * that are more typical, less than 0 to more daring ones. For a flow that was trained by flow matching on straight paths.
 *
 * To edit a point, encode it with the flow itself and decode its noise with this one. The weights are those that the flow has now.
 *
 * @throws AdvectError `unsupported` for a flow with another base than the standard normal, on a manifold, or made of pieces in time
 * @example
 * const { z } = await flow.encode(x);
 * const { x: plainer } = await guideDensity(flow).decode(z, { condition: [[0.2]] });
 */
export function guideDensity(flow: Flow): Flow {
  requireStraightPaths('guideDensity', flow);
  const { base, transforms, parameters } = flow;
  return cnf({ field: densityGuidedField({ field: flow.field }), base, transforms, parameters });
}
