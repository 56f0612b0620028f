import { type Guidance, guidedField } from '../field/guided.js';
import { cnf } from './cnf.js';
import type { Flow } from './flow.js';
import { giveLate, takesLate } from './late-parameters.js';

/**
 * The flow of a class-conditional model under classifier-free guidance (see `guidedField`): `sample`, `trajectory`, `encode`
 * and `decode` follow u∅ + scale·(u_c − u∅) for the label or condition that they are given. It shares the weights of the
 * flow, also those that it learns later. `logProb` and `sampleWithLogProb` throw `unsupported`: guided samples have no
 * density that the model knows.
 *
 * Train with `labelDropout`, so that the field knows the unconditional velocity too.
 *
 * @throws AdvectError `invalid-option` where the flow takes no condition
 * @example
 * const { x } = await guide(flow, { scale: 3 }).sample(16, { label: 7 });
 */
export function guide(flow: Flow, guidance: Guidance): Flow {
  const { base, transforms } = flow;
  const guided = cnf({ field: guidedField({ ...guidance, field: flow.field }), base, transforms, parameters: flow.parameters });
  takesLate(guided, (make) => giveLate(flow, make));
  return Object.defineProperty(guided, 'parameters', {
    get: () => flow.parameters,
    set(parameters) {
      flow.parameters = parameters;
    },
  });
}
