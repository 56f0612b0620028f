import type { Parameters } from '../field/field.js';
import type { Flow } from './flow.js';

type Make = () => Parameters;

const takers = new WeakMap<Flow, (make: Make) => void>();

/** Says that a flow can be given weights that are made when somebody first reads its `parameters`. */
export const takesLate = (flow: Flow, take: (make: Make) => void): void => void takers.set(flow, take);

/**
 * Gives a flow weights of the shapes that it has. They are made when somebody first reads them, where the flow can wait:
 * what `make` copies must stay as it is until then, or until the flow is given others.
 */
export function giveLate(flow: Flow, make: Make): void {
  const take = takers.get(flow);
  if (take) take(make);
  else flow.parameters = make();
}
